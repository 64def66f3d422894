package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Replaces a file by renaming another over it, with and without fsync before. After a crash it is a whole old or a whole new one, never older than what was made
 * durable, and a new one that was fsynced is there under one of its two names.
 */
final class CrashReplaced extends CrashWork {
    private final Path folder;
    private final long seed;
    private long version;
    private long attempted;
    private long durable;
    private long fsynced;

    CrashReplaced(Path folder, long seed) {
        this.folder = folder;
        this.seed = seed;
    }

    private Path file() {
        return folder.resolve("settings");
    }

    private Path fresh() {
        return folder.resolve("settings.new");
    }

    @Override
    void step(Random random) throws IOException {
        attempted = version + 1;
        try (FileChannel channel = FileChannel.open(fresh(), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(contents(attempted));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (random.nextBoolean()) {
                channel.force(true);
                fsynced = attempted;
            }
        }
        Files.move(fresh(), file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        version = attempted;
        if (random.nextInt(3) == 0) {
            syncFolder(folder);
            durable = version;
        }
    }

    /** The version, then bytes that it tells; a few are large. */
    private byte[] contents(long of) {
        long dice = Pattern.mix(seed ^ of);
        int length = 8 + (int) ((dice >>> 8 & 0xffffff) % (dice % 16 == 0 ? 3 << 20 : dice % 3 == 0 ? 200_000 : 3_000));
        byte[] bytes = Pattern.bytes(seed + of, 0, length);
        ByteBuffer.wrap(bytes).putLong(of);
        return bytes;
    }

    @Override
    void verify(String where) throws IOException {
        boolean there = Files.exists(file());
        assertTrue(there || durable == 0, () -> where + ": " + file() + " is gone, whose version " + durable + " was durable");
        byte[] found = there ? Files.readAllBytes(file()) : new byte[0];
        assertTrue(!there || found.length >= 8, () -> where + ": " + file() + " is empty or torn: " + found.length + " bytes");
        long of = there ? ByteBuffer.wrap(found).getLong() : 0;
        assertTrue(of >= durable && of <= attempted, () -> where + ": " + file() + " is version " + of + "; durable " + durable + ", newest " + attempted);
        if (there) {
            assertArrayEquals(contents(of), found, () -> where + ": " + file() + " is not what version " + of + " was");
        }
        if (of < fsynced) {
            assertTrue(Files.exists(fresh()), () -> where + ": " + file() + " is version " + of + ", and version " + fsynced + ", which was fsynced, is nowhere");
            assertArrayEquals(contents(fsynced), Files.readAllBytes(fresh()), () -> where + ": " + fresh() + " is not version " + fsynced + ", which was fsynced");
        }
        version = of;
        durable = of;
        fsynced = of;
        attempted = of;
    }
}
