package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.kernel.Incoming;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WritebackTest {
    private static final int WRITE = 16;
    private static final int RELEASEDIR = 29;

    private final ByteBuffer buffer = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());
    private final Incoming incoming = new Incoming(buffer);
    private final Writeback writeback = new Writeback();

    private void fetch(int opcode, long unique, long node, long handle) {
        buffer.clear().putInt(0, Incoming.HEADER + 8).putInt(4, opcode).putLong(8, unique).putLong(16, node).putLong(24, 0).putLong(32, 0).putLong(Incoming.HEADER, handle);
        assertTrue(incoming.arrived(Incoming.HEADER + 8));
        writeback.fetched(incoming);
    }

    @Test
    void whatWasFlushedIsThereWhenTheWritesThatCameBeforeTheClosingAreDone() throws Exception {
        assertFalse(writeback.isFlushing());
        writeback.begin();
        assertTrue(writeback.isFlushing());
        fetch(WRITE, 1, 5, 9);
        fetch(WRITE, 2, 6, 9);
        fetch(RELEASEDIR, 3, 1, 0);
        assertFalse(writeback.await(0), "nobody has opened the root");
        assertEquals(Writeback.HANDLE, writeback.open());
        assertFalse(writeback.await(0), "another directory was closed");
        fetch(RELEASEDIR, 4, 1, Writeback.HANDLE);
        fetch(WRITE, 5, 5, 9);
        assertFalse(writeback.await(0));
        writeback.done(6, 2);
        assertFalse(writeback.await(0));
        writeback.done(5, 1);
        assertTrue(writeback.await(0), "the write that came later is not waited for");
        writeback.finish();
        assertFalse(writeback.isFlushing());
    }

    @Test
    void whereNobodyCouldFlushNobodyWaits() throws Exception {
        writeback.begin();
        writeback.open();
        fetch(RELEASEDIR, 1, 1, Writeback.HANDLE);
        assertTrue(writeback.await(0));
        writeback.finish();
        writeback.begin();
        assertFalse(writeback.await(1_000_000), "the root was opened for the flush before this one");
    }

    @Test
    void theEndOfTheMountEndsTheWait() throws Exception {
        writeback.begin();
        writeback.open();
        fetch(WRITE, 1, 5, 9);
        writeback.end();
        assertTrue(writeback.await(50));
    }

    @Test
    void writesToOneFileAreDoneInTheOrderInWhichTheyCame() throws Exception {
        List<Long> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (long unique = 1; unique <= 20; unique++) {
            fetch(WRITE, unique, 5, 9);
        }
        fetch(WRITE, 100, 6, 9);
        writeback.awaitTurn(6, 100);
        for (long unique = 20; unique >= 1; unique--) {
            long own = unique;
            threads.add(new Thread(() -> {
                writeback.awaitTurn(5, own);
                order.add(own);
                writeback.done(5, own);
            }));
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(order.stream().sorted().toList(), order);
        assertEquals(20, order.size());
    }
}
