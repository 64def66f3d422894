package io.amberfs.it;

import static io.amberfs.it.FileCalls.CALLS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.nio.file.ExtendedOpenOption;
import io.amberfs.posix.Libc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import jnr.ffi.Pointer;

/** One file, and beside it the bytes that it must have. Each step does one thing to both, or compares them. Confined to one thread. */
final class FsxFile implements AutoCloseable {
    private static final int LONGEST = 1 << 20;
    private static final int PAGE = 4096;

    private final Path folder;
    private final Random random;
    private final byte[] model = new byte[LONGEST];
    private int size;
    private Path path;
    private int names;
    private int fd;

    FsxFile(Path folder, Random random) {
        this.folder = folder;
        this.random = random;
        path = folder.resolve("file");
        fd = open(path, FileCalls.O_RDWR | FileCalls.O_CREAT);
    }

    private static int open(Path path, int flags) {
        return (int) done(CALLS.open(Libc.path(path.toString().getBytes(StandardCharsets.UTF_8)), flags, 0644), "open");
    }

    private static int errno() {
        return FileCalls.RUNTIME.getLastError();
    }

    private static long done(long result, String call) {
        assertTrue(result >= 0, () -> call + ": errno " + errno());
        return result;
    }

    /** What was done, for whoever reads of a failure. */
    String step() throws IOException {
        int dice = random.nextInt(100);
        int at = random.nextInt(LONGEST);
        int length = Math.min(LONGEST - at, 1 + random.nextInt(random.nextInt(20) == 0 ? 300_000 : random.nextInt(4) == 0 ? 100 : 40_000));
        if (dice < 24) {
            return write(at, length);
        } else if (dice < 44) {
            return read(at, length);
        } else if (dice < 52) {
            return writeMapped(at, length);
        } else if (dice < 59) {
            return readMapped(at, length);
        } else if (dice < 66) {
            return truncate(at);
        } else if (dice < 72) {
            return zero(FileCalls.PUNCH_HOLE | FileCalls.KEEP_SIZE, at, length);
        } else if (dice < 77) {
            return zero(FileCalls.ZERO_RANGE | (random.nextBoolean() ? FileCalls.KEEP_SIZE : 0), at, length);
        } else if (dice < 79) {
            return allocate(random.nextBoolean() ? FileCalls.KEEP_SIZE : 0, at, length);
        } else if (dice < 84) {
            return copy(at, random.nextInt(LONGEST), length);
        } else if (dice < 87) {
            return append(length);
        } else if (dice < 89) {
            return readDirect(at / PAGE * PAGE, (length / PAGE + 1) * PAGE);
        } else if (dice < 91) {
            return writeDirect(at / PAGE * PAGE, length / PAGE * PAGE);
        } else if (dice < 93) {
            return seek(at);
        } else if (dice < 95) {
            done(CALLS.fsync(fd), "fsync");
            return "fsync";
        } else if (dice < 97) {
            done(-CALLS.posix_fadvise(fd, 0, 0, FileCalls.DONTNEED), "posix_fadvise");
            return "drop";
        } else if (dice < 99) {
            return reopen();
        }
        return rename();
    }

    private byte[] dice(int length) {
        byte[] bytes = new byte[length];
        if (random.nextInt(4) == 0) {
            Arrays.fill(bytes, (byte) random.nextInt(3));
        } else {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    private void put(byte[] bytes, int at) {
        System.arraycopy(bytes, 0, model, at, bytes.length);
        size = Math.max(size, at + bytes.length);
    }

    private String write(int at, int length) {
        byte[] bytes = dice(length);
        assertEquals(length, done(CALLS.pwrite(fd, bytes, length, at), "pwrite"));
        put(bytes, at);
        return "write " + at + " +" + length;
    }

    private String append(int wanted) {
        int length = Math.min(wanted, LONGEST - size);
        byte[] bytes = dice(length);
        int other = open(path, FileCalls.O_RDWR | FileCalls.O_APPEND);
        assertEquals(length, done(CALLS.write(other, bytes, length), "write"));
        done(CALLS.close(other), "close");
        put(bytes, size);
        return "append " + length;
    }

    private String read(int at, int length) {
        byte[] found = new byte[length];
        int count = (int) done(CALLS.pread(fd, found, length, at), "pread");
        return compared("read", at, Arrays.copyOf(found, count), length);
    }

    private String compared(String what, int at, byte[] found, int length) {
        byte[] wanted = at >= size ? new byte[0] : Arrays.copyOfRange(model, at, Math.min(size, at + length));
        String told = what + " " + at + " +" + length;
        assertEquals(wanted.length, found.length, told);
        assertEquals(-1, Arrays.mismatch(wanted, found), told);
        return told;
    }

    private String readDirect(int at, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, ExtendedOpenOption.DIRECT)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(length + PAGE).alignedSlice(PAGE).limit(length);
            channel.read(buffer, at);
            byte[] found = new byte[buffer.flip().remaining()];
            buffer.get(found);
            return compared("direct read", at, found, length);
        }
    }

