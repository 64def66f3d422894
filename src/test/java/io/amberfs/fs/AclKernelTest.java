package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.store.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random ACLs, valid and not, do on a drive what they do on the filesystem of the temporary directory, which is the kernel's word on it. */
class AclKernelTest {
    private static final int CASES = 500;
    private static final int UMASK = 027;
    /** What it prints of each case is what {@link #onDrive} makes of it. */
    private static final String ON_KERNEL = """
        import errno, os, sys
        os.umask(0o027)
        os.chdir(sys.argv[1])
        ACCESS, DEFAULT = 'system.posix_acl_access', 'system.posix_acl_default'
        def attempt(call, *arguments):
            try:
                return (call(*arguments) or b'').hex() or 'done'
            except OSError as e:
                return {errno.EINVAL: 'EINVAL', errno.EOPNOTSUPP: 'EOPNOTSUPP', errno.ENODATA: 'ENODATA'}.get(e.errno, e.errno)
        def mode(path):
            return oct(os.stat(path).st_mode & 0o7777)[2:]
        for line in sys.stdin:
            words = line.split(' ')
            acl, one, other = bytes.fromhex(words[0]), int(words[1], 8), int(words[2], 8)
            os.close(os.open('f', os.O_CREAT, 0o666))
            os.mkdir('d', 0o777)
            out = [attempt(os.setxattr, 'f', ACCESS, acl), attempt(os.setxattr, 'd', DEFAULT, acl), mode('f'), attempt(os.getxattr, 'f', ACCESS), attempt(os.getxattr, 'd', DEFAULT)]
            os.chmod('f', one)
            out += [mode('f'), attempt(os.getxattr, 'f', ACCESS)]
            os.close(os.open('d/f', os.O_CREAT | os.O_WRONLY, other))
            out += [mode('d/f'), attempt(os.getxattr, 'd/f', ACCESS)]
            os.mkdir('d/d', one)
            out += [mode('d/d'), attempt(os.getxattr, 'd/d', ACCESS), attempt(os.getxattr, 'd/d', DEFAULT)]
            print(*out)
            for path in ('d/f', 'f'):
                os.unlink(path)
            for path in ('d/d', 'd'):
                os.rmdir(path)
        """;

    private record Case(byte[] acl, int one, int other) {
        @Override
        public String toString() {
            return HexFormat.of().formatHex(acl) + " " + Integer.toOctalString(one) + " " + Integer.toOctalString(other);
        }
    }

    @TempDir
    private Path directory;

