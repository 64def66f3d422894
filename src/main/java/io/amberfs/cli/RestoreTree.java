package io.amberfs.cli;

import io.amberfs.cli.RestoreFolder.State;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.posix.Directory;
import io.amberfs.posix.FileStat;
import io.amberfs.posix.PosixException;
import io.amberfs.posix.Trail;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The directories of a restore: where the stream is, where in the target that is, and which inodes with several names came by.
 *
 * <ul>
 *   <li>Every entry must lie in the directory that was entered last; one with an impossible name is passed over with all below it.
 *   <li>A directory gets its mode and times when it is left, after everything in it is done.
 *   <li>The trail is as deep as the live folders below the root, and only the upper folders are live.
 * </ul>
 *
 * <p>Confined to the thread of the restore.
 */
final class RestoreTree implements AutoCloseable {
    private final Path path;
    private final RestoreReport report;
    private final RestoreAttributes attributes;
    private final RestoreDelete deletion;
    private final RestorePlacer placer;
    private final RestoreQueue queue;
    private final boolean delete;
    private final boolean dryRun;
    private final Deque<RestoreFolder> folders = new ArrayDeque<>();
    /** The first names of inodes that have several, and the inode; empty where a dry run would have made it. */
    private final Map<RestorePath, Optional<FileStat>> firsts = new HashMap<>();
    private Optional<RestoreTarget> target = Optional.empty();
    private Optional<Trail> trail = Optional.empty();
    private boolean begun;

    RestoreTree(Path path, RestoreReport report, RestoreAttributes attributes, RestoreDelete deletion, RestorePlacer placer,
            RestoreQueue queue, boolean delete, boolean dryRun) {
        this.path = path;
        this.report = report;
        this.attributes = attributes;
        this.deletion = deletion;
        this.placer = placer;
        this.queue = queue;
        this.delete = delete;
        this.dryRun = dryRun;
    }

    /** At the first entry: opens the target. A stream that does not name the root puts its entries into it and leaves its attributes alone. */
    void open(RestoreEntry first) {
        if (begun) {
            if (folders.isEmpty() || first.path().isRoot()) {
                throw RestoreFields.broken(first.path() + " comes after the end");
            }
            return;
        }
        begun = true;
        target = RestoreTarget.open(path, dryRun);
        trail = target.map(open -> new Trail(open.directory()));
        if (!first.path().isRoot()) {
            root(Optional.empty());
        }
    }

    /** Enters a directory of the stream, made if need be. */
    void enter(RestoreEntry past) throws PosixException {
        if (past.path().isRoot()) {
            root(Optional.of(past));
            return;
        }
        Optional<Name> accepted = accept(past.path());
        if (accepted.isEmpty()) {
            passOver(past);
            return;
        }
        Optional<RestoreSite> found = siteOf(accepted.get());
        boolean directory = found.isPresent() && found.get().holdsDirectory();
        if (dryRun && !directory) {
            folders.push(new RestoreFolder(past.path(), Optional.of(past), State.ABSENT, true));
            return;
        }
        if (!directory) {
            RestoreSite site = found.orElseThrow();
            site.unlock();
            if (site.standing().isPresent()) {
                site.parent().unlink(site.name());
            }
            site.parent().makeDirectory(site.name());
        }
        trail.orElseThrow().enter(accepted.get());
        live(new RestoreFolder(past.path(), Optional.of(past), State.LIVE, !directory));
    }

    /** A directory that cannot be entered: its children follow in the stream all the same. */
    void passOver(RestoreEntry past) {
        if (folders.isEmpty() || !folders.peek().path().equals(past.path())) {
            folders.push(new RestoreFolder(past.path(), Optional.of(past), State.CLOSED, false));
        }
    }

