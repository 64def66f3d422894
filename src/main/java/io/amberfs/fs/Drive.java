package io.amberfs.fs;

import io.amberfs.model.Attr;
import io.amberfs.model.Name;
import java.util.List;

/** skeleton */
public final class Drive implements AutoCloseable {
    private static UnsupportedOperationException no() { return new UnsupportedOperationException(); }
    public Node lookup(Node parent, Name name) { throw no(); }
    public Attr attr(Node node) { throw no(); }
    public Attr setAttr(Node node, AttrChange change) { throw no(); }
    public Node create(Node parent, Name name, int mode, int uid, int gid) { throw no(); }
    public Node mknod(Node parent, Name name, int mode, long rdev, int uid, int gid) { throw no(); }
    public Node mkdir(Node parent, Name name, int mode, int uid, int gid) { throw no(); }
    public Node symlink(Node parent, Name name, byte[] target, int uid, int gid) { throw no(); }
    public void link(Node node, Node parent, Name name) { throw no(); }
    public void unlink(Node parent, Name name) { throw no(); }
    public void rmdir(Node parent, Name name) { throw no(); }
    public void rename(Node parent, Name name, Node toParent, Name toName) { throw no(); }
    public byte[] readlink(Node node) { throw no(); }
    public FileHandle open(Node node, boolean write, boolean append, boolean truncate) { throw no(); }
    public DirHandle openDir(Node node) { throw no(); }
    public byte[] xattr(Node node, byte[] name) { throw no(); }
    public void setXattr(Node node, byte[] name, byte[] value, boolean mustNotExist, boolean mustExist) { throw no(); }
    public void removeXattr(Node node, byte[] name) { throw no(); }
    public List<byte[]> xattrs(Node node) { throw no(); }
    public StatFs statFs() { throw no(); }
    public void sync() { throw no(); }
    @Override public void close() { throw no(); }
}
