package io.amberfs.fs;

import io.amberfs.history.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which bytes of a file's buffer the journal does not have yet. Guarded by its file's lock. */
final class JournaledFile {
    /** More than this is recorded at once, not journaled first. */
    private static final long BYTES_MAX = 128 << 10;
    private static final int RANGES_MAX = 32;

    private final OpenFile file;
    private final Journaling journaling;
    private final List<Ranges.Range> ranges = new ArrayList<>();
    private long bytes;
    private boolean much;
    /** Whether the journal may have something of the buffer; {@code touched} as it has it. */
    private boolean journaled;
    private long touched;

    JournaledFile(OpenFile file, Journaling journaling) {
        this.file = file;
        this.journaling = journaling;
    }

    void wrote(long offset, int length) {
        if (much) {
            return;
        }
        Ranges.Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
        if (last != null && last.end() == offset) {
            ranges.set(ranges.size() - 1, new Ranges.Range(last.start(), offset + length));
        } else {
            ranges.add(new Ranges.Range(offset, offset + length));
        }
        bytes += length;
        if (bytes > BYTES_MAX || ranges.size() > RANGES_MAX) {
            much = true;
            ranges.clear();
        }
    }

    boolean isLittle() {
        return !much;
    }

    /** Bytes were taken out of the buffer; {@code all} of them, or not. */
    void taken(boolean all) {
        if (journaled) {
            journaling.overtaken();
        }
        journaled = false;
        ranges.clear();
        bytes = 0;
        much = !all;
    }

    /** Times were set that stand above those of the journal. */
    void timesSet() {
        if (journaled && touched != 0) {
            journaling.timesSet(file);
        }
    }

    /** What is new to the journal, which has it from now on; empty if that is too much. {@code at} is the time of the last write that is not in the head. */
    Optional<List<Journal.Written>> next(WriteBuffer buffer, long at) {
        if (much || buffer.isEmpty() && at != 0) {
            return Optional.empty();
        }
        List<Journal.Piece> pieces = ranges.stream().map(range -> new Journal.Piece(range.start(), buffer.copy(range.start(), range.end()))).toList();
        boolean news = !pieces.isEmpty() || journaled && at != touched;
        ranges.clear();
        bytes = 0;
        return Optional.of(news ? List.of(journaled(at, pieces)) : List.of());
    }

    /** What the journal has is in the buffer again. */
    void replayed(long at) {
        journaled = true;
        touched = at;
        journaling.replayed(file);
    }

    /** That times were set, for a file of which no more is asked for. */
    Journal.Written timesOnly() {
        return journaled(0, List.of());
    }

    private Journal.Written journaled(long at, List<Journal.Piece> pieces) {
        journaled = true;
        touched = at;
        return new Journal.Written(file.ino(), at, pieces);
    }
}
