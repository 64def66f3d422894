package io.amberfs.it;


import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which error POSIX wants, where several would fit, and what names may lead to; on a real mount. Each test works in a directory of its own; they share the mount. */
@Timeout(300)
class PosixErrorsIT {
    private static final String PRELUDE = """
        os.chdir(sys.argv[1])

        def as_nobody(work):
            def drop():
                os.setgroups([]); os.setgid(65534); os.setuid(65534)
                work()
            joined(in_child(drop))

        """;
    @RegisterExtension
    static final SharedMount MOUNT = new SharedMount(PRELUDE, "--allow-other");

    @Test
    void whatIsMissingOrThereAlreadyComesBeforeWhatIsNotAllowed() throws IOException {
        MOUNT.python("""
            os.mkdir('locked', 0o755)
            os.mkdir('locked/folder')
            write('locked/file', b'file', mode=0o600)
            def work():
                for call in (lambda p: os.mkdir(p), lambda p: os.mkfifo(p), lambda p: os.symlink('x', p), lambda p: os.open(p, os.O_CREAT | os.O_EXCL)):
                    refused(errno.EEXIST, call, 'locked/file')
                    refused(errno.EEXIST, call, 'locked/folder')
                    refused(errno.EACCES, call, 'locked/new')
                for call in (os.unlink, os.rmdir, lambda p: os.rename(p, 'locked/other'), lambda p: os.chmod(p, 0), lambda p: os.truncate(p, 0)):
                    refused(errno.ENOENT, call, 'locked/nothing')
                refused(errno.EACCES, os.unlink, 'locked/file')
                refused(errno.EACCES, os.rmdir, 'locked/folder')
                refused(errno.EACCES, os.rename, 'locked/file', 'locked/other')
                refused(errno.EISDIR, os.open, 'locked/folder', os.O_WRONLY | os.O_CREAT)
                refused(errno.EPERM, os.chmod, 'locked/file', 0o777)
                refused(errno.EACCES, os.truncate, 'locked/file', 0)
            as_nobody(work)
            refused(errno.ENOTEMPTY, os.rmdir, 'locked')
            refused(errno.EEXIST, os.link, 'locked/folder', 'locked/file')
            refused(errno.EPERM, os.link, 'locked/folder', 'locked/new')
            refused(errno.ENOENT, os.link, 'locked/nothing', 'locked/file')
            assert read('locked/file') == b'file' and sorted(os.listdir('locked')) == ['file', 'folder']
            """, MOUNT.directory("order"));
    }

    @Test
    void whatIsNoDirectoryIsToldFromWhatIsNotThere() throws IOException {
        MOUNT.python("""
            write('file', b'')
            os.mkdir('folder')
            for call in (os.stat, os.unlink, os.rmdir, os.mkdir, os.mkfifo, os.listdir, os.readlink, lambda p: os.open(p, os.O_RDWR | os.O_CREAT), lambda p: os.chmod(p, 0),
                         lambda p: os.chown(p, 0, 0), lambda p: os.utime(p), lambda p: os.truncate(p, 0), lambda p: os.symlink('x', p), lambda p: os.rename(p, 'new'),
                         lambda p: os.rename('folder', p), lambda p: os.link(p, 'new'), lambda p: os.link('file', p)):
                refused(errno.ENOTDIR, call, 'file/below')
                refused(errno.ENOENT, call, 'nothing/below')
            refused(errno.ENOTDIR, os.stat, 'file/')
            refused(errno.ENOTDIR, os.rename, 'file', 'new/')
            refused(errno.ENOTDIR, os.open, 'file', os.O_RDONLY | os.O_DIRECTORY)
            refused(errno.EISDIR, os.open, 'new/', os.O_WRONLY | os.O_CREAT)
            refused(errno.ENOTDIR, os.rmdir, 'file')
            refused(errno.EISDIR, os.unlink, 'folder')
            refused(errno.EINVAL, os.rmdir, 'folder/.')
            refused(errno.ENOTEMPTY, os.rmdir, 'folder/..')
            refused(errno.EBUSY, os.rename, 'folder/.', 'new')
            os.mkdir('new/')
            os.rmdir('new/')
            assert sorted(os.listdir('.')) == ['file', 'folder']
            """, MOUNT.directory("kinds"));
    }

