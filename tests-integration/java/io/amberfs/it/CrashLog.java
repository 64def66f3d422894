package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;

/** Appends, and fsyncs now and then. After a crash the file is a beginning of what was written, and not shorter than what was fsynced. */
final class CrashLog extends CrashWork {
    private static final long FULL = 6 << 20;

    private final Path folder;
    private final long seed;
    private int number;
    private long durable = -1;
    private volatile long written;
    private long attempted;
    private Optional<FileChannel> channel = Optional.empty();

    CrashLog(Path folder, long seed) {
        this.folder = folder;
        this.seed = seed;
    }

    Path file() {
        return folder.resolve("log-" + number);
    }

    /** Bytes that were written and acknowledged. */
    long written() {
        return written;
    }

    @Override
    void step(Random random) throws IOException {
        if (channel.isEmpty()) {
            channel = Optional.of(FileChannel.open(file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
        }
        if (random.nextInt(4) == 0 || written > FULL) {
            channel.get().force(random.nextBoolean());
            durable = written;
            return;
        }
        int length = 1 + random.nextInt(random.nextInt(20) == 0 ? 2 << 20 : 60_000);
        attempted = written + length;
        ByteBuffer bytes = ByteBuffer.wrap(Pattern.bytes(seed + number, written, attempted));
        while (bytes.hasRemaining()) {
            channel.get().write(bytes);
        }
        written = attempted;
    }

    @Override
    void release() {
        channel.ifPresent(CrashWork::closeAfterCrash);
        channel = Optional.empty();
    }

    @Override
    void verify(String where) throws IOException {
        boolean there = Files.exists(file());
        assertTrue(there || durable < 0, () -> where + ": " + file() + " is gone, of which " + durable + " bytes were fsynced");
        byte[] found = there ? Files.readAllBytes(file()) : new byte[0];
        assertTrue(found.length >= durable && found.length <= attempted,
            () -> where + ": " + file() + " has " + found.length + " bytes; " + durable + " were fsynced, " + attempted + " written");
        assertArrayEquals(Pattern.bytes(seed + number, 0, found.length), found, () -> where + ": " + file() + " is no beginning of what was written");
        durable = there ? found.length : -1;
        written = found.length;
        if (found.length > FULL / 2) {
            Files.delete(file());
            number++;
            durable = -1;
            written = 0;
        }
        attempted = written;
    }
}
