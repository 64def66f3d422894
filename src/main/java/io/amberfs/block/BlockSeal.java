package io.amberfs.block;

import io.amberfs.crypto.Sealer;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Limits;
import io.amberfs.store.KeyBytes;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.ToIntFunction;

/**
 * A block as a row: {@code id | sealed form of the chunk}. Thread-safe.
 *
 * <p>Contexts of zstd and arrays are used again, by whichever thread comes next: there are as many as threads were at work at the same time.
 */
final class BlockSeal {
    static final int ID = 32;

    private static final class Desk {
        private final BlockForm form;
        private final byte[] row = new byte[ID + Sealer.BLOCK_OVERHEAD + BlockForm.HEADER + Limits.BLOCK_MAX];

        Desk(int level) {
            form = new BlockForm(level);
        }
    }

    private final Sealer sealer;
    private final int level;
    /** What was used last is taken first: it may still be in the processor's cache. */
    private final Deque<Desk> desks = new ConcurrentLinkedDeque<>();

    BlockSeal(Sealer sealer, int level) {
        this.sealer = sealer;
        this.level = level;
    }

    byte[] row(byte[] id, byte[] source, int offset, int length) {
        Desk desk = take();
        try {
            int formLength = desk.form.encode(source, offset, length);
            return sealer.sealBlock(associated(id), id, desk.form.bytes(), 0, formLength);
        } finally {
            desks.addFirst(desk);
        }
    }

    /**
     * Shows {@code look} the chunk of a row, which {@code source} copies into the array that it is given; it answers with the length of the row, negative if there is none.
     *
     * @return what {@code look} does
     * @throws CorruptException when the block is missing, damaged, or another one than {@code check} is of
     */
    <T> T open(long number, long check, ToIntFunction<byte[]> source, Look<T> look) {
        Desk desk = take();
        try {
            int length = source.applyAsInt(desk.row);
            if (length < 0) {
                throw new CorruptException("block " + number + " is missing");
            } else if (length < ID || KeyBytes.longAt(desk.row, 0) != check) {
                throw new CorruptException("block " + number + " is not the one that its file names");
            } else if (length > desk.row.length) {
                throw new CorruptException("block " + number + " has " + length + " bytes, more than any block");
            }
            return desk.form.decode(unseal(desk, length, number), number, look);
        } finally {
            desks.addFirst(desk);
        }
    }

    /** @return bytes of the form, which is where {@link BlockForm#decode} finds it */
    private int unseal(Desk desk, int length, long number) {
        byte[] id = Arrays.copyOf(desk.row, ID);
        try {
            return sealer.openBlock(associated(id), desk.row, ID, length - ID, desk.form.bytes());
        } catch (CorruptException e) {
            throw new CorruptException("block " + number + " is damaged: " + e.getMessage(), e);
        }
    }

    private Desk take() {
        Desk free = desks.pollFirst();
        return free == null ? new Desk(level) : free;
    }

    private static byte[] associated(byte[] id) {
        byte[] associated = new byte[1 + ID];
        associated[0] = 'B';
        System.arraycopy(id, 0, associated, 1, ID);
        return associated;
    }
}
