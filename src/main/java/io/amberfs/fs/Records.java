package io.amberfs.fs;

import io.amberfs.codec.DirentCodec;
import io.amberfs.codec.ExtentCodec;
import io.amberfs.codec.InodeCodec;
import io.amberfs.crypto.Keys;
import io.amberfs.history.Head;
import io.amberfs.history.RowKey;
import io.amberfs.history.View;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Dirent;
import io.amberfs.model.Errno;
import io.amberfs.model.Extent;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.store.KeyBytes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads and writes the records of a volume through a view. Thread-safe. */
public final class Records {
    private final Keys keys;
    private final int volume;

    public Records(Keys keys, int volume) {
        this.keys = keys;
        this.volume = volume;
    }

    public int volume() {
        return volume;
    }

    public Optional<Inode> find(View view, long ino) {
        return view.get(RowKey.of(volume, RowKey.INODE, ino)).map(bytes -> InodeCodec.decode(ino, bytes));
    }

    /** @throws FsException ESTALE when there is no such inode: a kernel that remembered the name that led to it looks that up again */
    public Inode inode(View view, long ino) {
        return find(view, ino).orElseThrow(() -> new FsException(Errno.ESTALE, "inode " + ino));
    }

    /** The directory in which something is to be found or done. @throws FsException ENOENT when it was removed, as POSIX has it for who still stands in it; ENOTDIR */
    public Inode directory(View view, long ino) {
        Inode inode = find(view, ino).orElseThrow(() -> new FsException(Errno.ENOENT, "inode " + ino));
        if (!inode.isDirectory()) {
            throw new FsException(Errno.ENOTDIR);
        }
        return inode;
    }

    void put(Head.Change change, long ino, Inode inode) {
        change.put(RowKey.of(volume, RowKey.INODE, ino), InodeCodec.encode(inode));
    }

    /** The hash covers the directory, too: equal names in two places cannot be told to be equal. */
    public byte[] direntKey(long parent, byte[] name) {
        return RowKey.of(volume, RowKey.DIRENT, parent, keys.nameHash().of(KeyBytes.join(KeyBytes.ofLong(parent), name)));
    }

    /** What a snapshot's row is keyed by. */
    public byte[] snapshotHash(byte[] name) {
        return keys.nameHash().of(name);
    }

    public Optional<Dirent> dirent(View view, long parent, byte[] name) {
        Optional<Dirent> dirent = view.get(direntKey(parent, name)).map(DirentCodec::decode);
        if (dirent.isPresent() && !Arrays.equals(dirent.get().name(), name)) {
            throw new CorruptException("a dirent of directory " + parent + " stands in the place of another name");
        }
        return dirent;
    }

    void putDirent(Head.Change change, long parent, Dirent dirent) {
        change.put(direntKey(parent, dirent.name()), DirentCodec.encode(dirent));
    }

    void deleteDirent(Head.Change change, long parent, byte[] name) {
        change.delete(direntKey(parent, name));
    }

    public List<Extent> region(View view, long map, long index) {
        return view.get(RowKey.region(volume, map, index)).map(ExtentCodec::decodeRegion).orElse(List.of());
    }

    void putRegion(Head.Change change, long map, long index, List<Extent> extents) {
        byte[] key = RowKey.region(volume, map, index);
        if (extents.isEmpty()) {
            change.delete(key);
        } else {
            change.put(key, ExtentCodec.encodeRegion(extents));
        }
    }

    byte[] xattrKey(long ino, byte[] name) {
        return RowKey.of(volume, RowKey.XATTR, ino, keys.xattrNameHash().of(KeyBytes.join(KeyBytes.ofLong(ino), name)));
    }
}
