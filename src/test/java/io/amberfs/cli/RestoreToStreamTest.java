package io.amberfs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Mode;
import io.amberfs.model.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that no real tree would give: hostile, damaged, cut short, or of odd names. */
class RestoreToStreamTest {
    private final List<Map<String, Object>> events = new ArrayList<>();
    private Path base;
    private Path target;
    private RestoreTo to;
    private RestoreStream stream;

    @BeforeEach
    void open() throws IOException {
        base = Files.createTempDirectory("restore-stream");
        target = Files.createDirectory(base.resolve("target"));
        again(false);
    }

    @AfterEach
    void remove() {
        to.close();
        RestoreBench.shell(base, "rm -rf '" + base + "'");
    }

    private RestoreStream again(boolean delete) {
        if (to != null) {
            to.close();
        }
        events.clear();
        to = new RestoreTo(target, delete, false, events::add);
        stream = new RestoreStream(to);
        return stream;
    }

    private String names() {
        return RestoreBench.shell(target, "find . -mindepth 1 -printf '%P\\n' | LC_ALL=C sort");
    }

    @Test
    void hostileNamesAreToldAndPassedOverWithAllBelowThem() throws IOException {
        stream.directory("");
        for (String name : List.of("..", ".", "../evil", "/etc", "a//b", "nul\0byte", "x".repeat(256), "d/..", "./f", "a/../../evil")) {
            stream.file(name, "evil");
            stream.directory(name).file(name + "/f", "evil").leave(name);
        }
        RestoreTo.Summary summary = stream.file("good", "1").leave("").finish();
        assertEquals(30, summary.skipped());
        assertEquals("good\n", names());
        assertEquals("target\n", RestoreBench.shell(base, "ls -A"));
    }

    @Test
    void anEntryOutsideTheDirectoryThatWasEnteredEndsTheRun() {
        stream.directory("").directory("a").leave("a");
        assertThrows(Refusal.class, () -> stream.file("a/late", "1"));
        assertEquals("a\n", names());
    }

    @Test
    void aHardLinkCannotReachOutside() throws IOException {
        Files.writeString(base.resolve("secret"), "secret");
        stream.directory("");
        for (String first : List.of("../secret", "/etc/passwd", "never/sent", "")) {
            Map<String, Object> link = RestoreStream.entry("link", Mode.FILE | 0644);
            link.put("nlink", 2);
            link.put("link64", RestoreStream.base64(first));
            stream.send(link);
        }
        assertEquals(4, stream.leave("").finish().skipped());
        assertEquals("", names());
    }

    @Test
    void namesThatAreNotUtf8AndNamesOf255BytesComeBack() {
        String odd = "\u00ff\u00fe caf\u00e9 \n\t'\"";
        String wide = "w".repeat(255);
        stream.directory("").file(odd, "1").directory(wide).file(wide + "/" + wide, "2").symlink(wide + "/l",
                "\u00ff" + "t".repeat(4094)).leave(wide).leave("");
        assertTrue(to.finish().complete());
        assertEquals(odd, RestoreBench.shell(target, "find . -maxdepth 1 -type f -printf '%P'"));
        assertEquals("2", RestoreBench.shell(target, "cat " + wide + "/" + wide));
        assertEquals("\u00ff" + "t".repeat(4094), RestoreBench.shell(target, "readlink -n " + wide + "/l"));
        assertEquals(RestoreStream.base64(odd), events.stream().filter(event -> event.containsKey("path64")).findFirst().orElseThrow().get("path64"));
        again(true).directory("").file(odd, "1").directory(wide).file(wide + "/" + wide, "2").symlink(wide + "/l",
                "\u00ff" + "t".repeat(4094)).leave(wide).leave("");
        RestoreTo.Summary summary = to.finish();
        assertEquals(5, summary.same());
        assertEquals(0, summary.restored() + summary.mended() + summary.deleted());
    }

