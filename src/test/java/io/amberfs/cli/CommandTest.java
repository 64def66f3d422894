package io.amberfs.cli;

import io.amberfs.daemon.RetentionText;
import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.Retention;
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
import java.util.ArrayList;
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

    @Test
    void statusIsALaidOutTableForPeople() {
        bench.withDaemon().on("status", (request, reply) -> CommandBench.status());
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
        Map<String, Object> status = CommandBench.status();
        status.put("pid", null);
        bench.withDaemon().on("status", (request, reply) -> status);
        assertEquals(0, bench.run("--json", "status"));
        assertTrue(bench.jsonObject().containsKey("pid"));
        assertEquals(status.keySet(), bench.jsonObject().keySet());
    }

    @Test
    void globalOptionsStandBeforeOrAfterTheCommand() {
        bench.withDaemon().on("status", (request, reply) -> CommandBench.status());
        bench.environment.remove("AMBERFS_STORE");
        assertEquals(0, bench.run("status", "--json", "-s", "store"), bench.err);
        assertEquals(0, bench.run("-s", bench.store.toString(), "--json", "status"), bench.err);
        assertEquals(CommandBench.status().keySet(), bench.jsonObject().keySet());
    }

    @Test
    void statusRemindsUntilTheRecoveryKeyIsConfirmed() {
        Map<String, Object> status = CommandBench.status();
        status.put("recoveryConfirmed", false);
        bench.withDaemon().on("status", (request, reply) -> status);
        bench.run("status", "--json");
        assertTrue(bench.err.contains("amberfs key recovery --confirm"), bench.err);
    }

    @Test
    void statusWarnsOfAClockThatJumped() {
        Map<String, Object> status = CommandBench.status();
        status.put("clockJump", "the clock was set 3650 days ahead: history does not age by that");
        bench.withDaemon().on("status", (request, reply) -> status);
        bench.run("status");
        assertTrue(bench.err.contains("warning: the clock was set 3650 days ahead"), bench.err);
        bench.run("status", "--json");
        assertEquals(status.get("clockJump"), bench.jsonObject().get("clockJump"));
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
    void theRetentionRuleIsShownAndSet() {
        Map<String, Object> rule = new java.util.LinkedHashMap<>(RetentionText.of(Retention.DEFAULT));
        bench.withDaemon().on("retention.show", (request, reply) -> rule).on("retention.set", (request, reply) -> {
            rule.put("keep-daily", request.text("keep-daily"));
            rule.put("commits", 1234);
            reply.event(Map.of("type", "thin", "first", "2024-06-18T10:10:37Z", "last", "2024-06-18T10:12:00Z", "commits", 1234));
            return rule;
        });
        assertEquals(0, bench.run("retention", "show"), bench.err);
        assertEquals("KEEP              FOR      OPTION\nevery commit      1h       --keep-all\none a minute      24h      --keep-minutely\none an hour       7d       --keep-hourly\n"
            + "one a day         90d      --keep-daily\none a week        forever  --keep-weekly\nat most on disk   none     --max-history\nfree on the disk  none     --min-free\n",
            bench.out);
        assertEquals(0, bench.run("retention", "set", "--keep-daily", "1y", "--dry-run"), bench.err);
        assertTrue(bench.out.startsWith("2024-06-18T10:10:37 to 2024-06-18T10:12:00: 1,234 commits not kept by the rule\n"), bench.out);
        assertTrue(bench.out.contains("1,234 commits would go by this rule; nothing was changed"), bench.out);
        assertEquals(Map.of("dryRun", true, "keep-daily", "1y"), bench.lastRequest().arguments());
        assertEquals(2, bench.run("retention", "set"));
        assertTrue(bench.err.contains("--keep-all"), bench.err);
    }

    @Test
    void thinTellsWhatGoes() {
        bench.withDaemon().on("thin", (request, reply) -> {
            if (request.flag("dryRun")) {
                reply.event(Map.of("type", "thin", "first", "2024-06-18T10:10:37Z", "last", "2024-06-18T10:12:00Z", "commits", 7));
            }
            return Map.of("commits", 7, "bytes", 5 << 20, "lackingBytes", request.flag("dryRun") ? 1 << 20 : 0);
        });
        assertEquals(0, bench.run("thin", "--dry-run"), bench.err);
        assertEquals("2024-06-18T10:10:37 to 2024-06-18T10:12:00: 7 commits not kept by the rule\n7 commits would go, and about 5.0 MiB come back with the next reclaim; nothing was changed\n"
            + "the rule wants 1.0 MiB more room than can be had: the rest is of snapshots, the last hour, or what is open\n", bench.out);
        assertEquals(0, bench.run("thin"), bench.err);
        assertEquals("7 commits are gone\n", bench.out);
    }

    @Test
    void statsShowWhatIsHeldAndForWhom() {
        Map<String, Object> stats = new java.util.LinkedHashMap<>(Map.of("files", 1000, "logicalBytes", 100L << 30, "distinctBytes", 10L << 30, "uniqueBytes", 12L << 30, "storedBytes",
            6L << 30, "historyBytes", 1L << 30, "unneededBytes", 5L << 20, "rowsBytes", 3L << 20, "dedupRatio", 10.0, "compressionRatio", 2.0));
        bench.withDaemon().on("stats", (request, reply) -> {
            reply.event(Map.of("type", "snapshot", "name", "a", "time", "2024-06-18T10:10:37Z", "onlyBytes", 7 << 20, "freedBytes", 0));
            return stats;
        });
        assertEquals(0, bench.run("stats"), bench.err);
        assertEquals("files     1,000 with 100.0 GiB\nonce each 10.0 GiB (10.00 times less); with the past 12.0 GiB\n"
            + "on disk   6.0 GiB (2.00 times less), and 3.0 MiB of names and records\npast      1.0 GiB of it only for what was before\n"
            + "unneeded  5.0 MiB more, which amberfs reclaim gives back\n"
            + "SNAPSHOT  TIME                 ONLY THERE  FREED WITH IT\na         2024-06-18T10:10:37     7.0 MiB            0 B\n", bench.out);
        assertEquals(0, bench.run("stats", "--json"), bench.err);
        assertEquals(List.of(Map.of("name", "a", "time", "2024-06-18T10:10:37Z", "onlyBytes", 7 << 20, "freedBytes", 0)), bench.jsonObject().get("snapshots"));
    }

    @Test
    void nothingIsPurgedUnasked() {
        List<Boolean> asked = new ArrayList<>();
        bench.withDaemon().on("purge", (request, reply) -> {
            asked.add(request.flag("dryRun"));
            return Map.of("files", 2, "versions", 3, "first", "2024-06-18T10:10:37Z", "blocks", 4, "bytes", 5L << 20, "dryRun", request.flag("dryRun"));
        });
        assertEquals(2, bench.run("purge", "secret"), bench.err);
        assertTrue(bench.err.contains("3 versions of 2 files and directories since") && bench.err.contains("--yes"), bench.err);
        assertEquals(List.of(true), asked);
        assertEquals(0, bench.run("purge", "secret", "--dry-run"), bench.err);
        assertTrue(bench.out.contains("would go; nothing was changed"), bench.err);
        assertEquals(List.of(true, true), asked);
        assertEquals(0, bench.run("purge", "secret", "--yes"), bench.err);
        assertTrue(bench.out.contains("are gone from history, and 5.0 MiB came back"), bench.err);
        assertEquals(List.of(true, true, false), asked);
        assertEquals(2, bench.run("purge"), bench.err);
        assertEquals(2, bench.run("purge", "--list", "--yes"), bench.err);
    }

    @Test
    void reclaimTellsWhatComesBack() {
        bench.withDaemon().on("reclaim", (request, reply) -> Map.of("blocks", 1234, "bytes", 5L << 20, "dryRun", request.flag("dryRun")));
        assertEquals(0, bench.run("reclaim", "-n"), bench.err);
        assertEquals("1,234 blocks, about 5.0 MiB, would come back; nothing was changed\n", bench.out);
        assertEquals(0, bench.run("reclaim"), bench.err);
        assertEquals("1,234 blocks, 5.0 MiB came back\n", bench.out);
        assertEquals(0, bench.run("reclaim", "--json"), bench.err);
        assertEquals(Map.of("blocks", 1234, "bytes", 5 << 20, "dryRun", false), bench.jsonObject());
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
        bench.withDaemon().on("status", (request, reply) -> CommandBench.status());
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
        "snapshot release", "retention", "retention show", "retention set", "thin", "reclaim", "purge", "ls", "cat", "restore", "key", "key list", "key add", "key remove", "key passwd", "key recovery", "stats", "log", "find", "diff", "bisect", "undo", "rollback", "check", "scrub", "audit",
        "audit export", "audit verify", "version", "completion"})
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
        bench.backend.local = Optional.of((request, reply) -> CommandBench.status());
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
}
