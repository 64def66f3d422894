package io.amberfs.cli;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ShowTest {
    @Test
    void sizesHaveAtMostFourDigits() {
        assertEquals("0 B", Show.bytes(0));
        assertEquals("1023 B", Show.bytes(1023));
        assertEquals("1.0 KiB", Show.bytes(1024));
        assertEquals("1.0 MiB", Show.bytes((1 << 20) - 1));
        assertEquals("8.0 EiB", Show.bytes(Long.MAX_VALUE));
    }

    @Test
    void countsAreGroupedByThousands() {
        assertEquals("0", Show.count(0));
        assertEquals("999", Show.count(999));
        assertEquals("1,000", Show.count(1000));
        assertEquals("1,234,567", Show.count(1_234_567));
        assertEquals("-999", Show.count(-999));
        assertEquals("-1,000", Show.count(-1000));
        assertEquals("-9,223,372,036,854,775,808", Show.count(Long.MIN_VALUE));
    }

    @Test
    void timesAreShownInTheZoneOfTheMachineAndCanBeTypedBack() {
        String shown = Show.time("2024-06-18T10:10:37.9Z", at -> ZoneOffset.ofHours(2));
        assertEquals("2024-06-18T12:10:37", shown);
        assertTrue(TimePath.isTime(shown));
        assertEquals("-", Show.time(null, at -> ZoneOffset.UTC));
    }

    @Test
    void modesReadLikeThoseOfLs() {
        assertEquals("drwxrwxrwt", Show.mode(0041777));
        assertEquals("-rwSr-x--T", Show.mode(0105650 & ~0001000 | 0001000));
        assertEquals("prw-r--r--", Show.mode(0010644));
    }

    @Test
    void progressShowsRateAndTimeLeft() {
        assertEquals("10 of 40 files, 20.0 MiB, 10.0 MiB/s, 6s left",
            Progress.line(Map.of("files", 10, "bytes", 20 << 20, "totalFiles", 40), Duration.ofSeconds(2)));
        assertEquals("10 files, 20.0 MiB, 10.0 MiB/s", Progress.line(Map.of("files", 10, "bytes", 20 << 20), Duration.ofSeconds(2)));
    }

    @Test
    void progressChangesItsLineAtMostTenTimesASecondAndOnlyOnATerminal() {
        AtomicLong clock = new AtomicLong();
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        try (Progress progress = new Progress(new PrintStream(seen), true, clock::get)) {
            for (int i = 0; i < 1000; i++) {
                progress.show(Map.of("files", i));
                clock.addAndGet(1_000_000);
            }
        }
        assertEquals(11, seen.toString().split("\r", -1).length - 1, "ten lines and the last erasure");
        ByteArrayOutputStream none = new ByteArrayOutputStream();
        try (Progress progress = new Progress(new PrintStream(none), false, clock::get)) {
            progress.show(Map.of("files", 1));
        }
        assertEquals(0, none.size());
    }

    @Test
    void columnsAreAlignedByCharactersNotByBytes() {
        Table table = new Table("NAME", ">SIZE");
        table.row("ä😀", "1");
        table.row("abcdef", "100");
        assertEquals("NAME    SIZE\nä😀         1\nabcdef   100", String.join("\n", table.lines()));
    }
}
