package io.amberfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.codec.CommitCodec;
import io.amberfs.codec.DirentCodec;
import io.amberfs.codec.ExtentCodec;
import io.amberfs.codec.InodeCodec;
import io.amberfs.codec.ScrubCodec;
import io.amberfs.codec.XattrCodec;
import io.amberfs.fs.Node;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.Journal;
import io.amberfs.history.RowKey;
import io.amberfs.model.Body;
import io.amberfs.model.Clock;
import io.amberfs.model.Commit;
import io.amberfs.model.Bytes;
import io.amberfs.model.Dirent;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Extent;
import io.amberfs.model.Hold;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.ScrubState;
import io.amberfs.model.PurgeNote;
import io.amberfs.model.Snapshot;
import io.amberfs.model.Totals;
import io.amberfs.model.Xattr;
import io.amberfs.store.Cursor;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Reading;
import io.amberfs.store.RocksStore;
import io.amberfs.store.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages say is what the program does. */
class DocsTest {
    private static final Path FORMAT = Path.of("docs/FORMAT.md");
    private static final Path GUARANTEES = Path.of("docs/GUARANTEES.md");
    private static final long TIME = TestDrive.START;
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
    private static final Pattern TESTED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");

    @Test
    void theRecordsInFormatMdAreThoseOfTheCodecs() {
        Extent extent = new Extent(0, 80_000, 7, 0, 0x1122334455667788L);
        List<String> examples = List.of(
            example("dirent", DirentCodec.encode(new Dirent(text("a.txt"), 300, Mode.FILE))),
            example("directory", InodeCodec.encode(new Inode(Mode.DIRECTORY | 0755, 2, 0, 0, 0, 0, 0, TIME, TIME, TIME, TIME, false, 1, text("docs"), Body.NONE))),
            example("inline file", InodeCodec.encode(new Inode(Mode.FILE | 0644, 1, 1000, 1000, 5, 5, 0, TIME, TIME, TIME + 1, TIME, false, 2, text("a.txt"),
                new Body.Inline(text("hello"))))),
            example("mapped file", InodeCodec.encode(new Inode(Mode.FILE | 0600, 1, 0, 0, 80_000, 80_000, 0, TIME - 1, TIME, TIME, TIME, true, 2, text("b.txt"),
                new Body.Mapped(List.of(extent))))),
            example("file with regions", InodeCodec.encode(new Inode(Mode.FILE | 0644, 2, 0, 0, 1L << 30, 80_000, 0, TIME, TIME, TIME, TIME, false, 1, text("disk"),
                new Body.Regions(9)))),
            example("device", InodeCodec.encode(new Inode(Mode.CHAR_DEVICE | 0666, 1, 0, 0, 0, 0, 259, TIME, TIME, TIME, TIME, false, 2, text("null"), Body.NONE))),
            example("region", ExtentCodec.encodeRegion(List.of(extent, new Extent(100_000, 4096, 8, 512, -1)))),
            example("xattr", XattrCodec.encode(new Xattr(text("user.mime"), text("text/plain")))),
            example("commit", CommitCodec.encode(new Commit(200, TIME, TIME + 1, new Totals(3, 80_005), filled(0x11), filled(0x22), new Bytes(new byte[64])))),
            example("snapshot", CommitCodec.encode(new Snapshot("before-upgrade", 200, TIME, Optional.of(new Hold(TIME + 5, TIME + 6, true, "tax"))))),
            example("scrub", ScrubCodec.encode(new ScrubState(30 * 86_400_000_000_000L, TIME, 6, new byte[] {0, 0, 0, 0, 0, 0, 0, 5}, 138, 5, 1, List.of(7L, 1000L), TIME - 1, 0))),
            example("purge", CommitCodec.encode(new PurgeNote(TIME, 3, new Bytes(Arrays.copyOf(filled(0x11).array(), 16)), "me"))),
            example("journal, changes", Journal.encode(new Journal.Changes(201, 301, new Totals(3, 80_005), List.of(
                new Journal.Row(RowKey.of(1, RowKey.ORPHAN, 300), Optional.of(new byte[] {1})), new Journal.Row(RowKey.of(1, RowKey.REAP, 9), Optional.empty()))))),
            example("journal, written", Journal.encode(new Journal.Written(300, TIME, List.of(new Journal.Piece(4096, text("hello")), new Journal.Piece(0, text("x")))))));
        assertContains(FORMAT, examples);
    }

    @Test
    void theRowsInFormatMdAreThoseOfASmallStore() {
        MemoryStore store = new MemoryStore();
        try (TestDrive t = new TestDrive(store)) {
            t.mkdir("/docs");
            t.write("/docs/a.txt", "hello");
            t.commit(10);
            t.write("/docs/a.txt", "hello ".repeat(1000));
            t.drive.setXattr(t.at("/docs/a.txt"), text("user.mime"), text("text/plain"), false, false, false);
            t.drive.symlink(Node.ROOT, TestDrive.last("latest"), text("docs/a.txt"), TestDrive.ROOT);
            t.now.addAndGet(500_000_000L);
            t.drive.snapshot("before-upgrade");
        }
        List<String> rows = new ArrayList<>();
        try (Reading reading = store.reading()) {
            for (Table table : Table.values()) {
                try (Cursor cursor = reading.cursor(table, new byte[0])) {
                    while (cursor.next()) {
                        rows.add(String.format("%-8s %s", table.name().toLowerCase(Locale.ROOT), row(table, cursor)));
                    }
                }
            }
        }
        assertContains(FORMAT, rows);
    }

