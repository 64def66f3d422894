package io.amberfs.mount;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Finds out beforehand why a mount would fail: libfuse only writes its reasons to standard error. Each check throws a {@link Refusal} that says what to do. */
final class MountCheck {
    private static final Path DEVICE = Path.of("/dev/fuse");
    private static final Path CONFIGURATION = Path.of("/etc/fuse.conf");

    private static final int ENOTCONN = 107;
    /** It has 120 bytes on 64-bit Linux. */
    private static final int STATFS_BYTES_MAX = 256;

    private MountCheck() {
    }

    static LibFuse library() {
        try {
            return LibFuse.load();
        } catch (UnsatisfiedLinkError e) {
            throw new Refusal(ExitCode.ERROR, "libfuse 2.9 (libfuse.so.2) is not installed: run 'apt-get install libfuse2 fuse3' as root", e);
        }
    }

    static void system(boolean root, boolean allowOther) {
        if (!Files.exists(DEVICE)) {
            throw refusal(DEVICE + " is missing: run 'modprobe fuse' as root; in a container, start it with --device " + DEVICE + " --cap-add SYS_ADMIN");
        }
        if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
            throw refusal(DEVICE + " cannot be opened by this user: run 'chmod 666 " + DEVICE + "' as root");
        }
        if (!root && unmounter().isEmpty()) {
            throw refusal("fusermount is not installed: run 'apt-get install fuse3' as root");
        }
        if (!root && allowOther && !othersAllowed(read(CONFIGURATION))) {
            throw refusal("--allow-other needs a line 'user_allow_other' in " + CONFIGURATION + ": add it as root, or mount without the option");
        }
    }

    /**
     * A mount of the same store whose daemon is dead is taken away: after a crash a drive is mounted again without further ado. Whoever calls this owns the
     * store, so no other process can be serving it.
     *
     * @param source what the mount tables show for the store
     * @return the mountpoint without symlinks
     */
    static Path mountpoint(Path given, String source, LibC libC) {
        boolean root = libC.geteuid() == 0;
        Path path = withRealParent(given.toAbsolutePath().normalize());
        removeDead(path, source, libC);
        refuseMounted(path);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw refusal("the mountpoint " + given + " does not exist: make it with 'mkdir -p " + given + "'");
        }
        if (!Files.isDirectory(path)) {
            throw refusal("the mountpoint " + given + " is not a directory: choose an empty directory");
        }
        Path real = real(path);
        removeDead(real, source, libC);
        refuseMounted(real);
        if (!isEmpty(real)) {
            throw refusal("the mountpoint " + given + " is not empty: choose an empty directory, since a mount would hide what is in it");
        }
        if (!root && !Files.isWritable(real)) {
            throw refusal("the mountpoint " + given + " is not yours to write: choose a directory that you own");
        }
        return real;
    }

    /** Without symlinks ahead of the last name: as mount tables have it. The last name is not looked at: a dead mount there would fail. */
    private static Path withRealParent(Path path) {
        try {
            return path.getParent() == null ? path : path.getParent().toRealPath().resolve(path.getFileName());
        } catch (IOException e) {
            return path;
        }
    }

    private static void removeDead(Path path, String source, LibC libC) {
        boolean ours = MountTable.read().at(path).filter(line -> line.isFuse() && line.source().equals(source)).isPresent();
        if (ours && isDead(path, libC)) {
            new Unmount(libC, path).detach();
        }
    }

    private static boolean isDead(Path path, LibC libC) {
        Runtime runtime = Runtime.getSystemRuntime();
        Pointer statfs = Memory.allocateDirect(runtime, STATFS_BYTES_MAX, true);
        return libC.statfs(Text.terminated(path.toString()), statfs) != 0 && LastError.getLastError(runtime) == ENOTCONN;
    }

    private static void refuseMounted(Path path) {
        Optional<MountTable.Line> line = MountTable.read().at(path);
        if (line.isPresent()) {
            String hint = line.get().isFuse() ? "unmount it with 'fusermount3 -u " + path + "' first" : "choose another directory";
            throw refusal("on the mountpoint " + path + " " + line.get().source() + " is mounted already: " + hint);
        }
    }

    /** The program that unmounts for users other than root. */
    static Optional<Path> unmounter() {
        String path = System.getenv("PATH");
        return Stream.of("fusermount3", "fusermount")
            .flatMap(program -> Stream.of((path == null ? "/usr/bin:/bin" : path).split(File.pathSeparator)).map(directory -> Path.of(directory, program)))
            .filter(Files::isExecutable).findFirst();
    }

    static boolean othersAllowed(String configuration) {
        return configuration.lines().anyMatch(line -> line.strip().equals("user_allow_other"));
    }

    private static boolean isEmpty(Path directory) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "the mountpoint " + directory + " cannot be read (" + e.getMessage() + "): choose a directory that you own", e);
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "the mountpoint " + path + " cannot be reached (" + e.getMessage() + "): choose another directory", e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static Refusal refusal(String message) {
        return new Refusal(ExitCode.ERROR, message);
    }
}
