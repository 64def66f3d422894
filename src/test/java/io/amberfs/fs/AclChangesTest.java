package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What ACLs do to modes, and modes to ACLs, on a drive. */
class AclChangesTest {
    private static final String WIDE = "u::rwx,u:7:rwx,g::r-x,m::rwx,o::r-x";

    private final TestDrive t = new TestDrive(new MemoryStore());

    @AfterEach
    void close() {
        t.close();
    }

    private void set(String path, byte[] name, String acl) {
        t.drive.setXattr(t.at(path), name, AclText.bytes(acl), false, false, false);
    }

    private Optional<byte[]> get(Node node, byte[] name) {
        try {
            return Optional.of(t.drive.xattr(node, name));
        } catch (FsException e) {
            assertEquals(Errno.ENODATA, e.errno());
            return Optional.empty();
        }
    }

    private void requireAcl(String expected, String path, byte[] name) {
        Optional<byte[]> found = get(t.at(path), name);
        if (expected.isEmpty()) {
            assertEquals(Optional.empty(), found);
        } else {
            assertArrayEquals(AclText.bytes(expected), found.orElseThrow());
        }
    }

    private String mode(String path) {
        return Integer.toOctalString(t.drive.attr(t.at(path)).mode() & Mode.PERMISSIONS);
    }

    private List<String> names(String path) {
        return t.drive.xattrs(t.at(path)).stream().map(name -> new String(name, StandardCharsets.UTF_8)).sorted().toList();
    }

    private static Errno refusal(Executable call) {
        return assertThrows(FsException.class, call).errno();
    }

    private Node make(String path, int mode, int umask) {
        return t.drive.create(t.parent(path), TestDrive.last(path), mode, new Caller(1, 2, umask));
    }

    @Test
    void theModeFollowsAnAccessAcl() {
        t.write("/f", "x");
        long before = t.now.incrementAndGet();
        set("/f", Acl.ACCESS, "u::rw-,u:7:r--,g::r--,m::rw-,o::---");
        assertEquals("660", mode("/f"));
        assertEquals(before, t.drive.attr(t.at("/f")).ctime());
        assertEquals(List.of("system.posix_acl_access"), names("/f"));
    }

    @Test
    void anAclThatIsTheModeIsNotKeptAndTakesTheFormerOneAway() {
        t.write("/f", "x");
        set("/f", Acl.ACCESS, "u::rw-,u:7:r--,g::r--,m::rw-,o::---");
        set("/f", Acl.ACCESS, "u::rwx,g::r--,o::r--");
        assertEquals("744", mode("/f"));
        assertEquals(List.of(), names("/f"));
        requireAcl("", "/f", Acl.ACCESS);
    }

    @Test
    void anAclFollowsAChmod() {
        t.write("/f", "x");
        set("/f", Acl.ACCESS, "u::rw-,u:7:rwx,g::r--,m::rw-,o::---");
        t.drive.setAttr(t.at("/f"), AttrChange.mode(04751));
        requireAcl("u::rwx,u:7:rwx,g::r--,m::r-x,o::--x", "/f", Acl.ACCESS);
        assertEquals("4751", mode("/f"));
    }

    @Test
    void removingAnAclLeavesTheMode() {
        t.write("/f", "x");
        set("/f", Acl.ACCESS, "u::rw-,u:7:rwx,g::r--,m::rw-,o::---");
        t.drive.removeXattr(t.at("/f"), Acl.ACCESS);
        t.drive.removeXattr(t.at("/f"), Acl.ACCESS);
        assertEquals("660", mode("/f"));
        assertEquals(List.of(), names("/f"));
    }

    @Test
    void setgidGoesWhenTheKernelSaysSo() {
        t.write("/f", "x");
        t.drive.setAttr(t.at("/f"), AttrChange.mode(06755));
        set("/f", Acl.ACCESS, WIDE);
        assertEquals("6775", mode("/f"));
        t.drive.setXattr(t.at("/f"), Acl.ACCESS, AclText.bytes(WIDE), false, false, true);
        assertEquals("4775", mode("/f"));
    }

    @Test
    void whatIsMadeInADirectoryWithADefaultAclInheritsItWhateverTheUmask() {
        t.mkdir("/d");
        set("/d", Acl.DEFAULT, WIDE);
        assertEquals("755", mode("/d"));
        make("/d/f", 0666, 077);
        assertEquals("664", mode("/d/f"));
        requireAcl("u::rw-,u:7:rwx,g::r-x,m::rw-,o::r--", "/d/f", Acl.ACCESS);
        requireAcl("", "/d/f", Acl.DEFAULT);
        t.drive.mkdir(t.at("/d"), Name.of("sub"), 0700, new Caller(1, 2, 077));
        assertEquals("700", mode("/d/sub"));
        requireAcl("u::rwx,u:7:rwx,g::r-x,m::---,o::---", "/d/sub", Acl.ACCESS);
        requireAcl(WIDE, "/d/sub", Acl.DEFAULT);
        make("/d/sub/f", 0666, 0);
        assertEquals("664", mode("/d/sub/f"));
        t.drive.symlink(t.at("/d"), Name.of("link"), new byte[] {'x'}, new Caller(1, 2, 077));
        assertEquals("777", mode("/d/link"));
        assertEquals(List.of(), names("/d/link"));
    }

