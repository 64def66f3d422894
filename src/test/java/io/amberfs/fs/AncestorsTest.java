package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.history.Head;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Name;
import io.amberfs.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AncestorsTest {
    @Test
    void theWayLeadsUpToTheRootAndEndsWhereItsVisitorSays() {
        try (TestDrive t = new TestDrive(new MemoryStore())) {
            List<Long> made = List.of(ino(t.mkdir("/a")), ino(t.mkdir("/a/b")), ino(t.mkdir("/a/b/c")));
            List<Long> visited = new ArrayList<>();
            Drive.Parts parts = t.drive.parts();
            Ancestors.walk(parts.records(), parts.head(), made.get(2), (at, inode) -> visited.add(at));
            assertEquals(List.of(made.get(2), made.get(1), made.get(0)), visited);
            visited.clear();
            Ancestors.walk(parts.records(), parts.head(), made.get(2), (at, inode) -> visited.add(at) && visited.size() < 2);
            assertEquals(2, visited.size());
            assertEquals(Errno.EINVAL, assertThrows(FsException.class, () -> t.drive.rename(Node.ROOT, Name.of("a"), t.at("/a/b/c"), Name.of("d"), RenameMode.REPLACE)).errno());
        }
    }

    @Test
    void directoriesThatLeadInACircleAreDamageAndNotFollowedForEver() {
        for (int length = 1; length <= 20; length++) {
            try (TestDrive t = new TestDrive(new MemoryStore())) {
                StringBuilder path = new StringBuilder();
                List<Long> made = new ArrayList<>();
                for (int depth = 0; depth < length; depth++) {
                    made.add(ino(t.mkdir(path.append("/d").toString())));
                }
                t.mkdir("/elsewhere");
                Drive.Parts parts = t.drive.parts();
                try (Head.Change change = parts.head().begin()) {
                    Inode first = parts.records().inode(parts.head(), made.get(0));
                    parts.records().put(change, made.get(0), first.withPlace(made.get(length - 1), first.name()));
                }
                Node last = new Node.Present(made.get(length - 1));
                CorruptException damage = assertThrows(CorruptException.class, () -> t.drive.rename(Node.ROOT, Name.of("elsewhere"), last, Name.of("e"), RenameMode.REPLACE));
                assertTrue(damage.getMessage().contains("lies within itself"), damage.getMessage());
                try (Head.Change change = parts.head().begin()) {
                    Inode first = parts.records().inode(parts.head(), made.get(0));
                    parts.records().put(change, made.get(0), first.withPlace(Inode.ROOT, first.name()));
                }
            }
        }
    }

    private static long ino(Node node) {
        return ((Node.Present) node).ino();
    }
}
