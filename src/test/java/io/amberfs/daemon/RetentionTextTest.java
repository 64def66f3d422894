package io.amberfs.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.Retention;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTextTest {
    @Test
    void theDefaultIsWrittenAsPeopleSayIt() {
        assertEquals(Map.of("keep-all", "1h", "keep-minutely", "24h", "keep-hourly", "7d", "keep-daily", "90d", "keep-weekly", "forever",
            "max-history", "none", "min-free", "none"), RetentionText.of(Retention.DEFAULT));
    }

    @ParameterizedTest
    @CsvSource({"90s, 90s", "120s, 2m", "60m, 1h", "24h, 24h", "48h, 2d", "2w, 14d", "1y, 365d", "0, 0", "forever, forever", "999999y, forever"})
    void whatIsWrittenIsReadAsTheSame(String typed, String shown) {
        Map<String, String> all = Map.of("keep-all", "0", "keep-minutely", "0", "keep-hourly", "0", "keep-daily", "0", "keep-weekly", typed);
        Retention rule = RetentionText.changed(Retention.DEFAULT, all);
        assertEquals(shown, RetentionText.of(rule).get("keep-weekly"));
        assertEquals(rule, RetentionText.changed(Retention.DEFAULT, RetentionText.of(rule)));
    }

    @ParameterizedTest
    @CsvSource({"50%, 50%", "0%, 0%", "200G, 200G", "2048M, 2G", "3T, 3T", "1500K, 1500K", "0M, 0K", "none, none"})
    void roomIsReadAndWritten(String typed, String shown) {
        Retention rule = RetentionText.changed(Retention.DEFAULT, Map.of("max-history", typed, "min-free", "10%"));
        assertEquals(shown, RetentionText.of(rule).get("max-history"));
        assertEquals(100, rule.minFree().orElseThrow().of(1000));
        assertEquals(rule, RetentionText.changed(Retention.DEFAULT, RetentionText.of(rule)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "G", "-1G", "101%", "50 %", "1.5G", "9999999G"})
    void whatIsNoRoomIsRefused(String typed) {
        assertEquals(ExitCode.USAGE, assertThrows(Refusal.class, () -> RetentionText.changed(Retention.DEFAULT, Map.of("min-free", typed))).code());
    }

    @Test
    void whatIsNotGivenStays() {
        Retention rule = RetentionText.changed(Retention.DEFAULT, Map.of("keep-hourly", "14d"));
        assertEquals(Duration.ofDays(14).toNanos(), rule.hourly());
        assertEquals(Retention.DEFAULT.daily(), rule.daily());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "d", "-1d", "7 d", "7D", "1.5h", "9999999d", "for ever"})
    void whatIsNoTimeIsRefusedWithWhatIs(String typed) {
        Refusal refusal = assertThrows(Refusal.class, () -> RetentionText.changed(Retention.DEFAULT, Map.of("keep-daily", typed)));
        assertEquals(ExitCode.USAGE, refusal.code());
        assertEquals("--keep-daily takes a time like 30m, 24h, 7d, 2w or 1y, forever, or 0 for none, not '" + typed + "'", refusal.getMessage());
    }
}
