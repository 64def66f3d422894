package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FlusherTest {
    @TempDir
    Path directory;

    private Flusher flusher;

    private List<ProcessHandle> processes() {
        return ProcessHandle.current().children().filter(child -> child.info().arguments().stream().anyMatch(words -> List.of(words).contains(directory.toString()))).toList();
    }

    @AfterEach
    void close() {
        flusher.close();
    }

    @Test
    void oneProcessFlushesAsOftenAsItIsAsked() throws Exception {
        flusher = new Flusher(directory);
        assertEquals(List.of(), processes(), "it is started when it is first needed");
        for (int i = 0; i < 3; i++) {
            assertTrue(flusher.flush());
        }
        ProcessHandle process = processes().get(0);
        assertEquals(1, processes().size());
        assertTrue(flusher.isIts((int) process.pid()));
        assertFalse(flusher.isIts((int) ProcessHandle.current().pid()));
        assertFalse(flusher.isIts(0));
        flusher.close();
        process.onExit().get(20, TimeUnit.SECONDS);
    }

    @Test
    void itIsStartedAnewWhenItHasEnded() throws Exception {
        flusher = new Flusher(directory);
        assertTrue(flusher.flush());
        ProcessHandle process = processes().get(0);
        process.destroyForcibly();
        process.onExit().get(20, TimeUnit.SECONDS);
        assertTrue(flusher.flush());
    }

    @Test
    void whereNothingCanBeFlushedThatIsSaid() {
        flusher = new Flusher(directory.resolve("nothing"));
        assertFalse(flusher.flush());
    }
}
