package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.TestDrive;
import io.amberfs.model.Clock;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A test's drive, mounted. */
final class TestMount {
    private final TestDrive drive;
    final Mount mount;

    TestMount(TestDrive drive, Path root, Transport transport) {
        this.drive = drive;
        mount = Mount.start(drive.drive, options(root, transport), Clock.system());
        drive.drive.upstream(mount::flushKernel);
    }

    static MountOptions options(Path root, Transport transport) {
        return new MountOptions(root, Path.of("/srv/a store, with \\"), false, false, transport);
    }

    /** Unmounts, also if it is busy, and closes the drive. */
    void end() throws InterruptedException {
        if (!mount.unmount()) {
            mount.detach();
        }
        assertTrue(mount.awaitEnd(20, TimeUnit.SECONDS));
        drive.close();
    }
}
