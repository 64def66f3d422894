package io.amberfs.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Amount;
import io.amberfs.model.Body;
import io.amberfs.model.Bytes;
import io.amberfs.model.Commit;
import io.amberfs.model.CommitHeader;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Dirent;
import io.amberfs.model.Extent;
import io.amberfs.model.Hold;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.PurgeNote;
import io.amberfs.model.Retention;
import io.amberfs.model.Snapshot;
import io.amberfs.model.Totals;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.model.Xattr;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each persisted form by an example that never changes, and against every damage of it. */
class CodecTest {
    private static final List<Extent> EXTENTS = List.of(new Extent(0, 4096, 7, 0, 0x0102030405060708L), new Extent(5000, 300, 1L << 40, 200, -1));

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static Inode inode(int mode, long size, long stored, Body body) {
        return new Inode(mode, 1, 1000, 100, size, stored, 0, 50, 50, 60, 40, false, 2, utf8("f"), body);
    }

    /** A form by its name: the golden bytes, and reading followed by writing. */
    private record Form(String golden, UnaryOperator<byte[]> again) {
        byte[] bytes() {
            return HexFormat.of().parseHex(golden);
        }
    }

    private static Form inode(String golden) {
        return new Form(golden, bytes -> InodeCodec.encode(InodeCodec.decode(3, bytes)));
    }

    private static final Map<String, Form> FORMS = new TreeMap<>(Map.of(
        "empty file", inode("012081a401e80764000000000000000032" + "14" + "13" + "020166"),
        "inline file", inode("012181a401e80764030000000000000032141302016603616263"),
        "mapped file", inode("012281a401e80764cc290000000000000032" + "1413" + "020166" + "ac22" + "02" + "00802007000102030405060708" + "8807ac02808080808020c801ffffffffffffffff"),
        "file with regions", inode("012781a401e80764808080010000000000000032" + "1413" + "020166" + "8080401f"),
        "directory", inode("012841ed02000000" + "0000000000000032" + "1413" + "63" + "0203646972"),
        "device", inode("011021b001000000" + "0000000000000032" + "1413" + "8110"),
        "region", new Form("01" + "02" + "00802007000102030405060708" + "8807ac02808080808020c801ffffffffffffffff", bytes -> ExtentCodec.encodeRegion(ExtentCodec.decodeRegion(bytes))),
        "dirent", new Form("01" + "08" + "ac02" + "6e616d65", bytes -> DirentCodec.encode(DirentCodec.decode(bytes))),
        "xattr", new Form("01" + "06" + "757365722e61" + "0001ff", bytes -> XattrCodec.encode(XattrCodec.decode(bytes))),
        "commit", new Form("02" + "ac02" + "17da1a2b3c4d5e6f" + "17da1a2b3c4d5e70" + "05" + "8008" + "11".repeat(32) + "22".repeat(32) + "33".repeat(64), bytes -> CommitCodec.encode(CommitCodec.decodeCommit(bytes)))));
    private static final Form SNAPSHOT = new Form("02" + "02" + "ac02" + "17da1a2b3c4d5e6f" + "06" + "6265666f7265" + "17da1a2b3c4d5f00" + "17da1a2b3c4d5e80" + "776879", bytes -> CommitCodec.encode(CommitCodec.decodeSnapshot(bytes)));

    private static Map<String, Form> forms() {
        Map<String, Form> all = new TreeMap<>(FORMS);
        all.put("snapshot", SNAPSHOT);
        all.put("purge", new Form("01" + "17da1a2b3c4d5e6f" + "ac02" + "11".repeat(16) + "6d65", bytes -> CommitCodec.encode(CommitCodec.decodePurge(bytes))));
        all.put("headers", new Form("01" + "ac02" + "def9eac4e78a8dda2f" + "11".repeat(32) + "05" + "03" + "22".repeat(32), bytes -> CommitCodec.encode(CommitCodec.decodeHeaders(bytes))));
        all.put("retention", new Form("02" + "0000034630b8a000" + "00004e94914f0000" + "0000000000000000" + "001ba03b15c60000" + "7fffffffffffffff" + "0232" + "01ac02",
            bytes -> RetentionCodec.encode(RetentionCodec.decode(bytes))));
        return all;
    }

    private static void golden(String name, byte[] encoded) {
        assertEquals(forms().get(name).golden(), HexFormat.of().formatHex(encoded), name);
    }

