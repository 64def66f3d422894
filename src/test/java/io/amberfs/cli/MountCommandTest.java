package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class MountCommandTest {
    @TempDir
    Path root;
    private CommandBench bench;

    @BeforeEach
    void start() {
        bench = new CommandBench(root);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void onlyADriveIsUnmounted() {
        assertEquals(1, bench.run("umount", "nothing"));
        assertTrue(bench.err.contains("nothing is mounted at " + root.resolve("nothing")), bench.err);
        bench.mounts.add(new MountPoint(root.resolve("other"), "ext4", "/dev/sda1"));
        assertEquals(1, bench.run("umount", "other"));
        assertTrue(bench.err.contains("ext4"), bench.err);
    }

    @Test
    void umountAsksTheDaemonAndWaitsUntilTheMountIsGone() {
        Path drive = root.resolve("drive");
        bench.mounts.add(new MountPoint(drive, "fuse.amberfs", "amberfs#" + bench.store));
        Map<String, Object> status = CommandBench.status();
        status.put("pid", null);
        bench.withDaemon().on("status", (request, reply) -> status).on("unmount", (request, reply) -> {
            bench.mounts.clear();
            return Map.of();
        });
        assertEquals(0, bench.run("umount", "drive"), bench.err);
        assertEquals(Map.of("mount", drive.toString()), bench.lastRequest().arguments());
    }

    @Test
    void theFirstMountMakesTheDefaultStoreAndSaysWhereEverythingIs() throws Exception {
        Path drive = Files.createDirectory(bench.withFuse().root.resolve("drive"));
        Path store = root.resolve(".local/share/amberfs/store");
        bench.environment.remove("AMBERFS_STORE");
        bench.backend.madeKeyFile = Optional.of(root.resolve("id.key"));
        assertEquals(0, bench.run("mount", "drive", "--foreground", "--commit-interval", "500ms", "--snapdir", "visible"), bench.err);
        DaemonOptions options = bench.backend.daemon.orElseThrow();
        assertEquals(new DaemonOptions(store, drive, new Secret.KeyFile(root.resolve("id.key")), new MountSettings(false, true, Duration.ofMillis(500), false, false,
            "kernel", List.of(), Owner.OF_STORE, Optional.empty()), true), options);
        assertTrue(bench.out.contains(FakeBackend.RECOVERY));
        assertTrue(bench.out.endsWith("drive  " + drive + "\nstore  " + store + "\npast   " + drive + "/.snapshots  (as in: ls " + drive
            + "/.snapshots/10min-ago)\n"), bench.out);
    }

    @Test
    void aStoreThatWasNamedAndIsNotThereIsNotMadeByMount() throws Exception {
        Files.createDirectory(bench.withFuse().root.resolve("drive"));
        assertEquals(10, bench.run("mount", "drive", "-f"));
        assertEquals(List.of(), bench.backend.done);
    }

    @Test
    void aStoreThatIsMountedIsNotMountedAgain() throws Exception {
        Files.createDirectory(bench.withFuse().root.resolve("drive"));
        bench.withDaemon().on("status", (request, reply) -> CommandBench.status());
        assertEquals(11, bench.run("mount", "drive", "-f"));
        assertTrue(bench.err.contains("amberfs umount /home/u/drive"), bench.err);
    }

    @Test
    void theDaemonTellsItsStarterOneWord() {
        bench.input = "psecret";
        String[] command = {"--store", bench.store.toString(), "daemon", "--mount", "/mnt/d", "--read-only", "--accept-loss", "--allow-other"};
        assertEquals(0, bench.run(command), bench.err);
        assertEquals("{\"ready\":true}\n", bench.out);
        DaemonOptions options = bench.backend.daemon.orElseThrow();
        assertEquals(new DaemonOptions(bench.store, Path.of("/mnt/d"), new Secret.Passphrase("secret".toCharArray()), new MountSettings(true, false,
            Duration.ofSeconds(1), true, true, "kernel", List.of(), Owner.OF_STORE, Optional.empty()), false), options);
        bench.backend.daemonFailure = Optional.of(new Refusal(ExitCode.WRONG_KEY, "wrong passphrase"));
        assertEquals(12, bench.run(command));
        assertEquals(Map.of("code", 12, "message", "wrong passphrase"), bench.jsonObject());
    }

    @Test
    void theOwnerOfANewRootDirectoryAndTheSecretCanBeNamedBehindO() throws Exception {
        Files.createDirectory(bench.withFuse().root.resolve("drive"));
        bench.environment.remove("AMBERFS_STORE");
        assertEquals(0, bench.run("mount", "drive", "-f", "-o", "uid=7,key_file=k", "-o", "noexec,at=yesterday"), bench.err);
        assertEquals(List.of(new Owner(Optional.of(7), Optional.empty())), bench.backend.owners);
        DaemonOptions options = bench.backend.daemon.orElseThrow();
        assertEquals(new Secret.KeyFile(root.resolve("k")), options.secret());
        assertEquals(List.of("noexec"), options.settings().flags());
        assertEquals(Optional.of("yesterday"), options.settings().at());
        assertTrue(options.settings().readOnly());
    }

    @Test
    void anUnknownOptionIsNamedBeforeAnythingIsDone() throws Exception {
        Files.createDirectory(bench.withFuse().root.resolve("drive"));
        bench.environment.remove("AMBERFS_STORE");
        assertEquals(2, bench.run("mount", "drive", "-f", "-o", "ro,uuid=7"));
        assertTrue(bench.err.contains("'uuid=7'"), bench.err);
        assertEquals(2, bench.run("mount", "drive", "-f", "--transport", "tcp"));
        assertTrue(bench.err.contains("kernel or jnr-fuse"), bench.err);
        assertEquals(List.of(), bench.backend.done);
    }

    @Test
    void aStoreIsMadeForAnotherOwner() {
        assertEquals(0, bench.run("init", "--uid", "1000", "--gid", "100"), bench.err);
        assertEquals(List.of(new Owner(Optional.of(1000), Optional.of(100))), bench.backend.owners);
        bench.backend.exists = false;
        assertEquals(2, bench.run("init", "--uid", "ann"));
    }
}
