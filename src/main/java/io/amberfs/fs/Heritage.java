package io.amberfs.fs;

import io.amberfs.history.View;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Xattr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a new inode is given by the directory it is made in: the group of a setgid one, and the ACLs of one with a default ACL; where there is none, the umask holds. Immutable.
 *
 * @param xattrs the ACLs
 */
record Heritage(int mode, int gid, List<Xattr> xattrs) {
    /** @param mode with its type, as it was asked for */
    static Heritage of(Xattrs xattrs, View view, long dir, Inode parent, int mode, Caller caller) {
        boolean inherit = (parent.mode() & Mode.SETGID) != 0;
        int gid = inherit ? parent.gid() : caller.gid();
        int full = mode | (Mode.isDirectory(mode) && inherit ? Mode.SETGID : 0);
        if (Mode.isLink(mode)) {
            return new Heritage(full, gid, List.of());
        }
        Optional<Acl> passed = xattrs.acl(view, dir, parent, Acl.DEFAULT);
        if (passed.isEmpty()) {
            return new Heritage(full & ~(caller.umask() & 0777), gid, List.of());
        }
        Acl.Inherited inherited = passed.get().inherited(full);
        List<Xattr> acls = new ArrayList<>();
        inherited.acl().ifPresent(acl -> acls.add(new Xattr(Acl.ACCESS, acl.toBytes())));
        if (Mode.isDirectory(mode)) {
            acls.add(new Xattr(Acl.DEFAULT, passed.get().toBytes()));
        }
        return new Heritage(inherited.mode(), gid, List.copyOf(acls));
    }
}
