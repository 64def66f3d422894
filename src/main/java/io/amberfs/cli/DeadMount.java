package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Takes away the mount of a drive whose daemon has died: nobody serves it, so there is nothing to flush. Stateless. */
final class DeadMount {
    private DeadMount() {
    }

    /** Does nothing unless {@code directory}, an absolute path, is the mountpoint of this very store, and dead. */
    static void clear(Path directory, Path store, List<MountPoint> mounts) {
        boolean dead = MountPoint.of(store, mounts).anyMatch(mount -> mount.path().equals(directory)) && MountTarget.isDead(directory);
        if (dead) {
            detach(directory);
        }
    }

    static void detach(Path mount) {
        for (String program : List.of("fusermount3", "fusermount")) {
            if (run(program, "-u", "-z", mount.toString())) {
                return;
            }
        }
        throw new Refusal(ExitCode.ERROR, "the daemon of " + mount + " is dead, and fusermount3 could not detach it: run umount -l " + mount + " as root");
    }

    private static boolean run(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Secrets.withoutSecrets(builder);
        try {
            return builder.start().waitFor() == 0;
        } catch (IOException e) {
            return false; // no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }
}
