package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What POSIX promises about the contents of files, on a real mount. Each test works in a directory of its own; they share the mount. */
@Timeout(300)
class PosixDataIT {
    private static MountedDrive drive;

    @BeforeAll
    static void mount() {
        drive = MountedDrive.mounted("--allow-other");
    }

    @AfterAll
    static void umount() {
        if (drive != null) {
            drive.close();
        }
    }

    private static void python(String script, Object... arguments) {
        drive.shell().python(script, arguments).ok();
    }

    private static Path directory(String name) throws IOException {
        return Files.createDirectory(drive.at(name));
    }

    /** On a drive of its own: where others have just written, the store still grows by what they wrote. */
    @Test
    void aFileOfOneTebibyteHoldsOnlyWhatWasWrittenToIt() {
        try (MountedDrive alone = MountedDrive.mounted()) {
            long stored = stored(alone);
            alone.shell().python("""
                path = sys.argv[1] + '/sparse'
                write(path, b'start')
                os.truncate(path, 1 << 40)
                fd = os.open(path, os.O_RDWR)
                os.pwrite(fd, b'middle', 1 << 39)
                os.pwrite(fd, b'end', (1 << 40) - 3)
                refused(errno.EINVAL, os.ftruncate, fd, -1)
                os.fsync(fd)
                assert os.fstat(fd).st_size == 1 << 40
                assert os.fstat(fd).st_blocks * 512 < 1 << 20, os.fstat(fd).st_blocks
                assert os.pread(fd, 10, 0) == b'start' + bytes(5)
                assert os.pread(fd, 8, (1 << 39) - 1) == b'\\0middle\\0'
                assert os.pread(fd, 10, (1 << 40) - 4) == b'\\0end'
                assert os.pread(fd, 1 << 20, 12345678901) == bytes(1 << 20)
                assert os.pread(fd, 10, 1 << 40) == b''
                """, alone.path()).ok();
            long grown = stored(alone) - stored;
            assertTrue(grown < 1 << 16, () -> "the store has grown by " + grown + " bytes");
        }
    }

    private static long stored(MountedDrive of) {
        return ((Number) of.status().get("storedBytes")).longValue();
    }

    @Test
    void truncatingCutsForGoodAndExtendsWithZeros() throws IOException {
        python("""
            path = sys.argv[1] + '/file'
            seed = random.randrange(1 << 30)
            print('seed', seed)
            rng = random.Random(seed)
            model = bytearray()
            write(path, b'')
            fd = os.open(path, os.O_RDWR)
            for step in range(150):
                at = rng.choice([0, 1, 4095, 4096, 65536, 1 << 20, (1 << 20) + 1, rng.randrange(3 << 20)])
                if rng.random() < 0.5:
                    os.ftruncate(fd, at) if rng.random() < 0.5 else os.truncate(path, at)
                    model = model[:at] + bytes(max(0, at - len(model)))
                else:
                    data = rng.randbytes(rng.randrange(1, 200000))
                    assert os.pwrite(fd, data, at) == len(data)
                    model += bytes(max(0, at - len(model)))
                    model[at:at + len(data)] = data
                if rng.random() < 0.1:
                    os.fsync(fd)
                if rng.random() < 0.2:
                    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                assert os.fstat(fd).st_size == len(model)
                assert os.pread(fd, len(model) + 1, 0) == model, f'step {step} with seed {seed}'
            """, directory("truncate"));
    }

    @Test
    void anUnlinkedFileGoesOnWhileItIsOpen() throws IOException {
        python("""
            path = sys.argv[1] + '/file'
            write(path, b'before')
            fd = os.open(path, os.O_RDWR)
            other = os.open(path, os.O_RDONLY)
            os.unlink(path)
            refused(errno.ENOENT, os.stat, path)
            write(path, b'another')
            assert os.listdir(sys.argv[1]) == ['file']
            assert os.pread(fd, 100, 0) == b'before'
            os.pwrite(fd, b'after', 3)
            assert os.pread(other, 100, 0) == b'befafter'
            assert os.fstat(fd).st_size == 8 and os.fstat(fd).st_nlink == 0
            os.ftruncate(fd, 4)
            os.fsync(fd)
            os.fchmod(fd, 0o600)
            os.close(fd)
            assert os.pread(other, 100, 0) == b'befa' and os.fstat(other).st_mode & 0o777 == 0o600
            os.close(other)
            assert read(path) == b'another'
            fd = os.open(path, os.O_RDWR)
            write(path + '2', b'replacing')
            os.rename(path + '2', path)
            assert os.pread(fd, 100, 0) == b'another' and os.fstat(fd).st_nlink == 0
            assert read(path) == b'replacing'
            """, directory("unlinked"));
    }

    @Test
    void whatIsWrittenThroughAMappingIsInTheFileAndTheOtherWayRound() throws IOException {
        python("""
            path = sys.argv[1] + '/file'
            write(path, bytes(3 << 20))
            fd = os.open(path, os.O_RDWR)
            with mmap.mmap(fd, 0) as mapped:
                mapped[1 << 20:(1 << 20) + 6] = b'mapped'
                mapped[-3:] = b'end'
                mapped.flush()
                assert os.pread(fd, 6, 1 << 20) == b'mapped'
                os.pwrite(fd, b'written', 70000)
                assert mapped[70000:70007] == b'written'
                mapped[5] = 1
            os.close(fd)
            fd = os.open(path, os.O_RDONLY)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            data = read(path)
            assert data[5] == 1 and data[70000:70007] == b'written' and data[1 << 20:(1 << 20) + 6] == b'mapped' and data[-3:] == b'end'
            with mmap.mmap(fd, 0, prot=mmap.PROT_READ) as mapped:
                assert mapped[:] == data
            """, directory("mapped"));
        drive.snapshot("mapped");
        python("assert read(sys.argv[1])[-3:] == b'end'", drive.past("mapped").resolve("mapped/file"));
    }

