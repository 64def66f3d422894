package io.amberfs.it;


import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What POSIX promises about link counts, times and what renames replace, on a real mount. Each test works in a directory of its own; they share the mount. */
@Timeout(300)
class PosixLinksIT {
    private static final String PRELUDE = """
        os.chdir(sys.argv[1])

        def settle(*times):
            \"""Times come from the kernel's coarse clock: waits until it stands behind all of these that are not in the future.\"""
            import time
            now = time.time_ns()
            last = max((t for t in times if t <= now), default=0)
            while time.clock_gettime_ns(time.CLOCK_REALTIME_COARSE if hasattr(time, 'CLOCK_REALTIME_COARSE') else 5) <= last:
                pass

        def changed(work, *paths):
            \"""Which of the times (m, c) of each path work() changes, as in 'mc c -'; a path that is gone is left out.\"""
            def times(path):
                found = os.lstat(path)
                return found.st_mtime_ns, found.st_ctime_ns
            before = {path: times(path) for path in paths}
            settle(*(time for both in before.values() for time in both))
            work()
            after = {path: times(path) for path in paths if os.path.lexists(path)}
            for path in after:
                assert after[path][1] >= before[path][1], 'ctime goes back: ' + path
            return ' '.join(''.join(kind for kind, old, new in zip('mc', before[path], after[path]) if old != new) or '-' for path in after)

        def expect(wanted, work, *paths):
            got = changed(work, *paths)
            assert got == wanted, f'{got}, not {wanted}, of {paths}'

        """;
    @RegisterExtension
    static final SharedMount MOUNT = new SharedMount(PRELUDE, "--allow-other");

    @Test
    void aDirectoryHasALinkForEachDirectoryInIt() throws IOException {
        MOUNT.python("""
            def links(*paths):
                return [os.stat(path).st_nlink for path in paths]
            os.mkdir('a')
            os.mkdir('b')
            assert links('.', 'a', 'b') == [4, 2, 2]
            os.mkdir('a/one')
            os.mkdir('a/two')
            write('a/file', b'')
            os.symlink('one', 'a/link')
            assert links('a', 'a/one') == [4, 2]
            os.rename('a/one', 'a/three')
            assert links('a') == [4]
            os.rename('a/three', 'b/three')
            assert links('a', 'b') == [3, 3]
            os.rename('a/two', 'b/three')
            assert links('a', 'b', 'b/three') == [2, 3, 2]
            os.mkdir('b/four')
            os.rename('b/four', 'b/three')
            assert links('b') == [3]
            os.rename('a/file', 'b/file')
            os.unlink('b/file')
            os.rmdir('b/three')
            assert links('.', 'a', 'b') == [4, 2, 2]
            os.unlink('a/link')
            held = os.open('b', os.O_RDONLY)
            os.rmdir('b')
            assert os.fstat(held).st_nlink == 0 and links('.') == [3]
            """, MOUNT.directory("nlink"));
    }

    @Test
    void whatIsUnlinkedIsStillShownToWhoHoldsIt() throws IOException {
        MOUNT.python("""
            write('file', b'contents', mode=0o640)
            os.mkfifo('fifo')
            os.symlink('target', 'link')
            os.link('file', 'second')
            held = {name: os.open(name, os.O_PATH | os.O_NOFOLLOW) for name in ('file', 'fifo', 'link')}
            pipe = os.open('fifo', os.O_RDWR)
            before = {name: os.fstat(fd) for name, fd in held.items()}
            os.unlink('file')
            assert os.fstat(held['file']).st_nlink == 1
            os.rename('second', 'file')
            for name in held:
                os.unlink(name)
            for name, fd in held.items():
                found = os.fstat(fd)
                assert found.st_nlink == 0, (name, found)
                assert (found.st_ino, found.st_mode, found.st_size) == (before[name].st_ino, before[name].st_mode, before[name].st_size), (name, found)
                assert found.st_ctime_ns > before[name].st_ctime_ns
            os.write(pipe, b'through')
            assert os.fstat(pipe).st_nlink == 0 and os.read(pipe, 10) == b'through'
            """, MOUNT.directory("held"));
    }

