package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the retention rule lets go, on a real mount. */
@Timeout(300)
class RetentionIT {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());

    private MountedDrive drive;

    @BeforeEach
    void mount() {
        drive = MountedDrive.mounted();
    }

    @AfterEach
    void umount() {
        drive.close();
    }

    private List<String> instants() throws IOException {
        try (Stream<Path> entries = Files.list(drive.at(".snapshots"))) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private void commit(String text) throws IOException {
        Files.writeString(drive.at("file"), text);
        Files.createDirectory(drive.past("passing"));
        Files.delete(drive.past("passing"));
    }

    @Test
    void aScrubReadsAllThereIs() throws IOException {
        commit("text");
        Files.write(drive.at("big"), new byte[3_000_000]);
        assertTrue(drive.amberfs("status").ok().contains("never"));
        assertTrue(drive.amberfs("scrub").ok().startsWith("read "));
        assertTrue(drive.amberfs("status").ok().contains("all was well"));
        drive.amberfs("scrub", "--rate", "1G", "--json").ok();
        assertTrue(drive.amberfs("scrub", "--every", "30d").ok().contains("every 30d"));
        assertTrue(drive.amberfs("status").ok().contains("every 30d"));
        drive.amberfs("scrub", "--every", "often").refused(2);
        drive.amberfs("scrub", "--rate", "0M").refused(2);
        drive.amberfs("scrub", "--every", "0").ok();
        Files.delete(drive.at("big"));
        assertTrue(drive.amberfs("stats", "--top").ok().contains("PATH") || drive.amberfs("stats", "--top").ok().contains("no room"));
        assertTrue(drive.amberfs("stats", "--top", drive.at("nowhere")).ok().contains("no room"));
        drive.umount();
        drive.amberfs("scrub").ok();
        drive.amberfs("check", "--read-data-subset", "50%").ok();
        drive.amberfs("check", "--read-data-subset", "0%").refused(2);
    }

    @Test
    void thePastTakesNoMoreRoomThanItMay() throws IOException {
        commit("kept");
        Files.createDirectory(drive.past("kept"));
        drive.amberfs("snapshot", "hold", "kept", "--until", "2199-01-01", "--reason", "law", "--lock").ok();
        commit("now");
        assertTrue(drive.amberfs("snapshot", "list").ok().contains("locked until 2199-01-01T00:00:00: law"));
        assertTrue(drive.amberfs("snapshot", "release", "kept").refused(16).contains("locked"));
        assertTrue(drive.amberfs("snapshot", "delete", "kept").refused(16).contains("held"));
        drive.amberfs("snapshot", "hold", "kept", "--until", "2020-01-01").refused(2);
        drive.amberfs("snapshot", "hold", "kept", "--lock").refused(2);
        drive.amberfs("retention", "set", "--max-history", "101%").refused(2);
        drive.amberfs("retention", "set", "--max-history", "lots").refused(2);
        assertTrue(drive.amberfs("retention", "set", "--max-history", "0G", "--min-free", "100%", "--dry-run").ok().contains("more room than can be had"));
        assertTrue(drive.amberfs("retention", "show").ok().contains("none"));
        drive.amberfs("retention", "set", "--max-history", "50%", "--min-free", "1M").ok();
        assertTrue(drive.amberfs("retention", "show").ok().contains("50%"));
        drive.amberfs("thin", "--dry-run").ok();
        drive.amberfs("thin").ok();
        assertEquals("kept", Files.readString(drive.past("kept").resolve("file")));
    }

    @Test
    void whatTheRuleLetsGoIsGoneAndTheRestIsAsItWas() throws IOException {
        commit("first");
        Files.createDirectory(drive.past("kept"));
        for (int i = 0; i < 5; i++) {
            commit("text " + i);
        }
        Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        MountedDrive.await("the second to be over, since it includes what is committed within it", () -> Instant.now().isAfter(second.plusSeconds(1)));
        Path between = drive.past(second.toString());
        assertEquals("text 4", Files.readString(between.resolve("file")));
        assertTrue(Files.exists(between));
        Files.writeString(drive.at("file"), "text 5");
        String shown = drive.amberfs("retention", "show").ok();
        assertTrue(shown.contains("one an hour") && shown.contains("7d"), shown);
        assertTrue(drive.amberfs("thin").ok().contains("0 commits are gone"));

        String dryRun = drive.amberfs("retention", "set", "--keep-all", "0", "--keep-minutely", "0", "--keep-hourly", "0", "--keep-daily", "0", "--keep-weekly", "0",
            "--dry-run").ok();
        assertTrue(dryRun.contains("nothing was changed"), dryRun);
        assertTrue(drive.amberfs("retention", "show").ok().contains("90d"));
        drive.amberfs("retention", "set", "--keep-all", "0", "--keep-minutely", "0", "--keep-hourly", "0", "--keep-daily", "0", "--keep-weekly", "0").ok();

        Path then = drive.past("kept").resolve("file");
        try (InputStream open = Files.newInputStream(then)) {
            assertFalse(drive.amberfs("thin").ok().startsWith("0 commits"));
            assertEquals("first", new String(open.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals("first", Files.readString(then));
        assertEquals("text 5", Files.readString(drive.at("file")));
        assertTrue(instants().size() <= 2, instants().toString());
        assertEquals("first", Files.readString(between.resolve("file")), "the newest instant before the one that is gone");
        assertTrue(drive.amberfs("check", "--history", "--read-data").ok().contains("no damage"));

        drive.remount();
        assertEquals("first", Files.readString(then));
        assertTrue(drive.amberfs("retention", "show").ok().contains("-"));
        drive.amberfs("check", "--history").ok();
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void keepNothing() {
        drive.amberfs("retention", "set", "--keep-all", "0", "--keep-minutely", "0", "--keep-hourly", "0", "--keep-daily", "0", "--keep-weekly", "0").ok();
    }

    /** Bytes that the store takes on disk. */
    private long disk() {
        return Long.parseLong(drive.shell().run("du", "-s", "--block-size=1", drive.store().toString()).ok().split("\\s")[0]);
    }

    private void writeAndDelete(String name, byte[] contents) throws IOException {
        Files.write(drive.at(name), contents);
        Files.createDirectory(drive.past("passing"));
        Files.delete(drive.past("passing"));
        Files.delete(drive.at(name));
        drive.amberfs("snapshot", "create", "deleted").ok();
        drive.amberfs("snapshot", "delete", "deleted").ok();
    }

    @Test
    void theRoomOfWhatIsGoneComesBack() throws IOException {
        int length = 96 << 20;
        byte[] kept = random(1, 5_000_000);
        Files.write(drive.at("kept"), kept);
        drive.snapshot("first");
        long before = disk();
        writeAndDelete("gone", random(2, length));
        assertTrue(disk() > length, "it is kept");
        Map<String, Object> stats = MountedDrive.json(drive.amberfs("stats", "--json").ok());
        assertTrue(((Number) stats.get("historyBytes")).longValue() > length, stats.toString());
        keepNothing();
        drive.amberfs("reclaim").ok();
        assertTrue(disk() > length, disk() + " bytes: commits have it");
        Files.writeString(drive.at("newer"), "so that there is a newer commit");
        drive.snapshot("newer");
        drive.amberfs("thin").ok();
        String told = drive.amberfs("reclaim", "--dry-run").ok();
        assertTrue(told.contains("would come back"), told);
        assertTrue(disk() > length, "nothing was changed");
        Map<String, Object> freed = MountedDrive.json(drive.amberfs("reclaim", "--json").ok());
        assertTrue(((Number) freed.get("bytes")).longValue() > length, freed.toString());
        assertTrue(disk() < before + length * 0.03, disk() + " bytes after " + before);
        assertArrayEquals(kept, Files.readAllBytes(drive.at("kept")));
        stats = MountedDrive.json(drive.amberfs("stats", "--json").ok());
        assertEquals(0, ((Number) stats.get("unneededBytes")).longValue(), stats.toString());
        assertTrue(((Number) stats.get("historyBytes")).longValue() < 1 << 20, stats.toString());
        drive.remount();
        assertArrayEquals(kept, Files.readAllBytes(drive.past("first").resolve("kept")));
        assertTrue(drive.amberfs("check", "--history", "--read-data").ok().contains("no damage"));
    }

    /** The daemon dies at any moment of a pass. */
    @Test
    void aPassThatIsKilledLosesNothing() throws Exception {
        byte[] kept = random(3, 3_000_000);
        Files.write(drive.at("kept"), kept);
        drive.snapshot("first");
        keepNothing();
        Random random = new Random(SEED);
        for (int i = 0; i < 4; i++) {
            String where = "seed " + SEED + ", round " + i;
            writeAndDelete("gone", random(random.nextLong(), 24 << 20));
            Files.writeString(drive.at("newer"), where);
            drive.snapshot("newer" + i);
            drive.amberfs("thin").ok();
            Thread pass = new Thread(() -> drive.amberfs("reclaim"));
            pass.start();
            pass.join(random.nextInt(900));
            drive.kill();
            pass.join();
            drive.amberfs("umount", drive.path()).ok();
            drive.mount();
            assertArrayEquals(kept, Files.readAllBytes(drive.at("kept")), where);
            assertArrayEquals(kept, Files.readAllBytes(drive.past("first").resolve("kept")), where);
            assertTrue(drive.amberfs("check", "--read-data").ok().contains("no damage"), where);
        }
        drive.amberfs("reclaim").ok();
        assertTrue(disk() < 32 << 20, disk() + " bytes, the log of the database included");
    }

    @Test
    void aRuleThatContradictsItselfChangesNothing() {
        String before = drive.amberfs("retention", "show").ok();
        String said = drive.amberfs("retention", "set", "--keep-hourly", "1h").refused(2);
        assertTrue(said.contains("--keep-hourly is shorter than --keep-minutely"), said);
        assertEquals(before, drive.amberfs("retention", "show").ok());
    }
}
