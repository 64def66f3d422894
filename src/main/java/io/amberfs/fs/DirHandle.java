package io.amberfs.fs;

import io.amberfs.codec.DirentCodec;
import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import io.amberfs.history.View;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Dirent;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.store.KeyBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * An open directory. Entries come in the order of the keyed hashes of their names, which is stable: a cookie is 63 bits of that hash. A damaged entry is left out of the listing
 * and logged; {@code check} reports it. Thread-safe; guarded by itself.
 */
public final class DirHandle implements AutoCloseable {
    private static final long DOT = 1;
    private static final long DOT_DOT = 2;

    /** An entry that comes next. */
    private record Entry(byte[] name, int mode, long ino, long number, long cookie) {
    }

    private final Node node;
    private final Drive drive;
    private final Drive.Parts parts;
    private Optional<Scan> scan = Optional.empty();
    private Optional<Entry> waiting = Optional.empty();
    private long position = -1;
    private boolean open = true;

    DirHandle(Node node, Drive drive, Drive.Parts parts) {
        this.node = node;
        this.drive = drive;
        this.parts = parts;
        if (node instanceof Node.Present present) {
            requireDirectory(drive.inode(present.ino()));
        } else {
            drive.past().opened(node);
        }
    }

    public Node node() {
        return node;
    }

    /** Gives the entries behind {@code cookie} (0: from the start, as the directory is now), "." and ".." first, until the sink takes no more. */
    public synchronized void read(long cookie, DirSink sink) {
        if (cookie < DOT && !sink.entry(new byte[] {'.'}, Mode.DIRECTORY, PastNames.shownIno(node), 0, DOT)
            || cookie < DOT_DOT && !sink.entry(new byte[] {'.', '.'}, Mode.DIRECTORY, drive.past().shownParent(node), 0, DOT_DOT)) {
            return;
        }
        if (node instanceof Node.Present) {
            try (Gate.Pass pass = parts.whole().enter()) {
                parts.whole().requireWhole();
                readRows(Math.max(cookie, DOT_DOT), sink);
            }
        } else if (node instanceof Node.Past) {
            readRows(Math.max(cookie, DOT_DOT), sink);
        } else {
            readVirtual(Math.max(cookie, DOT_DOT), sink);
        }
    }

    @Override
    public synchronized void close() {
        endScan();
        if (open) {
            open = false;
            drive.past().closed(node);
        }
    }

    private void endScan() {
        scan.ifPresent(Scan::close);
        scan = Optional.empty();
    }

    private void readRows(long cookie, DirSink sink) {
        if (scan.isEmpty() || cookie != position || cookie == DOT_DOT) {
            open(cookie);
        }
        position = cookie;
        while (true) {
            Optional<Entry> entry = waiting.or(this::next);
            waiting = entry;
            if (entry.isEmpty() || !sink.entry(entry.get().name(), entry.get().mode(), entry.get().ino(), entry.get().number(), entry.get().cookie())) {
                return;
            }
            position = entry.get().cookie();
            waiting = Optional.empty();
        }
    }

    private void open(long cookie) {
        endScan();
        waiting = Optional.empty();
        View view = node instanceof Node.Past past ? drive.at(past.epoch()) : parts.head();
        byte[] prefix = RowKey.of(view.volume(), RowKey.DIRENT, inoOf(node));
        scan = Optional.of(view.scan(prefix, cookie == DOT_DOT ? prefix : KeyBytes.join(prefix, (cookie + 1) << 1)));
        if (cookie == DOT_DOT && node.equals(Node.ROOT) && parts.snapdirVisible()) {
            Node.Snapshots snapshots = new Node.Snapshots(Inode.ROOT);
            waiting = Optional.of(new Entry(PastNames.SNAPSHOTS.getBytes(StandardCharsets.UTF_8), Mode.DIRECTORY, PastNames.shownIno(snapshots), 0, DOT_DOT + 1));
        }
    }

    private Optional<Entry> next() {
        while (scan.isPresent() && scan.get().next()) {
            try {
                Dirent dirent = DirentCodec.decode(scan.get().value());
                Node child = node instanceof Node.Past past ? new Node.Past(past.epoch(), dirent.ino()) : new Node.Present(dirent.ino());
                long cookie = Math.max(DOT_DOT + 1, KeyBytes.longAt(RowKey.tailOf(scan.get().key()), 0) >>> 1);
                return Optional.of(new Entry(dirent.name(), dirent.type(), PastNames.shownIno(child), dirent.ino(), cookie));
            } catch (CorruptException e) {
                LoggerFactory.getLogger(DirHandle.class).error("an entry is left out of a listing: {}", e.getMessage());
            }
        }
        return Optional.empty();
    }

    private void readVirtual(long cookie, DirSink sink) {
        List<PastNames.Listed> names = drive.past().list(node);
        for (long i = cookie - DOT_DOT; i < names.size(); i++) {
            PastNames.Listed listed = names.get((int) i);
            if (!sink.entry(listed.name(), listed.mode(), listed.ino(), 0, i + DOT_DOT + 1)) {
                return;
            }
        }
    }

    /** One that was removed lately can be opened, and has no entries. */
    private static void requireDirectory(Inode inode) {
        if (!inode.isDirectory()) {
            throw new FsException(Errno.ENOTDIR);
        }
    }

    private static long inoOf(Node node) {
        return node instanceof Node.Past past ? past.ino() : ((Node.Present) node).ino();
    }
}