    @Test
    void renamingOntoItselfAndIntoItselfChangesNothing() throws IOException {
        MOUNT.python("""
            write('a', b'a')
            os.link('a', 'b')
            os.makedirs('folder/child/grandchild')
            expect('- -', lambda: os.rename('a', 'a'), 'a', '.')
            expect('- - -', lambda: os.rename('a', 'b'), 'a', 'b', '.')
            assert os.stat('a').st_nlink == 2
            expect('- -', lambda: os.rename('folder', 'folder'), 'folder', '.')
            for target in ('folder/child', 'folder/new', 'folder/child/grandchild', 'folder/child/grandchild/new'):
                expect('- - -', lambda: refused(errno.EINVAL, os.rename, 'folder', target), 'folder', 'folder/child', '.')
            for source in ('folder/child', 'folder/child/grandchild'):
                refused(errno.ENOTEMPTY, os.rename, source, 'folder')
            os.rename('folder/child', 'folder/child/')
            assert sorted(os.listdir('.')) == ['a', 'b', 'folder'] and os.listdir('folder/child') == ['grandchild']
            """, MOUNT.directory("itself"));
    }

    @Test
    void eachCallMarksTheTimesThatPosixNamesAndNoOthers() throws IOException {
        MOUNT.python("""
            # A kernel that gathers writes does not mark what keeps its size; POSIX asks for no more.
            same = '-' if sys.argv[2] == 'kernel' else 'mc'
            os.mkdir('d')
            os.mkdir('e')
            write('d/f', b'contents')
            os.utime('d/f', ns=(1, 1))
            expect('c -', lambda: os.chmod('d/f', 0o640), 'd/f', 'd')
            expect('c -', lambda: os.chown('d/f', 1, 1), 'd/f', 'd')
            expect('c -', lambda: os.chown('d/f', 1, 1), 'd/f', 'd')
            expect('c -', lambda: os.setxattr('d/f', 'user.x', b'x'), 'd/f', 'd')
            expect('c -', lambda: os.removexattr('d/f', 'user.x'), 'd/f', 'd')
            expect('mc -', lambda: os.utime('d/f', ns=(2, 2)), 'd/f', 'd')
            expect('c mc', lambda: os.link('d/f', 'd/g'), 'd/f', 'd')
            expect('c mc', lambda: os.unlink('d/g'), 'd/f', 'd')
            expect('mc', lambda: os.rename('d/f', 'd/g'), 'd')
            os.utime('d/g', ns=(2, 2))
            expect('c mc mc', lambda: (os.rename('d/g', 'e/g'), os.link('e/g', 'd/g'), os.unlink('e/g')), 'd/g', 'd', 'e')
            os.rename('d/g', 'd/f')
            for make in (lambda: os.mkdir('d/new'), lambda: os.mkfifo('d/new'), lambda: os.symlink('x', 'd/new'), lambda: write('d/new', b'')):
                expect('mc -', make, 'd', 'd/f')
                expect('mc -', lambda: os.rmdir('d/new') if os.path.isdir('d/new') and not os.path.islink('d/new') else os.unlink('d/new'), 'd', 'd/f')
            expect('mc -', lambda: write('d/f', b'more', 0), 'd/f', 'd')
            for size in (100, 3, 0):
                expect('mc -', lambda: os.truncate('d/f', size), 'd/f', 'd')
                expect(same + ' -', lambda: os.truncate('d/f', size), 'd/f', 'd')
            expect('mc -', lambda: write('d/f', b''), 'd/f', 'd')
            fd = os.open('d/f', os.O_RDWR)
            expect('-', lambda: os.write(fd, b''), 'd/f')
            expect('mc', lambda: os.write(fd, b'x'), 'd/f')
            expect('mc', lambda: os.ftruncate(fd, 7), 'd/f')
            expect('mc', lambda: os.ftruncate(fd, 7), 'd/f')
            expect('c', lambda: os.fchmod(fd, 0o600), 'd/f')
            expect('-', lambda: os.pread(fd, 10, 0), 'd/f')
            expect('- -', lambda: (read('d/f'), os.listdir('d'), os.stat('d/f'), os.close(os.open('d/f', os.O_RDWR))), 'd/f', 'd')
            os.fsync(fd)
            expect('-', lambda: os.close(fd), 'd/f')
            """, MOUNT.directory("times"));
    }

