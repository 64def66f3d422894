package io.amberfs.cli;

import io.amberfs.daemon.Reply;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.posix.FileStat;
import io.amberfs.posix.PosixException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes a subtree of the past, as it streams in, into a directory of any filesystem.
 *
 * <ul>
 *   <li>Only what differs is written; a file shows its old or its new contents, never a mixture, also after a kill.
 *   <li>Nothing outside the target is touched: directories are walked by descriptor, symlinks are never followed, the names of the stream are not trusted.
 *   <li>What fails for one entry is told and counted; the others go on. A full disk ends the run with {@link Refusal}, and so does a stream that makes
 *       no sense.
 *   <li>Nothing is deleted that the stream might merely have failed to name: not in a directory that it has not left, nor in one it calls damaged.
 * </ul>
 *
 * <p>{@link #cancel} may be called by any thread; everything else by one. Close it in any case; {@link #finish} first makes all durable.
 */
public final class RestoreTo implements Reply, AutoCloseable {
    private static final int BUFFER = 256 << 10;

    /**
     * What was done, or would be in a dry run.
     *
     * @param restored   entries made, or written anew
     * @param mended     entries of which only attributes differed
     * @param same       entries that were left alone
     * @param skipped    entries that are not as in the past, each told with its reason
     * @param damaged    entries that the drive could not read; what stood there was left alone
     * @param owners     entries whose owner could not be set (without root)
     * @param attributes extended attributes that could not be set
     * @param bytes      contents written
     * @param whole      whether the stream came to its end
     */
    public record Summary(long restored, long mended, long same, long deleted, long skipped, long damaged, long owners, long attributes, long bytes,
            boolean whole, boolean dryRun) {
        /** Whether the target now is what the past was, as far as this user may make it so. */
        public boolean complete() {
            return whole && skipped == 0 && damaged == 0;
        }
    }

    private final RestoreReport report;
    private final RestoreTree tree;
    /** The file whose contents come now; empty between files, and while those of a file are passed over. */
    private Optional<RestoreFile> file = Optional.empty();
    private final RestoreFile.Tools tools;
    private long passedOver;
    private volatile boolean cancelled;

    public RestoreTo(Path target, boolean delete, boolean dryRun, Consumer<Map<String, Object>> out) {
        this.report = new RestoreReport(out, dryRun);
        RestoreAttributes attributes = new RestoreAttributes(report);
        RestoreDelete deletion = new RestoreDelete(report, dryRun);
        RestorePlacer placer = new RestorePlacer(report, attributes, deletion, delete, dryRun);
        RestoreQueue queue = new RestoreQueue(report, placer);
        this.tools = new RestoreFile.Tools(report, attributes, placer, queue, ByteBuffer.allocateDirect(BUFFER), dryRun);
        this.tree = new RestoreTree(target, report, attributes, deletion, placer, queue, delete, dryRun);
    }

    @Override
    public void event(Map<String, Object> event) {
        RestoreFields in = new RestoreFields(event);
        switch (in.type()) {
            case "entry" -> entry(entryOf(in));
            case "data" -> data(in.number("offset"), in.number("length"));
            case "end" -> end();
            case "leave" -> leave(in.path());
            case "damaged" -> damaged(in.path(), event);
            default -> throw RestoreFields.broken("an event of type " + in.type());
        }
    }

    @Override
    public void bytes(byte[] buffer, int offset, int length) {
        if (file.isEmpty()) {
            passedOver -= length;
            if (passedOver < 0) {
                throw RestoreFields.broken("data that belong to no file");
            }
            return;
        }
        RestoreFile open = file.get();
        attempt(open.path(), () -> open.bytes(buffer, offset, length), () -> passedOver = open.awaited());
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    /** Asks the sender to stop; what was begun is given up, what is done stays. */
    public void cancel() {
        cancelled = true;
    }

    /** After the last event: makes everything durable and tells what was done. */
    public Summary finish() {
        boolean whole = file.isEmpty() && !cancelled;
        file.ifPresent(RestoreFile::close);
        file = Optional.empty();
        whole &= tree.finish(whole);
        close();
        return report.summary(whole);
    }

    /** Gives up what was begun and closes everything. */
    @Override
    public void close() {
        file.ifPresent(RestoreFile::close);
        file = Optional.empty();
        tree.close();
    }

    private interface Act {
        void run() throws PosixException;
    }

    /** Runs what concerns one entry: its failure is told, and the others go on, unless there is no room left. */
    private void attempt(RestorePath path, Act act, Runnable onFailure) {
        try {
            act.run();
        } catch (PosixException e) {
            onFailure.run();
            file.ifPresent(RestoreFile::close);
            file = Optional.empty();
            report.failed(path, e);
        }
    }

    private void attempt(RestorePath path, Act act) {
        attempt(path, act, () -> { });
    }

    private void entry(RestoreEntry past) {
        if (file.isPresent()) {
            throw RestoreFields.broken("the contents of " + file.get().path() + " have no end");
        }
        passedOver = 0;
        tree.open(past);
        if (past.isDirectory()) {
            attempt(past.path(), () -> tree.enter(past), () -> tree.passOver(past));
            return;
        }
        Optional<Name> name = tree.accept(past.path());
        if (name.isEmpty()) {
            return;
        }
        attempt(past.path(), () -> {
            if (past.hasContents()) {
                begin(past, name.get());
            } else {
                tree.place(past, name.get());
            }
        });
    }

    private void begin(RestoreEntry past, Name name) throws PosixException {
        Optional<RestoreSite> site = tree.site(past, name);
        if (site.isEmpty()) {
            return;
        }
        file = Optional.of(new RestoreFile(tools, past, site.get()));
        if (past.size() == 0) {
            end();
        }
    }

    private void data(long offset, long length) {
        if (passedOver != 0) {
            throw RestoreFields.broken("data that end early");
        }
        if (file.isEmpty()) {
            passedOver = length;
            return;
        }
        RestoreFile open = file.get();
        attempt(open.path(), () -> open.data(offset, length), () -> passedOver = length);
    }

    private void end() {
        if (file.isEmpty()) {
            return;
        }
        RestoreFile open = file.get();
        attempt(open.path(), () -> {
            Optional<FileStat> inode = open.end();
            open.close();
            file = Optional.empty();
            tree.settled(open.past(), inode);
        });
    }

    private void leave(RestorePath path) {
        if (file.isPresent()) {
            throw RestoreFields.broken("the contents of " + file.get().path() + " have no end");
        }
        attempt(path, () -> tree.leave(path));
    }

    private void damaged(RestorePath path, Map<String, Object> event) {
        if (file.isPresent() && file.get().path().equals(path)) {
            passedOver = file.get().awaited();
            file.get().close();
            file = Optional.empty();
        }
        tree.damaged(path);
        Object reason = event.get("reason");
        report.damaged(path, reason instanceof String text ? text : "the drive cannot read it; amberfs check names the damage");
    }

    /** A restore of one thing that is no directory: it goes into the target under its own name. */
    private static RestoreEntry entryOf(RestoreFields in) {
        RestoreEntry past = RestoreEntry.of(in);
        if (!past.path().isRoot() || past.isDirectory()) {
            return past;
        }
        String shown = in.event().get("path") instanceof String text ? text : "";
        byte[] last = in.base64IfAny("name64").orElseGet(() -> shown.substring(shown.lastIndexOf('/') + 1).getBytes(StandardCharsets.UTF_8));
        if (!Name.isValid(last) || shown.indexOf('\uFFFD') >= 0 && in.base64IfAny("name64").isEmpty()) {
            throw new Refusal(ExitCode.ERROR, shown + " cannot be restored by its name; restore the directory that holds it");
        }
        return past.at(new RestorePath(last));
    }
}
