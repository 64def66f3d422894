package io.amberfs.check;

import io.amberfs.codec.InodeCodec;
import io.amberfs.history.RowKey;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Dirent;
import io.amberfs.model.Inode;
import io.amberfs.model.RawText;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Table;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Where directories are at an instant, as far as the records can still tell. Confined to one thread. */
final class Places {
    private static final int DEPTH_MAX = 2048;
    private static final String UNKNOWN = "?";

    private final Scope scope;

    Places(Scope scope) {
        this.scope = scope;
    }

    /** The path of a directory, "/" for the root. A part that cannot be told is "?". */
    String of(long directory, long epoch) {
        Deque<String> names = new ArrayDeque<>();
        long at = directory;
        while (at != Inode.ROOT) {
            Optional<Inode> inode = inode(at, epoch).filter(Inode::isDirectory);
            if (inode.isEmpty() || names.size() > DEPTH_MAX) {
                names.addFirst(UNKNOWN);
                break;
            }
            names.addFirst(text(inode.get().name()));
            at = inode.get().parent();
        }
        return "/" + String.join("/", names);
    }

    static String join(String directory, String name) {
        return directory.equals("/") ? "/" + name : directory + "/" + name;
    }

    /** Raw text: a name need not be UTF-8. */
    static String text(byte[] name) {
        return RawText.of(name);
    }

    /** The path of an entry; its name is taken from whatever version of its row can be read. */
    String ofEntry(byte[] key, long epoch) {
        String name = UNKNOWN;
        try (Versions versions = scope.again(key)) {
            for (var version = versions.next(); version.isPresent(); version = versions.next()) {
                Optional<Dirent> dirent = LinkCheck.entry(version.get());
                name = dirent.map(found -> text(found.name())).orElse(name);
            }
        }
        return join(of(RowKey.numberOf(key), epoch), name);
    }

    /** The record of an inode at an instant; if it cannot be read, that of another instant. */
    Optional<Inode> inode(long ino, long epoch) {
        byte[] key = RowKey.of(scope.volume(), RowKey.INODE, ino);
        return version(ino, key, epoch).or(() -> any(key));
    }

    private Optional<Inode> version(long ino, byte[] key, long epoch) {
        try (Cursor past = scope.reading().cursor(Table.PAST, key)) {
            Optional<byte[]> live = scope.reading().get(Table.LIVE, key);
            if (live.isPresent() && live.get().length >= 8 && KeyBytes.longAt(live.get(), 0) <= epoch) {
                return live.map(row -> InodeCodec.decode(ino, scope.opener().versioned(key, row)));
            }
            return past.seek(KeyBytes.join(key, epoch + 1)) ? Optional.of(InodeCodec.decode(ino, scope.opener().versioned(key, past.value()))) : Optional.empty();
        } catch (CorruptException | UnsupportedFormatException e) {
            return Optional.empty();
        }
    }

    private Optional<Inode> any(byte[] key) {
        Optional<Inode> newest = Optional.empty();
        try (Versions versions = scope.again(key)) {
            for (var version = versions.next(); version.isPresent(); version = versions.next()) {
                Optional<Inode> inode = LinkCheck.decode(version.get());
                newest = inode.isPresent() ? inode : newest;
            }
        }
        return newest;
    }
}
