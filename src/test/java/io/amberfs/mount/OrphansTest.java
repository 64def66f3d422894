package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.Node;
import io.amberfs.model.Name;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OrphansTest {
    private static final Node FILE = new Node.Present(7);
    private static final Place HIDDEN = new Place(Node.ROOT, Name.of(".fuse_hidden0000000500000001"));

    private final Orphans orphans = new Orphans();

    @Test
    void aHiddenNameLeadsToTheFileInItsDirectoryAlone() {
        orphans.put(HIDDEN, FILE);
        assertEquals(Optional.of(FILE), orphans.at(new Place(new Node.Present(1), Name.of(HIDDEN.name().bytes()))));
        assertEquals(Optional.empty(), orphans.at(new Place(new Node.Present(2), HIDDEN.name())));
    }

    @Test
    void theLastCloseForgetsEveryNameOfTheFileAndNoOther() {
        Place second = new Place(new Node.Present(2), Name.of(".fuse_hidden0000000500000002"));
        Place other = new Place(new Node.Present(2), Name.of(".fuse_hidden0000000600000003"));
        orphans.put(HIDDEN, FILE);
        orphans.put(second, FILE);
        orphans.put(other, new Node.Present(8));
        orphans.removeAll(FILE);
        assertEquals(Optional.empty(), orphans.at(HIDDEN));
        assertEquals(Optional.empty(), orphans.at(second));
        assertEquals(Optional.of(new Node.Present(8)), orphans.remove(other));
        assertTrue(orphans.isEmpty());
    }
}
