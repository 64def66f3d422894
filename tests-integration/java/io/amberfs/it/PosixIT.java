package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What POSIX promises about names, directories, attributes and permissions, on a real mount. Each test works in a directory of its own; they share the mount. */
@Timeout(300)
class PosixIT {
    @RegisterExtension
    static final SharedMount MOUNT = new SharedMount("", "--allow-other");

    /** A million works as well, in ten times the time: -Damberfs.it.entries=1000000. Half a minute is what verify can spare. */
    @Test
    void aDirectoryOfAHundredThousandEntriesIsListedWhole() throws IOException {
        MOUNT.python("""
            folder, count = sys.argv[1], int(sys.argv[2])
            for i in range(count):
                os.mknod(f'{folder}/entry number {i}', 0o100644)
            names = os.listdir(folder)
            assert len(names) == count, len(names)
            assert set(names) == {f'entry number {i}' for i in range(count)}
            assert os.stat(f'{folder}/entry number {count - 1}').st_size == 0
            refused(errno.ENOENT, os.stat, f'{folder}/entry number {count}')
            for i in range(0, count, 100):
                os.unlink(f'{folder}/entry number {i}')
            assert len(os.listdir(folder)) == count - len(range(0, count, 100))
            """, MOUNT.directory("many"), Integer.getInteger("amberfs.it.entries", 100_000));
    }

    @Test
    void symlinksKeepAnyTargetAsItWasGiven() throws IOException {
        MOUNT.python("""
            folder = sys.argv[1]
            write(folder + '/file', b'contents')
            for i, target in enumerate(['file', '../nowhere', '/', 'x' * 4095, 'caf\\u00e9 \\u2615', './/file/../file']):
                link = f'{folder}/{i}'
                os.symlink(target, link)
                assert os.readlink(link) == target
                assert os.lstat(link).st_size == len(target.encode())
                assert stat.S_ISLNK(os.lstat(link).st_mode)
            assert read(folder + '/0') == b'contents'
            refused(errno.EEXIST, os.symlink, 'a', folder + '/0')
            os.symlink('loop', folder + '/loop')
            refused(errno.ELOOP, os.stat, folder + '/loop')
            os.chown(folder + '/1', 1, 2, follow_symlinks=False)
            os.utime(folder + '/1', ns=(1, 123456789), follow_symlinks=False)
            found = os.lstat(folder + '/1')
            assert (found.st_uid, found.st_gid, found.st_mtime_ns) == (1, 2, 123456789)
            """, MOUNT.directory("symlinks"));
    }

    @Test
    void hardLinksAreOneFileUnderSeveralNames() throws IOException {
        MOUNT.python("""
            folder = sys.argv[1]
            os.mkdir(folder + '/sub')
            write(folder + '/a', b'one')
            os.link(folder + '/a', folder + '/b')
            os.link(folder + '/b', folder + '/sub/c')
            assert {os.stat(folder + '/' + n).st_ino for n in ('a', 'b', 'sub/c')} == {os.stat(folder + '/a').st_ino}
            assert os.stat(folder + '/a').st_nlink == 3
            write(folder + '/sub/c', b'two')
            os.chmod(folder + '/b', 0o600)
            assert read(folder + '/a') == b'two' and os.stat(folder + '/sub/c').st_mode & 0o777 == 0o600
            os.rename(folder + '/a', folder + '/b')
            assert sorted(os.listdir(folder)) == ['a', 'b', 'sub']
            os.unlink(folder + '/a')
            assert os.stat(folder + '/b').st_nlink == 2
            os.rename(folder + '/sub/c', folder + '/sub/d')
            os.unlink(folder + '/b')
            assert os.stat(folder + '/sub/d').st_nlink == 1 and read(folder + '/sub/d') == b'two'
            refused(errno.EPERM, os.link, folder + '/sub', folder + '/directory')
            refused(errno.EEXIST, os.link, folder + '/sub/d', folder + '/sub')
            os.symlink('x', folder + '/symlink')
            os.link(folder + '/symlink', folder + '/symlink2', follow_symlinks=False)
            assert os.lstat(folder + '/symlink2').st_nlink == 2
            """, MOUNT.directory("links"));
    }

