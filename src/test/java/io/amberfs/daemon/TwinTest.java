package io.amberfs.daemon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.model.ExitCode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TwinTest {
    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String base64(String latin) {
        return Base64.getEncoder().encodeToString(bytes(latin));
    }

    @Test
    void anyBytesComeBackThroughJson() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = new byte[random.nextInt(8)];
            random.nextBytes(bytes);
            Map<String, Object> object = new HashMap<>();
            Twin.put(object, "name", bytes);
            Map<String, Object> received = Json.read(Json.bytes(object));
            assertArrayEquals(bytes, RawText.bytes(Twin.read(received, "name").orElseThrow()), () -> "seed " + seed);
        }
    }

    @Test
    void onlyWhatIsNotUtf8HasATwin() {
        Map<String, Object> object = new HashMap<>();
        Twin.put(object, "name", "ä\ufffd");
        assertEquals(Map.of("name", "ä\ufffd"), object);
        Twin.put(object, "name", bytes("a\u00ff"));
        assertEquals(Map.of("name", "a\\xff", "name64", base64("a\u00ff")), object);
    }

    @Test
    void aRequestNamesAPathByItsBytes() {
        assertEquals(RawText.of(bytes("a\u00ff")), new Request("ls", Map.of("path", "what a person reads", "path64", base64("a\u00ff"))).path("path"));
        assertEquals("a", new Request("ls", Map.of("path", "a")).path("path"));
        for (Map<String, Object> arguments : List.<Map<String, Object>>of(Map.of(), Map.of("path", 1), Map.of("path", "a", "path64", "!"))) {
            assertEquals(ExitCode.USAGE, assertThrows(Refusal.class, () -> new Request("ls", arguments).path("path")).code());
        }
    }

    @Test
    void aFindingNamesTheBytesOfEachPath() {
        Map<String, Object> event = new HashMap<>();
        CheckRequest.putPaths(event, List.of(RawText.of(bytes("/\u00ff")), "/ä"));
        assertEquals(Map.of("path", "/\\xff", "path64", base64("/\u00ff"), "paths", List.of("/\\xff", "/ä"),
            "paths64", List.of(base64("/\u00ff"), base64("/\u00c3\u00a4"))), event);
        event.clear();
        CheckRequest.putPaths(event, List.of("/a", "/b"));
        assertEquals(Map.of("path", "/a", "paths", List.of("/a", "/b")), event);
    }

    @Test
    void theMessageOfAFailureCanBeSent() {
        assertEquals("no \\xff", Failure.of(new Refusal(ExitCode.ERROR, "no " + RawText.of(bytes("\u00ff")))).message());
    }
}
