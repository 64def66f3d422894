package io.amberfs.cli;

import io.amberfs.model.Limits;
import io.amberfs.model.Mode;
import io.amberfs.posix.Descriptor;
import io.amberfs.posix.Directory;
import io.amberfs.posix.FileStat;
import io.amberfs.posix.PosixException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Gives an inode the owner, mode, times and extended attributes of the past: those that differ, and no others.
 *
 * <ul>
 *   <li>Order matters: attributes of the user need the mode the file was made with; a change of owner takes away setuid and capabilities, so that mode comes
 *       after it and capabilities after both; times come last.
 *   <li>Where the owner cannot be given away, setuid and setgid are not set either: they would lend the rights of somebody else.
 *   <li>The access time is set along with the modification time and not compared: reading a file to compare it would change it.
 *   <li>Ours to remove are user.*, security.capability and the POSIX ACLs (a default ACL of the target would otherwise open what was closed).
 *       trusted.* are set but never removed; labels of security modules are the target system's own.
 * </ul>
 *
 * <p>Confined to the thread of the restore.
 */
final class RestoreAttributes {
    private static final String CAPABILITY = "security.capability";

    private final RestoreReport report;
    private final boolean root = Directory.asRoot();

    RestoreAttributes(RestoreReport report) {
        this.report = report;
    }

    /** The name of an attribute as a map key: one char per byte, so that any bytes pass. */
    static String key(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    /** Whether {@link #mend} would change something that it may change. */
    boolean differ(Descriptor there, RestoreEntry past) throws PosixException {
        return settle(there, past, true);
    }

    /** Returns whether something was changed. */
    boolean mend(Descriptor there, RestoreEntry past) throws PosixException {
        return settle(there, past, false);
    }

    private boolean settle(Descriptor there, RestoreEntry past, boolean dry) throws PosixException {
        FileStat before = there.stat();
        Set<String> present = new HashSet<>();
        there.xattrNames().forEach(name -> present.add(key(name)));
        boolean changed = xattrs(there, past, present, false, dry);
        boolean owned = before.uid() == past.uid() && before.gid() == past.gid();
        if (!owned) {
            boolean given = dry ? root : chown(there, past);
            changed |= given;
            owned = given;
        }
        changed |= mode(there, past, owned, dry);
        changed |= xattrs(there, past, present, true, dry);
        if (before.mtime() != past.mtime()) {
            changed = true;
            if (!dry) {
                there.times(past.atime(), past.mtime());
            }
        }
        return changed;
    }

    private boolean mode(Descriptor there, RestoreEntry past, boolean owned, boolean dry) throws PosixException {
        if (Mode.isLink(past.mode())) {
            return false;
        }
        int wanted = past.mode() & Mode.PERMISSIONS;
        if (!owned && !past.isDirectory()) {
            wanted &= ~(Mode.SETUID | Mode.SETGID);
        }
        if (there.stat().permissions() == wanted) {
            return false;
        }
        if (!dry) {
            there.chmod(wanted);
        }
        return true;
    }

    private boolean chown(Descriptor there, RestoreEntry past) throws PosixException {
        try {
            there.chown(past.uid(), past.gid());
            return true;
        } catch (PosixException e) {
            if (!e.is(PosixException.EPERM) && !e.is(PosixException.EINVAL) && !e.is(PosixException.EOPNOTSUPP)) {
                throw e;
            }
        }
        report.ownerKept();
        if (there.stat().gid() != past.gid()) {
            try {
                there.chown(-1, past.gid());
            } catch (PosixException e) {
                if (!e.is(PosixException.EPERM) && !e.is(PosixException.EINVAL) && !e.is(PosixException.EOPNOTSUPP)) {
                    throw e;
                }
            }
        }
        return false;
    }

    /** @param security whether it is the turn of security.*, which come after owner and mode, or of all others */
    private boolean xattrs(Descriptor there, RestoreEntry past, Set<String> present, boolean security, boolean dry) throws PosixException {
        boolean changed = false;
        for (String name : present) {
            if (isSecurity(name) == security && isOurs(name) && !past.xattrs().containsKey(name)) {
                changed |= dry || attempt(past.path(), () -> there.removeXattr(bytes(name)));
            }
        }
        for (Map.Entry<String, byte[]> wanted : past.xattrs().entrySet()) {
            String name = wanted.getKey();
            byte[] value = wanted.getValue();
            if (isSecurity(name) != security) {
                continue;
            }
            if (!isSettable(name) || value.length > Limits.XATTR_VALUE_MAX) {
                if (!dry) {
                    report.attributeSkipped(past.path(), "the attribute " + name + " cannot be set by a restore");
                }
            } else if (!there.hasXattr(bytes(name), value)) {
                changed |= dry || attempt(past.path(), () -> there.setXattr(bytes(name), value));
            }
        }
        return changed;
    }

    private interface Act {
        void run() throws PosixException;
    }

    /** ENOSPC here is the room for attributes of one inode (ext4: a block), not the disk's. */
    private boolean attempt(RestorePath path, Act act) throws PosixException {
        try {
            act.run();
            return true;
        } catch (PosixException e) {
            if (e.is(PosixException.ENODATA)) {
                return false;
            }
            report.attributeSkipped(path, e);
            return false;
        }
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean isSecurity(String name) {
        return name.startsWith("security.");
    }

    private static boolean isOurs(String name) {
        return name.startsWith("user.") || name.equals(CAPABILITY) || name.equals("system.posix_acl_access") || name.equals("system.posix_acl_default");
    }

    private static boolean isSettable(String name) {
        return (isOurs(name) || name.startsWith("trusted.")) && name.length() <= Limits.XATTR_NAME_MAX && name.indexOf('\0') < 0;
    }
}