    @Test
    void fifosSocketsAndDeviceNodesAreWhatTheySay() throws IOException {
        MOUNT.python("""
            folder = sys.argv[1]
            os.chdir(folder)
            os.mkfifo('fifo', 0o640)
            writer = in_child(lambda: write('fifo', b'through the fifo', 0))
            assert read('fifo') == b'through the fifo'
            joined(writer)
            assert stat.S_ISFIFO(os.stat('fifo').st_mode)
            with socket.socket(socket.AF_UNIX) as server:
                server.bind('socket')
                server.listen(1)
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect('socket')
                    taken = server.accept()[0]
                    client.sendall(b'hello')
                    assert taken.recv(5) == b'hello'
                    taken.close()
            assert stat.S_ISSOCK(os.stat('socket').st_mode)
            os.mknod('null', 0o600 | stat.S_IFCHR, os.makedev(1, 3))
            os.mknod('disk', 0o600 | stat.S_IFBLK, os.makedev(259, 70000))
            assert stat.S_ISCHR(os.stat('null').st_mode) and os.stat('null').st_rdev == os.makedev(1, 3)
            assert stat.S_ISBLK(os.stat('disk').st_mode) and os.stat('disk').st_rdev == os.makedev(259, 70000)
            for name in os.listdir('.'):
                os.unlink(name)
            """, MOUNT.directory("special"));
    }

    @Test
    void renamingReplacesWhatMayBeReplacedAndNothingElse() throws IOException {
        MOUNT.python("""
            os.chdir(sys.argv[1])
            write('a', b'a')
            write('b', b'b')
            os.rename('a', 'b')
            assert read('b') == b'a' and os.listdir('.') == ['b']
            os.rename('b', 'b')
            os.mkdir('empty')
            os.makedirs('full/sub')
            write('full/file', b'in full')
            refused(errno.EISDIR, os.rename, 'b', 'empty')
            refused(errno.ENOTDIR, os.rename, 'empty', 'b')
            refused(errno.ENOTEMPTY, os.rename, 'empty', 'full')
            refused(errno.EINVAL, os.rename, 'full', 'full/sub/full')
            refused(errno.ENOENT, os.rename, 'nothing', 'b')
            refused(errno.EXDEV, os.rename, 'b', sys.argv[2] + '/b')
            inode = os.stat('full').st_ino
            os.rename('full', 'empty')
            assert os.stat('empty').st_ino == inode and read('empty/file') == b'in full'
            os.mkdir('other')
            os.rename('empty/sub', 'other/sub')
            assert os.stat('empty').st_nlink == 2 and os.stat('other').st_nlink == 3
            assert os.stat('other/sub/..').st_ino == os.stat('other').st_ino
            """, MOUNT.directory("renames"), MOUNT.drive().root());
    }

    @Test
    void whatCannotBeDoneIsRefusedWithTheErrorThatPosixNames() throws IOException {
        MOUNT.python("""
            os.chdir(sys.argv[1])
            os.makedirs('full/sub')
            write('file', b'file')
            refused(errno.ENOTEMPTY, os.rmdir, 'full')
            refused(errno.ENOTDIR, os.rmdir, 'file')
            refused(errno.EISDIR, os.unlink, 'full')
            refused(errno.EISDIR, os.open, 'full', os.O_WRONLY)
            refused(errno.EISDIR, os.truncate, 'full', 0)
            refused(errno.ENOTDIR, os.stat, 'file/below')
            refused(errno.ENOTDIR, os.listdir, 'file')
            refused(errno.ENOENT, os.unlink, 'nothing')
            refused(errno.EEXIST, os.mkdir, 'file')
            refused(errno.EINVAL, os.readlink, 'file')
            refused(errno.EXDEV, os.link, 'file', sys.argv[2] + '/link')
            refused(errno.ENODATA, os.getxattr, 'file', 'user.none')
            refused(errno.EFBIG, os.truncate, 'file', (1 << 63) - 1)
            os.rmdir('full/sub')
            os.rmdir('full')
            refused(errno.ENOENT, os.rmdir, 'full')
            """, MOUNT.directory("errors"), MOUNT.drive().root());
    }

