package io.amberfs.cli;

import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class CommandTest {
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

    private static Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("store", "/srv/store");
        status.put("pid", 4711);
        status.put("mounts", List.of("/home/u/drive"));
        status.put("epoch", 12345);
        status.put("time", "2024-06-18T10:10:37.5Z");
        status.put("files", 1000);
        status.put("logicalBytes", 3L << 30);
        status.put("storedBytes", 1L << 30);
        status.put("blocks", 20000);
        status.put("recoveryConfirmed", true);
        status.put("readOnly", false);
        status.put("findings", 0);
        return status;
    }

    @Test
    void statusIsALaidOutTableForPeople() {
        bench.withDaemon().on("status", (request, reply) -> status());
        assertEquals(0, bench.run("status"), bench.err);
        assertEquals("""
            store     /srv/store
            drive     /home/u/drive
            daemon    process 4711
            history   epoch 12,345, newest commit 2024-06-18T10:10:37
            files     1,000 with 3.0 GiB
            stored    1.0 GiB in 20,000 blocks, past included
            findings  none
            """, bench.out);
        assertEquals("", bench.err);
    }

    @Test
    void statusAsJsonHasEveryFieldAlsoThoseThatAreNull() {
        Map<String, Object> status = status();
        status.put("pid", null);
        bench.withDaemon().on("status", (request, reply) -> status);
        assertEquals(0, bench.run("--json", "status"));
        assertTrue(bench.jsonObject().containsKey("pid"));
        assertEquals(status.keySet(), bench.jsonObject().keySet());
    }

    @Test
    void globalOptionsStandBeforeOrAfterTheCommand() {
        bench.withDaemon().on("status", (request, reply) -> status());
        bench.environment.remove("AMBERFS_STORE");
        assertEquals(0, bench.run("status", "--json", "-s", "store"), bench.err);
        assertEquals(0, bench.run("-s", bench.store.toString(), "--json", "status"), bench.err);
        assertEquals(status().keySet(), bench.jsonObject().keySet());
    }

    @Test
    void statusRemindsUntilTheRecoveryKeyIsConfirmed() {
        Map<String, Object> status = status();
        status.put("recoveryConfirmed", false);
        bench.withDaemon().on("status", (request, reply) -> status);
        bench.run("status", "--json");
        assertTrue(bench.err.contains("amberfs key recovery --confirm"), bench.err);
    }

    @Test
    void snapshotsAreListedAsATableAndAsAnArray() {
        Map<String, Object> one = Map.of("name", "a", "time", "2024-06-18T10:10:37Z", "epoch", 7, "held", true);
        bench.withDaemon().on("snapshot.list", (request, reply) -> Map.of("snapshots", List.of(one)));
        bench.run("snapshot", "list");
        assertEquals("NAME  TIME                 EPOCH  HELD\na     2024-06-18T10:10:37      7  held\n", bench.out);
        bench.run("snapshot", "list", "--json");
        assertEquals(List.of(one), bench.jsonArray());
    }

    @Test
    void snapshotsBeyondTheSizeOfAResultArriveAsEvents() {
        bench.withDaemon().on("snapshot.list", (request, reply) -> {
            for (int i = 0; i < 3; i++) {
                reply.event(Map.of("type", "snapshot", "name", "s" + i));
            }
            return Map.of();
        });
        bench.run("snapshot", "list", "--json");
        assertEquals(List.of(Map.of("name", "s0"), Map.of("name", "s1"), Map.of("name", "s2")), bench.jsonArray());
    }

    @Test
    void snapshotCommandsNameTheirSnapshot() {
        bench.withDaemon();
        for (String verb : List.of("create", "delete", "hold", "release")) {
            bench.on("snapshot." + verb, (request, reply) -> Map.of("name", request.text("name")));
            assertEquals(0, bench.run("snapshot", verb, "before"), bench.err);
            assertEquals(Map.of("name", "before"), bench.lastRequest().arguments());
            assertEquals("snapshot." + verb, bench.lastRequest().command());
        }
        bench.on("snapshot.create", (request, reply) -> Map.of("name", "2024"));
        assertEquals(0, bench.run("snapshot", "create"));
        assertEquals(Map.of(), bench.lastRequest().arguments());
        assertEquals("snapshot 2024 made\n", bench.out);
        bench.run("-q", "snapshot", "create");
        assertEquals("", bench.out);
    }

    @Test
    void lsShowsEntriesLikeLs() {
        bench.withDaemon().on("ls", (request, reply) -> {
            reply.event(entry("a\u001b[2J", 0104755));
            Map<String, Object> link = entry("l", 0120777);
            link.put("target", "to");
            reply.event(link);
            return Map.of();
        });
        assertEquals(0, bench.run("ls", "2024-06-18T10:10:docs"), bench.err);
        assertEquals(Map.of("path", "docs", "at", "2024-06-18T10:10"), bench.lastRequest().arguments());
        assertEquals("-rwsr-xr-x     0     0            5 2024-06-18T10:10:37 a\\x1b[2J\n"
            + "lrwxrwxrwx     0     0            5 2024-06-18T10:10:37 l -> to\n", bench.out);
        assertEquals(0, bench.run("ls", "--json"));
        assertEquals(2, bench.jsonArray().size());
        assertEquals(Map.of("path", ""), bench.lastRequest().arguments());
    }

    private static Map<String, Object> entry(String name, int mode) {
        return new LinkedHashMap<>(Map.of("type", "entry", "name", name, "mode", mode, "size", 5, "mtime", "2024-06-18T10:10:37Z", "uid", 0, "gid", 0));
    }

    @Test
    void anEmptyDirectoryIsAnEmptyArray() {
        bench.withDaemon().on("ls", (request, reply) -> Map.of());
        bench.run("ls", "--json");
        assertEquals(List.of(), bench.jsonArray());
    }

    @Test
    void pathsUnderTheMountAreTakenFromTheRootOfTheDrive() {
        bench.withDaemon().on("ls", (request, reply) -> Map.of());
        bench.mounts.add(new MountPoint(root.resolve("drive"), "fuse.amberfs", "amberfs#" + bench.store));
        bench.directory = root.resolve("drive/sub");
        bench.run("ls", "yesterday:docs");
        assertEquals("sub/docs", bench.lastRequest().text("path"));
        bench.run("ls", "yesterday:" + root.resolve("drive/x"));
        assertEquals("x", bench.lastRequest().text("path"));
    }

    @Test
    void theDriveOneStandsInNamesTheStore() {
        bench.withDaemon().on("status", (request, reply) -> status());
        bench.environment.remove("AMBERFS_STORE");
        bench.mounts.add(new MountPoint(root.resolve("drive"), "fuse.amberfs", "amberfs#" + bench.store));
        bench.directory = root.resolve("drive/sub");
        assertEquals(0, bench.run("status"), bench.err);
    }

    @Test
    void catWritesTheBytesAlone() {
        byte[] data = new byte[700_000];
        new java.util.Random(7).nextBytes(data);
        bench.withDaemon().on("cat", (request, reply) -> {
            reply.bytes(data, 0, data.length);
            return Map.of();
        });
        assertEquals(0, bench.run("cat", "before:a/b"), bench.err);
        assertEquals(new String(data, StandardCharsets.UTF_8), bench.out);
        assertEquals(Map.of("path", "a/b", "at", "before"), bench.lastRequest().arguments());
        assertEquals(2, bench.run("cat", "before:a/b", "--json"));
    }

    @Test
    void restoreInPlaceSaysWhatItWouldDo() {
        bench.withDaemon().on("restore", (request, reply) -> {
            reply.event(Map.of("type", "progress", "files", 1, "bytes", 2, "totalFiles", 3));
            reply.event(Map.of("type", "restored", "path", "docs/a"));
            return Map.of("restored", 1);
        });
        assertEquals(0, bench.run("restore", "docs", "--at", "yesterday", "--delete", "-n"), bench.err);
        assertEquals(Map.of("path", "docs", "at", "yesterday", "delete", true, "dryRun", true), bench.lastRequest().arguments());
        assertEquals("restored  docs/a\nwould be done: 1 restored\n", bench.out);
        bench.run("restore", "docs", "--at", "yesterday", "--in-place", "--json");
        List<String> lines = bench.out.lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.stream().allMatch(line -> line.contains("\"type\":")), bench.out);
    }

    @Test
    void aRestoreThatLeftSomethingOutNamesItAndEndsWithThree() {
        bench.withDaemon().on("restore", (request, reply) -> {
            reply.event(Map.of("type", "skipped", "path", "docs/a", "reason", "permission denied"));
            return Map.of("restored", 1, "deleted", 0, "complete", false);
        });
        assertEquals(3, bench.run("restore", "docs", "--at", "yesterday"));
        assertEquals("done: 1 restored\n", bench.out);
        assertTrue(bench.err.startsWith("amberfs: warning: docs/a skipped: permission denied\n"), bench.err);
    }

    @Test
    void restoreToADirectoryConsumesAnExport() {
        bench.withDaemon().on("export", (request, reply) -> {
            reply.event(Map.of("type", "file", "path", "a"));
            reply.bytes(new byte[3], 0, 3);
            return Map.of();
        });
        assertEquals(0, bench.run("restore", "docs", "--at", "yesterday", "--to", "out"), bench.err);
        assertEquals(List.of("export to " + root.resolve("out"), "3 bytes", "finish", "close export"), bench.backend.done);
        assertEquals(2, bench.run("restore", "docs", "--at", "yesterday", "--to", "out", "--in-place"));
    }

    @Test
    void checkEndsWithThirteenWhenItFindsDamage() {
        bench.withDaemon().on("check", (request, reply) -> {
            reply.event(Map.of("type", "progress", "files", 1));
            if (request.flag("readData")) {
                reply.event(Map.of("type", "finding", "kind", "damaged-block", "path", "docs/a", "message", "block 7 does not open"));
            }
            return Map.of("files", 1);
        });
        assertEquals(0, bench.run("check"), bench.err);
        assertEquals("checked: 1 files; no damage\n", bench.out);
        assertEquals(13, bench.run("check", "--read-data"));
        assertTrue(bench.out.startsWith("damaged-block docs/a: block 7 does not open\n"), bench.out);
        assertEquals(1, bench.err.lines().count());
    }

    @Test
    void failuresAreOneLineAndTheirExitCode() {
        bench.withDaemon().on("status", (request, reply) -> {
            throw new CorruptException("row 7 is damaged");
        });
        assertEquals(13, bench.run("status"));
        assertEquals("amberfs: row 7 is damaged\n", bench.err);
        bench.on("status", (request, reply) -> {
            throw new Refusal(ExitCode.HELD, "held");
        });
        assertEquals(16, bench.run("status"));
        assertEquals(16, bench.run("status", "-vv"));
        assertTrue(bench.err.lines().count() > 1, "-vv shows where");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "status --nonsense", "status extra", "mount", "restore docs", "snapshot", "snapshot delete", "key", "key remove",
        "mount d --snapdir sideways", "mount d --commit-interval soon", "mount d --commit-interval 0s", "cat"})
    void wrongUsageIsOneLineWithAHint(String arguments) {
        assertEquals(2, bench.run(arguments.isEmpty() ? new String[0] : arguments.split(" ")));
        assertEquals(1, bench.err.lines().count(), bench.err);
        assertTrue(bench.err.startsWith("amberfs: "), bench.err);
        assertTrue(bench.err.contains("--help") || bench.err.contains("takes"), bench.err);
        assertEquals("", bench.out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"init", "mount", "umount", "status", "snapshot", "snapshot create", "snapshot list", "snapshot delete", "snapshot hold",
        "snapshot release", "ls", "cat", "restore", "key", "key list", "key add", "key remove", "key passwd", "key recovery", "check", "version", "completion"})
    void helpHasAnExample(String command) {
        assertEquals(0, bench.run((command + " --help").split(" ")), bench.err);
        assertTrue(bench.out.contains("Example"), bench.out);
        assertTrue(bench.out.contains("amberfs " + command.split(" ")[0]), bench.out);
    }

    @Test
    void theHelpListsTheCommandsButNotTheDaemon() {
        assertEquals(0, bench.run("--help"));
        assertTrue(bench.out.contains("snapshot") && bench.out.contains("completion"));
        assertFalse(bench.out.contains("\n  daemon "), bench.out);
    }

    @Test
    void withoutADaemonTheStoreIsOpenedHereAndClosed() {
        bench.backend.exists = true;
        bench.backend.local = Optional.of((request, reply) -> status());
        bench.environment.put("AMBERFS_PASSWORD", "secret");
        assertEquals(0, bench.run("status"), bench.err);
        assertEquals(List.of("open", "close"), bench.backend.done);
        assertEquals(List.of(new Secret.Passphrase("secret".toCharArray())), bench.backend.secrets);
    }

    @Test
    void withoutAStoreTheExitCodeIsTen() {
        assertEquals(10, bench.run("status"));
    }

    @Test
    void initShowsTheRecoveryKeyOnceAndNeverAsJson() {
        bench.environment.put("AMBERFS_PASSWORD", "secret");
        assertEquals(0, bench.run("init", "--json"), bench.err);
        assertFalse(bench.out.contains(FakeBackend.RECOVERY), bench.out);
        assertTrue(bench.err.contains(FakeBackend.RECOVERY));
        assertEquals(bench.store.toString(), bench.jsonObject().get("store"));
        assertEquals(1, bench.run("init"), "there is a store now");
    }

    @Test
    void initAsksForThePassphraseTwice() {
        bench.typed.addAll(List.of("one", "two"));
        assertEquals(2, bench.run("init"));
        assertEquals(List.of(), bench.backend.done);
        bench.typed.addAll(List.of("one", "one"));
        assertEquals(0, bench.run("init"), bench.err);
        assertEquals(List.of(new Secret.Passphrase("one".toCharArray())), bench.backend.secrets);
    }

    @Test
    void initWithoutASecretAndWithoutATerminalMakesAKeyFile() {
        bench.backend.madeKeyFile = Optional.of(root.resolve("id.key"));
        assertEquals(0, bench.run("init"), bench.err);
        assertEquals(List.of(new Secret.None()), bench.backend.secrets);
        assertTrue(bench.out.contains(root.resolve("id.key").toString()));
    }

    @Test
    void keysAreListedAddedChangedAndRemoved() throws Exception {
        bench.backend.exists = true;
        bench.environment.put("AMBERFS_PASSWORD", "old");
        Files.writeString(root.resolve("new"), "fresh\n");
        Files.setPosixFilePermissions(root.resolve("new"), java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        assertEquals(0, bench.run("key", "list", "--json"));
        assertEquals(2, bench.jsonArray().size());
        assertEquals(0, bench.run("key", "list"));
        assertTrue(bench.out.contains("recovery"), bench.out);
        assertEquals(0, bench.run("key", "add", "--new-password-file", "new"), bench.err);
        assertEquals(0, bench.run("key", "passwd", "--new-key-file", "k"), bench.err);
        Secret old = new Secret.Passphrase("old".toCharArray());
        assertEquals(List.of(old, new Secret.Passphrase("fresh".toCharArray()), old, new Secret.KeyFile(root.resolve("k"))), bench.backend.secrets);
        assertEquals(0, bench.run("key", "remove", "1"));
        assertEquals(List.of("remove 1"), bench.backend.done);
        assertEquals(2, bench.run("key", "add"), "nothing new is named and nobody can be asked");
    }

    @Test
    void theRecoveryKeyIsConfirmedByTypingIt() {
        bench.backend.exists = true;
        bench.environment.put("AMBERFS_PASSWORD", "old");
        bench.input = "wrong\n";
        assertEquals(12, bench.run("key", "recovery", "--confirm"));
        bench.input = FakeBackend.RECOVERY + "\n";
        assertEquals(0, bench.run("key", "recovery", "--confirm"), bench.err);
        bench.input = "";
        assertEquals(0, bench.run("key", "recovery", "--confirm"), bench.err);
        assertEquals(List.of("confirmed by key", "confirmed by word"), bench.backend.done);
        assertEquals(0, bench.run("key", "recovery", "--json"));
        assertFalse(bench.out.contains(FakeBackend.RECOVERY));
    }

    @Test
    void versionNamesTheJava() {
        assertEquals(0, bench.run("version", "--json"));
        assertEquals(System.getProperty("java.home"), bench.jsonObject().get("javaHome"));
        assertEquals(0, bench.run("--version"));
        assertTrue(bench.out.contains("on Java"), bench.out);
    }

    @Test
    void completionIsAScriptThatBashAccepts() throws Exception {
        assertEquals(0, bench.run("completion"));
        Path script = Files.writeString(root.resolve("completion.bash"), bench.out);
        assertEquals(0, new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start().waitFor());
        assertTrue(bench.out.contains("snapshot"));
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
        Map<String, Object> status = status();
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
        assertEquals(new DaemonOptions(store, drive, new Secret.KeyFile(root.resolve("id.key")), false, true, java.time.Duration.ofMillis(500), false, false,
            true), options);
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
        bench.withDaemon().on("status", (request, reply) -> status());
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
        assertEquals(new DaemonOptions(bench.store, Path.of("/mnt/d"), new Secret.Passphrase("secret".toCharArray()), true, false,
            java.time.Duration.ofSeconds(1), true, true, false), options);
        bench.backend.daemonFailure = Optional.of(new Refusal(ExitCode.WRONG_KEY, "wrong passphrase"));
        assertEquals(12, bench.run(command));
        assertEquals(Map.of("code", 12, "message", "wrong passphrase"), bench.jsonObject());
    }
}
