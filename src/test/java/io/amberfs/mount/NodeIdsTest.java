package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.fs.Node;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Name;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeIdsTest {
    private final NodeIds ids = new NodeIds(Node.ROOT);

    @Test
    void theRootHasTheNumberThatTheProtocolGivesIt() {
        assertEquals(1, ids.told(Node.ROOT));
    }

    @Test
    void aNumberLeadsBackToItsNodeAndToNoOther() {
        List<Node> nodes = List.of(Node.ROOT, new Node.Present(2), new Node.Present(1L << 50), new Node.Snapshots(2), new Node.Versions(2),
            new Node.VersionsOf(2, Name.of("a")), new Node.VersionsOf(2, Name.of("b")), new Node.VersionsOf(3, Name.of("a")),
            new Node.Past(1, 2), new Node.Past(2, 2), new Node.Past(Long.MAX_VALUE, (1L << 40) - 1));
        Set<Long> numbers = new HashSet<>();
        for (Node node : nodes) {
            numbers.add(ids.told(node));
        }
        assertEquals(nodes.size(), numbers.size());
        for (Node node : nodes) {
            assertEquals(node, ids.node(ids.told(node)));
        }
    }

    @Test
    void manyInstantsKeepTheirNumbers() {
        for (long epoch = 1; epoch <= 100_000; epoch++) {
            ids.told(new Node.Past(epoch, 7));
        }
        for (long epoch = 1; epoch <= 100_000; epoch++) {
            assertEquals(new Node.Past(epoch, 7), ids.node(ids.told(new Node.Past(epoch, 7))));
        }
    }

    @Test
    void whatACommitShowsHasOtherNumbersOnceItIsRevised() {
        long hit = ids.told(new Node.Past(5, 7));
        long other = ids.told(new Node.Past(6, 7));
        ids.revise(epoch -> epoch == 5);
        assertEquals(Errno.ESTALE, assertThrows(FsException.class, () -> ids.node(hit)).errno());
        assertEquals(new Node.Past(6, 7), ids.node(other));
        long again = ids.told(new Node.Past(5, 7));
        assertEquals(3, Set.of(hit, other, again).size());
        assertEquals(new Node.Past(5, 7), ids.node(again));
    }

    @Test
    void aNumberThatWasNeverToldIsStale() {
        for (long number : List.of(Long.MIN_VALUE, Long.MIN_VALUE | 5L << 40 | 1, 3L << 61 | 1)) {
            assertEquals(Errno.ESTALE, assertThrows(FsException.class, () -> ids.node(number)).errno());
        }
    }

    @Test
    void theVersionsOfAFileAreForgottenWithTheLastLookUp() {
        Node node = new Node.VersionsOf(2, Name.of("a"));
        long number = ids.told(node);
        assertEquals(number, ids.told(node));
        ids.forget(number, 1);
        assertEquals(node, ids.node(number));
        ids.forget(number, 1);
        assertEquals(Errno.ESTALE, assertThrows(FsException.class, () -> ids.node(number)).errno());
        assertNotEquals(number, ids.told(node));
    }

    @Test
    void anInodeWithTooLargeANumberForThePastIsRefused() {
        assertEquals(Errno.EOVERFLOW, assertThrows(FsException.class, () -> ids.told(new Node.Past(1, 1L << 40))).errno());
    }

    @Test
    void whatIsMountedIsNumberOneAlsoIfItIsPast() {
        Node past = new Node.Past(7, 1);
        assertEquals(past, new NodeIds(past).node(1));
    }

    @Test
    void anInodeThatIsRenewedIsAnotherForTheKernel() {
        Node file = new Node.Present(7);
        long first = ids.told(file);
        ids.renew(new long[] {1, 3, 7, 9});
        long second = ids.told(file);
        assertNotEquals(first, second);
        assertEquals(file, ids.node(second));
        assertStale(first);
        assertEquals(8, ids.told(new Node.Present(8)));
        assertEquals(new Node.Present(8), ids.node(8));
        assertEquals(1, ids.told(Node.ROOT));
        assertEquals(Node.ROOT, ids.node(1));
        ids.renew(new long[] {2, 7, 8});
        long third = ids.told(file);
        assertEquals(file, ids.node(third));
        assertStale(first);
        assertStale(second);
        assertStale(8);
        for (long ino = 2; ino < 12; ino++) {
            assertEquals(new Node.Present(ino), ids.node(ids.told(new Node.Present(ino))));
        }
        assertEquals(new Node.Past(5, 7), ids.node(ids.told(new Node.Past(5, 7))));
    }

    private void assertStale(long number) {
        assertEquals(Errno.ESTALE, assertThrows(FsException.class, () -> ids.node(number)).errno());
    }
}
