package io.amberfs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What mount(8) gets to see. */
@Timeout(60)
class FstabCommandTest {
    @TempDir
    Path root;
    private CommandBench bench;
    private Path drive;

    @BeforeEach
    void start() throws Exception {
        bench = new CommandBench(root).withFuse();
        drive = Files.createDirectory(root.resolve("drive"));
        bench.environment.remove("AMBERFS_STORE");
        bench.backend.exists = true;
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private int mount(String... words) {
        return bench.run(Stream.concat(Stream.of("fstab-mount", "--"), Stream.of(words)).toArray(String[]::new));
    }

    @Test
    void wrongUsageIsOneAndNamesWhatIsWrong() {
        assertEquals(1, mount("amberfs#" + bench.store, drive.toString(), "-o", "rw,size=5"));
        assertTrue(bench.err.contains("'size=5'"), bench.err);
        assertEquals(1, mount("amberfs#" + bench.store));
        assertTrue(bench.err.contains("mount.amberfs STORE DIR"), bench.err);
        assertEquals(1, mount("a", "b", "-x"));
        assertEquals(1, mount("a", "b", "-o"));
        assertEquals(1, mount("a", "b", "-N", "/proc/1/ns/mnt"), "mount namespaces are not switched");
    }

    @Test
    void aDriveThatCannotBeMountedIs32() {
        bench.backend.exists = false;
        assertEquals(32, mount("amberfs#" + bench.store, drive.toString(), "-o", "rw"));
        assertTrue(bench.err.contains("there is no store at " + bench.store), bench.err);
        bench.backend.exists = true;
        assertEquals(32, mount(bench.store.toString(), root.resolve("missing").toString(), "-o", "rw"));
        assertTrue(bench.err.contains("mkdir -p"), bench.err);
    }

    @Test
    void withoutAKeyAndATerminalItSaysWhatToWriteIntoFstab() {
        assertEquals(32, mount(bench.store.toString(), drive.toString(), "-o", "rw"));
        assertTrue(bench.err.contains("key_file="), bench.err);
    }

    @Test
    void theSecretsOfItsOptionsAreTakenAndTheLettersOfMountAreKnown() {
        assertEquals(0, mount("-sfnv", bench.store.toString(), drive.toString(), "-t", "amberfs", "-o", "rw,size=5,key_file=/etc/drive.key"), bench.err);
        assertEquals(List.of(), bench.backend.done, "-f mounts nothing");
        assertEquals(32, mount(bench.store.toString(), drive.toString(), "-o", "password_file=missing"));
        assertTrue(bench.err.contains("cannot read the passphrase from " + root.resolve("missing")), bench.err);
    }

    @Test
    void aDriveThatIsThereAlreadyIsNoFailure() {
        bench.mounts.add(new MountPoint(drive, "fuse.amberfs", "amberfs#" + bench.store));
        assertEquals(0, mount(bench.store.toString(), drive.toString(), "-v", "-o", "rw"), bench.err);
        assertTrue(bench.out.contains("already mounted at " + drive), bench.out);
        bench.mounts.clear();
        bench.mounts.add(new MountPoint(drive, "fuse.amberfs", "amberfs#/srv/other"));
        assertEquals(32, mount(bench.store.toString(), drive.toString(), "-o", "rw"));
        assertTrue(bench.err.contains("already a mountpoint"), bench.err);
    }
}
