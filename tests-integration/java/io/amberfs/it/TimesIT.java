package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every way of naming a time leads into the past that it means.
 *
 * <p>A date means its midnight, so the drive gets a time zone in which the next minute is one: then a minute of history is enough for all forms but
 * {@code yesterday}, whose arithmetic has its own tests.
 */
@Timeout(300)
class TimesIT {
    @Test
    void everyWayOfNamingATimeLeadsToWhatWasThereThen() throws IOException {
        assertTrue(isProven(12) || isProven(45) || isProven(100), "the drive was never mounted in time for the test to prove anything");
    }

    /** @param seconds to mount in, before the midnight @return false if that was too little */
    private static boolean isProven(int seconds) throws IOException {
        Instant midnight = Instant.ofEpochSecond(((Instant.now().getEpochSecond() + seconds) / 60 + 1) * 60);
        ZoneOffset zone = ZoneOffset.ofTotalSeconds((int) Math.floorMod(-midnight.getEpochSecond() + 43200, 86400L) - 43200);
        String tz = "GMT" + (zone.equals(ZoneOffset.UTC) ? "+00:00" : zone.getId());
        try (MountedDrive drive = MountedDrive.unmounted(Map.of("TZ", tz))) {
            drive.mount();
            Path file = Files.writeString(drive.at("file"), "before");
            drive.snapshot("before");
            Instant first = commit(drive);
            if (!first.isBefore(midnight)) {
                return false;
            }
            // A commit counts for the whole second in which it was made.
            MountedDrive.await("the second after the next whole minute", () -> !Instant.now().isBefore(midnight.plusSeconds(1)));
            Files.writeString(file, "after");
            drive.snapshot("after");
            Instant second = commit(drive);
            LocalDateTime local = LocalDateTime.ofEpochSecond(midnight.getEpochSecond(), 0, zone);
            LocalDateTime utc = LocalDateTime.ofEpochSecond(midnight.getEpochSecond(), 0, ZoneOffset.UTC);
            LocalDateTime two = utc.plusHours(2);
            String fraction = OffsetDateTime.ofInstant(second, zone).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
            List<String> before = List.of(form("uuuu-MM-dd", local), "today", form("uuuu-MM-dd'T'HH:mm", local), form("uuuu-MM-dd'T'HH:mm:ss", local),
                form("uuuu-MM-dd HH:mm", local), form("uuuu-MM-dd'_'HH-mm", local), form("uuuu-MM-dd'_'HH-mm-ss", local), form("uuuu-MM-dd'T'HH:mm'Z'", utc),
                form("uuuu-MM-dd'T'HH:mm:ss'Z'", utc), form("uuuu-MM-dd'T'HH:mm:ss'+02:00'", two), form("uuuu-MM-dd'T'HH:mm'+02:00'", two),
                form("'@GMT-'uuuu.MM.dd-HH.mm.ss", utc), form("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS", local));
            for (String name : before) {
                assertEquals("before", Files.readString(drive.past(name).resolve("file")), name);
                assertEquals("before", drive.amberfs("cat", name + ":file").ok(), name);
            }
            for (String name : List.of("now", "0s-ago", fraction)) {
                assertEquals("after", Files.readString(drive.past(name).resolve("file")), name);
            }
            MountedDrive.await("a minute has passed since the first", () -> !Instant.now().minusSeconds(60).isBefore(first));
            for (String name : List.of("1min-ago", "1m-ago", "1 minute ago", "60s-ago")) {
                assertEquals("before", Files.readString(drive.past(name).resolve("file")), name);
                assertEquals("before", drive.amberfs("cat", name + ":file").ok(), name);
            }
            return true;
        }
    }

    private static Instant commit(MountedDrive drive) {
        return OffsetDateTime.parse(String.valueOf(drive.status().get("time"))).toInstant();
    }

    private static String form(String pattern, LocalDateTime time) {
        return DateTimeFormatter.ofPattern(pattern).format(time);
    }
}
