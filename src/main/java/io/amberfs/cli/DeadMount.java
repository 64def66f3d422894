package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Takes away the mount of a drive whose daemon has died: nobody serves it, so there is nothing to flush. Stateless. */
final class DeadMount {
    private static final int LOOK_AGAIN_MILLIS = 10;

    private DeadMount() {
    }

    /** Does nothing unless {@code directory}, an absolute path, is the mountpoint of this very store, and dead. */
    static void clear(Path directory, Path store, List<MountPoint> mounts) {
        boolean dead = MountPoint.of(store, mounts).anyMatch(mount -> mount.path().equals(directory)) && MountTarget.isDead(directory);
        if (dead) {
            detach(directory);
        }
    }

    /** Returns when the directory is free. The kernel then still forgets what it knew of the mount, for seconds if that are millions of names; nobody needs to wait for that. */
    static void detach(Path mount) {
        for (String program : List.of("fusermount3", "fusermount")) {
            if (run(mount, program, "-u", "-z", mount.toString())) {
                return;
            }
        }
        throw new Refusal(ExitCode.ERROR, "the daemon of " + mount + " is dead, and fusermount3 could not detach it: run umount -l " + mount + " as root");
    }

    private static boolean run(Path mount, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Secrets.withoutSecrets(builder);
        try {
            long before = countAt(mount);
            Process process = builder.start();
            while (!process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                if (countAt(mount) < before) {
                    return true;
                }
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false; // no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }

    private static long countAt(Path mount) {
        return MountPoint.all().stream().filter(each -> each.path().equals(mount)).count();
    }
}
