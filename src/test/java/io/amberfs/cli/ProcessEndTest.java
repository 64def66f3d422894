package io.amberfs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessEndTest {
    private static final String REST = " 1 42 42 0 -1 4194560 100 0 0 0 5 3 0 0 20 0 %d 0 8177 0 0";

    @TempDir
    private Path proc;

    @Test
    void aProcessThatNobodyWaitedForHasEnded() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c", "sh -c 'echo $$' & exec sleep 60").start();
        try (BufferedReader out = parent.inputReader()) {
            long child = Long.parseLong(out.readLine());
            while (!ProcessEnd.of(child)) {
                assertTrue(parent.isAlive());
                Thread.onSpinWait();
            }
            assertTrue(Files.exists(Path.of("/proc/" + child)));
            assertFalse(ProcessEnd.of(parent.pid()));
        } finally {
            parent.destroyForcibly().waitFor();
        }
        assertTrue(ProcessEnd.of(parent.pid()));
    }

    @Test
    void aZombieWithThreadsThatStillRunHasNot() throws IOException {
        Files.createFile(proc.resolve("self"));
        assertEquals(true, ended("(java) Z", 1));
        assertEquals(false, ended("(java) Z", 3));
        assertEquals(false, ended("(a) Z (b) S", 1));
        assertEquals(true, ProcessEnd.of(43, proc));
    }

    @Test
    void withoutProcTheJdkIsAsked() throws Exception {
        assertFalse(ProcessEnd.of(ProcessHandle.current().pid(), proc));
        Process child = new ProcessBuilder("true").start();
        child.waitFor();
        assertTrue(ProcessEnd.of(child.pid(), proc));
    }

    private boolean ended(String start, int threads) throws IOException {
        Files.writeString(Files.createDirectories(proc.resolve("42")).resolve("stat"), "42 " + start + String.format(REST, threads) + "\n");
        return ProcessEnd.of(42, proc);
    }
}