    @Test
    void aDamagedFileIsLeftAsItStands() throws IOException {
        for (String name : List.of("before", "amid", "unnamed", "extra")) {
            Files.writeString(target.resolve(name), "old");
        }
        again(true).directory("");
        Map<String, Object> before = RestoreStream.entry("before", Mode.FILE | 0644);
        before.put("size", 5);
        stream.send(before).damaged("before");
        Map<String, Object> amid = RestoreStream.entry("amid", Mode.FILE | 0644);
        amid.put("size", 100);
        stream.send(amid).data(0, new byte[50]).damaged("amid").end();
        RestoreTo.Summary summary = stream.damaged("unnamed").file("good", "1").leave("").finish();
        assertEquals(3, summary.damaged());
        assertEquals(1, summary.deleted());
        assertFalse(summary.complete());
        assertEquals("old old old amid before good unnamed\n", RestoreBench.shell(target, "cat before; echo -n ' '; cat amid; echo -n ' '; cat"
                + " unnamed; echo -n ' '; echo $(ls -A)"));
    }

    @Test
    void nothingIsDeletedInADirectoryThatIsDamagedOrWasNotLeft() throws IOException {
        RestoreBench.shell(target, "mkdir d e; touch d/kept e/kept f");
        again(true).directory("").directory("d").damaged("d").leave("d").directory("e");
        RestoreTo.Summary summary = to.finish();
        assertEquals(0, summary.deleted());
        assertFalse(summary.whole());
        assertEquals("d\nd/kept\ne\ne/kept\nf\n", names());
    }

    @Test
    void aFileCutShortIsNotPutInPlace() throws IOException {
        Files.writeString(target.resolve("f"), "old");
        Map<String, Object> entry = RestoreStream.entry("f", Mode.FILE | 0644);
        entry.put("size", 100);
        stream.directory("").send(entry).data(0, new byte[] {1, 2, 3});
        assertFalse(to.finish().whole());
        assertEquals("f\n", names());
        assertEquals("old", Files.readString(target.resolve("f")));
    }

    @Test
    void dataThatMakeNoSenseEndTheRunAndLeaveOldContents() throws IOException {
        long[][] wrong = {{-1, 3}, {0, -1}, {98, 3}, {Long.MAX_VALUE, 3}, {0, 101}, {0, Long.MAX_VALUE}};
        for (long[] data : wrong) {
            Files.writeString(target.resolve("f"), "old");
            again(false);
            Map<String, Object> entry = RestoreStream.entry("f", Mode.FILE | 0644);
            entry.put("size", 100);
            stream.directory("").send(entry);
            assertThrows(Refusal.class, () -> stream.send(Map.of("type", "data", "offset", data[0], "length", data[1])));
            to.close();
            assertEquals("f\n", names());
            assertEquals("old", Files.readString(target.resolve("f")));
        }
    }

    @Test
    void moreBytesThanWereAnnouncedEndTheRun() {
        Map<String, Object> entry = RestoreStream.entry("f", Mode.FILE | 0644);
        entry.put("size", 100);
        stream.directory("").send(entry).send(Map.of("type", "data", "offset", 0, "length", 2));
        assertThrows(Refusal.class, () -> to.bytes(new byte[3], 0, 3));
        to.close();
        assertEquals("", names());
    }

    @Test
    void aFileOfNoDirectoryGoesIntoTheTargetUnderItsName() throws IOException {
        Map<String, Object> entry = RestoreStream.entry("", Mode.FILE | 0600);
        entry.put("path", "home/notes.txt");
        stream.file(entry, "text".getBytes());
        assertTrue(to.finish().complete());
        assertEquals("text", Files.readString(target.resolve("notes.txt")));
    }

    @Test
    void socketsArePassedOverAndKeptFromDeletion() {
        RestoreBench.shell(target, "touch s");
        again(true).directory("").send(RestoreStream.entry("s", Mode.SOCKET | 0600)).leave("");
        assertEquals(1, to.finish().skipped());
        assertEquals("s\n", names());
    }

    @Test
    void attributesThatARestoreMustNotSetAreTold() {
        Map<String, Object> entry = RestoreStream.entry("f", Mode.FILE | 0600);
        entry.put("xattrs", Map.of(RestoreStream.base64("security.ima"), "AAAA", RestoreStream.base64("user.a\0b"), "AAAA",
                RestoreStream.base64("user." + "n".repeat(251)), "AAAA",
                RestoreStream.base64("user.good"), RestoreStream.base64("value")));
        stream.directory("").file(entry, new byte[] {1}).leave("");
        RestoreTo.Summary summary = to.finish();
        assertEquals(3, summary.attributes());
        assertEquals("user.good=\"value\"", RestoreBench.shell(target, "getfattr -d f | grep =").strip());
    }

