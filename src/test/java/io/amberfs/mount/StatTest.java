package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.AttrChange;
import io.amberfs.model.Attr;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.OptionalLong;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import org.junit.jupiter.api.Test;
import ru.serce.jnrfuse.struct.FileStat;

class StatTest {
    private static final Runtime RUNTIME = Runtime.getSystemRuntime();

    @Test
    void everyFieldIsWhereTheCLibraryLooksForIt() {
        Pointer memory = Memory.allocateDirect(RUNTIME, Stat.BYTES, true);
        Stat.put(memory, new Attr(1L << 40, 0100644, 3, 1000, 0x80000001, 1L << 41, 1025, 0x10305, -1, 1_500_000_000_123_456_789L, 5, 6));
        FileStat stat = new FileStat(RUNTIME);
        stat.useMemory(memory);
        assertEquals(1L << 40, stat.st_ino.longValue());
        assertEquals(0100644, stat.st_mode.intValue());
        assertEquals(3, stat.st_nlink.longValue());
        assertEquals(1000, stat.st_uid.intValue());
        assertEquals(0x80000001, stat.st_gid.intValue());
        assertEquals(1L << 41, stat.st_size.longValue());
        assertEquals(3, stat.st_blocks.longValue());
        assertEquals(0x10305, stat.st_rdev.longValue());
        assertEquals(131072, stat.st_blksize.longValue());
        assertEquals(1_500_000_000L, stat.st_mtim.tv_sec.longValue());
        assertEquals(123_456_789L, stat.st_mtim.tv_nsec.longValue());
        assertEquals(5, stat.st_ctim.tv_nsec.longValue());
    }

    @Test
    void aTimeBefore1970HasPositiveNanoseconds() {
        Pointer memory = Memory.allocateDirect(RUNTIME, Stat.BYTES, true);
        Stat.put(memory, new Attr(1, 0100644, 1, 0, 0, 0, 0, 0, -1, 0, 0, 0));
        FileStat stat = new FileStat(RUNTIME);
        stat.useMemory(memory);
        assertEquals(-1, stat.st_atim.tv_sec.longValue());
        assertEquals(999_999_999, stat.st_atim.tv_nsec.longValue());
    }

    @Test
    void whatIsNotToBeSetStays() {
        AttrChange change = change(stat(7, 8), 0);
        assertEquals(new AttrChange(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty()), change);
    }

    @Test
    void whatIsToBeSetIsReadFromTheStat() {
        int all = SetAttr.MODE | SetAttr.UID | SetAttr.GID | SetAttr.SIZE | SetAttr.ATIME | SetAttr.MTIME;
        AttrChange change = change(stat(7, 8), all);
        assertEquals(new AttrChange(OptionalInt.of(04755), OptionalInt.of(1000), OptionalInt.of(0x80000001), OptionalLong.of(1L << 41), OptionalLong.of(7_000_000_008L),
            OptionalLong.of(7_000_000_008L)), change);
    }

    @Test
    void nowIsTheClocksAndOutOfRangeIsTheNearest() {
        assertEquals(OptionalLong.of(42), mtime(0, 0, SetAttr.MTIME | SetAttr.MTIME_NOW));
        assertEquals(OptionalLong.of(-1), mtime(-1, 999_999_999, SetAttr.MTIME));
        assertEquals(OptionalLong.of(Long.MAX_VALUE), mtime(1L << 40, 0, SetAttr.MTIME));
        assertEquals(OptionalLong.of(Long.MIN_VALUE), mtime(-(1L << 40), 0, SetAttr.MTIME));
        assertEquals(OptionalLong.of(Long.MAX_VALUE), mtime(Long.MAX_VALUE / 1_000_000_000L, Long.MAX_VALUE % 1_000_000_000L, SetAttr.MTIME));
    }

    @Test
    void aNameIsTextExactlyIfItIsUtf8() {
        assertTrue(Text.isUtf8("plain".getBytes(StandardCharsets.UTF_8)));
        assertTrue(Text.isUtf8("\u00fc\ufffd\ud83d\ude00".getBytes(StandardCharsets.UTF_8)));
        assertTrue(Text.isUtf8(new byte[] {'.'}));
        assertFalse(Text.isUtf8(new byte[] {'a', (byte) 0xff}));
        assertFalse(Text.isUtf8(new byte[] {(byte) 0xc3}));
    }

    private static AttrChange change(Pointer stat, int which) {
        return SetAttr.change(which, Stat.mode(stat), Stat.uid(stat), Stat.gid(stat), Stat.size(stat), Stat.atime(stat), Stat.mtime(stat), () -> 42);
    }

    private static OptionalLong mtime(long seconds, long nanos, int which) {
        return change(stat(seconds, nanos), which).mtime();
    }

    private static Pointer stat(long seconds, long nanos) {
        FileStat stat = new FileStat(RUNTIME);
        stat.useMemory(Memory.allocateDirect(RUNTIME, Stat.BYTES, true));
        stat.st_mode.set(0104755);
        stat.st_uid.set(1000);
        stat.st_gid.set(0x80000001);
        stat.st_size.set(1L << 41);
        stat.st_atim.tv_sec.set(seconds);
        stat.st_atim.tv_nsec.set(nanos);
        stat.st_mtim.tv_sec.set(seconds);
        stat.st_mtim.tv_nsec.set(nanos);
        return Struct.getMemory(stat);
    }
}
