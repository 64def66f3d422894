package io.amberfs.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class FeaturesTest {
    private static final long FAR = 1L << 35;

    private final ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());
    private final Incoming incoming = new Incoming(buffer);

    /** As struct fuse_init_in of a kernel that knows the second word of flags, or does not. */
    private Features agree(int major, int minor, long offered, long wanted, boolean extended) {
        buffer.clear().putInt(0).putInt(26).position(Incoming.HEADER);
        buffer.putInt(major).putInt(minor).putInt(1 << 17).putInt((int) offered);
        if (extended) {
            buffer.putInt((int) (offered >>> 32));
        }
        int length = buffer.position();
        buffer.putInt(0, length);
        assertTrue(incoming.arrived(length));
        assertEquals(Opcode.INIT, incoming.opcode());
        return Features.agree(incoming, wanted);
    }

    @Test
    void onlyWhatTheKernelOffersIsTaken() {
        Features features = agree(7, 31, Features.ASYNC_READ | Features.POSIX_ACL, Features.ASYNC_READ | Features.WRITEBACK_CACHE, false);
        assertTrue(features.has(Features.ASYNC_READ));
        assertFalse(features.has(Features.WRITEBACK_CACHE));
        assertFalse(features.has(Features.POSIX_ACL));
    }

    @Test
    void theSecondWordOfFlagsCountsOnlyIfTheKernelSaysSo() {
        long extended = 1L << 30;
        assertTrue(agree(7, 36, FAR | extended, FAR, true).has(FAR));
        assertFalse(agree(7, 36, FAR, FAR, true).has(FAR));
        assertFalse(agree(7, 31, FAR, FAR, false).has(FAR));
    }

    @Test
    void aNewerKernelComesDownAndAnOldOneIsRefusedWithBothVersionsNamed() {
        assertEquals(31, agree(7, 31, 0, 0, false).minor());
        assertTrue(agree(7, 99, 0, 0, true).minor() < 99);
        for (int[] old : new int[][] {{7, 30}, {6, 40}, {8, 0}}) {
            String message = assertThrows(IllegalArgumentException.class, () -> agree(old[0], old[1], 0, 0, false)).getMessage();
            assertTrue(message.contains(old[0] + "." + old[1]) && message.contains("7.31"), message);
        }
    }
}
