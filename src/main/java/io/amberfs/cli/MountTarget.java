package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks the directory that a drive is to be mounted on; each refusal says what to do.
 *
 * <p>A mount that a dead daemon of the same store left there is let pass: the next daemon takes it away once it owns the store.
 */
final class MountTarget {
    private MountTarget() {
    }

    /** @param typed absolute @return its real path */
    static Path check(Path typed, Path store, List<MountPoint> mounts) {
        refuseUnlessUtf8(typed);
        Path parent = typed.getParent();
        Path direct = parent == null ? typed : parent.toFile().isDirectory() ? real(parent).resolve(typed.getFileName()) : typed;
        if (isLeftBehind(direct, store, mounts)) {
            return direct;
        }
        refuseMounted(typed, mounts);
        if (!Files.exists(typed, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal(ExitCode.ERROR, "there is no directory " + typed + ": run mkdir -p " + typed);
        }
        if (!Files.isDirectory(typed)) {
            throw new Refusal(ExitCode.ERROR, typed + " is not a directory: name an empty directory to mount on");
        }
        Path real = real(typed);
        refuseUnlessUtf8(real);
        refuseMounted(real, mounts);
        if (real.startsWith(store)) {
            throw new Refusal(ExitCode.ERROR, typed + " lies in the store " + store + ": mount on a directory outside it");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(real)) {
            if (entries.iterator().hasNext()) {
                throw new Refusal(ExitCode.ERROR, typed + " is not empty: mount on an empty directory, since the drive would hide what is there");
            }
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot look into " + typed + ": " + Reasons.of(e), e);
        }
        return real;
    }

    private static void refuseUnlessUtf8(Path path) {
        if (!RawText.isUtf8(RawPath.text(path))) {
            throw new Refusal(ExitCode.USAGE, "the path " + RawPath.shown(path) + " is not UTF-8: mount on a directory whose path is");
        }
    }

    private static boolean isLeftBehind(Path path, Path store, List<MountPoint> mounts) {
        return MountPoint.at(path, mounts).flatMap(MountPoint::store).filter(of -> of.equals(store) || of.equals(real(store))).isPresent() && isDead(path);
    }

    private static void refuseMounted(Path path, List<MountPoint> mounts) {
        MountPoint.at(path, mounts).ifPresent(mount -> {
            if (isDead(path)) {
                throw new Refusal(ExitCode.ERROR, path + " is the mountpoint of a drive whose daemon has died: run amberfs umount " + path);
            }
            String what = mount.store().map(store -> "the drive of the store " + store).orElse("a " + mount.type() + " filesystem");
            throw new Refusal(ExitCode.ERROR, path + " is already a mountpoint, of " + what + ": unmount it first, or name another directory");
        });
    }

    /**
     * Whether nobody serves the mount any more: it answers ENOTCONN, which the JDK gives only as text in the user's language. To be asked of mountpoints. Asked for its size, since
     * the kernel may remember its attributes.
     */
    static boolean isDead(Path mount) {
        try {
            Files.getFileStore(mount).getTotalSpace();
            return false;
        } catch (AccessDeniedException | NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static Path real(Path typed) {
        try {
            return typed.toRealPath();
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot look into " + typed + ": " + Reasons.of(e), e);
        }
    }
}