    @Test
    void modesOwnersAndTimesAreKeptToTheNanosecond() throws IOException {
        MOUNT.python("""
            os.chdir(sys.argv[1])
            write('file', b'x')
            os.mkdir('folder')
            for path in ('file', 'folder'):
                for mode in (0o000, 0o7777, 0o4711, 0o644):
                    os.chmod(path, mode)
                    assert os.stat(path).st_mode & 0o7777 == mode, (path, oct(mode))
                os.chown(path, 4000000000, 3999999999)
                assert (os.stat(path).st_uid, os.stat(path).st_gid) == (4000000000, 3999999999)
                os.chown(path, -1, 7)
                assert (os.stat(path).st_uid, os.stat(path).st_gid) == (4000000000, 7)
                for time in (1, 999999999, 1700000000123456789, 4102444800987654321, -1, -1500000000000000001):
                    os.utime(path, ns=(time, time))
                    assert os.stat(path).st_mtime_ns == time, (path, time, os.stat(path).st_mtime_ns)
            before = os.stat('folder')
            write('folder/new', b'')
            after = os.stat('folder')
            assert after.st_mtime_ns > before.st_mtime_ns and after.st_ctime_ns >= before.st_ctime_ns
            os.utime('file', ns=(5, 5))
            changed = os.stat('file').st_ctime_ns
            os.chmod('file', 0o640)
            assert os.stat('file').st_mtime_ns == 5 and os.stat('file').st_ctime_ns >= changed
            write('file', b'y', 0)
            assert os.stat('file').st_mtime_ns > 5
            """, MOUNT.directory("attributes"));
    }

    @Test
    void aSetgidDirectoryPassesItsGroupOnAndAStickyOneGuardsWhatOthersOwn() throws IOException {
        MOUNT.python("""
            os.chdir(sys.argv[1])
            os.mkdir('group')
            os.chown('group', -1, 1234)
            os.chmod('group', 0o2777)
            write('group/file', b'')
            os.mkdir('group/sub')
            assert os.stat('group/file').st_gid == 1234 and os.stat('group/sub').st_gid == 1234
            assert os.stat('group/sub').st_mode & 0o2000
            os.mkdir('sticky')
            os.chmod('sticky', 0o1777)
            write('sticky/root', b'')
            def as_nobody():
                os.setgroups([]); os.setgid(65534); os.setuid(65534)
                refused(errno.EPERM, os.unlink, 'sticky/root')
                write('sticky/mine', b'')
                os.unlink('sticky/mine')
            joined(in_child(as_nobody))
            """, MOUNT.directory("setgid"));
    }

    @Test
    void theKernelHoldsOtherUsersToModesAndOwners() throws IOException {
        MOUNT.python("""
            os.chdir(sys.argv[1])
            os.chmod('.', 0o755)
            write('secret', b'secret', mode=0o600)
            write('public', b'public', mode=0o644)
            os.makedirs('locked/inside')
            os.chmod('locked', 0o700)
            os.mkdir('open')
            os.chmod('open', 0o777)
            def as_nobody():
                os.setgroups([]); os.setgid(65534); os.setuid(65534); os.umask(0)
                refused(errno.EACCES, os.open, 'secret', os.O_RDONLY)
                refused(errno.EACCES, os.open, 'public', os.O_WRONLY)
                refused(errno.EACCES, os.listdir, 'locked')
                refused(errno.EACCES, os.stat, 'locked/inside')
                refused(errno.EACCES, os.mkdir, 'new')
                refused(errno.EACCES, os.unlink, 'public')
                refused(errno.EPERM, os.chmod, 'public', 0o777)
                refused(errno.EPERM, os.chown, 'public', 65534, -1)
                assert read('public') == b'public'
                write('open/mine', b'mine', mode=0o4751)
                refused(errno.EPERM, os.chown, 'open/mine', 0, -1)
                refused(errno.EPERM, os.mknod, 'open/device', 0o600 | stat.S_IFCHR, os.makedev(1, 3))
            joined(in_child(as_nobody))
            mine = os.stat('open/mine')
            assert (mine.st_uid, mine.st_gid) == (65534, 65534), mine
            """, MOUNT.directory("users"));
    }