    @Test
    void aFileChangedDuringItsComparisonIsNotMixed() throws Exception {
        byte[] contents = RestoreStream.pattern(400_000, 7);
        Files.write(target.resolve("f"), contents);
        Map<String, Object> entry = RestoreStream.entry("f", Mode.FILE | 0644);
        entry.put("size", 400_000L);
        stream.directory("").send(entry).data(0, java.util.Arrays.copyOf(contents, 300_000));
        byte[] others = contents.clone();
        others[5] ^= 1;
        try (var file = new java.io.RandomAccessFile(target.resolve("f").toFile(), "rw")) {
            file.write(others);
        }
        RestoreBench.shell(target, "touch -d 2020-01-01 f");
        byte[] rest = java.util.Arrays.copyOfRange(contents, 300_000, 400_000);
        rest[50_000] ^= 1;
        RestoreTo.Summary summary = stream.data(300_000, rest).end().leave("").finish();
        assertEquals(1, summary.skipped());
        assertArrayEquals(others, Files.readAllBytes(target.resolve("f")));
        assertEquals("f\n", names());
    }

    @Test
    void anyMixtureOfDataHolesAndOldContentsEndsAsThePastHadIt() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            String what = "seed " + seed + " round " + round;
            byte[] past = new byte[1 + random.nextInt(900_000)];
            List<int[]> ranges = new ArrayList<>();
            for (int at = random.nextInt(past.length); at < past.length; ) {
                int length = 1 + random.nextInt(Math.min(300_000, past.length - at));
                byte[] part = new byte[length];
                random.nextBytes(part);
                if (random.nextInt(4) > 0) {
                    System.arraycopy(part, 0, past, at, length);
                }
                ranges.add(new int[] {at, length});
                at += length + (random.nextBoolean() ? 0 : random.nextInt(200_000));
            }
            byte[] old = random.nextInt(6) == 0 ? java.util.Arrays.copyOf(past, random.nextInt(past.length + 1)) : past.clone();
            for (int i = random.nextInt(3); i > 0 && old.length > 0; i--) {
                old[random.nextInt(old.length)] ^= 1;
            }
            Files.write(target.resolve("f"), old);
            if (random.nextBoolean()) {
                RestoreBench.shell(target, "fallocate -d f");
            }
            again(false);
            Map<String, Object> entry = RestoreStream.entry("f", Mode.FILE | 0644);
            entry.put("size", (long) past.length);
            stream.directory("").send(entry);
            ranges.forEach(range -> stream.data(range[0], java.util.Arrays.copyOfRange(past, range[0], range[0] + range[1])));
            RestoreTo.Summary summary = stream.end().leave("").finish();
            assertArrayEquals(past, Files.readAllBytes(target.resolve("f")), what);
            assertEquals(java.util.Arrays.equals(past, old) ? 0 : 1, summary.restored(), what);
        }
    }

    @Test
    void anUnknownEventEndsTheRun() {
        assertThrows(Refusal.class, () -> stream.send(Map.of("type", "surprise")));
        assertThrows(Refusal.class, () -> stream.send(new HashMap<>()));
        assertThrows(Refusal.class, () -> stream.send(Map.of("type", "leave", "path64", "!")));
    }

    @Test
    void aCancelledRunSaysSo() {
        stream.directory("").file("f", "1");
        assertFalse(to.cancelled());
        to.cancel();
        assertTrue(to.cancelled());
        assertFalse(to.finish().whole());
    }

    @Test
    void aDirectorySwappedForASymlinkDuringTheRunIsNotFollowed() throws IOException {
        Path outside = Files.createDirectory(base.resolve("outside"));
        stream.directory("").directory("a");
        StringBuilder path = new StringBuilder("a");
        for (int i = 0; i < 60; i++) {
            stream.directory(path.append("/d").toString());
        }
        RestoreBench.shell(target, "mv a moved; ln -s ../outside a");
        for (int i = 0; i < 60; i++) {
            stream.leave(path.toString());
            path.setLength(path.length() - 2);
        }
        RestoreTo.Summary summary = stream.file("a/f", "evil").leave("a").leave("").finish();
        assertTrue(summary.skipped() > 0);
        assertFalse(Files.exists(outside.resolve("f")));
    }
}
