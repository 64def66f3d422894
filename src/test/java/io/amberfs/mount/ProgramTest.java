package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramTest {
    @Test
    void itIsToldNothingOfOurEnvironment() throws IOException {
        Process process = Program.of(List.of("env")).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertEquals(List.of("LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"), told.lines().sorted().toList());
    }
}
