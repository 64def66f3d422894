package io.amberfs.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InstantsTest {
    private static final Instants UTC = new Instants(ZoneOffset.UTC);
    private static final Instants BERLIN = new Instants(ZoneId.of("Europe/Berlin"));
    private static final long NOW = nanos("2024-06-18T10:10:37.5Z");

    private static long nanos(String iso) {
        Instant instant = Instant.parse(iso);
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    private static void means(Instants instants, String text, String iso) {
        assertEquals(Optional.of(nanos(iso)), instants.parse(text, NOW), text);
    }

    @Test
    void everyFormNamesItsTime() {
        Map.ofEntries(Map.entry("2024-06-18", "2024-06-18T00:00:00Z"), Map.entry("2024-06-18T10:10", "2024-06-18T10:10:00Z"), Map.entry("2024-06-18T10:10:37", "2024-06-18T10:10:37Z"),
            Map.entry("2024-06-18 10:10", "2024-06-18T10:10:00Z"), Map.entry("2024-06-18_10-10", "2024-06-18T10:10:00Z"), Map.entry("2024-06-18_10-10-37", "2024-06-18T10:10:37Z"),
            Map.entry("2024-06-18T10:10:37.25", "2024-06-18T10:10:37.25Z"), Map.entry("2024-06-18T10:10:37.123456789", "2024-06-18T10:10:37.123456789Z"),
            Map.entry("2024-06-18T10:10Z", "2024-06-18T10:10:00Z"), Map.entry("2024-06-18T10:10+02:00", "2024-06-18T08:10:00Z"), Map.entry("2024-06-18T10:10:37-0930", "2024-06-18T19:40:37Z"),
            Map.entry("@GMT-2024.06.18-10.10.37", "2024-06-18T10:10:37Z"), Map.entry("now", "2024-06-18T10:10:37.5Z"), Map.entry("today", "2024-06-18T00:00:00Z"),
            Map.entry("yesterday", "2024-06-17T00:00:00Z"), Map.entry("10min-ago", "2024-06-18T10:00:37.5Z"), Map.entry("1h-ago", "2024-06-18T09:10:37.5Z"),
            Map.entry("2 days ago", "2024-06-16T10:10:37.5Z"), Map.entry("30s-ago", "2024-06-18T10:10:07.5Z"), Map.entry("1w-ago", "2024-06-11T10:10:37.5Z"),
            Map.entry("1969-12-31T23:59:59", "1969-12-31T23:59:59Z")).forEach((text, iso) -> means(UTC, text, iso));
    }

    @Test
    void aTimeIsInTheDrivesZone() {
        means(BERLIN, "2024-06-18T10:10", "2024-06-18T08:10:00Z");
        means(BERLIN, "2024-06-18", "2024-06-17T22:00:00Z");
        means(BERLIN, "@GMT-2024.06.18-10.10.37", "2024-06-18T10:10:37Z");
        means(BERLIN, "today", "2024-06-17T22:00:00Z");
        assertEquals("2024-06-18T12:10", BERLIN.minute(NOW));
        assertEquals("2024-06-18T12:10:37", BERLIN.second(NOW));
    }

    @Test
    void hoursThatClocksSkipOrRepeatAreFound() {
        means(BERLIN, "2024-03-31T02:30", "2024-03-31T01:30:00Z");
        means(BERLIN, "2024-10-27T02:30", "2024-10-27T00:30:00Z");
        means(BERLIN, "2024-10-27T02:30+01:00", "2024-10-27T01:30:00Z");
        means(new Instants(ZoneId.of("America/Sao_Paulo")), "2018-11-04", "2018-11-04T03:00:00Z");
        for (String iso : List.of("2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z", "2024-03-31T01:30:00.000000001Z", "1969-12-31T23:59:59.999999999Z")) {
            means(BERLIN, BERLIN.exact(nanos(iso)), iso);
        }
    }

    @Test
    void whatNamesNoTimeIsRefusedWithTheForms() {
        for (String text : List.of("", "2024", "2024-13-01", "2024-02-30", "2024-06-18T24:00", "2024-06-18T10", "2024-06-18T10:60", "2024-6-18", "tomorrow", "-1min-ago", "min-ago", "1fortnight-ago",
            "99999999999999min-ago", "2024-06-18T10:10+25:00", "0000-00-00", "@GMT-2024.13.18-10.10.37", "2024-06-18T10:10:37.", "2024-06-18T10:10:37.1234567890", " 2024-06-18",
            "2024-06-18\n", "\u0662\u0660\u0662\u0664-06-18", ".", "a/b")) {
            assertEquals(Optional.empty(), UTC.parse(text, NOW), text);
            Refusal refusal = assertThrows(Refusal.class, () -> UTC.require(text, NOW));
            assertEquals(ExitCode.USAGE, refusal.code());
            assertTrue(refusal.getMessage().contains("10min-ago"));
            assertFalse(UTC.isTime(text, NOW), text);
        }
    }

    @Test
    void aTimeThatIsTooFarAwayToBeCountedIsSaidToBeOutOfRange() {
        for (String text : List.of("9999-12-31", "2262-04-12", "1677-09-21", "0001-01-01T10:10Z", "@GMT-2300.01.01-00.00.00", "999999999w-ago", "2262-04-11T23:47:17")) {
            assertEquals(Optional.empty(), UTC.parse(text, NOW), text);
            assertTrue(UTC.isTime(text, NOW), text);
            Refusal refusal = assertThrows(Refusal.class, () -> UTC.require(text, NOW));
            assertEquals(ExitCode.USAGE, refusal.code());
            assertTrue(refusal.getMessage().startsWith("the time '" + text + "' is out of range: times go from 1677-09-22 to 2262-04-11"), refusal.getMessage());
        }
        for (String text : List.of("1677-09-22", "2262-04-11")) {
            means(UTC, text, text + "T00:00:00Z");
        }
    }

    @Test
    void junkNeverThrows() {
        Random random = new Random(1);
        String letters = "0123456789-:T_ Z+.@GMTagominhdsw";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "2024-06-18T10:10:37" : "10min-ago");
            for (int n = random.nextInt(4); n >= 0; n--) {
                int at = random.nextInt(text.length());
                text.replace(at, at + random.nextInt(2), "" + letters.charAt(random.nextInt(letters.length())));
            }
            BERLIN.parse(text.toString(), random.nextLong());
        }
    }
}