    @Test
    void recordsAreWrittenAsTheyAlwaysWere() {
        golden("empty file", InodeCodec.encode(inode(Mode.FILE | 0644, 0, 0, Body.NONE)));
        golden("inline file", InodeCodec.encode(inode(Mode.FILE | 0644, 3, 3, new Body.Inline(utf8("abc")))));
        golden("mapped file", InodeCodec.encode(inode(Mode.FILE | 0644, 5324, 4396, new Body.Mapped(EXTENTS))));
        golden("file with regions", InodeCodec.encode(inode(Mode.FILE | 0644, 2 << 20, 1 << 20, new Body.Regions(31)).withXattrs(true)));
        golden("directory", InodeCodec.encode(new Inode(Mode.DIRECTORY | 0755, 2, 0, 0, 0, 0, 0, 0, 50, 60, 40, false, 2, utf8("dir"), Body.NONE)));
        golden("device", InodeCodec.encode(new Inode(Mode.CHAR_DEVICE | 0660, 1, 0, 0, 0, 0, 2049, 50, 50, 60, 40, false, 0, Inode.NO_NAME, Body.NONE)));
        golden("region", ExtentCodec.encodeRegion(EXTENTS));
        golden("dirent", DirentCodec.encode(new Dirent(utf8("name"), 300, Mode.FILE)));
        golden("xattr", XattrCodec.encode(new Xattr(utf8("user.a"), new byte[] {0, 1, -1})));
        golden("commit", CommitCodec.encode(new Commit(300, 0x17da1a2b3c4d5e6fL, 0x17da1a2b3c4d5e70L, new Totals(5, 1024), new Bytes(filled(32, 0x11)), new Bytes(filled(32, 0x22)),
            new Bytes(filled(64, 0x33)))));
        golden("headers", CommitCodec.encode(List.of(new CommitHeader(300, 0x17da1a2b3c4d5e6fL, new Bytes(filled(32, 0x11))),
            new CommitHeader(305, 0x17da1a2b3c4d5e6dL, new Bytes(filled(32, 0x22))))));
        golden("retention", RetentionCodec.encode(new Retention(3_600_000_000_000L, 86_400_000_000_000L, 0, 90 * 86_400_000_000_000L, Retention.FOREVER,
            Optional.of(new Amount(true, 50)), Optional.of(new Amount(false, 300)))));
        golden("purge", CommitCodec.encode(new PurgeNote(0x17da1a2b3c4d5e6fL, 300, new Bytes(filled(16, 0x11)), "me")));
        golden("snapshot", CommitCodec.encode(new Snapshot("before", 300, 0x17da1a2b3c4d5e6fL, Optional.of(new Hold(0x17da1a2b3c4d5f00L, 0x17da1a2b3c4d5e80L, true, "why")))));
    }

    @Test
    void recordsAreReadBackAsTheyWereWritten() {
        forms().forEach((name, form) -> assertArrayEquals(form.bytes(), form.again().apply(form.bytes()), name));
    }

    /** Either a fault that says so, or a record that can be written again. */
    private static void faultOrRecord(String what, Form form, byte[] damaged) {
        try {
            byte[] again = form.again().apply(damaged);
            assertArrayEquals(again, form.again().apply(again), what);
        } catch (CorruptException | UnsupportedFormatException e) {
            assertTrue(e.getMessage().length() > 10, what);
        }
    }

    @Test
    void everyFlippedBitIsAFaultOrAnotherRecord() {
        forms().forEach((name, form) -> {
            for (int bit = 0; bit < form.bytes().length * 8; bit++) {
                byte[] damaged = form.bytes();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                faultOrRecord(name + " with bit " + bit + " flipped", form, damaged);
            }
        });
    }

    @Test
    void everyTruncationIsAFaultOrAShorterRecord() {
        forms().forEach((name, form) -> {
            for (int length = 0; length < form.bytes().length; length++) {
                faultOrRecord(name + " cut to " + length, form, Arrays.copyOf(form.bytes(), length));
            }
            faultOrRecord(name + " and a byte more", form, Arrays.copyOf(form.bytes(), form.bytes().length + 1));
        });
    }

    @Test
    void randomBytesAreAFaultOrARecord() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(60)];
            random.nextBytes(bytes);
            bytes[0] = (byte) (1 + i % 2);
            forms().forEach((name, form) -> faultOrRecord(name + " from " + HexFormat.of().formatHex(bytes), form, bytes));
        }
    }

    @Test
    void aNewerVersionIsNamed() {
        forms().forEach((name, form) -> {
            byte[] newer = form.bytes();
            newer[0] = 9;
            assertTrue(assertThrows(UnsupportedFormatException.class, () -> form.again().apply(newer)).getMessage().contains("version 9"), name);
        });
    }

    @Test
    void numbersOfEverySizeAreReadBack() {
        for (int shift = 0; shift < 64; shift++) {
            for (long number : new long[] {1L << shift, (1L << shift) - 1, -(1L << shift)}) {
                byte[] bytes = new Out(1).varint(number).signed(number).u64(number).u32((int) number).u16((int) number & 0xffff).toBytes();
                In in = new In("numbers", bytes);
                assertEquals(number, in.varint());
                assertEquals(number, in.signed());
                assertEquals(number, in.u64());
                assertEquals((int) number, in.u32());
                assertEquals((int) number & 0xffff, in.u16());
                in.end();
            }
        }
        assertThrows(CorruptException.class, () -> new In("a number", HexFormat.of().parseHex("ffffffffffffffffff02")).varint());
        assertThrows(CorruptException.class, () -> new In("a number", HexFormat.of().parseHex("80808080808080808080")).varint());
    }
}
