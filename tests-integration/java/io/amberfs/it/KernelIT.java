package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What only the kernel's own protocol can carry, on a real mount. Each test works in a directory of its own; they share the mount. */
@Timeout(300)
class KernelIT {
    private static final String PRELUDE = """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        os.chdir(sys.argv[1])

        def called(result):
            if result != 0:
                code = ctypes.get_errno()
                raise OSError(code, os.strerror(code))

        def rename2(a, b, flags):
            called(libc.renameat2(-100, a.encode(), -100, b.encode(), flags))

        def fallocate(fd, mode, offset, length):
            called(libc.fallocate(fd, mode, ctypes.c_long(offset), ctypes.c_long(length)))

        """;
    @RegisterExtension
    static final SharedMount MOUNT = new SharedMount(PRELUDE, "--transport", "kernel", "--allow-other");

    private static long stored() {
        return ((Number) MOUNT.drive().status().get("storedBytes")).longValue();
    }

    @Test
    void theDriveIsMountedByItsOwnProtocol() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream().filter(l -> l.contains(MOUNT.drive().path().toString())).findFirst().orElseThrow();
        assertTrue(line.contains("fuse.amberfs") && line.contains("noatime") && !line.contains("max_read"), line);
    }

    @Test
    void namesAreExchangedAndNotReplaced() throws IOException {
        MOUNT.python("""
            write('a', b'one'); os.mkdir('d'); write('d/inside', b'two')
            rename2('a', 'd', 2)
            assert read('d') == b'one' and read('a/inside') == b'two'
            refused(errno.EEXIST, rename2, 'd', 'a', 1)
            rename2('d', 'new', 1)
            assert sorted(os.listdir('.')) == ['a', 'new'], os.listdir('.')
            refused(errno.EINVAL, rename2, 'a', 'a/inside', 2)
            refused(errno.ENOENT, rename2, 'a', 'nothing', 2)
            refused(errno.EINVAL, rename2, 'a', 'b', 4)
            """, MOUNT.directory("exchange"));
    }

    @Test
    void aFileWithoutANameGetsOneOrIsGone() throws IOException {
        MOUNT.python("""
            fd = os.open('.', os.O_TMPFILE | os.O_RDWR, 0o640)
            os.write(fd, b'hello')
            assert os.listdir('.') == [] and os.fstat(fd).st_nlink == 0
            called(libc.linkat(-100, f'/proc/self/fd/{fd}'.encode(), -100, b'named', 0x400))
            assert read('named') == b'hello' and os.fstat(fd).st_nlink == 1
            os.close(fd)
            assert stat.S_IMODE(os.stat('named').st_mode) == 0o640
            gone = os.open('.', os.O_TMPFILE | os.O_RDWR)
            os.write(gone, bytes(100000))
            os.close(gone)
            assert os.listdir('.') == ['named']
            """, MOUNT.directory("nameless"));
    }

    @Test
    void holesAreFoundAndMadeAlsoInWhatIsNotWrittenYet() throws IOException {
        MOUNT.python("""
            MB = 1 << 20
            fd = os.open('f', os.O_CREAT | os.O_RDWR)
            os.pwrite(fd, os.urandom(MB), 8 * MB)
            os.ftruncate(fd, 20 * MB)
            assert os.lseek(fd, 0, os.SEEK_DATA) == 8 * MB
            assert os.lseek(fd, 8 * MB, os.SEEK_HOLE) == 9 * MB
            refused(errno.ENXIO, os.lseek, fd, 9 * MB, os.SEEK_DATA)
            os.pwrite(fd, b'x', 15 * MB)
            assert os.lseek(fd, 9 * MB, os.SEEK_DATA) == 15 * MB
            os.fsync(fd)
            os.close(os.dup(fd))
            before = os.fstat(fd).st_blocks
            assert before >= MB // 512, before
            fallocate(fd, 3, 8 * MB, MB)
            assert os.pread(fd, MB, 8 * MB) == bytes(MB) and os.fstat(fd).st_size == 20 * MB
            assert os.fstat(fd).st_blocks < before - MB // 1024
            assert os.lseek(fd, 0, os.SEEK_DATA) == 15 * MB
            os.pwrite(fd, b'y' * 100, 0)
            fallocate(fd, 16, 10, 20)
            assert os.pread(fd, 100, 0) == b'y' * 10 + bytes(20) + b'y' * 70
            fallocate(fd, 16, 20 * MB, MB)
            assert os.fstat(fd).st_size == 21 * MB
            fallocate(fd, 1, 30 * MB, MB)
            assert os.fstat(fd).st_size == 21 * MB
            refused(errno.EOPNOTSUPP, fallocate, fd, 8, 0, MB)
            """, MOUNT.directory("holes"));
    }

    @Test
    void aCopyWithinTheDriveTakesNoSpace() throws IOException {
        Path folder = MOUNT.directory("copies");
        MOUNT.drive().shell().bash("head -c 200000000 /dev/urandom > \"$1/a\"; sync -f \"$1/a\"", folder).ok();
        MOUNT.drive().amberfs("snapshot", "create", "before-the-copy").ok();
        long before = stored();
        MOUNT.drive().shell().bash("cp --reflink=auto \"$1/a\" \"$1/b\" && cmp \"$1/a\" \"$1/b\"", folder).ok();
        MOUNT.drive().amberfs("snapshot", "create", "after-the-copy").ok();
        assertTrue(stored() - before < 1 << 20, () -> "the copy took " + (stored() - before) + " bytes");
        MOUNT.python("""
            whole = read('a')
            out = os.open('c', os.O_CREAT | os.O_RDWR)
            os.pwrite(out, b'z' * 1000, 0)
            source = os.open('a', os.O_RDONLY)
            assert os.copy_file_range(source, out, 70001, 12345, 77) == 70001
            assert read('c') == b'z' * 77 + whole[12345:12345 + 70001]
            """, folder);
    }

    @Test
    void theTimeOfBirthIsShown() throws IOException {
        Path file = Files.writeString(MOUNT.directory("birth").resolve("f"), "x");
        long now = System.currentTimeMillis() / 1000;
        long born = Long.parseLong(MOUNT.drive().shell().bash("stat -c %W \"$1\"", file).ok().strip());
        assertTrue(born > now - 60 && born <= now + 1, "born " + born + ", now " + now);
    }

    @Test
    void accessControlListsAreHeededInheritedAndRemembered() throws IOException {
        Path folder = MOUNT.directory("acl");
        String script = """
            cd "$1"; umask 022
            echo secret > f; chmod 600 f
            as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
            ! as_nobody cat f 2> /dev/null
            setfacl -m u:65534:r f
            as_nobody cat f | grep -q secret
            getfacl -c f | grep -q 'user:nobody:r--'
            mkdir d; setfacl -d -m u:65534:rwx,o::- d
            echo x > d/inside; getfacl -c d/inside | grep -q 'user:nobody:rw'
            as_nobody sh -c 'echo y >> d/inside'
            [[ $(stat -c %a d/inside) == 660 ]]
            chmod 600 d/inside
            ! as_nobody cat d/inside 2> /dev/null
            """;
        MOUNT.drive().shell().bash("set -e; " + script, folder).ok();
        MOUNT.drive().amberfs("snapshot", "create", "with-acls").ok();
        MOUNT.drive().shell().bash("setfacl -b \"$1/f\"; ! getfacl -c \"$1/f\" | grep -q nobody", folder).ok();
        MOUNT.drive().shell().bash("getfacl -c \"$1\" | grep -q 'user:nobody:r--'", MOUNT.drive().at(".snapshots/with-acls/acl/f")).ok();
        MOUNT.drive().amberfs("restore", "acl/f", "--at", "with-acls").ok();
        MOUNT.drive().shell().bash("getfacl -c \"$1/f\" | grep -q 'user:nobody:r--'", folder).ok();
    }

    @Test
    void whatAProgramHasOpenStaysWhatItWasWhenItIsRestored() throws IOException {
        Path folder = MOUNT.directory("restored");
        MOUNT.python("""
            write('f', b'then' * 1000)
            """, folder);
        MOUNT.drive().amberfs("snapshot", "create", "then").ok();
        MOUNT.drive().shell().python(PRELUDE + """
            import subprocess
            fd = os.open('f', os.O_RDWR)
            os.pwrite(fd, b'now', 0)
            os.ftruncate(fd, 3)
            subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
            assert read('f') == b'then' * 1000, len(read('f'))
            assert os.stat('f').st_size == 4000
            os.pwrite(fd, b'late', 0)
            os.fsync(fd)
            assert os.pread(fd, 10, 0) == b'late' and os.fstat(fd).st_nlink == 0
            assert read('f') == b'then' * 1000
            """, folder, MountedDrive.launcher(), "-s", MOUNT.drive().store(), "restore", "f", "--at", "then").ok();
        assertEquals("then".repeat(1000), Files.readString(folder.resolve("f")));
    }

    /** Behind a device that everybody may open, as it is outside of containers. */
    @Test
    void whoIsNotRootMountsByFusermount() {
        assumeTrue(MOUNT.drive().shell().run("id", "-u").ok().strip().equals("0"), "becoming another user takes root");
        assumeTrue(MOUNT.drive().shell().run("setpriv", "--reuid", "65534", "--clear-groups", "test", "-x", MountedDrive.launcher()).exit() == 0,
            "other users cannot reach " + MountedDrive.launcher());
        String script = """
            set -e
            work=$(mktemp -d)
            chown 65534:65534 "$work"
            as_nobody() { (cd "$work" && setpriv --reuid 65534 --regid 65534 --clear-groups env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"); }
            trap 'as_nobody "$1" -q -s "$work/store" umount "$work/drive" 2> /dev/null || true; umount /dev/fuse; rm -rf "$work"' EXIT
            mknod -m 666 "$work/fuse" c 10 229
            mount --bind "$work/fuse" /dev/fuse
            as_nobody mkdir "$work/drive"
            as_nobody "$1" -q -s "$work/store" init
            as_nobody "$1" -q -s "$work/store" mount --transport kernel "$work/drive"
            grep -F " $work/drive fuse.amberfs " /proc/mounts | grep -F user_id=65534 | grep -vq max_read
            as_nobody sh -c "echo hello > $work/drive/file"
            [[ $(as_nobody cat "$work/drive/file") == hello ]]
            [[ $(as_nobody stat -c %u "$work/drive/file") == 65534 ]]
            as_nobody "$1" -q -s "$work/store" umount "$work/drive"
            ! grep -qF " $work/drive " /proc/mounts
            """;
        MOUNT.drive().shell().run("unshare", "--mount", "bash", "-c", script, "bash", MountedDrive.launcher()).ok();
    }
}
