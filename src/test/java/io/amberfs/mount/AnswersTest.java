package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.CorruptException;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.StoreFailedException;
import io.amberfs.model.UnsupportedFormatException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final int EIO = -5;

    private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
    private final Answers answers = new Answers(now::get);

    @Test
    void aResultIsTheAnswer() {
        assertEquals(17, answers.to("read", null, () -> 17));
    }

    @Test
    void anErrnoIsAnsweredNegative() {
        for (Errno errno : Errno.values()) {
            assertEquals(-errno.number(), failing(() -> new FsException(errno)));
        }
    }

    @Test
    void everyFaultOfTheStoreIsAnInputOutputError() {
        assertEquals(EIO, failing(() -> new CorruptException("block 7 is damaged")));
        assertEquals(EIO, failing(() -> new StoreFailedException("the device failed", null)));
        assertEquals(EIO, failing(() -> new UnsupportedFormatException("block 7", 9, 1)));
    }

    @Test
    void nothingThrownGetsThrough() {
        assertEquals(EIO, failing(() -> new IllegalStateException("planned by this test")));
        assertEquals(EIO, answers.to("read", Text.allocate(Runtime.getSystemRuntime(), "/a"), () -> {
            throw new StackOverflowError("planned by this test");
        }));
    }

    @Test
    void theLogGetsTenLinesASecondAndANumberOfTheRest() {
        LogBrake brake = new LogBrake(now::get);
        for (int i = 0; i < 10; i++) {
            assertTrue(brake.letsPass());
        }
        assertFalse(brake.letsPass());
        assertFalse(brake.letsPass());
        now.addAndGet(1_000_000_000L);
        assertTrue(brake.letsPass());
        assertEquals(" (2 such lines before this one were left out)", brake.heldBack());
        assertEquals("", brake.heldBack());
    }

    private int failing(Supplier<RuntimeException> exception) {
        return answers.to("read", null, () -> {
            throw exception.get();
        });
    }
}
