package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.daemon.AuditFile;
import io.amberfs.daemon.Reply;
import io.amberfs.history.AuditTrail;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.Retention;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody can tell of a history who has nothing but a file of it. */
class AuditTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());

    private final Bench bench = new Bench();
    @TempDir
    private Path folder;

    @BeforeEach
    void live() {
        for (int i = 0; i < 200; i++) {
            bench.t.write("/f", "text " + i);
            bench.t.commit(1);
            if (i % 50 == 20) {
                bench.t.drive.snapshot("s" + i);
            }
        }
    }

    @AfterEach
    void close() {
        bench.t.close();
    }

    private AuditTrail.Written export(String name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AuditTrail.Written written;
        try (Reading reading = bench.store.reading()) {
            written = bench.t.drive.volume().auditTrail().write(reading, out::writeBytes);
        }
        Files.write(folder.resolve(name), out.toByteArray());
        return written;
    }

    private Map<String, Object> check(String name, Optional<String> since) {
        return AuditFile.check(folder.resolve(name), since.map(folder::resolve), Optional.empty(), Reply.none());
    }

    private void refused(String said, String name, Optional<String> since) {
        Refusal refusal = assertThrows(Refusal.class, () -> check(name, since));
        assertEquals(ExitCode.DAMAGE, refusal.code());
        assertTrue(refusal.getMessage().contains(said), refusal.getMessage());
    }

    private List<String> lines(String name) throws IOException {
        return new ArrayList<>(Files.readAllLines(folder.resolve(name), StandardCharsets.US_ASCII));
    }

    private void write(String name, List<String> lines) throws IOException {
        Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private void thin() {
        bench.t.drive.retainer().retain(new Retention(0, 0, 0, 0, 0));
        bench.t.drive.retainer().thin();
    }

    @Test
    void theChainHoldsAlsoThroughWhatWasLetGo() throws IOException {
        AuditTrail.Written whole = export("whole");
        Map<String, Object> before = check("whole", Optional.empty());
        assertEquals(0L, before.get("breaks"));
        assertEquals(whole.commits(), before.get("commits"));
        assertEquals(whole.commits(), before.get("kept"));
        thin();
        AuditTrail.Written thinned = export("thinned");
        Map<String, Object> after = check("thinned", Optional.of("whole"));
        assertEquals(0L, after.get("breaks"));
        assertEquals(before.get("commits"), after.get("commits"), "those that were let go are in it");
        assertEquals(before.get("digest"), after.get("digest"));
        assertTrue((long) after.get("kept") < 10, after.toString());
        assertEquals(whole.publicKey(), thinned.publicKey());
        bench.t.write("/f", "more");
        bench.t.commit(1);
        export("later");
        assertEquals(0L, check("later", Optional.of("whole")).get("breaks"));
        refused("is not in it", "whole", Optional.of("later"));
    }

    @Test
    void aCapitalLetterIsNoOtherWayToWriteTheSame() throws IOException {
        export("good");
        String good = Files.readString(folder.resolve("good"));
        for (int at = good.indexOf("kept "); at < good.indexOf("\nend "); at += 7) {
            String bad = good.substring(0, at) + Character.toUpperCase(good.charAt(at)) + good.substring(at + 1);
            if (!bad.equals(good)) {
                Files.writeString(folder.resolve("bad"), bad);
                assertEquals(ExitCode.DAMAGE, assertThrows(Refusal.class, () -> check("bad", Optional.empty()), "byte " + at).code());
            }
        }
    }

    @Test
    void noChangedDigitStaysUnseen() throws IOException {
        System.out.println("AuditTest seed " + SEED);
        thin();
        export("good");
        byte[] good = Files.readAllBytes(folder.resolve("good"));
        Random random = new Random(SEED);
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            int at = random.nextInt(bad.length);
            bad[at] ^= (byte) (1 + random.nextInt(255));
            Files.write(folder.resolve("bad"), bad);
            String changed = "byte " + at + " from " + good[at] + " to " + bad[at];
            try {
                assertTrue((long) check("bad", Optional.empty()).get("breaks") > 0, changed);
            } catch (Refusal e) {
                assertEquals(ExitCode.DAMAGE, e.code(), changed);
            }
        }
    }

    @Test
    void whatIsLeftOutPutInOrCutOffIsSeen() throws IOException {
        thin();
        export("good");
        List<String> lines = lines("good");
        String end = lines.get(lines.size() - 1);
        write("cut", lines.subList(0, 50));
        refused("cut off", "cut", Optional.empty());
        Files.writeString(folder.resolve("torn"), Files.readString(folder.resolve("good")).substring(0, 5000));
        refused("cut off", "torn", Optional.empty());
        List<String> without = lines("good");
        without.remove(7);
        write("without", without);
        refused("it says 20", "without", Optional.empty());
        without.set(without.size() - 1, "end " + (lines.size() - 3));
        write("without", without);
        assertEquals(1L, check("without", Optional.empty()).get("breaks"), "where it is missing");
        List<String> unsigned = new ArrayList<>(lines.subList(0, 12));
        unsigned.add("end 11");
        write("unsigned", unsigned);
        assertEquals(1L, check("unsigned", Optional.empty()).get("breaks"), "nobody signed the last of them");
        List<String> twice = lines("good");
        twice.add(7, twice.get(7));
        write("twice", twice);
        refused("stands behind", "twice", Optional.empty());
        List<String> more = lines("good");
        more.add(end);
        write("more", more);
        refused("behind the end", "more", Optional.empty());
        write("long", List.of("x".repeat(10_000)));
        refused("longer than a line", "long", Optional.empty());
        write("newer", List.of(lines.get(0).replace("audit 1", "audit 2")));
        refused("version 2, and this amberfs reads version 1", "newer", Optional.empty());
    }

    @Test
    void anotherHistoryDoesNotGoOnFromThisOne() throws IOException {
        export("one");
        try (Bench other = new Bench()) {
            for (int i = 0; i < 250; i++) {
                other.t.write("/f", "other " + i);
                other.t.commit(1);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (Reading reading = other.store.reading()) {
                other.t.drive.volume().auditTrail().write(reading, out::writeBytes);
            }
            Files.write(folder.resolve("other"), out.toByteArray());
        }
        assertEquals(0L, check("other", Optional.empty()).get("breaks"), "one chain, by the same key");
        refused("tells of other commits", "other", Optional.of("one"));
        Refusal refusal = assertThrows(Refusal.class, () -> AuditFile.check(folder.resolve("one"), Optional.empty(), Optional.of("00"), Reply.none()));
        assertEquals(ExitCode.DAMAGE, refusal.code());
    }

    @Test
    void aDamagedCommitIsSaidAndBreaksTheChainThere() throws IOException {
        byte[] key = KeyBytes.join(new byte[] {'c', 0, 1}, 100L);
        bench.flip(Table.COMMITS, bench.rows(Table.COMMITS, key).get(0), 30);
        AuditTrail.Written written = export("damaged");
        assertEquals(1, written.unreadable());
        List<Object> broken = new ArrayList<>();
        Map<String, Object> result = AuditFile.check(folder.resolve("damaged"), Optional.empty(), Optional.empty(), new Reply() {
            @Override
            public void event(Map<String, Object> event) {
                broken.add(event.get("epoch"));
            }

            @Override
            public void bytes(byte[] buffer, int offset, int length) {
                throw new IllegalStateException("a check sends no bytes");
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        });
        assertEquals(List.of(101L), broken);
        assertEquals(1L, result.get("breaks"));
    }

    /** The file that docs/FORMAT.md shows, made once and not to be read otherwise. */
    @Test
    void theFileInTheDocumentationHolds() throws IOException {
        Path docs = Path.of("docs/FORMAT.md");
        String shown = Files.readString(docs).replaceFirst("(?s).*```\n(amberfs-audit 1 1 .*?)```.*", "$1");
        Files.writeString(folder.resolve("shown"), shown);
        Map<String, Object> result = check("shown", Optional.empty());
        assertEquals(0L, result.get("breaks"));
        assertEquals(4L, result.get("commits"));
        assertEquals(1L, result.get("kept"));
    }
}
