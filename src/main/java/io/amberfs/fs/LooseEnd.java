package io.amberfs.fs;

import io.amberfs.chunk.Chunker;
import io.amberfs.model.Body;
import io.amberfs.model.Extent;
import io.amberfs.model.Fault;
import io.amberfs.model.Limits;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of what a file has, where a commit or an fsync cut it though its contents had no cut there: what is written on behind it is cut together with it. So the chunks of a
 * file written through many commits are those of the same file written at once, and are found to be there.
 *
 * <ul>
 * <li>Nothing is kept for it: where the end is follows from the extents, and whether its contents had a cut there from its bytes, which are read again.
 * <li>A piece is cut again only with more than half as many bytes behind it. So it grows by half at least each time: a log that is synced line by line has each byte written
 * some {@code log(chunk / line)} times, and of one chunk never more pieces than there are bits in its length.
 * <li>Only where nothing was: a page that is overwritten is written alone.
 * <li>Only while there is room for unsealed bytes. What is read again counts as such, so that many files at once do not fill the memory.
 * </ul>
 *
 * <p>To be used under the lock of the file, when nothing of it is on its way to the head.
 */
final class LooseEnd {
    /** No longer than this many times what is written with it. */
    private static final int RATIO = 2;
    private static final byte[] NONE = {};
    private static final Logger LOG = LoggerFactory.getLogger(LooseEnd.class);

    private final Drive.Parts parts;
    private final long ino;
    private final Body body;

    LooseEnd(Drive.Parts parts, long ino, Body body) {
        this.parts = parts;
        this.ino = ino;
        this.body = body;
    }

    /** The bytes between {@code floor} and {@code start} that belong in chunks with the {@code length} bytes that follow; fewer than two chunks. */
    byte[] before(long floor, long start, int length) {
        try {
            if (!parts.space().hasRoomToCutAgain() || start <= floor || ending(start + 1).isPresent()) {
                return NONE;
            }
            long from = start;
            while (start - from < Chunker.MAX) {
                Optional<Long> piece = pieceBefore(from).filter(at -> at >= floor);
                if (piece.isEmpty() || from - piece.get() >= RATIO * (start - from + length) || hasCut(piece.get(), from)) {
                    break;
                }
                from = piece.get();
            }
            return bytes(from, start, 0);
        } catch (Fault e) {
            LOG.warn("the end of inode {} stays as it was cut, since it cannot be read: {}", ino, e.getMessage());
            return NONE;
        }
    }

    /** Where the chunk or part of one begins that ends at {@code end}; empty for a hole. */
    private Optional<Long> pieceBefore(long end) {
        Optional<Extent> last = ending(end);
        if (last.isEmpty()) {
            return Optional.empty();
        }
        long start = (end - 1) / Limits.REGION * Limits.REGION + last.get().offset();
        boolean cutByRegion = start > 0 && start % Limits.REGION == 0 && last.get().blockOffset() > 0;
        Optional<Extent> first = cutByRegion ? ending(start).filter(extent -> isContinued(extent, last.get())) : Optional.empty();
        return Optional.of(start - first.map(Extent::length).orElse(0));
    }

    private static boolean isContinued(Extent extent, Extent by) {
        return extent.block() == by.block() && extent.blockOffset() + extent.length() == by.blockOffset();
    }

    /** The extent that has the byte in front of {@code end}. */
    private Optional<Extent> ending(long end) {
        int last = (int) ((end - 1) % Limits.REGION);
        return parts.contents().map().region(parts.head(), body, (end - 1) / Limits.REGION).stream().filter(e -> e.offset() <= last && last < e.end()).findFirst();
    }

    /** Whether the contents of a chunk say that it ends where it does. */
    private boolean hasCut(long start, long end) {
        int length = (int) (end - start);
        return length > Chunker.MIN && parts.sealers().length(bytes(start, end, 1)) == length;
    }

    private byte[] bytes(long start, long end, int more) {
        byte[] bytes = new byte[(int) (end - start) + more];
        parts.contents().read(parts.head(), body, start, end, start, (at, source, offset, count) -> System.arraycopy(source, offset, bytes, at, count));
        return bytes;
    }
}
