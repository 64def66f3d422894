package io.amberfs.cli;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

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
        assertEquals(expected, DrivePath.of(typed, Path.of("/mnt/drive/sub"), List.of(Path.of("/mnt/drive"))));
    }

    @Test
    void aPathFromElsewhereLiesInTheDrive() {
        assertEquals("docs/x", DrivePath.of("docs/./x", Path.of("/home/u"), List.of(Path.of("/mnt/drive"))));
        assertEquals("x", DrivePath.of("../../x", Path.of("/home/u"), List.of()));
    }
}
