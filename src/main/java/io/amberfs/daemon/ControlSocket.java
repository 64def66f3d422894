package io.amberfs.daemon;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the control socket of a store is: {@code STORE/control}, or, when that is longer than a Unix socket's path can be, a file in the user's runtime
 * directory named by a hash of the store's real path.
 *
 * <ul><li>Outside a store, a socket is only made or trusted in a directory of ours that nobody else can enter.</li></ul>
 */
public final class ControlSocket {
    /** sun_path of Linux is 108 bytes with its NUL. */
    static final int PATH_MAX = 107;
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private ControlSocket() {
    }

    /** Where the owner of the store listens; makes the directory when it is not in the store. */
    public static Path pathFor(Path store) {
        Path path = candidates(store, System.getenv()).get(0);
        if (!path.startsWith(real(store))) {
            makePrivate(path.getParent());
        }
        return path;
    }

    /** Where the owner may be listening, likeliest first; those that another user could have made are left out. */
    static List<Path> trusted(Path store) {
        Path real = real(store);
        return candidates(store, System.getenv()).stream().filter(path -> path.startsWith(real) || isPrivate(path.getParent())).toList();
    }

    /** The owner may have been started with another environment than the command: so there can be two. */
    static List<Path> candidates(Path store, Map<String, String> environment) {
        Path real = real(store);
        Path inside = real.resolve("control");
        if (inside.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_MAX) {
            return List.of(inside);
        }
        String name = hash(real) + ".control";
        List<Path> found = new ArrayList<>();
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (runtime.startsWith("/") && Files.isDirectory(Path.of(runtime)) && runtime.length() + name.length() + 10 <= PATH_MAX) {
            found.add(Path.of(runtime, "amberfs", name));
        }
        found.add(Path.of("/tmp/amberfs-" + Peer.ownUid(), name));
        return found;
    }

    /** 160 bits: nobody gains by a collision, since the directory is private. */
    private static String hash(Path real) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(real.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path real(Path store) {
        try {
            return store.toRealPath();
        } catch (IOException e) {
            return store.toAbsolutePath().normalize();
        }
    }

    private static void makePrivate(Path directory) {
        try {
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
            }
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot make the directory " + directory + " for the control socket: " + e.getMessage(), e);
        }
        if (!isPrivate(directory)) {
            throw new Refusal(ExitCode.ERROR, directory + " is not a directory of yours with mode 0700: remove it, or use a store with a shorter path");
        }
    }

    private static boolean isPrivate(Path directory) {
        try {
            PosixFileAttributes attributes = Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Set<PosixFilePermission> open = EnumSet.copyOf(attributes.permissions());
            open.removeAll(PRIVATE);
            return attributes.isDirectory() && open.isEmpty() && attributes.owner().equals(Peer.self());
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
