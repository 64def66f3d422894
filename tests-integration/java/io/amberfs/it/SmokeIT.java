package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole of it once, quickly: what a newcomer does in the first five minutes. Also run on the newest Java. */
@Timeout(120)
class SmokeIT {
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    @Test
    void aFirstMountMakesTheDefaultStoreAndAKeyFileAndSaysWhereEverythingIs() throws IOException {
        try (MountedDrive drive = MountedDrive.withoutStore()) {
            Shell newcomer = drive.shell().with(Map.of("AMBERFS_STORE", ""));
            Outcome mount = newcomer.run(MountedDrive.command("mount", drive.path()));
            String said = mount.ok() + mount.err();
            Path store = drive.root().resolve(".local/share/amberfs/store");
            assertTrue(Files.isDirectory(store), said);
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(store)));
            for (String word : List.of("drive  " + drive.path(), "store  " + store, "past   " + drive.path() + "/.snapshots")) {
                assertTrue(said.contains(word), () -> word + " is missing in: " + said);
            }
            try (Stream<Path> files = Files.list(drive.root().resolve("config/amberfs"))) {
                Path key = files.filter(file -> file.toString().endsWith(".key")).findFirst().orElseThrow();
                assertTrue(said.contains(key.toString()), said);
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
            }
            newcomer.run(MountedDrive.command("umount", drive.path())).ok();
            assertFalse(drive.isMounted());
        }
    }

    @Test
    void aChangedFileIsFoundInTheSnapshotAndAtItsTimeAndIsRestoredAndAllSurvivesARemount() throws IOException {
        try (MountedDrive drive = MountedDrive.mounted()) {
            Path file = drive.at("docs/a.txt");
            Files.createDirectory(file.getParent());
            Files.writeString(file, "first\n");
            drive.snapshot("before");
            String time = secondAfter(drive.status());
            Files.writeString(file, "second, and longer\n");
            assertEquals("first\n", Files.readString(drive.past("before").resolve("docs/a.txt")));
            assertEquals("first\n", Files.readString(drive.at("docs/.snapshots/before/a.txt")));
            assertEquals("first\n", Files.readString(drive.past(time).resolve("docs/a.txt")));
            assertEquals("first\n", drive.amberfs("cat", "before:docs/a.txt").ok());
            assertEquals("second, and longer\n", drive.amberfs("cat", "docs/a.txt").ok());
            String listed = drive.amberfs("ls", time + ":docs").ok();
            assertTrue(listed.matches("-rw-r--r-- .* 6 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d a\\.txt\n"), listed);
            drive.amberfs("restore", file, "--at", "before").ok();
            assertEquals("first\n", Files.readString(file));
            drive.remount();
            assertEquals("first\n", Files.readString(file));
            assertEquals("first\n", Files.readString(drive.past(time).resolve("docs/a.txt")));
            drive.umount();
            assertEquals("first\n", drive.amberfs("cat", "docs/a.txt").ok(), "also without a daemon");
        }
    }

    @Test
    void statusAndTheListOfSnapshotsAreWhatScriptsRelyOn() throws IOException {
        try (MountedDrive drive = MountedDrive.mounted()) {
            Files.writeString(drive.at("a"), "x".repeat(100_000));
            drive.snapshot("one");
            drive.amberfs("snapshot", "hold", "one").ok();
            Map<String, Object> status = drive.status();
            assertTrue(status.keySet().containsAll(Set.of("store", "pid", "mounts", "epoch", "time", "files", "logicalBytes", "storedBytes", "blocks")), status::toString);
            assertEquals(drive.store().toString(), status.get("store"));
            assertEquals(List.of(drive.path().toString()), status.get("mounts"));
            assertTrue(ProcessHandle.of(((Number) status.get("pid")).longValue()).isPresent());
            assertEquals(100_000, ((Number) status.get("logicalBytes")).longValue());
            assertTrue(((Number) status.get("storedBytes")).longValue() > 0);
            assertTrue(((Number) status.get("blocks")).longValue() > 0);
            assertTrue(((Number) status.get("files")).longValue() > 0);
            OffsetDateTime.parse(String.valueOf(status.get("time")));
            List<Map<String, Object>> snapshots = MountedDrive.jsonArray(drive.amberfs("snapshot", "list", "--json").ok());
            assertEquals(1, snapshots.size());
            assertEquals(Set.of("name", "time", "epoch", "held", "until", "locked", "reason"), snapshots.get(0).keySet());
            assertEquals("one", snapshots.get(0).get("name"));
            assertEquals(true, snapshots.get(0).get("held"));
            OffsetDateTime.parse(String.valueOf(snapshots.get(0).get("time")));
            drive.amberfs("snapshot", "delete", "one").refused(16);
            drive.amberfs("snapshot", "release", "one").ok();
            drive.amberfs("snapshot", "delete", "one").ok();
            assertEquals("[]", drive.amberfs("snapshot", "list", "--json").ok().strip());
            drive.umount();
            Map<String, Object> idle = drive.status();
            assertTrue(idle.containsKey("pid"));
            assertEquals(null, idle.get("pid"));
            assertEquals(List.of(), idle.get("mounts"));
        }
    }

    @Test
    void commandsAnswerWithTheDocumentedExitCodes() {
        try (MountedDrive drive = MountedDrive.mounted()) {
            assertEquals(2, drive.amberfs("snapshot", "frobnicate").exit());
            drive.amberfs("cat", "nothing/there").refused(1);
            drive.amberfs("cat", "no-time-at-all:a").refused(2);
            drive.amberfs("check").ok();
            drive.amberfs("version").ok();
            assertTrue(drive.amberfs("mount", "--help").ok().contains("Example:"));
        }
    }

    @Test
    void aDaemonStartsFromTheCacheOfALaterJavaAndWithoutItWhenThatIsBroken() throws IOException {
        assumeTrue(Runtime.version().feature() >= 25, "earlier versions of Java have no such cache");
        try (MountedDrive drive = MountedDrive.mounted()) {
            Path cache = cache();
            assertTrue(isMapped(cache, drive), () -> "the daemon does not use " + cache + " of " + cache.toFile().length() + " bytes");
            byte[] whole = Files.readAllBytes(cache);
            try {
                for (int length : new int[] {whole.length / 2, 100}) {
                    replace(cache, Arrays.copyOf(whole, length));
                    drive.umount();
                    Outcome mount = drive.amberfs("mount", drive.path());
                    mount.ok();
                    assertFalse(mount.err().contains("preparing") || mount.err().toLowerCase(Locale.ROOT).contains("cache"), mount.err());
                    Files.writeString(drive.at("a"), "written with " + length);
                    assertEquals("written with " + length, drive.amberfs("cat", "a").ok());
                }
            } finally {
                replace(cache, whole);
            }
            assertEquals(List.of(), Files.readAllLines(drive.store().resolve("log")).stream().filter(line -> !line.contains(" INFO ")).toList());
            drive.remount();
            assertTrue(isMapped(cache, drive));
        }
    }

    /** Made by the launcher when it mounted. */
    private static Path cache() throws IOException {
        String java = Path.of(System.getenv().getOrDefault("AMBERFS_JAVA_HOME", System.getProperty("java.home"))).toString().replace('/', '_');
        try (Stream<Path> files = Files.list(Path.of(MountedDrive.launcher()).resolveSibling("target"))) {
            return files.filter(file -> file.toString().endsWith(java + ".aot")).findFirst().orElseThrow();
        }
    }

    /** As the launcher does: others may have the former one mapped. */
    private static void replace(Path cache, byte[] bytes) throws IOException {
        Path fresh = Files.write(cache.resolveSibling("cache-of-a-test"), bytes);
        Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean isMapped(Path cache, MountedDrive drive) throws IOException {
        return Files.readString(Path.of("/proc/" + drive.daemon().pid() + "/maps")).contains(cache.toString());
    }

    /** The first whole second not before the newest commit; it has begun when this returns. */
    private static String secondAfter(Map<String, Object> status) {
        Instant newest = OffsetDateTime.parse(String.valueOf(status.get("time"))).toInstant();
        long second = newest.getEpochSecond() + (newest.getNano() > 0 ? 1 : 0);
        MountedDrive.await("the end of that second: what is written in it is of its commit", () -> Instant.now().getEpochSecond() > second);
        return SECONDS.format(Instant.ofEpochSecond(second));
    }
}