    /** The name under which an entry goes into the current directory; empty, and told, if it cannot be put there. */
    Optional<Name> accept(RestorePath entry) {
        RestoreFolder folder = folders.peek();
        Optional<Name> name = entry.name();
        if (!entry.parent().equals(folder.path())) {
            if (entry.names().isPresent()) {
                throw RestoreFields.broken(entry + " does not lie in " + folder.path());
            }
            name = Optional.empty();
        }
        if (name.isEmpty()) {
            report.skipped(entry, "no file can have this name");
            return name;
        }
        folder.extras().remove(name.get());
        if (folder.state() == State.CLOSED) {
            report.skipped(entry, "the directory above it could not be restored");
            return Optional.empty();
        }
        return name;
    }

    /** Where a regular file goes; empty if there is nothing to stream it to, which is told. */
    Optional<RestoreSite> site(RestoreEntry past, Name name) throws PosixException {
        Optional<RestoreSite> site = siteOf(name);
        if (site.isEmpty()) {
            report.restored(past.path(), "contents", past.size());
            settled(past, Optional.empty());
            return site;
        }
        return placer.isBlocked(site.get()) ? Optional.empty() : site;
    }

    /** An entry that has no contents of its own in the stream. */
    void place(RestoreEntry past, Name name) throws PosixException {
        if (past.link().isPresent()) {
            link(past, past.link().get(), name);
            return;
        }
        if (past.type() == Mode.SOCKET) {
            report.skipped(past.path(), "a socket belongs to the process that made it");
            return;
        }
        Optional<RestoreSite> site = siteOf(name);
        if (site.isEmpty()) {
            report.restored(past.path(), Mode.isLink(past.mode()) ? "symlink" : "node", 0);
            settled(past, Optional.empty());
            return;
        }
        switch (placer.node(site.get(), past)) {
            case KEPT -> settled(past, site.get().standing());
            case MADE -> settled(past, dryRun ? Optional.empty() : site.get().parent().stat(name));
            case FAILED -> { }
        }
    }

    /** Remembers an inode that will have further names. */
    void settled(RestoreEntry past, Optional<FileStat> inode) {
        if (past.nlink() > 1) {
            firsts.put(past.path(), inode);
        }
    }

    void leave(RestorePath left) throws PosixException {
        if (folders.isEmpty() || !folders.peek().path().equals(left)) {
            throw RestoreFields.broken("it leaves " + left + ", where it is not");
        }
        RestoreFolder folder = folders.pop();
        if (folder.state() == State.ABSENT) {
            report.restored(left, "directory", 0);
        }
        if (!folder.isLive()) {
            return;
        }
        try {
            Directory directory = trail.orElseThrow().current();
            if (delete && !folder.isDamaged()) {
                if (!folder.extras().isEmpty() && !dryRun) {
                    folder.unlock(directory);
                }
                folder.extras().forEach(name -> deletion.remove(directory, name, left.child(name)));
            }
            if (folder.past().isPresent()) {
                RestoreEntry past = folder.past().get();
                if (queue.isEmpty()) {
                    settle(folder, directory, past);
                } else {
                    queue.folder(folder, directory, held -> settle(folder, held, past));
                }
            }
        } finally {
            if (!left.isRoot()) {
                trail.orElseThrow().leave();
            }
        }
    }

    /** What the drive cannot read is left alone; if it is a directory, nothing in it is deleted. */
    void damaged(RestorePath entry) {
        for (RestoreFolder folder : folders) {
            if (folder.path().equals(entry)) {
                folder.damage();
                return;
            }
        }
        if (!folders.isEmpty() && entry.parent().equals(folders.peek().path())) {
            entry.name().ifPresent(folders.peek().extras()::remove);
        }
    }

