package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.model.Attr;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who changes a program takes away what it lends to whoever runs it; and what a directory is once it is removed. */
class PrivilegesTest {
    private static final byte[] CAPABILITY = "security.capability".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COLOUR = "user.colour".getBytes(StandardCharsets.US_ASCII);

    private final TestDrive t = new TestDrive(new MemoryStore());

    @AfterEach
    void close() {
        t.close();
    }

    private Node program(int mode) {
        t.write("/program", "text");
        Node program = t.at("/program");
        t.drive.setAttr(program, AttrChange.mode(mode));
        t.drive.setXattr(program, CAPABILITY, new byte[20], false, false, false);
        t.drive.setXattr(program, COLOUR, new byte[3], false, false, false);
        t.now.incrementAndGet();
        return program;
    }

    private void requireState(Node node, int mode, byte[]... xattrs) {
        assertEquals(Integer.toOctalString(mode), Integer.toOctalString(t.drive.attr(node).mode() & Mode.PERMISSIONS));
        List<byte[]> found = t.drive.xattrs(node);
        assertEquals(xattrs.length, found.size());
        for (byte[] xattr : xattrs) {
            assertEquals(1, found.stream().filter(name -> java.util.Arrays.equals(name, xattr)).count());
        }
    }

    @Test
    void aWriteTakesAwaySetuidSetgidAndCapabilityWhenTheKernelSaysSo() {
        Node program = program(06755);
        try (FileHandle handle = t.drive.open(program, true, false, false)) {
            handle.write(0, new byte[] {1}, 0, 1);
            requireState(program, 06755, CAPABILITY, COLOUR);
            handle.dropPrivileges();
            requireState(program, 0755, COLOUR);
            assertEquals(t.now.get(), t.drive.attr(program).ctime());
            t.now.incrementAndGet();
            handle.dropPrivileges();
            assertEquals(t.now.get() - 1, t.drive.attr(program).ctime(), "nothing to take away, nothing changed");
            handle.write(1, new byte[] {2}, 0, 1);
        }
        assertArrayEquals(new byte[] {1, 2, 'x', 't'}, t.read(program));
        t.commit(1);
        requireState(program, 0755, COLOUR);
    }

    @Test
    void setgidOfAFileThatItsGroupMayNotRunStays() {
        Node program = program(06745);
        try (FileHandle handle = t.drive.open(program, true, false, false)) {
            handle.dropPrivileges();
        }
        requireState(program, 02745, COLOUR);
    }

    @Test
    void aTruncationTakesTheCapabilityWhoeverAsks() {
        Node program = program(04755);
        t.drive.setAttr(program, AttrChange.size(2));
        requireState(program, 04755, COLOUR);
        t.drive.setXattr(program, CAPABILITY, new byte[20], false, false, false);
        t.drive.open(program, true, false, true).close();
        requireState(program, 04755, COLOUR);
        t.drive.setAttr(program, AttrChange.size(2).withoutPrivileges());
        requireState(program, 0755, COLOUR);
    }

    @Test
    void aChownTakesPrivilegesWhenTheKernelSaysSo() {
        Node program = program(06755);
        AttrChange owner = AttrChange.owner(OptionalInt.of(7), OptionalInt.empty());
        t.drive.setAttr(program, owner);
        requireState(program, 06755, CAPABILITY, COLOUR);
        t.drive.setAttr(program, owner.withoutPrivileges());
        requireState(program, 0755, COLOUR);
        Node folder = t.mkdir("/folder");
        t.drive.setAttr(folder, AttrChange.mode(06755));
        t.drive.setAttr(folder, owner.withoutPrivileges());
        requireState(folder, 06755);
    }

