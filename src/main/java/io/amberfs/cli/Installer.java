package io.amberfs.cli;

import io.amberfs.model.Entropy;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The files by which the system mounts drives: what mount(8) calls, and a unit for systemd.
 *
 * <ul>
 *   <li>Each has a line that says it is ours. What lacks it is neither replaced nor removed, unless forced.</li>
 *   <li>A file is put in place by renaming: nobody sees half of one.</li>
 * </ul>
 *
 * Immutable.
 */
final class Installer {
    /** A file. @param mode as {@code rwxr-xr-x} */
    record Item(Path path, String text, String mode) {
    }

    private static final String MARK = "# Made by amberfs install; amberfs install --remove takes it away.";
    /** More than any of ours. */
    private static final long SIZE_MAX = 1 << 16;

    private final List<Item> items;
    private final boolean force;

    /** @param force also where a file is not ours */
    Installer(List<Item> items, boolean force) {
        this.items = List.copyOf(items);
        this.force = force;
    }

    /** What mount(8) calls for the type {@code amberfs}. @param launcher absolute */
    static Item fstab(Path prefix, String launcher) {
        return new Item(prefix.resolve("sbin/mount.amberfs"), String.join("\n", "#!/bin/sh", MARK, "# mount(8) calls it with: STORE DIR [-sfnv] [-o OPTIONS]",
            "PATH=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}", "export PATH",
            "exec '" + launcher.replace("'", "'\\''") + "' fstab-mount -- \"$@\"", ""), "rwxr-xr-x");
    }

    /** A template: the instance names a directory below the home of the user. @param folder of systemd, for units of users */
    static Item unit(Path folder, String launcher) {
        String program = quoted(launcher);
        return new Item(folder.resolve("amberfs@.service"), String.join("\n", MARK, "# systemctl --user enable --now amberfs@drive mounts ~/drive.", "",
            "[Unit]", "Description=amberfs drive at %h/%I", "",
            "[Service]", "Type=notify", "# Such as AMBERFS_STORE=/srv/store or AMBERFS_PASSWORD_COMMAND=...", "EnvironmentFile=-%h/.config/amberfs/%i.env",
            "ExecStart=" + program + " mount --foreground \"%h/%I\"", "ExecStop=" + program + " umount \"%h/%I\"",
            "# That of a drive which was told to end by a signal.", "SuccessExitStatus=143", "TimeoutStartSec=5min", "TimeoutStopSec=1min", "",
            "[Install]", "WantedBy=default.target", ""), "rw-r--r--");
    }

    private static String quoted(String program) {
        return '"' + program.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%").replace("$", "$$") + '"';
    }

    /** @return what was made or replaced */
    List<Path> install() {
        items.forEach(this::refuseOthers);
        return items.stream().map(item -> {
            try {
                Files.createDirectories(item.path().getParent());
                Path fresh = item.path().resolveSibling("." + item.path().getFileName() + "." + HexFormat.of().formatHex(Entropy.system().bytes(8)));
                try {
                    Files.writeString(fresh, item.text());
                    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(item.mode()));
                    Files.move(fresh, item.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                } finally {
                    Files.deleteIfExists(fresh);
                }
                return item.path();
            } catch (IOException e) {
                throw failed("write", item.path(), e);
            }
        }).toList();
    }

    /** @return what was there and is gone */
    List<Path> remove() {
        items.forEach(this::refuseOthers);
        List<Path> removed = new ArrayList<>();
        for (Item item : items) {
            try {
                if (Files.deleteIfExists(item.path())) {
                    removed.add(item.path());
                }
            } catch (IOException e) {
                throw failed("remove", item.path(), e);
            }
        }
        return removed;
    }

    private void refuseOthers(Item item) {
        try {
            if (!force && Files.exists(item.path(), LinkOption.NOFOLLOW_LINKS) && !isOurs(item.path())) {
                throw new Refusal(ExitCode.ERROR, item.path() + " was not made by amberfs install: nothing was changed; look at it, then use --force");
            }
        } catch (IOException e) {
            throw failed("read", item.path(), e);
        }
    }

    private static boolean isOurs(Path path) throws IOException {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) <= SIZE_MAX
            && Files.readString(path, StandardCharsets.ISO_8859_1).lines().limit(3).anyMatch(MARK::equals);
    }

    private static Refusal failed(String act, Path path, IOException e) {
        return new Refusal(ExitCode.ERROR, "cannot " + act + " " + path + ": " + Reasons.of(e), e);
    }
}