    /** Leaves a target that was not named by the stream, and makes all durable. Returns whether every directory was left. */
    boolean finish(boolean whole) {
        try {
            if (whole && folders.size() == 1 && folders.peek().past().isEmpty()) {
                leave(RestorePath.ROOT);
            }
            queue.flush();
            if (target.isPresent() && !dryRun) {
                target.get().directory().self().syncFilesystem();
            }
        } catch (PosixException e) {
            throw new Refusal(ExitCode.ERROR, RawPath.shown(path) + ": the restored files could not be made durable (" + e.getMessage()
                    + "); look after the disk and run the restore again", e);
        }
        return begun && folders.isEmpty();
    }

    @Override
    public void close() {
        queue.close();
        trail.ifPresent(Trail::close);
        target.ifPresent(RestoreTarget::close);
        trail = Optional.empty();
        target = Optional.empty();
    }

    private void root(Optional<RestoreEntry> past) {
        boolean absent = target.isEmpty();
        RestoreFolder folder = new RestoreFolder(RestorePath.ROOT, past, absent ? State.ABSENT : State.LIVE, false);
        if (absent) {
            folders.push(folder);
            return;
        }
        try {
            live(folder);
        } catch (PosixException e) {
            throw new Refusal(ExitCode.ERROR, RawPath.shown(path) + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** Reads what stands in a directory: what a killed run left goes, and what may have to be deleted is remembered. */
    private void live(RestoreFolder folder) throws PosixException {
        folders.push(folder);
        if (folder.isCreated()) {
            return;
        }
        Directory directory = trail.orElseThrow().current();
        List<Name> leftovers = new ArrayList<>();
        directory.list(name -> {
            if (RestoreTemp.isTemp(name)) {
                leftovers.add(name);
            } else if (delete) {
                folder.extras().add(name);
            }
        });
        for (Name name : leftovers) {
            boolean ours = directory.stat(name).map(stat -> !Mode.isDirectory(stat.mode())).orElse(false);
            if (ours && !dryRun) {
                folder.unlock(directory);
                directory.unlink(name);
            }
        }
    }

    /** Empty below a directory that a dry run did not make. */
    private Optional<RestoreSite> siteOf(Name name) throws PosixException {
        RestoreFolder folder = folders.peek();
        if (!folder.isLive()) {
            return Optional.empty();
        }
        Directory parent = trail.orElseThrow().current();
        return Optional.of(new RestoreSite(folder, parent, name, parent.stat(name)));
    }

    private void settle(RestoreFolder folder, Directory directory, RestoreEntry past) throws PosixException {
        boolean changed = dryRun ? attributes.differ(directory.self(), past) : attributes.mend(directory.self(), past);
        if (folder.isCreated()) {
            report.restored(past.path(), "directory", 0);
        } else if (changed) {
            report.mended(past.path());
        } else {
            report.same(past.path());
        }
    }

    private void link(RestoreEntry past, RestorePath first, Name name) throws PosixException {
        if (!firsts.containsKey(first)) {
            report.skipped(past.path(), "it is a further name of " + first + ", which could not be restored");
            return;
        }
        Optional<FileStat> inode = firsts.get(first);
        Optional<RestoreSite> site = siteOf(name);
        if (site.isPresent() && inode.isPresent() && site.get().holds(inode.get())) {
            report.same(past.path());
            return;
        }
        if (site.isPresent() && placer.isBlocked(site.get())) {
            return;
        }
        if (!dryRun) {
            queue.flush();
            second(first, inode.orElseThrow(), site.orElseThrow());
        }
        report.restored(past.path(), "link", 0);
    }

    private void second(RestorePath first, FileStat inode, RestoreSite site) throws PosixException {
        Name name = first.name().orElseThrow();
        RestorePath home = first.parent();
        if (home.equals(folders.peek().path())) {
            placer.link(site.parent(), name, inode, site);
            return;
        }
        RestoreTarget root = target.orElseThrow();
        Directory directory = root.below(home.isRoot() ? List.of() : home.names().orElseThrow());
        try {
            placer.link(directory, name, inode, site);
        } finally {
            if (directory != root.directory()) {
                directory.close();
            }
        }
    }
}
