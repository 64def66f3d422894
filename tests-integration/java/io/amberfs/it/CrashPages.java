package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Writes anywhere in a file and truncates it both ways, as databases do. After a crash each byte is the fsynced one or one that was written there later; what
 * was fsynced last and not written since is exactly there.
 */
final class CrashPages extends CrashWork {
    private static final int SIZE_MAX = 700_000;

    private record Write(int at, byte[] bytes) {
    }

    private final Path file;
    private byte[] now = {};
    private Optional<byte[]> durable = Optional.empty();
    private final List<Write> writes = new ArrayList<>();
    private int sizeLeast;
    private int sizeMost;
    private Optional<FileChannel> channel = Optional.empty();

    CrashPages(Path folder) {
        file = folder.resolve("pages");
    }

    @Override
    void step(Random random) throws IOException {
        if (channel.isEmpty()) {
            channel = Optional.of(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        }
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                channel.get().force(false);
                durable = Optional.of(now.clone());
                begin();
            }
            case 2 -> resize(random.nextInt(SIZE_MAX));
            default -> write(random);
        }
    }

    private void write(Random random) throws IOException {
        int at = random.nextInt(SIZE_MAX - 100_000) & (random.nextBoolean() ? -4096 : -1);
        byte[] bytes = new byte[1 + random.nextInt(random.nextInt(5) == 0 ? 90_000 : 9_000)];
        random.nextBytes(bytes);
        writes.add(new Write(at, bytes));
        sizeMost = Math.max(sizeMost, at + bytes.length);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.get().write(buffer, at + buffer.position());
        }
        now = Arrays.copyOf(now, Math.max(now.length, at + bytes.length));
        System.arraycopy(bytes, 0, now, at, bytes.length);
    }

    /** Java's channels only cut; a file that grows without bytes takes another call. */
    private void resize(int size) throws IOException {
        sizeLeast = Math.min(sizeLeast, size);
        sizeMost = Math.max(sizeMost, size);
        if (size <= now.length) {
            channel.get().truncate(size);
        } else {
            try (java.io.RandomAccessFile other = new java.io.RandomAccessFile(file.toFile(), "rw")) {
                other.setLength(size);
            }
        }
        now = Arrays.copyOf(now, size);
    }

    private void begin() {
        writes.clear();
        sizeLeast = now.length;
        sizeMost = now.length;
    }

    @Override
    void release() {
        channel.ifPresent(CrashWork::closeAfterCrash);
        channel = Optional.empty();
    }

    @Override
    void verify(String where) throws IOException {
        if (!Files.exists(file)) {
            assertTrue(durable.isEmpty(), () -> where + ": " + file + " is gone, which was fsynced");
            now = new byte[0];
            begin();
            return;
        }
        byte[] found = Files.readAllBytes(file);
        assertTrue(found.length >= sizeLeast && found.length <= sizeMost,
            () -> where + ": " + file + " has " + found.length + " bytes; since the last fsync it had " + sizeLeast + " to " + sizeMost);
        int wrong = firstWrong(found);
        if (wrong >= 0) {
            fail(where + ": byte " + wrong + " of " + file + " (of " + found.length + ") was never there since the last fsync; " + writes.size() + " writes since");
        }
        now = found;
        durable = Optional.of(found.clone());
        begin();
    }

    private int firstWrong(byte[] found) {
        byte[] before = durable.orElse(new byte[0]);
        boolean[] right = new boolean[found.length];
        for (int i = 0; i < found.length; i++) {
            right[i] = i < before.length && found[i] == before[i] || found[i] == 0 && (i >= before.length || i >= sizeLeast);
        }
        for (Write write : writes) {
            int end = Math.min(found.length, write.at() + write.bytes().length);
            for (int i = write.at(); i < end; i++) {
                right[i] |= found[i] == write.bytes()[i - write.at()];
            }
        }
        for (int i = 0; i < right.length; i++) {
            if (!right[i]) {
                return i;
            }
        }
        return -1;
    }
}
