package io.amberfs.fs;

import java.util.ArrayList;
import java.util.List;

/** A stretch of a file of which parts are taken away until what is left has to be read. Confined to one thread. */
final class Ranges {
    /** Bytes [start, end) of a file. */
    record Range(long start, long end) {
    }

    private List<Range> left = new ArrayList<>();

    Ranges(long start, long end) {
        if (start < end) {
            left.add(new Range(start, end));
        }
    }

    /** Takes [start, end) away and answers the parts of it that were still there. */
    List<Range> take(long start, long end) {
        List<Range> taken = new ArrayList<>();
        List<Range> rest = new ArrayList<>();
        for (Range range : left) {
            long from = Math.max(start, range.start);
            long to = Math.min(end, range.end);
            if (from >= to) {
                rest.add(range);
                continue;
            }
            taken.add(new Range(from, to));
            if (range.start < from) {
                rest.add(new Range(range.start, from));
            }
            if (to < range.end) {
                rest.add(new Range(to, range.end));
            }
        }
        left = rest;
        return taken;
    }

    /** Puts what {@code bytes}, which begin at {@code start} of the file, have of it into the sink, which counts {@code base} as 0. */
    void put(long start, byte[] bytes, int length, long base, Sink sink) {
        for (Range range : take(start, start + length)) {
            sink.put((int) (range.start - base), bytes, (int) (range.start - start), (int) (range.end - range.start));
        }
    }

    List<Range> left() {
        return left;
    }
}