    @Test
    void extendedAttributesAreKeptByteForByte() throws IOException {
        Path folder = MOUNT.directory("xattrs");
        MOUNT.python("""
            os.chdir(sys.argv[1])
            write('file', b'')
            os.mkdir('folder')
            for path in ('file', 'folder'):
                values = {'user.empty': b'', 'user.binary': bytes(range(256)), 'user.' + 'n' * 250: b'long name', 'user.caf\\u00e9': b'utf-8', 'trusted.t': b't',
                    'user.large': bytes(40000)}
                for name, value in values.items():
                    os.setxattr(path, name, value)
                assert sorted(os.listxattr(path)) == sorted(values)
                for name, value in values.items():
                    assert os.getxattr(path, name) == value, name
                os.setxattr(path, 'user.large', b'small', os.XATTR_REPLACE)
                assert os.getxattr(path, 'user.large') == b'small'
                refused(errno.EEXIST, os.setxattr, path, 'user.large', b'', os.XATTR_CREATE)
                refused(errno.ENODATA, os.setxattr, path, 'user.none', b'', os.XATTR_REPLACE)
                os.removexattr(path, 'user.large')
                refused(errno.ENODATA, os.removexattr, path, 'user.large')
            """, folder);
        Path program = Files.copy(Path.of("/bin/true"), folder.resolve("program"));
        MOUNT.drive().shell().bash("PATH=$PATH:/sbin:/usr/sbin; setcap cap_net_raw=ep \"$1\"", program).ok();
        assertTrue(MOUNT.drive().shell().bash("PATH=$PATH:/sbin:/usr/sbin; getcap \"$1\"", program).ok().contains("cap_net_raw"));
        Files.writeString(program, "changed");
        assertEquals("", MOUNT.drive().shell().bash("PATH=$PATH:/sbin:/usr/sbin; getcap \"$1\"", program).ok().strip(), "a write takes capabilities away");
    }

    @Test
    void namesAreKeptByteForByteAndWhatTheTransportCannotCarryIsRefused() throws IOException {
        MOUNT.python("""
            os.chdir(sys.argv[1])
            names = ['n' * 255, '\\u00fc' * 127, '\\U0001f600' * 63, 'caf\\u00e9', 'cafe\\u0301', 'A', 'a', ' ', '\\n', '-rf', '*', '.hidden', '...', 'a\\x01b']
            for name in names:
                write(name, name.encode())
            assert sorted(os.listdir('.')) == sorted(names)
            for name in names:
                assert read(name) == name.encode()
            for name in ('n' * 256, '\\u00fc' * 128):
                refused(errno.ENAMETOOLONG, write, name, b'')
                refused(errno.ENAMETOOLONG, os.mkdir, name)
                refused(errno.ENAMETOOLONG, os.rename, 'a', name)
                refused(errno.ENAMETOOLONG, os.stat, name)
            raw = (b'caf\\xe9', b'\\xff', b'\\xc0\\xaf', b'\\xed\\xa0\\x80')
            for name in raw:
                if sys.argv[2] == 'kernel':
                    write(name, name)
                else:
                    refused(errno.EILSEQ, write, name, b'')
                    refused(errno.EILSEQ, os.mkdir, name)
                    refused(errno.EILSEQ, os.rename, 'a', name)
                    refused(errno.EILSEQ, os.symlink, 'a', name)
            kept = [name.encode() for name in names] + (list(raw) if sys.argv[2] == 'kernel' else [])
            assert sorted(os.listdir(b'.')) == sorted(kept)
            for name in kept:
                assert read(name) == name
            """, MOUNT.directory("names"));
    }

