package io.amberfs.fs;

import io.amberfs.codec.XattrCodec;
import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import io.amberfs.history.View;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import io.amberfs.model.Xattr;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads extended attributes through a view; POSIX ACLs are two of them. Thread-safe. */
public final class Xattrs {
    private static final List<String> NAMESPACES = List.of("user.", "security.", "trusted.");

    private final Records records;

    public Xattrs(Records records) {
        this.records = records;
    }

    /** @throws FsException ENODATA when there is no such attribute, EOPNOTSUPP for namespaces that are not kept */
    byte[] get(View view, long ino, byte[] name) {
        requireKept(name);
        if (!records.inode(view, ino).hasXattrs()) {
            throw new FsException(Errno.ENODATA);
        }
        return find(view, ino, name).value();
    }

    List<byte[]> list(View view, long ino) {
        return all(view, ino).stream().map(Xattr::name).toList();
    }

    /** All attributes of an inode. */
    public List<Xattr> all(View view, long ino) {
        return all(view, ino, records.inode(view, ino));
    }

    List<Xattr> all(View view, long ino, Inode inode) {
        List<Xattr> all = new ArrayList<>();
        if (inode.hasXattrs()) {
            byte[] prefix = RowKey.of(records.volume(), RowKey.XATTR, ino);
            try (Scan scan = view.scan(prefix, prefix)) {
                while (scan.next()) {
                    all.add(XattrCodec.decode(scan.value()));
                }
            }
        }
        return all;
    }

    static boolean areSame(List<Xattr> some, List<Xattr> others) {
        return some.size() == others.size() && some.stream().allMatch(a -> others.stream().anyMatch(b -> Arrays.equals(a.name(), b.name()) && Arrays.equals(a.value(), b.value())));
    }

    Xattr find(View view, long ino, byte[] name) {
        Xattr xattr = view.get(records.xattrKey(ino, name)).map(XattrCodec::decode).orElseThrow(() -> new FsException(Errno.ENODATA));
        if (!Arrays.equals(xattr.name(), name)) {
            throw new CorruptException("an attribute of inode " + ino + " stands in the place of another name");
        }
        return xattr;
    }

    /** The ACL that {@code name} is the attribute of, if {@code inode} has one. */
    Optional<Acl> acl(View view, long ino, Inode inode, byte[] name) {
        if (!inode.hasXattrs() || view.get(records.xattrKey(ino, name)).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Acl.kept(find(view, ino, name).value()));
    }

    static void requireKept(byte[] name) {
        if (name.length > Limits.XATTR_NAME_MAX) {
            throw new FsException(Errno.ERANGE);
        } else if (Acl.isName(name)) {
            return;
        }
        String text = new String(name, StandardCharsets.ISO_8859_1);
        if (NAMESPACES.stream().noneMatch(space -> text.startsWith(space) && text.length() > space.length())) {
            throw new FsException(Errno.EOPNOTSUPP);
        }
    }
}
