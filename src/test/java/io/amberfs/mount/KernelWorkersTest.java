package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.kernel.Incoming;
import io.amberfs.kernel.Opcode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class KernelWorkersTest {
    private static Incoming request(Opcode opcode, int wanted) {
        int length = Incoming.HEADER + 40;
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        buffer.putInt(0, length).putInt(4, opcode.number()).putInt(Incoming.HEADER + 16, wanted);
        Incoming request = new Incoming(buffer);
        assertTrue(request.arrived(length));
        return request;
    }

    @Test
    void othersFetchWhileMuchIsRead() {
        assertTrue(KernelWorkers.takesLong(request(Opcode.READ, 1 << 20), false));
    }

    @Test
    void whoReadsLittleGoesOnLeadingUnlessMoreWaits() {
        for (Opcode opcode : new Opcode[] {Opcode.READ, Opcode.READDIR, Opcode.FSYNC}) {
            for (boolean more : new boolean[] {false, true}) {
                assertEquals(more, KernelWorkers.takesLong(request(opcode, 4096), more), opcode + " " + more);
            }
        }
    }

    @Test
    void whatIsQuickIsDoneByWhoLeads() {
        for (Opcode opcode : new Opcode[] {Opcode.LOOKUP, Opcode.GETATTR, Opcode.WRITE, Opcode.RELEASE}) {
            assertEquals(false, KernelWorkers.takesLong(request(opcode, 1 << 20), true), opcode.text());
        }
    }
}