    @Test
    void aTreeMayBeDeeperThanAPathIsLong() throws IOException {
        MOUNT.python("""
            os.chdir(sys.argv[1])
            for depth in range(60):
                os.mkdir('d' * 200)
                os.chdir('d' * 200)
            write('deep', b'down here')
            assert read('deep') == b'down here'
            """, MOUNT.directory("deep"));
        MOUNT.drive().shell().run("rm", "-r", MOUNT.drive().at("deep")).ok();
    }

    @Test
    void dfShowsTheRoomOnTheDiskOfTheStore() {
        MOUNT.python("""
            drive, disk = os.statvfs(sys.argv[1]), os.statvfs(sys.argv[2])
            assert drive.f_namemax == 255 and 0 < drive.f_bavail <= drive.f_bfree <= drive.f_blocks
            free, below = drive.f_bavail * drive.f_frsize, disk.f_bavail * disk.f_frsize
            assert 0.8 * below <= free <= 1.01 * below, (free, below)
            """, MOUNT.drive().path(), MOUNT.drive().store());
        assertTrue(MOUNT.drive().shell().run("df", "-h", MOUNT.drive().path()).ok().contains(MOUNT.drive().path().toString()));
    }

    @Test
    void rsyncFindsNothingToDoAfterARoundTrip() throws IOException {
        Path original = Specimen.make(MOUNT.drive().root().resolve("specimen-rsync"), MOUNT.drive().shell());
        Path folder = MOUNT.directory("rsync");
        MOUNT.drive().shell().run("rsync", "-aHAX", original + "/", folder.resolve("copy")).ok();
        assertEquals("", MOUNT.drive().shell().run("rsync", "-aHAXni", "--checksum", "--delete", original + "/", folder.resolve("copy")).ok());
        MOUNT.drive().shell().run("rsync", "-aHAX", folder.resolve("copy") + "/", MOUNT.drive().root().resolve("specimen-back")).ok();
        TreeListing.of(original, MOUNT.drive().shell()).requireSame(TreeListing.of(MOUNT.drive().root().resolve("specimen-back"), MOUNT.drive().shell()));
    }

    @Test
    void aTarArchiveComesOutOfTheDriveAsItWentIn() throws IOException {
        Path original = Specimen.make(MOUNT.drive().root().resolve("specimen-tar"), MOUNT.drive().shell());
        Path folder = MOUNT.directory("tar");
        MOUNT.drive().shell().bash("""
            tar -C "$1" --format=posix --xattrs --xattrs-include='*' -cf - . | tar -C "$2" --xattrs --xattrs-include='*' --same-owner -xpf -
            """, original, folder).ok();
        awaitOneFile(folder, "large", "folder 1/large too", "folder 2/sub-0/large three");
        MOUNT.drive().shell().bash("""
            tar -C "$2" --format=posix --xattrs --xattrs-include='*' -cf "$2.tar" .
            tar -C "$1" --xattrs --xattrs-include='*' --compare -f "$2.tar"
            """, original, folder).ok();
        TreeListing.of(original, MOUNT.drive().shell()).requireSame(TreeListing.of(folder, MOUNT.drive().shell()));
    }

    /** The kernel keeps attributes for a second by name, so that of a file with several names it may show old ones; tar takes that for a change while it reads. */
    private static void awaitOneFile(Path folder, String... names) {
        MountedDrive.await("the names of one file show the same attributes", () -> {
            Set<Object> seen = new HashSet<>();
            for (String name : names) {
                try {
                    Map<String, Object> stat = Files.readAttributes(folder.resolve(name), "unix:ino,ctime,lastModifiedTime,nlink,size");
                    seen.add(stat);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return seen.size() == 1;
        });
    }
}
