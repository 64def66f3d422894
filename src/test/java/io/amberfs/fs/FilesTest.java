package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.amberfs.store.MemoryStore;
import org.junit.jupiter.api.Test;

class FilesTest {
    @Test
    void aNamelessFileThatIsOpenedWhileItsLastUserLeavesIsDeletedByTheOneWhoOpenedIt() {
        try (TestDrive drive = new TestDrive(new MemoryStore())) {
            drive.write("file", "f");
            Node node = drive.at("file");
            Files files = drive.drive.parts().files();
            drive.drive.open(node, true, false, false);
            drive.drive.unlink(Node.ROOT, TestDrive.last("file"));
            drive.commit(1);
            files.release(files.find(((Node.Present) node).ino()).orElseThrow()); // closing does this first, and then asks for the tree
            drive.drive.open(node, true, false, false).close();
            assertEquals(1, drive.drive.volume().totals().files(), "the root alone is left");
        }
    }

    @Test
    void aFileThatWasOpenedAfreshWhileItsForerunnerIsDroppedStays() {
        try (TestDrive t = new TestDrive(new MemoryStore())) {
            t.write("/a", "one");
            t.commit(1);
            long ino = ((Node.Present) t.at("/a")).ino();
            Drive.Parts parts = t.drive.parts();
            Files files = new Files();
            OpenFile first = files.acquire(ino, () -> new OpenFile(ino, parts.records().inode(parts.head(), ino), parts));
            files.release(first);
            OpenFile second = files.acquire(ino, () -> new OpenFile(ino, parts.records().inode(parts.head(), ino), parts));
            files.dirty(first);
            files.dirty(second);
            files.release(second);
            files.clean(first);
            assertSame(second, files.find(ino).orElseThrow());
        }
    }
}