    @Test
    void aDefaultAclOfThreeEntriesBecomesTheMode() {
        t.mkdir("/d");
        set("/d", Acl.DEFAULT, "u::rwx,g::r--,o::---");
        make("/d/f", 0777, 0);
        assertEquals("740", mode("/d/f"));
        assertEquals(List.of(), names("/d/f"));
        assertEquals(List.of("system.posix_acl_default"), names("/d"));
    }

    @Test
    void withoutADefaultAclTheUmaskHolds() {
        make("/f", 0666, 027);
        assertEquals("640", mode("/f"));
        t.drive.mkdir(Node.ROOT, Name.of("d"), 01777, new Caller(0, 0, 022));
        assertEquals("1755", mode("/d"));
        t.drive.mknod(Node.ROOT, Name.of("p"), Mode.FIFO | 0666, 0, new Caller(0, 0, 0177));
        assertEquals("600", mode("/p"));
    }

    @Test
    void anAclThatCannotBeIsRefused() {
        t.write("/f", "x");
        t.drive.symlink(Node.ROOT, Name.of("l"), new byte[] {'x'}, TestDrive.ROOT);
        assertEquals(Errno.EACCES, refusal(() -> set("/f", Acl.DEFAULT, WIDE)));
        assertEquals(Errno.EOPNOTSUPP, refusal(() -> set("/l", Acl.ACCESS, WIDE)));
        assertEquals(Errno.EINVAL, refusal(() -> set("/f", Acl.ACCESS, "u::rwx,u:7:rwx,g::r-x,o::r-x")));
        assertEquals(Errno.EOPNOTSUPP, refusal(() -> t.drive.setXattr(t.at("/f"), "system.other".getBytes(StandardCharsets.US_ASCII), new byte[1], false, false, false)));
        assertEquals("644", mode("/f"));
        assertEquals(List.of(), names("/f"));
    }

    @Test
    void thePastKeepsAclsAndARestoreBringsThemBack() {
        t.mkdir("/d");
        set("/d", Acl.DEFAULT, WIDE);
        make("/d/f", 0666, 0);
        long epoch = t.commit(1);
        t.drive.removeXattr(t.at("/d"), Acl.DEFAULT);
        t.drive.setAttr(t.at("/d/f"), AttrChange.mode(0600));
        t.commit(1);
        assertArrayEquals(AclText.bytes("u::rw-,u:7:rwx,g::r-x,m::rw-,o::r--"), get(t.at(epoch, "/d/f"), Acl.ACCESS).orElseThrow());
        assertArrayEquals(AclText.bytes(WIDE), get(t.at(epoch, "/d"), Acl.DEFAULT).orElseThrow());
        t.drive.restores().file(t.at("/d"), Name.of("f"), (Node.Past) t.at(epoch, "/d/f"), Optional.empty());
        t.drive.restores().attributes(t.at("/d"), (Node.Past) t.at(epoch, "/d"));
        requireAcl("u::rw-,u:7:rwx,g::r-x,m::rw-,o::r--", "/d/f", Acl.ACCESS);
        requireAcl(WIDE, "/d", Acl.DEFAULT);
        assertEquals("664", mode("/d/f"));
    }

    @Test
    void theWayIntoThePastIsOpenToWhomItsDirectoryIs() {
        t.mkdir("/d");
        t.write("/d/f", "x");
        t.commit(1);
        requireAcl("", "/d/.snapshots", Acl.ACCESS);
        set("/d", Acl.ACCESS, WIDE);
        set("/d", Acl.DEFAULT, WIDE);
        for (String way : List.of("/d/.snapshots", "/d/.versions", "/d/.versions/f")) {
            requireAcl(WIDE, way, Acl.ACCESS);
            requireAcl("", way, Acl.DEFAULT);
        }
    }

    @Test
    void anOwnerChangeLeavesTheAcl() {
        t.write("/f", "x");
        set("/f", Acl.ACCESS, WIDE);
        t.drive.setAttr(t.at("/f"), AttrChange.owner(OptionalInt.of(9), OptionalInt.of(9)).withoutPrivileges());
        requireAcl(WIDE, "/f", Acl.ACCESS);
    }
}