    @Test
    void aDirectoryThatWasRemovedHasAttributesWithoutALinkAndNothingInIt() {
        Node folder = t.mkdir("/folder");
        t.drive.setAttr(folder, AttrChange.mode(0711));
        t.mkdir("/other");
        t.write("/file", "x");
        Node file = t.at("/file");
        t.drive.rmdir(Node.ROOT, Name.of("folder"));
        assertEquals(0, t.drive.attr(folder).nlink());
        assertEquals(Mode.DIRECTORY | 0711, t.drive.attr(folder).mode());
        Name name = Name.of("x");
        for (Runnable call : List.<Runnable>of(() -> t.drive.lookup(folder, name), () -> t.drive.create(folder, name, 0644, TestDrive.ROOT),
            () -> t.drive.mkdir(folder, name, 0755, TestDrive.ROOT), () -> t.drive.unlink(folder, name), () -> t.drive.rmdir(folder, name),
            () -> t.drive.link(file, folder, name), () -> t.drive.rename(Node.ROOT, Name.of("other"), folder, name, RenameMode.REPLACE),
            () -> t.drive.rename(folder, name, Node.ROOT, name, RenameMode.REPLACE))) {
            Errno errno = assertThrows(FsException.class, call::run).errno();
            assertEquals(Errno.ENOENT, errno);
        }
        assertEquals(List.of(), t.list(folder));
        assertEquals(2, t.drive.attr(t.at("/other")).nlink());
    }

    /** A kernel that caches writes sends the times of a file when it likes, and what it is answered is what the next sync of the drive says. */
    @Test
    void whatWasDeletedLatelyStillTakesAttributesAndLeavesNothingBehind() {
        Node folder = t.mkdir("/folder");
        Node program = program(06755);
        t.drive.rmdir(Node.ROOT, Name.of("folder"));
        t.drive.unlink(Node.ROOT, Name.of("program"));
        t.now.incrementAndGet();
        for (Node node : List.of(folder, program)) {
            Attr attr = t.drive.setAttr(node, AttrChange.mode(0700));
            assertEquals(List.of(0700, 0, t.now.get()), List.of(attr.mode() & Mode.PERMISSIONS, attr.nlink(), attr.ctime()));
            assertEquals(7, t.drive.setAttr(node, AttrChange.owner(OptionalInt.of(7), OptionalInt.empty())).uid());
            assertEquals(0700, t.drive.attr(node).mode() & Mode.PERMISSIONS);
        }
        assertEquals(1, t.drive.volume().totals().files());
        t.commit(1);
        assertEquals(List.of(), t.list(Node.ROOT).stream().filter(name -> !name.startsWith(".")).toList());
        assertEquals(Errno.ESTALE, assertThrows(FsException.class, () -> t.drive.setAttr(new Node.Present(12_345), AttrChange.mode(0700))).errno());
    }

    @Test
    void whatWasDeletedIsShownWithoutALinkToWhoStillHoldsIt() {
        t.drive.mknod(Node.ROOT, Name.of("fifo"), Mode.FIFO | 0600, 0, TestDrive.ROOT);
        t.drive.symlink(Node.ROOT, Name.of("link"), new byte[] {'x'}, TestDrive.ROOT);
        t.write("/file", "four");
        for (String name : List.of("fifo", "link", "file")) {
            Node node = t.at(name);
            Attr before = t.drive.attr(node);
            t.now.incrementAndGet();
            t.drive.unlink(Node.ROOT, Name.of(name));
            Attr after = t.drive.attr(node);
            assertEquals(0, after.nlink());
            assertEquals(t.now.get(), after.ctime());
            assertEquals(List.of(before.mode(), before.size(), before.mtime()), List.of(after.mode(), after.size(), after.mtime()));
            if (name.equals("link")) {
                assertArrayEquals(new byte[] {'x'}, t.drive.readlink(node));
            }
        }
    }

    @Test
    void aFileThatIsGoneCannotBeOpenedSoThatTheKernelLooksItsNameUpAgain() {
        t.write("/f", "x");
        Node file = t.at("/f");
        t.drive.unlink(Node.ROOT, Name.of("f"));
        assertEquals(Errno.ESTALE, assertThrows(FsException.class, () -> t.drive.open(file, false, false, false)).errno());
    }
}