    @Test
    void aNameIsAtMost255BytesAndAPath4095() throws IOException {
        MOUNT.python("""
            write('file', b'')
            deep = ('d' * 199 + '/') * 20
            os.makedirs(deep)
            long = deep + 'n' * (4095 - len(deep))
            calls = (os.stat, os.lstat, os.unlink, os.rmdir, os.readlink, os.listdir, lambda p: os.chmod(p, 0o600), lambda p: os.chown(p, 0, 0), lambda p: os.utime(p),
                     lambda p: os.truncate(p, 0), lambda p: os.open(p, os.O_RDONLY), lambda p: os.rename(p, 'new'), lambda p: os.link(p, 'new'))
            makers = (lambda p: write(p, b''), os.mkdir, os.mkfifo, lambda p: os.symlink('x', p), lambda p: os.link('file', p), lambda p: os.rename('file', p))
            for path in ('n' * 256, long + 'n', 'n' * 5000):
                for call in calls + makers:
                    refused(errno.ENAMETOOLONG, call, path)
            for path in ('n' * 255, long):
                for make in makers:
                    make(path)
                    os.lstat(path)
                    if stat.S_ISDIR(os.lstat(path).st_mode):
                        os.rmdir(path)
                    elif make is makers[-1]:
                        os.rename(path, 'file')
                    else:
                        os.unlink(path)
            os.symlink('x' * 4095, 'target')
            assert os.readlink('target') == 'x' * 4095 and os.lstat('target').st_size == 4095
            refused(errno.ENAMETOOLONG, os.symlink, 'x' * 4096, 'longer')
            assert sorted(os.listdir('.')) == ['d' * 199, 'file', 'target']
            """, MOUNT.directory("lengths"));
    }

    @Test
    void linksAreFollowedFortyTimesAndNotAtAllByWhoSaysSo() throws IOException {
        MOUNT.python("""
            write('file', b'found')
            os.mkdir('folder')
            before = 'file'
            for i in range(1, 42):
                os.symlink(before, f'{i}')
                before = f'{i}'
            assert read('40') == b'found'
            os.symlink('b', 'a')
            os.symlink('a', 'b')
            for call in (os.stat, os.listdir, lambda p: os.chmod(p, 0), lambda p: os.chown(p, 0, 0), lambda p: os.utime(p), lambda p: os.truncate(p, 0),
                         lambda p: os.open(p, os.O_RDONLY), lambda p: os.open(p, os.O_WRONLY | os.O_CREAT)):
                refused(errno.ELOOP, call, '41')
                refused(errno.ELOOP, call, 'a')
            for call in (os.stat, os.mkdir, os.unlink, os.rmdir, lambda p: os.symlink('x', p), lambda p: os.rename(p, 'new'), lambda p: os.rename('file', p), lambda p: os.link(p, 'new')):
                refused(errno.ELOOP, call, 'a/below')
            os.symlink('folder', 'to-folder')
            os.symlink('nothing', 'dangling')
            for link in ('1', 'a', 'dangling', 'to-folder'):
                refused(errno.ELOOP, os.open, link, os.O_RDONLY | os.O_NOFOLLOW)
                refused(errno.ELOOP, os.open, link, os.O_WRONLY | os.O_NOFOLLOW | os.O_CREAT)
                refused(errno.ENOTDIR, os.open, link, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
                fd = os.open(link, os.O_PATH | os.O_NOFOLLOW)
                assert stat.S_ISLNK(os.fstat(fd).st_mode)
                os.close(fd)
            os.close(os.open('to-folder/../file', os.O_RDONLY | os.O_NOFOLLOW))
            write('dangling', b'made')
            assert read('nothing') == b'made'
            """, MOUNT.directory("loops"));
    }

    @Test
    void aProgramThatRunsIsNotWrittenToAndOneThatIsWrittenToDoesNotRun() throws IOException {
        MOUNT.python("""
            import shutil, subprocess
            shutil.copy('/bin/sleep', 'sleep')
            running = subprocess.Popen(['./sleep', '600'])
            try:
                refused(errno.ETXTBSY, os.open, 'sleep', os.O_WRONLY)
                refused(errno.ETXTBSY, os.open, 'sleep', os.O_WRONLY | os.O_TRUNC)
                refused(errno.ETXTBSY, os.truncate, 'sleep', 0)
                os.close(os.open('sleep', os.O_RDONLY))
                os.rename('sleep', 'renamed')
                os.unlink('renamed')
                assert running.poll() is None
            finally:
                running.kill()
                running.wait()
            shutil.copy('/bin/true', 'true')
            fd = os.open('true', os.O_WRONLY)
            refused(errno.ETXTBSY, subprocess.run, ['./true'])
            os.close(fd)
            subprocess.run(['./true'], check=True)
            """, MOUNT.directory("programs"));
    }

