package io.amberfs.store;

import io.amberfs.model.CorruptException;
import io.amberfs.model.StoreFailedException;
import io.amberfs.model.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A small file that remembers how far the database's log and its manifest were made durable, so that one that lost its end is noticed.
 *
 * <ul>
 * <li>It is written after a sync returned, so it never claims more than was durable; it is not synced itself (a mark that is too old only notices less), but at opening: from
 * the first batch on, there is one.
 * <li>Two slots are written in turn: a torn write leaves the other one.
 * </ul>
 *
 * <p>A slot (48 bytes, at 0 and at 512): {@code "amsy" | version u32 = 2 | sequence u64 | time i64 (ns) | number of the manifest u64 | its length u64 | CRC-32C of the 40 bytes
 * before u32 | 0 u32}. Guarded by itself.
 */
final class SyncMark implements AutoCloseable {
    private static final int MAGIC = 0x616d7379;
    private static final int VERSION = 2;
    private static final int SLOT = 48;
    private static final int CHECKED = SLOT - 8;
    private static final int SECOND = 512;

    /** What a slot says: the sequence number, the time in nanoseconds since 1970, and the manifest. */
    record Mark(long sequence, long time, Manifest.Point manifest) {
    }

    private final FileChannel channel;
    private final Path file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SLOT);
    private boolean second;

    SyncMark(Path file) {
        this.file = file;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StoreFailedException("cannot open " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The newest readable slot of a file; empty if it is missing or empty.
     *
     * @throws CorruptException           when neither slot can be read
     * @throws UnsupportedFormatException when neither is of this version, and one says that it is of another
     */
    static Optional<Mark> read(Path file) throws IOException {
        byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        if (bytes.length == 0) {
            return Optional.empty();
        }
        ByteBuffer both = ByteBuffer.wrap(Arrays.copyOf(bytes, SECOND + SLOT));
        Comparator<Mark> newer = Comparator.comparingLong(Mark::sequence).thenComparing(mark -> mark.manifest().number()).thenComparing(mark -> mark.manifest().length());
        Optional<Mark> newest = Stream.of(slot(both, 0), slot(both, SECOND)).flatMap(Optional::stream).max(newer);
        if (newest.isEmpty()) {
            requireVersion(file, both);
            throw new CorruptException("its mark " + file + " is damaged");
        }
        return newest;
    }

    private static void requireVersion(Path file, ByteBuffer both) {
        for (int at : new int[] {0, SECOND}) {
            int version = both.getInt(at + Integer.BYTES);
            if (both.getInt(at) == MAGIC && version != VERSION) {
                throw new UnsupportedFormatException("the mark " + file, version, VERSION);
            }
        }
    }

    /** Goes on from {@code mark}, also when it is below what was written before: a loss that was accepted. */
    synchronized void restart(Mark mark) {
        write(mark);
        write(mark);
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            channel.force(true);
            folder.force(true);
        } catch (IOException e) {
            throw new StoreFailedException("cannot sync " + file + ": " + e.getMessage(), e);
        }
    }

    synchronized void write(Mark mark) {
        buffer.clear();
        buffer.putInt(MAGIC).putInt(VERSION).putLong(mark.sequence()).putLong(mark.time()).putLong(mark.manifest().number()).putLong(mark.manifest().length());
        buffer.putInt(crc(buffer)).putInt(0).flip();
        try {
            channel.write(buffer, second ? SECOND : 0);
        } catch (IOException e) {
            throw new StoreFailedException("cannot write " + file + ": " + e.getMessage(), e);
        }
        second = !second;
    }

    @Override
    public synchronized void close() {
        try (channel) {
            channel.force(false);
        } catch (IOException e) {
            throw new StoreFailedException("cannot sync " + file + ": " + e.getMessage(), e);
        }
    }

    private static Optional<Mark> slot(ByteBuffer both, int at) {
        ByteBuffer slot = both.duplicate().position(at).limit(at + SLOT).slice();
        boolean ours = slot.getInt() == MAGIC && slot.getInt() == VERSION;
        Mark mark = new Mark(slot.getLong(), slot.getLong(), new Manifest.Point(slot.getLong(), slot.getLong()));
        return ours && slot.getInt() == crc(slot) ? Optional.of(mark) : Optional.empty();
    }

    private static int crc(ByteBuffer slot) {
        CRC32C crc = new CRC32C();
        crc.update(slot.duplicate().position(0).limit(CHECKED));
        return (int) crc.getValue();
    }
}
