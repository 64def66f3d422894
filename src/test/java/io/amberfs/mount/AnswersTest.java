package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.kernel.Outgoing;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.StoreFailedException;
import io.amberfs.model.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final int EIO = 5;

    private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
    private final ByteBuffer buffer = ByteBuffer.allocate(64);
    private final KernelReply reply = new KernelReply(new Outgoing(buffer));
    private final Answers answers = new Answers(now::get, node -> "inode " + node);

    @Test
    void anOperationThatSucceedsRepliesItself() {
        answers.to("read", reply, 2, () -> reply.written(17));
        assertEquals(0, buffer.getInt(4));
        assertEquals(17, buffer.getInt(16));
    }

    @Test
    void anErrnoIsTheAnswer() {
        for (Errno errno : Errno.values()) {
            assertEquals(errno.number(), failing(() -> new FsException(errno)));
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
        assertEquals(EIO, error(() -> {
            throw new StackOverflowError("planned by this test");
        }));
    }

    @Test
    void whatNobodyWaitsForIsNotAnswered() {
        answers.quietly("close", 2, () -> {
            throw new IllegalStateException("planned by this test");
        });
        assertEquals(0, reply.length());
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
        return error(() -> {
            throw exception.get();
        });
    }

    private int error(Runnable body) {
        reply.begin(7);
        answers.to("read", reply, 2, body);
        assertEquals(Outgoing.HEADER, reply.length());
        assertEquals(7, buffer.getLong(8));
        return -buffer.getInt(4);
    }
}
