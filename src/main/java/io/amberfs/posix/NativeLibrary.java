package io.amberfs.posix;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;

/**
 * A native library within a jar, unpacked once for each user and version: a process that is killed leaves no copy behind, and the next one starts sooner.
 *
 * <ul>
 * <li>The copy lies in {@code ~/.cache/amberfs/CHECKSUM/}, is written under another name, synced and renamed: it is whole or not there. An OS lock lets one process unpack.
 * <li>It is loaded only if nobody but its owner (us) and root can have put it there or changed it, and if it has the length and checksum that the jar says.
 * <li>Where no such folder can be had, or nothing may be run from it, a private temporary copy is unpacked, loaded and deleted at once.
 * </ul>
 *
 * <p>Immutable; unpacking is guarded by the class.
 */
public final class NativeLibrary {
    private static final FileAttribute<?> PRIVATE = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Set<PosixFilePermission> OTHERS_WRITE = Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final int STICKY = 01000;
    private static final int PIECE = 64 << 10;

    private final URL resource;
    private final String name;
    private final long length;
    private final long checksum;

    private NativeLibrary(URL resource, String name, long length, long checksum) {
        this.resource = resource;
        this.name = name;
        this.length = length;
        this.checksum = checksum;
    }

    /** The resource {@code path} of the jar that {@code owner} is in; empty if it has none for this machine, or is no jar. */
    public static Optional<NativeLibrary> in(Class<?> owner, String path) {
        return in(owner, path, path.substring(path.lastIndexOf('/') + 1));
    }

    /** @param name what the copy must be called to be loaded */
    public static Optional<NativeLibrary> in(Class<?> owner, String path, String name) {
        URL resource = owner.getResource("/" + path);
        try {
            if (resource == null || !(resource.openConnection() instanceof JarURLConnection connection)) {
                return Optional.empty();
            }
            connection.setUseCaches(false);
            try (JarFile jar = connection.getJarFile()) {
                JarEntry entry = jar.getJarEntry(path);
                return Optional.of(new NativeLibrary(resource, name, entry.getSize(), entry.getCrc()));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @param loader is given the file; may throw UnsatisfiedLinkError */
    public void load(Map<String, String> environment, Consumer<Path> loader) {
        Optional<Path> kept = cache(environment).flatMap(this::kept);
        if (kept.isPresent()) {
            try {
                loader.accept(kept.get());
                return;
            } catch (UnsatisfiedLinkError e) {
                loadOnce(loader);
                return;
            }
        }
        loadOnce(loader);
    }

    /** The checked copy in {@code cache}, made if need be; empty if that cannot be. */
    Optional<Path> kept(Path cache) {
        synchronized (NativeLibrary.class) {
            try {
                Path folder = Files.createDirectories(cache.resolve(Long.toHexString(checksum)), PRIVATE);
                Path file = folder.resolve(name);
                if (!isOurs(folder)) {
                    return Optional.empty();
                } else if (!isWhole(file)) {
                    unpackInto(folder, file);
                }
                return Optional.of(file).filter(this::isWhole);
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }

    private void unpackInto(Path folder, Path file) throws IOException {
        try (FileChannel guard = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock lock = guard.lock()) {
            if (!isWhole(file)) {
                Path fresh = folder.resolve(name + ".new");
                Files.deleteIfExists(fresh);
                unpack(fresh);
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private void unpack(Path file) throws IOException {
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rwx------");
        try (InputStream from = resource.openStream(); FileChannel to = FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(mode))) {
            byte[] piece = new byte[PIECE];
            for (int count = from.read(piece); count > 0; count = from.read(piece)) {
                java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(piece, 0, count);
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
            }
            to.force(true);
        }
    }

    private void loadOnce(Consumer<Path> loader) {
        try {
            Path folder = Files.createTempDirectory("amberfs-", PRIVATE);
            Path file = folder.resolve(name);
            try {
                unpack(file);
                loader.accept(file);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UnsatisfiedLinkError("cannot unpack " + name + " into " + System.getProperty("java.io.tmpdir") + ": " + e.getMessage());
        }
    }

    private boolean isWhole(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != length || !isUntouchable(file, owner())) {
                return false;
            }
            CRC32 sum = new CRC32();
            byte[] piece = new byte[PIECE];
            try (InputStream from = Files.newInputStream(file)) {
                for (int count = from.read(piece); count > 0; count = from.read(piece)) {
                    sum.update(piece, 0, count);
                }
            }
            return sum.getValue() == checksum;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether nobody else can change what {@code folder} leads to, all the way from the root. */
    private static boolean isOurs(Path folder) throws IOException {
        int owner = owner();
        for (Path at = folder.toRealPath(); at != null; at = at.getParent()) {
            if (!isUntouchable(at, owner)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUntouchable(Path path, int owner) throws IOException {
        Map<String, Object> unix = Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        int uid = (Integer) unix.get("uid");
        boolean othersWrite = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).stream().anyMatch(OTHERS_WRITE::contains);
        boolean isSticky = Files.isDirectory(path) && ((Integer) unix.get("mode") & STICKY) != 0;
        return (uid == owner || uid == 0) && (!othersWrite || isSticky);
    }

    private static int owner() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    private static Optional<Path> cache(Map<String, String> environment) {
        Optional<Path> named = Optional.ofNullable(environment.get("XDG_CACHE_HOME")).map(Path::of).filter(Path::isAbsolute);
        return named.or(() -> Optional.ofNullable(environment.get("HOME")).map(home -> Path.of(home, ".cache")).filter(Path::isAbsolute)).map(base -> base.resolve("amberfs"));
    }
}
