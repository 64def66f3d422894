package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.Node;
import io.amberfs.fs.TestDrive;
import io.amberfs.kernel.Features;
import io.amberfs.kernel.Opcode;
import io.amberfs.kernel.Outgoing;
import io.amberfs.model.Clock;
import io.amberfs.store.MemoryStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests as bytes, answered without a kernel. */
@Timeout(120)
class KernelRequestsTest {
    private static final int FSYNCDIR = 30;
    private static final int ENOENT = 2;
    private static final int EIO = 5;
    private static final int ENOSYS = 38;

    private final MemoryStore store = new MemoryStore();
    private final TestDrive t = new TestDrive(store);
    private final Writeback writeback = new Writeback();
    private final NodeIds ids = new NodeIds(Node.ROOT);
    private final KernelRequests requests = new KernelRequests(t.drive, ids, Node.ROOT, Clock.system(), new Features(38, -1), writeback,
        new Flusher(Path.of("/nowhere")));
    private final Requester kernel = new Requester(requests, writeback);
    private final ByteBuffer out = kernel.reply();

    @AfterEach
    void close() {
        t.close();
    }

    /** @return the error in the reply */
    private int ask(int opcode, long node, Consumer<ByteBuffer> body) {
        return kernel.ask(opcode, node, body);
    }

    @Test
    void aNameIsLookedUpAndAMissingOneMayBeRemembered() {
        t.write("/a", "hello");
        assertEquals(0, ask(1, 1, body -> body.put(Requester.text("a"))));
        assertEquals(ids.told(t.at("/a")), out.getLong(Outgoing.HEADER));
        assertEquals(0, ask(1, 1, body -> body.put(Requester.text("b"))));
        assertEquals(0, out.getLong(Outgoing.HEADER));
        assertTrue(out.getLong(Outgoing.HEADER + 16) > 1_000_000);
        assertEquals(ENOENT, ask(1, ids.told(new Node.Snapshots(1)), body -> body.put(Requester.text("nothing"))));
    }

    @Test
    void anFsyncOfADirectoryMakesNamesDurableWithoutACommit() {
        long newest = t.drive.volume().timeline().newestEpoch();
        t.write("/a", "hello");
        kernel.mkdir(1, "d");
        assertEquals(0, ask(FSYNCDIR, 1, body -> body.putLong(0).putLong(0)));
        try (TestDrive crashed = new TestDrive(store.copy(), t.now)) {
            assertEquals(List.of("a", "d"), crashed.list(Node.ROOT).stream().sorted().toList());
        }
        assertEquals(newest, t.drive.volume().timeline().newestEpoch());
    }

    @Test
    void whatNoDriveAnswersIsENOSYS() {
        for (int opcode : new int[] {0, 7, 25, 31, 34, 37, 39, 40, 41, 48, 49, 50, 60, 4096, -5}) {
            assertEquals(ENOSYS, ask(opcode, 1, body -> body.putLong(0).putLong(0)), "opcode " + opcode);
        }
    }

    @Test
    void aRequestThatIsCutOffIsAnInputOutputError() {
        for (Opcode opcode : Opcode.values()) {
            boolean hasBody = switch (opcode) {
                case GETATTR, READLINK, STATFS, OPENDIR, RELEASEDIR, FSYNCDIR, INTERRUPT, DESTROY, INIT, FLUSH, STATX, UNKNOWN -> false;
                default -> true;
            };
            if (hasBody && !opcode.isSilent()) {
                int error = ask(opcode.number(), 1, body -> body.put((byte) 1));
                assertTrue(error == EIO || error == ENOSYS, opcode + " gave " + error);
            }
        }
    }

    @Test
    void randomBytesGetAnAnswerAndBreakNothing() {
        long seed = Long.getLong("amberfs.seed", System.nanoTime());
        System.out.println("KernelRequestsTest seed " + seed);
        Random random = new Random(seed);
        t.write("/a", "hello");
        t.drive.snapshot("s");
        Opcode[] opcodes = Opcode.values();
        for (int i = 0; i < 30_000; i++) {
            Opcode opcode = opcodes[random.nextInt(opcodes.length)];
            long node = random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(5);
            ask(opcode.number(), node, body -> {
                int words = random.nextInt(12);
                for (int w = 0; w < words; w++) {
                    body.putInt(random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(300));
                }
                byte[] tail = new byte[random.nextInt(40)];
                random.nextBytes(tail);
                body.put(tail).put((byte) (random.nextInt(4) == 0 ? 1 : 0));
            });
            if (!opcode.isSilent()) {
                assertTrue(kernel.length() >= Outgoing.HEADER, () -> "no answer to " + opcode);
            }
        }
        requests.closeAll();
        assertEquals(0, ask(3, 1, body -> body.putLong(0).putLong(0)));
    }
}