    /** The kernel sends the times of files when it likes, also after their names have gone. */
    @Test
    void aSyncOfTheDriveSucceedsWhileFilesAreRemoved() throws IOException {
        MOUNT.python("""
            import ctypes, threading
            libc = ctypes.CDLL(None, use_errno=True)
            errors, syncs, done = set(), [0], threading.Event()
            def sync_once():
                fd = os.open('.', os.O_RDONLY)
                error = ctypes.get_errno() if libc.syncfs(fd) != 0 else 0
                os.close(fd)
                return error
            sync_once() # what became of the writes of other tests
            def sync():
                while not done.is_set():
                    errors.add(sync_once())
                    syncs[0] += 1
            thread = threading.Thread(target=sync)
            thread.start()
            rounds = 0
            while rounds < 100 or syncs[0] < 100:
                for i in range(20):
                    write(str(i), b'x' * 5000)
                for i in range(20):
                    os.unlink(str(i))
                rounds += 1
            done.set()
            thread.join()
            assert errors == {0}, errors
            """, MOUNT.directory("sync"));
    }

    @Test
    void whoStandsInARemovedDirectoryFindsAndMakesNothing() throws IOException {
        MOUNT.python("""
            write('file', b'')
            os.makedirs('gone/sub')
            top = os.open('.', os.O_RDONLY)
            os.chdir('gone')
            here = os.open('.', os.O_RDONLY)
            os.rmdir('sub')
            os.rmdir('../gone')
            def check():
                for call in (os.stat, os.mkdir, os.mkfifo, os.unlink, os.rmdir, lambda p: os.symlink('x', p), lambda p: os.open(p, os.O_RDONLY),
                             lambda p: os.open(p, os.O_WRONLY | os.O_CREAT), lambda p: os.link('file', p, src_dir_fd=top), lambda p: os.rename('file', p, src_dir_fd=top)):
                    refused(errno.ENOENT, call, 'new')
                    refused(errno.ENOENT, call, 'sub')
                assert os.listdir('.') == [] and os.listdir(here) == []
                assert os.fstat(here).st_nlink == 0 and os.stat('.').st_nlink == 0 and stat.S_ISDIR(os.fstat(here).st_mode)
            check()
            os.mkdir('gone', dir_fd=top)
            check()
            assert sorted(os.listdir(top)) == ['file', 'gone']
            """, MOUNT.directory("removed"));
    }

    @Test
    void aFileIsReachedUpToTwoToTheSixtyAndNotBeyond() throws IOException {
        MOUNT.python("""
            largest = 1 << 60
            fd = os.open('file', os.O_RDWR | os.O_CREAT)
            for at in ((1 << 31) - 2, (1 << 32) - 2, (1 << 40) + 1, (1 << 59) - 3, largest - 4):
                assert os.pwrite(fd, b'here', at) == 4
                assert os.fstat(fd).st_size == at + 4
                assert os.lseek(fd, -4, os.SEEK_END) == at and os.read(fd, 10) == b'here'
                os.fsync(fd)
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                assert os.pread(fd, 12, at - 4) == bytes(4) + b'here'
            refused(errno.EFBIG, os.truncate, 'file', largest + 1)
            if sys.argv[2] == 'kernel':
                # The kernel gathers writes, so who writes learns it when they are sent.
                os.pwrite(fd, b'beyond', largest)
                refused(errno.EFBIG, os.fsync, fd)
            else:
                refused(errno.EFBIG, os.pwrite, fd, b'beyond', largest)
            refused(errno.EINVAL, os.lseek, fd, -1, os.SEEK_SET)
            refused(errno.EINVAL, os.pread, fd, 1, -1)
            os.truncate('file', largest)
            os.truncate('file', (1 << 40) + 3)
            assert os.pread(fd, 10, (1 << 40) - 1) == bytes(2) + b'he' and os.fstat(fd).st_size == (1 << 40) + 3
            assert os.stat('file').st_blocks < 4096
            os.posix_fallocate(fd, 1 << 41, 5)
            assert os.fstat(fd).st_size == (1 << 41) + 5
            refused(errno.EINVAL, os.posix_fallocate, fd, 0, 0)
            refused(errno.EINVAL, os.posix_fallocate, fd, -1, 5)
            """, MOUNT.directory("offsets"));
    }
}
