package io.amberfs.fs;

import io.amberfs.model.Body;
import io.amberfs.model.Inode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Takes out of a file's buffer what is to be sealed, cut into chunks.
 *
 * <ul>
 * <li>What the contents may go on with stays in the buffer, but for when everything is taken.
 * <li>What fits into the inode is not cut; when a file grows out of its inode, what that has is cut with the rest.
 * </ul>
 *
 * <p>To be used under the lock of the file, when no group that is to go into the inode is on its way there.
 */
final class Cutting {
    private static final byte[] NONE = {};

    private final Drive.Parts parts;
    private final WriteBuffer buffer;
    private final SealQueue sealing;
    private final Inode inode;
    private final Optional<LooseEnd> end;
    private final boolean mapped;

    /** @param mapped whether nothing may be left in the inode */
    Cutting(Drive.Parts parts, long ino, WriteBuffer buffer, SealQueue sealing, boolean mapped) {
        this.parts = parts;
        this.buffer = buffer;
        this.sealing = sealing;
        this.mapped = mapped;
        inode = parts.records().inode(parts.head(), ino);
        end = isSmall() || !sealing.isEmpty() ? Optional.empty() : Optional.of(new LooseEnd(parts, ino, inode.body()));
    }

    /** The stretches of at least {@code lengthMin} bytes, but for an end that may grow on; 0 for all there is. {@code size}, {@code touched} and {@code stamp} are the file's. */
    SealQueue.Group group(int lengthMin, long size, long touched, long stamp) {
        boolean all = lengthMin == 0;
        boolean inline = all && !mapped && isSmall() && size <= FileMap.INLINE_MAX && sealing.isEmpty();
        long below = 0;
        if (!inline && sealing.isEmpty() && inode.body() instanceof Body.Inline old) {
            parts.space().dirty(buffer.underlay(old.bytes()));
            below = old.bytes().length;
        }
        List<SealQueue.Piece> pieces = new ArrayList<>();
        long behind = 0;
        for (Optional<WriteBuffer.Stretch> next = buffer.next(0, lengthMin); next.isPresent(); next = buffer.next(behind, lengthMin)) {
            WriteBuffer.Stretch stretch = next.get();
            long floor = Math.max(behind, buffer.endBelow(stretch.start()));
            byte[] before = end.map(e -> e.before(floor, stretch.start(), stretch.length())).orElse(NONE);
            SealQueue.Piece piece = inline ? whole(stretch) : piece(stretch, before, all && !buffer.goesOn(stretch));
            pieces.add(piece);
            behind = piece.end();
        }
        for (WriteBuffer.Stretch stretch : List.copyOf(buffer.overlapping(0, below))) {
            pieces.add(piece(stretch, NONE, true));
            behind = Math.max(behind, stretch.end());
        }
        return new SealQueue.Group(pieces, buffer.isEmpty() ? size : behind, touched, stamp, inline);
    }

    private boolean isSmall() {
        return inode.body() == Body.NONE || inode.body() instanceof Body.Inline;
    }

    private SealQueue.Piece whole(WriteBuffer.Stretch stretch) {
        buffer.remove(stretch);
        return new SealQueue.Piece(stretch.start(), stretch.bytes(), stretch.length(), stretch.isSlab(), List.of());
    }

    /** Takes a stretch out of the buffer, to be cut with the bytes {@code before} it, which the file has. What may still grow into a chunk stays, unless {@code last}. */
    private SealQueue.Piece piece(WriteBuffer.Stretch stretch, byte[] before, boolean last) {
        long start = stretch.start() - before.length;
        int length = before.length + stretch.length();
        byte[] bytes = stretch.bytes();
        if (before.length > 0) {
            bytes = Arrays.copyOf(before, length);
            System.arraycopy(stretch.bytes(), 0, bytes, before.length, stretch.length());
            parts.space().dirty(before.length);
        }
        List<Sealers.Cut> cuts = parts.sealers().cuts(bytes, length, last);
        int cut = cuts.isEmpty() ? 0 : cuts.get(cuts.size() - 1).end();
        buffer.remove(stretch);
        if (cut < length) {
            buffer.putBack(start + cut, bytes, cut, length - cut);
        }
        boolean slab = bytes == stretch.bytes() && stretch.isSlab();
        if (!slab) {
            buffer.giveBack(stretch);
        }
        return new SealQueue.Piece(start, bytes, cut, slab, cuts);
    }
}
