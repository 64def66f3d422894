package io.amberfs.mount;

import io.amberfs.fs.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to mount.
 *
 * @param mountpoint an empty directory
 * @param store      shown as the device in mount tables
 * @param allowOther whether users other than the one who mounts may enter (their permissions are checked either way)
 * @param flags      what the kernel is to hold to on this mount: {@code nodev}, {@code nosuid}, {@code noexec}, or the opposite
 * @param root       the directory that is mounted: that of the present, or of a commit
 */
public record MountOptions(Path mountpoint, Path store, boolean readOnly, boolean allowOther, Transport transport, List<String> flags, Node root) {
    /** Most bytes of one read or write: what libfuse 2.9's buffer has room for. */
    static final int REQUEST_MAX = 128 << 10;

    public MountOptions {
        flags = List.copyOf(flags);
    }

    /** The present. */
    public MountOptions(Path mountpoint, Path store, boolean readOnly, boolean allowOther, Transport transport, List<String> flags) {
        this(mountpoint, store, readOnly, allowOther, transport, flags, Node.ROOT);
    }

    public MountOptions(Path mountpoint, Path store, boolean readOnly, boolean allowOther) {
        this(mountpoint, store, readOnly, allowOther, Transport.KERNEL, List.of());
    }

    /** The same for the root directory of another time. */
    public MountOptions withRoot(Node other) {
        return new MountOptions(mountpoint, store, readOnly, allowOther, transport, flags, other);
    }

    /**
     * The arguments for libfuse, as for a main(): the mount takes its own out, and the session the rest. {@code dev,suid} undo libfuse's own default where they
     * are allowed: a drive keeps device nodes and setuid programs like any other.
     */
    List<String> arguments(boolean root) {
        List<String> options = new ArrayList<>(List.of("fsname=" + escaped(source()), "subtype=amberfs", "default_permissions",
            "noatime", "big_writes", "atomic_o_trunc", "no_splice_read", "no_splice_write", "no_splice_move", "max_write=" + REQUEST_MAX, "max_read=" + REQUEST_MAX,
            "max_background=64"));
        if (root) {
            options.add("dev");
            options.add("suid");
        }
        options.addAll(flags);
        if (allowOther) {
            options.add("allow_other");
        }
        if (readOnly) {
            options.add("ro");
        }
        return List.of("amberfs", "-o", String.join(",", options));
    }

    /** What mount tables show as the device. */
    String source() {
        return "amberfs#" + store;
    }

    /** libfuse splits at commas and takes what follows a backslash as it is. */
    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,");
    }
}