    @Test
    void theSyncMarkIsAsFormatMdSays(@TempDir Path folder) throws IOException {
        Clock clock = () -> TIME;
        new RocksStore(folder, clock, false).close();
        ByteBuffer slot = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("synced")), 0, 48);
        CRC32C crc = new CRC32C();
        crc.update(slot.array(), 0, 40);
        assertEquals(0x616d7379, slot.getInt());
        assertEquals(2, slot.getInt());
        slot.getLong();
        assertEquals(TIME, slot.getLong());
        assertEquals(Files.size(folder.resolve(String.format("rows/MANIFEST-%06d", slot.getLong()))), slot.getLong());
        assertEquals((int) crc.getValue(), slot.getInt());
        assertEquals(0, slot.getInt());
    }

    @Test
    void everyLinkLeadsToAFile() {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) {
            Matcher links = LINK.matcher(read(page));
            while (links.find()) {
                boolean outside = links.group(1).contains("://");
                if (!outside && !Files.exists(page.toAbsolutePath().getParent().resolve(links.group(1)))) {
                    dead.add(page + ": " + links.group(1));
                }
            }
        }
        assertEquals(List.of(), dead);
    }

    @Test
    void everyTestThatProvesAPromiseIsThere() {
        Map<String, String> sources = Stream.of(Path.of("src/test/java"), Path.of("tests-integration/java")).flatMap(DocsTest::javaFiles)
            .collect(Collectors.toMap(file -> file.getFileName().toString(), DocsTest::read, String::concat));
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (Path page : List.of(GUARANTEES, Path.of("docs/POSIX.md"), Path.of("README.md"))) {
            Matcher tests = TESTED.matcher(read(page));
            while (tests.find()) {
                found++;
                if (!sources.getOrDefault(tests.group(1) + ".java", "").contains("void " + tests.group(2) + "(")) {
                    missing.add(page + ": " + tests.group());
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(found > 20, "only " + found + " tests are named");
    }

    @Test
    void everyExitCodeIsInOperatingMd() {
        String page = read(Path.of("docs/OPERATING.md"));
        for (ExitCode code : ExitCode.values()) {
            assertTrue(page.contains("| " + code.number() + " |"), "docs/OPERATING.md lacks " + code);
        }
    }

    @Test
    void decisionsAreNumberedOneByOne() {
        try (Stream<Path> files = Files.list(Path.of("docs/decisions"))) {
            List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
            for (int i = 0; i < names.size(); i++) {
                assertTrue(names.get(i).matches(String.format("%04d-[a-z0-9-]+\\.md", i + 1)), names.get(i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value in full where it is not sealed; its length where it is, since nonces are never the same twice. */
    private static String row(Table table, Cursor cursor) {
        String key = hex(cursor.key());
        byte[] value = cursor.value();
        if (table == Table.META && cursor.key()[0] == 's') {
            return key + " = " + hex(new byte[] {value[0], value[1]}) + " and 16 random bytes";
        } else if (table == Table.COMMITS && cursor.key()[0] == 'k') {
            return key + " = " + hex(new byte[] {value[0], value[1]}) + " and the same 16 random bytes";
        } else if (table == Table.META && cursor.key()[0] == 'b' || table == Table.CHANGES || table == Table.COMMITS && cursor.key()[0] == 't') {
            return (key + " = " + hex(value)).strip();
        } else if (table == Table.LIVE || table == Table.PAST) {
            return key + " = " + hex(java.util.Arrays.copyOf(value, 8)) + " and " + (value.length - 8) + " sealed bytes";
        } else if (table == Table.BLOCKS) {
            return key + " = " + hex(java.util.Arrays.copyOf(value, 32)) + " and " + (value.length - 32) + " sealed bytes";
        }
        return key + " = " + value.length + " sealed bytes";
    }

    private static String example(String name, byte[] bytes) {
        return name + ": " + hex(bytes);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Bytes filled(int value) {
        byte[] bytes = new byte[Bytes.DIGEST_LENGTH];
        java.util.Arrays.fill(bytes, (byte) value);
        return new Bytes(bytes);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertContains(Path page, List<String> lines) {
        List<String> there = read(page).lines().map(line -> line.replaceFirst(" +#.*", "").stripTrailing()).toList();
        List<String> missing = lines.stream().filter(line -> !there.contains(line)).toList();
        assertEquals("", String.join("\n", missing), page + " lacks these lines");
    }

    private static List<Path> pages() {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(docs, Stream.of("README.md", "CHANGELOG.md", "native/README.md").map(Path::of)).filter(path -> path.toString().endsWith(".md")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        return Optional.of(file).map(path -> {
            try {
                return Files.readString(path);
            } catch (IOException e) {
                throw new UncheckedIOException(path.toString(), e);
            }
        }).orElseThrow();
    }
}
