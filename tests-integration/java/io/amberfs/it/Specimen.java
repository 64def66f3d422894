package io.amberfs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small tree with one of everything that a file system can hold and a copy can lose. Its names hold nothing that getfattr would escape. */
final class Specimen {
    private static final String SCRIPT = """
        os.chdir(sys.argv[1])
        rng = random.Random(42)
        for i in range(40):
            folder = f'folder {i % 7}/sub-{i % 3}'
            os.makedirs(folder, exist_ok=True)
            write(f'{folder}/file {i}.bin', rng.randbytes(rng.choice([0, 1, 100, 5000, 70000, 300000])))
            os.chmod(f'{folder}/file {i}.bin', rng.choice([0o600, 0o644, 0o755, 0o444, 0o4755, 0o2711]))
        write('large', rng.randbytes(1 << 20) * 3)
        os.link('large', 'folder 1/large too')
        os.link('folder 1/large too', 'folder 2/sub-0/large three')
        write('sparse', b'start')
        os.truncate('sparse', 5 << 20)
        write('empty', b'')
        os.symlink('large', 'symlink')
        os.symlink('/nowhere/at all', 'folder 0/dangling')
        os.mkfifo('fifo', 0o620)
        os.mknod('char', 0o660 | stat.S_IFCHR, os.makedev(5, 1))
        os.mknod('block', 0o660 | stat.S_IFBLK, os.makedev(7, 200))
        os.makedirs('empty folder/another')
        os.setxattr('large', 'user.comment', b'one file, three names')
        os.setxattr('folder 1', 'user.binary', bytes(range(256)))
        os.setxattr('empty', 'user.empty', b'')
        os.chown('large', 1000, 2000)
        os.chown('symlink', 3000, 4000, follow_symlinks=False)
        os.chown('folder 3', 5, 6)
        os.chmod('folder 3', 0o3770)
        os.mkdir('read-only')
        write('read-only/inside', b'inside')
        os.chmod('read-only', 0o555)
        for folder, folders, files in os.walk('.', topdown=False):
            for name in files + folders:
                os.utime(os.path.join(folder, name), ns=(1, rng.randrange(1, 2000000000) * 1000000000 + rng.randrange(1000000000)), follow_symlinks=False)
        os.utime('.', ns=(1, 1234567890123456789))
        """;

    private Specimen() {
    }

    /** Makes it, always the same, in a directory that is not there yet. */
    static Path make(Path directory, Shell shell) throws IOException {
        Files.createDirectory(directory);
        shell.python(SCRIPT, directory).ok();
        return directory;
    }
}