    @Test
    void eachAclDoesWhatItDoesOnTheFilesystemBelow() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        System.out.println("AclKernelTest seed " + seed);
        Random random = new Random(seed);
        List<Case> cases = new ArrayList<>(List.of(new Case(AclText.bytes("u::rwx,u:7:rwx,g::r-x,m::rwx,o::r-x"), 0640, 0666)));
        while (cases.size() < CASES) {
            cases.add(new Case(acl(random), random.nextInt(01000), random.nextInt(01000)));
        }
        List<String> kernel = onKernel(cases);
        assertEquals(CASES, kernel.size());
        assumeTrue(kernel.get(0).startsWith("done done "), "the temporary directory keeps no ACLs");
        try (TestDrive t = new TestDrive(new MemoryStore())) {
            for (int i = 0; i < CASES; i++) {
                assertEquals(kernel.get(i), onDrive(t, cases.get(i)), "case " + cases.get(i) + " with seed " + seed);
            }
        }
        assertTrue(kernel.stream().anyMatch(line -> line.startsWith("EINVAL")) && kernel.stream().anyMatch(line -> line.startsWith("EOPNOTSUPP")));
    }

    private List<String> onKernel(List<Case> cases) throws IOException, InterruptedException {
        Path in = Files.write(directory.resolve("cases"), cases.stream().map(Case::toString).toList());
        Path out = directory.resolve("answers");
        Process python = new ProcessBuilder("python3", "-c", ON_KERNEL, Files.createDirectory(directory.resolve("work")).toString())
            .redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        boolean ended = python.waitFor(60, TimeUnit.SECONDS);
        python.destroyForcibly().waitFor();
        assertTrue(ended && python.exitValue() == 0, "python3 failed or took too long");
        return Files.readAllLines(out);
    }

    private static String onDrive(TestDrive t, Case of) {
        Caller caller = new Caller(0, 0, UMASK);
        Node file = t.drive.create(Node.ROOT, Name.of("f"), 0666, caller);
        Node folder = t.drive.mkdir(Node.ROOT, Name.of("d"), 0777, caller);
        List<String> out = new ArrayList<>(List.of(set(t, file, Acl.ACCESS, of.acl()), set(t, folder, Acl.DEFAULT, of.acl())));
        Collections.addAll(out, mode(t, file), get(t, file, Acl.ACCESS), get(t, folder, Acl.DEFAULT));
        t.drive.setAttr(file, AttrChange.mode(of.one()));
        Collections.addAll(out, mode(t, file), get(t, file, Acl.ACCESS));
        Node inner = t.drive.create(folder, Name.of("f"), of.other(), caller);
        Collections.addAll(out, mode(t, inner), get(t, inner, Acl.ACCESS));
        Node below = t.drive.mkdir(folder, Name.of("d"), of.one(), caller);
        Collections.addAll(out, mode(t, below), get(t, below, Acl.ACCESS), get(t, below, Acl.DEFAULT));
        t.drive.unlink(folder, Name.of("f"));
        t.drive.rmdir(folder, Name.of("d"));
        t.drive.unlink(Node.ROOT, Name.of("f"));
        t.drive.rmdir(Node.ROOT, Name.of("d"));
        return String.join(" ", out);
    }

    private static String set(TestDrive t, Node node, byte[] name, byte[] acl) {
        try {
            t.drive.setXattr(node, name, acl, false, false, false);
            return "done";
        } catch (FsException e) {
            return e.errno().name();
        }
    }

    private static String get(TestDrive t, Node node, byte[] name) {
        try {
            return HexFormat.of().formatHex(t.drive.xattr(node, name));
        } catch (FsException e) {
            return e.errno().name();
        }
    }

    private static String mode(TestDrive t, Node node) {
        return Integer.toOctalString(t.drive.attr(node).mode() & Mode.PERMISSIONS);
    }

    /** Mostly a valid one, some with one thing wrong. */
    private static byte[] acl(Random random) {
        List<int[]> entries = new ArrayList<>(List.of(new int[] {1, -1}));
        int users = random.nextInt(3);
        int groups = random.nextInt(3);
        for (int i = 0; i < users; i++) {
            entries.add(new int[] {2, random.nextInt(9)});
        }
        entries.add(new int[] {4, -1});
        for (int i = 0; i < groups; i++) {
            entries.add(new int[] {8, -2 - random.nextInt(9)});
        }
        if (users + groups > 0 || random.nextInt(3) == 0) {
            entries.add(new int[] {16, -1});
        }
        entries.add(new int[] {32, -1});
        int version = 2;
        int wrong = random.nextInt(8);
        if (wrong == 0) {
            entries.remove(random.nextInt(entries.size()));
        } else if (wrong == 1) {
            entries.add(random.nextInt(entries.size()), entries.get(random.nextInt(entries.size())));
        } else if (wrong == 2) {
            Collections.swap(entries, random.nextInt(entries.size()), random.nextInt(entries.size()));
        } else if (wrong == 3) {
            entries.set(random.nextInt(entries.size()), new int[] {1 << random.nextInt(7), random.nextInt(3) - 1});
        } else if (wrong == 4) {
            version = random.nextInt(4);
        }
        ByteBuffer out = ByteBuffer.allocate(4 + 8 * entries.size()).order(ByteOrder.LITTLE_ENDIAN).putInt(version);
        for (int[] entry : entries) {
            out.putShort((short) entry[0]).putShort((short) random.nextInt(random.nextInt(50) == 0 ? 9 : 8)).putInt(entry[1]);
        }
        return random.nextInt(50) == 0 ? java.util.Arrays.copyOf(out.array(), random.nextInt(out.capacity())) : out.array();
    }
}
