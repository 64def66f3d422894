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
 * @param transport  if it cannot be had, the other one is taken
 * @param allowOther whether users other than the one who mounts may enter (their permissions are checked either way)
 * @param flags      what the kernel is to hold to on this mount: {@code nodev}, {@code nosuid}, {@code noexec}, or the opposite
 * @param root       the directory that is mounted: that of the present, or of a commit
 */
public record MountOptions(Path mountpoint, Path store, boolean readOnly, boolean allowOther, Transport transport, List<String> flags, Node root) {
    /** Most bytes of one read or write: what libfuse 2.9's buffer has room for. */
    static final int REQUEST_MAX = 128 << 10;
    private static final long MS_RDONLY = 1;
    private static final long MS_NOSUID = 1 << 1;
    private static final long MS_NODEV = 1 << 2;
    private static final long MS_NOEXEC = 1 << 3;
    private static final long MS_NOATIME = 1 << 10;

    public MountOptions {
        flags = List.copyOf(flags);
    }

    /** The present. */
    public MountOptions(Path mountpoint, Path store, boolean readOnly, boolean allowOther, Transport transport, List<String> flags) {
        this(mountpoint, store, readOnly, allowOther, transport, flags, Node.ROOT);
    }

    public MountOptions(Path mountpoint, Path store, boolean readOnly, boolean allowOther, Transport transport) {
        this(mountpoint, store, readOnly, allowOther, transport, List.of());
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

    /** Flags for mount(2); of two that contradict each other the last one counts. */
    long mountFlags() {
        long set = MS_NOATIME | (readOnly ? MS_RDONLY : 0);
        for (String flag : flags) {
            boolean not = flag.startsWith("no");
            long bit = switch (not ? flag.substring(2) : flag) {
                case "suid" -> MS_NOSUID;
                case "dev" -> MS_NODEV;
                case "exec" -> MS_NOEXEC;
                default -> throw new IllegalArgumentException("no flag of a mount is called " + flag);
            };
            set = not ? set | bit : set & ~bit;
        }
        return set;
    }

    /** Options for fusermount. */
    String fusermount() {
        List<String> options = new ArrayList<>(List.of("fsname=" + escaped(source()), "subtype=amberfs", "default_permissions", "noatime"));
        options.addAll(flags);
        if (allowOther) {
            options.add("allow_other");
        }
        if (readOnly) {
            options.add("ro");
        }
        return String.join(",", options);
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
