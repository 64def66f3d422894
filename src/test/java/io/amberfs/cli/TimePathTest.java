package io.amberfs.cli;

import io.amberfs.history.Instants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TimePathTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "2024-06-18T10:10:37:docs/x|2024-06-18T10:10:37|docs/x",
        "2024-06-18T10:10:docs/x|2024-06-18T10:10|docs/x",
        "2024-06-18T10:10:37|2024-06-18T10:10:37|''",
        "2024-06-18T10:10:/37|2024-06-18T10:10|/37",
        "2024-06-18T10:10:37:|2024-06-18T10:10:37|''",
        "2024-06-18T10:10:37.25Z:a:b|2024-06-18T10:10:37.25Z|a:b",
        "2024-06-18T10:10+02:00:docs|2024-06-18T10:10+02:00|docs",
        "2024-06-18:docs|2024-06-18|docs",
        "2024-06-18_10-10:docs|2024-06-18_10-10|docs",
        "2026-11-23 00:00:file|2026-11-23 00:00|file",
        "2026-11-23 00:00:37+02:00:file|2026-11-23 00:00:37+02:00|file",
        "2024-06-18T10-10-37:docs|2024-06-18T10-10-37|docs",
        "2024-06-18_10:10:docs|2024-06-18_10:10|docs",
        "10min ago:file|10min ago|file",
        "2 days ago:a:b|2 days ago|a:b",
        "1 minute-ago:file|1 minute-ago|file",
        "30 seconds ago|30 seconds ago|''",
        "@GMT-2024.06.18-10.10.37:docs|@GMT-2024.06.18-10.10.37|docs",
        "yesterday:|yesterday|''",
        "yesterday|yesterday|''",
        "10min-ago:a b|10min-ago|a b",
        "before-upgrade:docs|before-upgrade|docs",
        "before:docs/a:b|before|docs/a:b",
        "a:b:c|a:b|c",
        "x:y:z|x|y:z",
        "docs/a:b|-|docs/a:b",
        "docs|-|docs",
        ":a:b|-|a:b",
        "2024-06-18T99:99:docs|2024-06-18T99:99|docs",
        "2024-06-18T10:10:37:2024-06-18|2024-06-18T10:10:37|2024-06-18"})
    void theTimeEndsWhereItsRuleSays(String text, String time, String path) {
        assertEquals(new TimePath(Optional.ofNullable(time), path), TimePath.parse(text, () -> Set.of("a:b", "before")));
    }

    /** So that no time is taken for the name of a snapshot, nor the other way round. */
    @Test
    void whateverTheDriveReadsAsATimeIsATimeHere() {
        for (String text : List.of("2024-06-18", "2024-06-18T10:10", "2024-06-18 10:10:37", "2024-06-18_10-10-37.5", "2024-06-18T10:10Z", "2024-06-18 10:10-0930", "@GMT-2024.06.18-10.10.37",
            "now", "today", "yesterday", "1s-ago", "2sec ago", "3 seconds ago", "1m-ago", "10min ago", "1 minute-ago", "1h-ago", "2 hours ago", "3d-ago", "1 day ago", "1w ago", "2weeks-ago")) {
            assertTrue(new Instants(ZoneOffset.UTC).parse(text, 0).isPresent(), text);
            assertTrue(TimePath.isTime(text), text);
        }
    }

    @Test
    void snapshotsAreAskedForOnlyWhenThereAreSeveralWaysToRead() {
        TimePath.parse("before:docs/a:b", () -> {
            throw new AssertionError("asked");
        });
        assertFalse(TimePath.isTime("2024-06-18T10"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''|''", "/|''", "docs|sub/docs", "./docs/../x|sub/x", "/mnt/drive/a|a", "/mnt/drive|''", "..|''", "../..|''", "/docs/|docs", "/mnt/driver/a|mnt/driver/a"})
    void aPathUnderTheMountIsTakenFromItsRoot(String typed, String expected) {
        assertEquals(expected, DrivePath.of(typed, "/mnt/drive/sub", List.of("/mnt/drive")));
    }

    @Test
    void aPathFromElsewhereLiesInTheDrive() {
        assertEquals("docs/x", DrivePath.of("docs/./x", "/home/u", List.of("/mnt/drive")));
        assertEquals("x", DrivePath.of("../../x", "/home/u", List.of()));
    }
}
