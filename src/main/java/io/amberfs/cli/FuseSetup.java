package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether this machine can mount at all. Immutable. @param root of the file system; a test gives its own */
record FuseSetup(Path root) {
    private static final List<String> LIBRARIES = List.of("usr/lib", "lib", "usr/lib64", "lib64", "usr/local/lib");

    /** @param byLibrary whether the drive is mounted through libfuse */
    void check(boolean byLibrary, boolean allowOther, boolean superuser) {
        if (!Files.exists(root.resolve("dev/fuse"))) {
            throw new Refusal(ExitCode.ERROR, "there is no /dev/fuse: run modprobe fuse as root; a container needs --device /dev/fuse --cap-add SYS_ADMIN");
        }
        if (byLibrary && LIBRARIES.stream().map(root::resolve).noneMatch(FuseSetup::hasLibrary)) {
            throw new Refusal(ExitCode.ERROR, "libfuse.so.2 is missing: run apt-get install libfuse2 as root");
        }
        if (!superuser && !hasProgram()) {
            throw new Refusal(ExitCode.ERROR, "fusermount3 is missing: run apt-get install fuse3 as root");
        }
        if (allowOther && !superuser && !mayAllowOther()) {
            throw new Refusal(ExitCode.ERROR, "--allow-other needs the line user_allow_other in /etc/fuse.conf: add it as root");
        }
    }

    private boolean hasProgram() {
        return List.of("usr/bin", "bin", "usr/local/bin").stream().map(root::resolve)
            .anyMatch(directory -> Files.exists(directory.resolve("fusermount")) || Files.exists(directory.resolve("fusermount3")));
    }

    private boolean mayAllowOther() {
        try {
            return Files.readAllLines(root.resolve("etc/fuse.conf"), StandardCharsets.ISO_8859_1).stream().anyMatch(line -> line.strip().equals("user_allow_other"));
        } catch (IOException e) {
            return false; // no such file: the default is no
        }
    }

    /** In the directory itself or, as on Debian, in one for the machine's kind. */
    private static boolean hasLibrary(Path directory) {
        if (Files.exists(directory.resolve("libfuse.so.2"))) {
            return true;
        }
        try (DirectoryStream<Path> kinds = Files.newDirectoryStream(directory, "*-linux-gnu*")) {
            for (Path kind : kinds) {
                if (Files.exists(kind.resolve("libfuse.so.2"))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }
}