    private String writeDirect(int at, int length) throws IOException {
        byte[] bytes = dice(Math.min(length, (LONGEST - at) / PAGE * PAGE));
        if (bytes.length > 0) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + PAGE).alignedSlice(PAGE).put(bytes).flip();
                assertEquals(bytes.length, channel.write(buffer, at));
            }
            put(bytes, at);
        }
        return "direct write " + at + " +" + bytes.length;
    }

    /** The bytes [at, at + length) as memory, of what lies within the file. */
    private String mapped(String what, int at, int wanted, boolean change) {
        int length = Math.min(wanted, size - at);
        if (length <= 0) {
            return what + " nothing";
        }
        int before = at % PAGE;
        Pointer memory = CALLS.mmap(null, before + length, FileCalls.READ | (change ? FileCalls.WRITE : 0), FileCalls.SHARED, fd, at - before);
        done(memory.address() == -1 ? -1 : 0, "mmap");
        byte[] found = new byte[length];
        memory.get(before, found, 0, length);
        String told = compared(what, at, found, length);
        if (change) {
            byte[] bytes = dice(length);
            memory.put(before, bytes, 0, length);
            put(bytes, at);
            if (random.nextInt(4) == 0) {
                done(CALLS.msync(memory, before + length, FileCalls.SYNC), "msync");
            }
        }
        done(CALLS.munmap(memory, before + length), "munmap");
        return told;
    }

    private String readMapped(int at, int length) {
        return mapped("mapped read", at, length, false);
    }

    private String writeMapped(int at, int length) {
        return mapped("mapped write", at, length, true);
    }

    private String truncate(int to) {
        done(CALLS.ftruncate(fd, to), "ftruncate");
        if (to < size) {
            Arrays.fill(model, to, size, (byte) 0);
        }
        size = to;
        return "truncate " + to;
    }

    private String zero(int mode, int at, int length) {
        done(CALLS.fallocate(fd, mode, at, length), "fallocate " + mode);
        int end = (mode & FileCalls.KEEP_SIZE) == 0 ? at + length : Math.min(size, at + length);
        if (end > at) {
            Arrays.fill(model, at, end, (byte) 0);
            size = Math.max(size, end);
        }
        return "fallocate " + mode + " " + at + " +" + length;
    }

    private String allocate(int mode, int at, int length) {
        done(CALLS.fallocate(fd, mode, at, length), "fallocate " + mode);
        size = mode == 0 ? Math.max(size, at + length) : size;
        return "fallocate " + mode + " " + at + " +" + length;
    }

    private String copy(int from, int to, int wanted) {
        int length = Math.min(wanted, LONGEST - Math.max(from, to));
        String told = "copy " + from + " to " + to + " +" + length;
        long[] source = {from};
        long[] target = {to};
        int there = Math.max(0, Math.min(length, size - from));
        if (Math.abs(from - to) < there) {
            assertEquals(-1, CALLS.copy_file_range(fd, source, fd, target, length, 0), told);
            assertEquals(FileCalls.EINVAL, errno(), told);
            return told + ", refused";
        }
        int copied = 0;
        while (copied < there) {
            long count = done(CALLS.copy_file_range(fd, source, fd, target, there - copied, 0), told);
            assertTrue(count > 0 && count <= there - copied, told);
            copied += (int) count;
        }
        if (there > 0) {
            put(Arrays.copyOfRange(model, from, from + there), to);
        }
        return told;
    }

    private String seek(int at) {
        long data = CALLS.lseek(fd, at, FileCalls.SEEK_DATA);
        String told = "seek from " + at + ": data at " + data;
        if (data < 0) {
            assertEquals(FileCalls.ENXIO, errno(), told);
        } else {
            assertTrue(data >= at && data < size, told);
        }
        for (int i = at; i < (data < 0 ? size : data); i++) {
            assertEquals(0, model[i], told);
        }
        if (at < size) {
            long hole = done(CALLS.lseek(fd, at, FileCalls.SEEK_HOLE), told);
            assertTrue(hole >= at && hole <= size && hole != data, told + ", hole at " + hole);
        }
        return told;
    }

    private String reopen() {
        done(CALLS.close(fd), "close");
        fd = open(path, FileCalls.O_RDWR);
        return "reopen";
    }

    private String rename() throws IOException {
        path = Files.move(path, folder.resolve("file" + ++names));
        return "rename";
    }

    /** What the file has now. */
    byte[] bytes() {
        return Arrays.copyOf(model, size);
    }

    String name() {
        return path.getFileName().toString();
    }

    void compare() throws IOException {
        assertEquals(size, Files.size(path));
        assertEquals(-1, Arrays.mismatch(bytes(), Files.readAllBytes(path)));
    }

    @Override
    public void close() {
        done(CALLS.close(fd), "close");
    }
}
