package io.amberfs.mount;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jnr.ffi.LastError;
import jnr.ffi.Runtime;

/**
 * Takes a FUSE mount away, by another process: a thread of the daemon that waited in the kernel for the last writes could not be killed, and would keep the connection open that it
 * waits for.
 */
final class Unmount {
    private static final int LOOK_AGAIN_MILLIS = 10;
    private static final Path CONNECTIONS = Path.of("/sys/fs/fuse/connections");

    private final LibC libC;
    private final Path mountpoint;

    Unmount(LibC libC, Path mountpoint) {
        this.libC = libC;
        this.mountpoint = mountpoint;
    }

    /** @return false if files on it are open or a process stands in it; true if it is unmounted, also if it was before */
    boolean run() {
        return run(MountCheck.unmounter().map(program -> List.of(program.toString(), "-u", "--")).orElse(List.of("umount", "--")));
    }

    /** Takes it out of the tree at once, and makes every use of what is still open fail from now on, as far as the system lets this user. */
    void detach() {
        if (libC.geteuid() == 0) {
            int flags = LibC.MNT_FORCE | LibC.MNT_DETACH | LibC.UMOUNT_NOFOLLOW;
            if (libC.umount2(Text.terminated(mountpoint.toString()), flags) != 0) {
                throw refusal("error " + LastError.getLastError(Runtime.getSystemRuntime()));
            }
            return;
        }
        Optional<MountTable.Line> line = MountTable.read().at(mountpoint).filter(MountTable.Line::isFuse);
        run(List.of(MountCheck.unmounter().orElseThrow(() -> refusal("fusermount is not installed")).toString(), "-uz", "--"));
        line.ifPresent(mounted -> abort(mounted.minor()));
    }

    private void abort(int connection) {
        Path switchFile = CONNECTIONS.resolve(connection + "/abort");
        try {
            if (Files.exists(switchFile)) {
                Files.writeString(switchFile, "1", StandardOpenOption.WRITE);
            }
        } catch (IOException e) {
            // Where the connection ended in between, the file is gone: that is what was wanted.
            if (Files.exists(switchFile)) {
                throw new Refusal(ExitCode.ERROR, "cannot end the mount on " + mountpoint + " through " + switchFile + ": " + e.getMessage(), e);
            }
        }
    }

    private boolean run(List<String> program) {
        List<String> command = new ArrayList<>(program);
        command.add(mountpoint.toString());
        try {
            Process process = Program.of(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            // The kernel may go on for seconds to forget millions of names; the mount has ended before.
            while (!process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                if (MountTable.read().at(mountpoint).isEmpty()) {
                    return true;
                }
            }
            if (process.exitValue() == 0 || MountTable.read().at(mountpoint).isEmpty()) {
                return true;
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!output.contains("busy")) {
                throw refusal(output);
            }
            return false;
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot unmount " + mountpoint + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(ExitCode.INTERRUPTED, "interrupted while unmounting " + mountpoint, e);
        }
    }

    private Refusal refusal(String reason) {
        return new Refusal(ExitCode.ERROR, "cannot unmount " + mountpoint + " (" + reason + "): try 'umount " + mountpoint + "' as root");
    }
}