    @Test
    void linesThatTwoProcessesAppendNeverOverwriteEachOther() throws IOException {
        python("""
            path = sys.argv[1] + '/log'
            def append(who):
                fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
                for i in range(1000):
                    line = b'%s %d %s\\n' % (who, i, who * (i % 90))
                    assert os.write(fd, line) == len(line)
            joined(in_child(lambda: append(b'a')), in_child(lambda: append(b'b')))
            lines = read(path).splitlines()
            assert len(lines) == 2000, len(lines)
            for who in (b'a', b'b'):
                assert [l for l in lines if l.startswith(who)] == [b'%s %d %s' % (who, i, who * (i % 90)) for i in range(1000)]
            """, directory("append"));
    }

    @Test
    void ofManyThatCreateExclusivelyOneSucceeds() throws IOException {
        python("""
            folder = sys.argv[1]
            def race(me):
                for i in range(50):
                    try:
                        fd = os.open(f'{folder}/{i}', os.O_WRONLY | os.O_CREAT | os.O_EXCL)
                    except FileExistsError:
                        continue
                    os.write(fd, b'%d' % me)
                    os.close(fd)
            joined(*[in_child(lambda me=me: race(me)) for me in range(4)])
            for i in range(50):
                assert len(read(f'{folder}/{i}')) == 1, i
            refused(errno.EEXIST, os.open, folder + '/0', os.O_CREAT | os.O_EXCL)
            os.symlink('nowhere', folder + '/dangling')
            refused(errno.EEXIST, os.open, folder + '/dangling', os.O_CREAT | os.O_EXCL)
            """, directory("exclusive"));
    }

    @Test
    void locksOfBothKindsHoldBetweenProcesses() throws IOException {
        python("""
            path = sys.argv[1] + '/locked'
            write(path, bytes(100))
            fd = os.open(path, os.O_RDWR)
            def expect(free, kind, *range):
                def attempt():
                    own = os.open(path, os.O_RDWR)
                    lock = lambda: kind(own, fcntl.LOCK_EX | fcntl.LOCK_NB, *range)
                    lock() if free else refused(errno.EAGAIN, lock)
                joined(in_child(attempt))
            expect(True, fcntl.flock)
            fcntl.flock(fd, fcntl.LOCK_EX)
            expect(False, fcntl.flock)
            fcntl.flock(fd, fcntl.LOCK_UN)
            expect(True, fcntl.flock)
            fcntl.lockf(fd, fcntl.LOCK_EX, 10, 20)
            expect(False, fcntl.lockf, 10, 25)
            expect(False, fcntl.lockf)
            expect(True, fcntl.lockf, 10, 30)
            fcntl.lockf(fd, fcntl.LOCK_UN, 10, 20)
            expect(True, fcntl.lockf, 10, 25)
            """, directory("locks"));
    }

    @Test
    void aWriteByAnotherUserTakesAwaySetuid() throws IOException {
        python("""
            os.chdir(sys.argv[1])
            path = 'program'
            os.chmod('.', 0o777)
            write(path, b'#!/bin/sh')
            os.chown(path, 65534, 65534)
            os.chmod(path, 0o6777)
            def as_nobody():
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                write(path, b'evil', 0)
            joined(in_child(as_nobody))
            assert read(path).startswith(b'evil')
            assert os.stat(path).st_mode & 0o7777 == 0o777, oct(os.stat(path).st_mode)
            """, directory("setuid"));
    }

    /** 192 MiB in verify, to be quick; -Damberfs.it.mebibytes=1024 and more for the patient. */
    @Test
    void aLargeFileComesBackByteForByteFromTheStoreAndFromThePast() throws IOException {
        Path folder = directory("large");
        python("""
            path, size = sys.argv[1] + '/large', int(sys.argv[2]) << 20
            digest, rng = hashlib.sha256(), random.Random(7)
            fd = os.open(path, os.O_RDWR | os.O_CREAT)
            for i in range(size >> 20):
                piece = rng.randbytes(1 << 19) + b'%d' % i * 2000
                piece += bytes((1 << 20) - len(piece))
                digest.update(piece)
                assert os.write(fd, piece) == 1 << 20
            os.fsync(fd)
            write(sys.argv[3], digest.digest())
            """, folder, Integer.getInteger("amberfs.it.mebibytes", 192), drive.root().resolve("digest"));
        drive.snapshot("large");
        for (Path file : new Path[] {folder.resolve("large"), drive.past("large").resolve("large/large")}) {
            python("""
                fd, digest = os.open(sys.argv[1], os.O_RDONLY), hashlib.sha256()
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                while piece := os.read(fd, 1 << 20):
                    digest.update(piece)
                assert digest.digest() == read(sys.argv[2])
                """, file, drive.root().resolve("digest"));
        }
        Files.delete(folder.resolve("large"));
    }
}
