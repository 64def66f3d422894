package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Attr;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Test;
import ru.serce.jnrfuse.struct.FileStat;

class StatTest {
    private static final Runtime RUNTIME = Runtime.getSystemRuntime();

    @Test
    void everyFieldIsWhereTheCLibraryLooksForIt() {
        Pointer memory = Memory.allocateDirect(RUNTIME, Stat.BYTES, true);
        Stat.put(memory, new Attr(1L << 40, 0100644, 3, 1000, 0x80000001, 1L << 41, 1025, 0x10305, -1, 1_500_000_000_123_456_789L, 5, 6), 4);
        FileStat stat = new FileStat(RUNTIME);
        stat.useMemory(memory);
        assertEquals(1L << 40, stat.st_ino.longValue());
        assertEquals(0100644, stat.st_mode.intValue());
        assertEquals(4, stat.st_nlink.longValue());
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
        Stat.put(memory, new Attr(1, 0100644, 1, 0, 0, 0, 0, 0, -1, 0, 0, 0), 1);
        FileStat stat = new FileStat(RUNTIME);
        stat.useMemory(memory);
        assertEquals(-1, stat.st_atim.tv_sec.longValue());
        assertEquals(999_999_999, stat.st_atim.tv_nsec.longValue());
    }

    @Test
    void nowIsTheClocksAndOmittedStaysAndOutOfRangeIsTheNearest() {
        assertEquals(OptionalLong.of(42), time(0, Times.UTIME_NOW));
        assertEquals(OptionalLong.empty(), time(0, Times.UTIME_OMIT));
        assertEquals(OptionalLong.of(-1), time(-1, 999_999_999));
        assertEquals(OptionalLong.of(Long.MAX_VALUE), time(1L << 40, 0));
        assertEquals(OptionalLong.of(Long.MIN_VALUE), time(-(1L << 40), 0));
        assertEquals(OptionalLong.of(Long.MAX_VALUE), time(Long.MAX_VALUE / 1_000_000_000L, Long.MAX_VALUE % 1_000_000_000L));
    }

    @Test
    void aNameIsTextExactlyIfItIsUtf8() {
        assertTrue(Tree.isText("plain".getBytes(StandardCharsets.UTF_8)));
        assertTrue(Tree.isText("\u00fc\ufffd\ud83d\ude00".getBytes(StandardCharsets.UTF_8)));
        assertTrue(Tree.isText(new byte[] {'.'}));
        assertFalse(Tree.isText(new byte[] {'a', (byte) 0xff}));
        assertFalse(Tree.isText(new byte[] {(byte) 0xc3}));
    }

    private static OptionalLong time(long seconds, long nanos) {
        Pointer times = Memory.allocateDirect(RUNTIME, 2 * Times.BYTES, true);
        times.putLong(Times.BYTES, seconds);
        times.putLong(Times.BYTES + 8, nanos);
        return Times.at(times, 1, () -> 42);
    }
}