    @Test
    void aCallThatFailsMarksNothing() throws IOException {
        MOUNT.python("""
            os.mkdir('d')
            os.mkdir('d/full')
            write('d/f', b'f')
            write('d/full/g', b'g')
            def fails():
                refused(errno.EEXIST, os.mkdir, 'd/f')
                refused(errno.EEXIST, os.symlink, 'x', 'd/f')
                refused(errno.EEXIST, os.link, 'd/full/g', 'd/f')
                refused(errno.ENOTEMPTY, os.rmdir, 'd/full')
                refused(errno.EISDIR, os.unlink, 'd/full')
                refused(errno.ENOENT, os.unlink, 'd/nothing')
                refused(errno.ENOTDIR, os.rename, 'd/full', 'd/f')
                refused(errno.EISDIR, os.rename, 'd/f', 'd/full')
                refused(errno.EISDIR, os.truncate, 'd/full', 0)
                refused(errno.EFBIG, os.truncate, 'd/f', (1 << 60) + 1)
                refused(errno.EINVAL, os.truncate, 'd/f', -1)
                refused(errno.ENODATA, os.removexattr, 'd/f', 'user.none')
            expect('- - - -', fails, 'd', 'd/f', 'd/full', 'd/full/g')
            """, MOUNT.directory("failures"));
    }

    @Test
    void timesAreSetToNowOrLeftAsTheCallerSays() throws IOException {
        MOUNT.python("""
            import ctypes, time
            libc = ctypes.CDLL(None, use_errno=True)
            NOW, OMIT = (1 << 30) - 1, (1 << 30) - 2
            def utimensat(path, atime, mtime):
                times = (ctypes.c_long * 4)(atime[0], atime[1], mtime[0], mtime[1])
                if libc.utimensat(-100, path.encode(), times, 0x100):
                    raise OSError(ctypes.get_errno(), path)
            def times(path):
                found = os.lstat(path)
                return found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns
            write('file', b'')
            os.mkdir('folder')
            os.symlink('x', 'link')
            os.mkfifo('fifo')
            for path in ('file', 'folder', 'link', 'fifo'):
                utimensat(path, (11, 22), (33, 44))
                assert times(path)[:2] == (11000000022, 33000000044)
                utimensat(path, (5, OMIT), (55, 66))
                assert times(path)[:2] == (11000000022, 55000000066)
                utimensat(path, (77, 88), (5, OMIT))
                assert times(path)[:2] == (77000000088, 55000000066)
                before = times(path)
                utimensat(path, (0, OMIT), (0, OMIT))
                assert times(path) == before, 'two times UTIME_OMIT change nothing'
                utimensat(path, (0, NOW), (0, OMIT))
                assert abs(times(path)[0] - time.time_ns()) < 60 * 10 ** 9 and times(path)[1] == 55000000066
                settle(*times(path))
                utimensat(path, (0, OMIT), (0, NOW))
                assert abs(times(path)[1] - time.time_ns()) < 60 * 10 ** 9 and times(path)[2] > before[2]
                refused(errno.EINVAL, utimensat, path, (0, 10 ** 9), (0, 0))
                for far in (-(1 << 31), (1 << 31) + 1, (1 << 32) + 1):
                    utimensat(path, (far, 999999999), (far, 1))
                    assert times(path)[:2] == (far * 10 ** 9 + 999999999, far * 10 ** 9 + 1), times(path)
            refused(errno.ENOENT, utimensat, 'nothing', (1, 1), (1, 1))
            """, MOUNT.directory("utimens"));
    }
}
