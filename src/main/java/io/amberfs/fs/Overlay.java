package io.amberfs.fs;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What of a file is written and not installed: what is buffered above what is being sealed, and of that the newer above the older. To be used under the lock of the file. */
final class Overlay {
    private final WriteBuffer buffer;
    private final SealQueue sealing;

    Overlay(WriteBuffer buffer, SealQueue sealing) {
        this.buffer = buffer;
        this.sealing = sealing;
    }

    /** Puts what there is of [start, end) into the sink, which counts {@code start} as 0. @return what is left to be read elsewhere */
    List<Ranges.Range> read(long start, long end, Sink sink) {
        Ranges ranges = new Ranges(start, end);
        for (WriteBuffer.Stretch stretch : buffer.overlapping(start, end)) {
            ranges.put(stretch.start(), stretch.bytes(), stretch.length(), start, sink);
        }
        for (Iterator<SealQueue.Group> groups = sealing.newestFirst(); groups.hasNext();) {
            for (SealQueue.Piece piece : groups.next().pieces()) {
                ranges.put(piece.start(), piece.bytes(), piece.length(), start, sink);
            }
        }
        return ranges.left();
    }

    /** Where bytes are behind {@code start}; these may overlap, and some lie in front of it. */
    List<Ranges.Range> behind(long start) {
        List<Ranges.Range> ranges = new ArrayList<>();
        buffer.overlapping(start, Long.MAX_VALUE).forEach(stretch -> ranges.add(new Ranges.Range(stretch.start(), stretch.end())));
        sealing.newestFirst().forEachRemaining(group -> group.pieces().forEach(piece -> ranges.add(new Ranges.Range(piece.start(), piece.end()))));
        return ranges;
    }
}
