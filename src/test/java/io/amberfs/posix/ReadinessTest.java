package io.amberfs.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the word arrives is shown where a real program listens: {@code FstabIT}. */
class ReadinessTest {
    @Test
    void aSocketThatNobodyListensAtIsNamed(@TempDir Path root) {
        PosixException e = assertThrows(PosixException.class, () -> Readiness.tell(root + "/notify"));
        assertEquals(PosixException.ENOENT, e.errno());
        assertTrue(e.getMessage().contains(root + "/notify"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"notify", "vsock:2:1234", "/ooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo"})
    void whatIsNoSocketOfThisMachineIsRefused(String socket) {
        assertEquals(PosixException.EINVAL, assertThrows(PosixException.class, () -> Readiness.tell(socket)).errno());
    }
}
