package io.amberfs.store;

import io.amberfs.model.StoreFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A small file that remembers how far the database's log was made durable, so that a log that lost its end is noticed.
 *
 * <ul>
 * <li>It is written after a sync returned, so it never claims more than was durable; it is not synced itself (a mark that is too old only notices less).
 * <li>Two slots are written in turn: a torn write leaves the other one.
 * </ul>
 *
 * <p>A slot (32 bytes, at 0 and at 512): {@code "amsy" | version u32 = 1 | sequence u64 | time i64 (ns) | CRC-32C of the 24 bytes before u32 | 0 u32}. Guarded by itself.
 */
final class SyncMark implements AutoCloseable {
    private static final int MAGIC = 0x616d7379;
    private static final int VERSION = 1;
    private static final int SLOT = 32;
    private static final int SECOND = 512;

    /** What a slot says: the sequence number and the time in nanoseconds since 1970; both 0 for a new file. */
    record Mark(long sequence, long time) {
    }

    private final FileChannel channel;
    private final Path file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SLOT);
    private boolean second;

    SyncMark(Path file) {
        this.file = file;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StoreFailedException("cannot open " + file + ": " + e.getMessage(), e);
        }
    }

    /** The newest readable slot. */
    synchronized Mark read() {
        Mark first = slot(0);
        Mark other = slot(SECOND);
        return first.sequence() >= other.sequence() ? first : other;
    }

    /** Goes on from {@code mark}, also when it is below what was written before: a loss that was accepted. */
    synchronized void restart(Mark mark) {
        write(mark);
        write(mark);
    }

    synchronized void write(Mark mark) {
        buffer.clear();
        buffer.putInt(MAGIC).putInt(VERSION).putLong(mark.sequence()).putLong(mark.time());
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

    private Mark slot(int at) {
        buffer.clear();
        try {
            while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) > 0) {
                continue;
            }
        } catch (IOException e) {
            throw new StoreFailedException("cannot read " + file + ": " + e.getMessage(), e);
        }
        if (buffer.position() < SLOT) {
            return new Mark(0, 0);
        }
        buffer.flip();
        boolean ours = buffer.getInt() == MAGIC && buffer.getInt() == VERSION;
        Mark mark = new Mark(buffer.getLong(), buffer.getLong());
        return ours && buffer.getInt() == crc(buffer) ? mark : new Mark(0, 0);
    }

    private static int crc(ByteBuffer slot) {
        CRC32C crc = new CRC32C();
        crc.update(slot.duplicate().position(0).limit(24));
        return (int) crc.getValue();
    }
}
