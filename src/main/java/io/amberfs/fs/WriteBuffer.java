package io.amberfs.fs;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Bytes of a file that were written and not handed over yet: stretches that neither overlap nor, while they are short, touch. Guarded by its file's lock. */
final class WriteBuffer {
    /** Stretches stop growing here, so that they can be handed over one by one. */
    static final int STRETCH_MAX = 4 << 20;
    private static final int CAPACITY_MIN = 512;

    /** Stretches that grow beyond this get a slab, if they fit into one. */
    private static final int SLAB_FROM = 512 << 10;

    /** Contiguous bytes from {@code start} of the file. */
    static final class Stretch {
        private final long start;
        private byte[] bytes;
        private boolean slab;
        private int length;

        Stretch(long start, int capacity) {
            this.start = start;
            bytes = new byte[capacity];
        }

        long start() {
            return start;
        }

        long end() {
            return start + length;
        }

        int length() {
            return length;
        }

        /** The first {@link #length} are valid. */
        byte[] bytes() {
            return bytes;
        }

        /** Whether its array is to be given back to {@link Slabs} once nobody reads it. */
        boolean isSlab() {
            return slab;
        }

        private void append(Source source, int from, int count, Slabs slabs) {
            if (bytes.length - length < count) {
                grow(length + count, slabs);
            }
            source.copy(from, bytes, length, count);
            length += count;
        }

        private void grow(int capacity, Slabs slabs) {
            Optional<byte[]> taken = capacity > SLAB_FROM && capacity <= STRETCH_MAX ? slabs.take() : Optional.empty();
            byte[] larger = taken.orElseGet(() -> new byte[Math.max(capacity, (int) Math.min(bytes.length * 2L, STRETCH_MAX))]);
            System.arraycopy(bytes, 0, larger, 0, length);
            bytes = larger;
            slab = taken.isPresent();
        }
    }

    private final Slabs slabs;
    private final TreeMap<Long, Stretch> stretches = new TreeMap<>();
    private final NavigableMap<Long, Stretch> full = new TreeMap<>();
    private long size;

    WriteBuffer(Slabs slabs) {
        this.slabs = slabs;
    }

    /** @return bytes by which the buffer grew */
    long write(long offset, Source source, int length) {
        long before = size;
        long at = offset;
        long end = offset + length;
        while (at < end) {
            int left = (int) (end - at);
            int sourceAt = (int) (at - offset);
            Map.Entry<Long, Stretch> floor = stretches.floorEntry(at);
            Stretch within = floor == null ? null : floor.getValue();
            int count;
            if (within != null && at < within.end()) {
                count = (int) Math.min(left, within.end() - at);
                source.copy(sourceAt, within.bytes, (int) (at - within.start), count);
            } else {
                Long next = stretches.higherKey(at);
                count = next == null ? left : (int) Math.min(left, next - at);
                if (within != null && within.end() == at && within.length < STRETCH_MAX) {
                    count = Math.min(count, STRETCH_MAX - within.length);
                } else {
                    within = new Stretch(at, count <= SLAB_FROM ? Math.max(count, CAPACITY_MIN) : 0);
                    stretches.put(at, within);
                }
                within.append(source, sourceAt, count, slabs);
                size += count;
                if (within.length >= STRETCH_MAX) {
                    full.put(within.start, within);
                }
            }
            at += count;
        }
        return size - before;
    }

    /** Writes back the end of a stretch that was taken out, and joins it to what lies right behind it: cut apart there, two chunks would be like no others. */
    void putBack(long offset, byte[] source, int from, int length) {
        write(offset, Source.of(source, from), length);
        Stretch back = stretches.get(offset);
        Stretch behind = stretches.get(offset + length);
        if (back != null && behind != null) {
            remove(behind);
            write(behind.start, Source.of(behind.bytes, 0), behind.length);
            giveBack(behind);
        }
    }

    /** Writes {@code bytes} at offset 0 where nothing is buffered. @return bytes by which the buffer grew */
    long underlay(byte[] bytes) {
        long before = size;
        long at = 0;
        List<long[]> gaps = new ArrayList<>();
        for (Stretch stretch : stretches.values()) {
            if (stretch.start > at && at < bytes.length) {
                gaps.add(new long[] {at, Math.min(stretch.start, bytes.length)});
            }
            at = Math.max(at, stretch.end());
        }
        if (at < bytes.length) {
            gaps.add(new long[] {at, bytes.length});
        }
        gaps.forEach(gap -> write(gap[0], Source.of(bytes, (int) gap[0]), (int) (gap[1] - gap[0])));
        return size - before;
    }

    boolean isEmpty() {
        return stretches.isEmpty();
    }

    /** Bytes in all stretches. */
    long size() {
        return size;
    }

    /** The first one of at least {@code lengthMin} bytes that starts at or behind {@code from}. */
    Optional<Stretch> next(long from, int lengthMin) {
        NavigableMap<Long, Stretch> candidates = lengthMin >= STRETCH_MAX ? full : stretches;
        return candidates.tailMap(from, true).values().stream().filter(stretch -> stretch.length >= lengthMin).findFirst();
    }

    /** Whether one starts right behind this one. */
    boolean goesOn(Stretch stretch) {
        return stretches.containsKey(stretch.end());
    }

    /** The end of the last one that starts in front of {@code offset}; 0 if there is none. */
    long endBelow(long offset) {
        Map.Entry<Long, Stretch> below = stretches.lowerEntry(offset);
        return below == null ? 0 : below.getValue().end();
    }

    boolean hasAtLeast(int length) {
        return size >= length && stretches.values().stream().anyMatch(stretch -> stretch.length >= length);
    }

    /** How many stretches there are. */
    int count() {
        return stretches.size();
    }

    boolean hasFull() {
        return !full.isEmpty();
    }

    /** The bytes [start, end), all of which are here. */
    byte[] copy(long start, long end) {
        byte[] bytes = new byte[(int) (end - start)];
        for (Stretch stretch : overlapping(start, end)) {
            long from = Math.max(start, stretch.start);
            System.arraycopy(stretch.bytes, (int) (from - stretch.start), bytes, (int) (from - start), (int) (Math.min(end, stretch.end()) - from));
        }
        return bytes;
    }

    /** Those that have bytes of [start, end). */
    Collection<Stretch> overlapping(long start, long end) {
        Map.Entry<Long, Stretch> floor = stretches.floorEntry(start);
        long first = floor != null && floor.getValue().end() > start ? floor.getKey() : start;
        return stretches.subMap(first, true, Math.max(first, end), false).values();
    }

    /** What has been taken out is not read any more. */
    void giveBack(Stretch stretch) {
        if (stretch.slab) {
            slabs.give(stretch.bytes);
        }
    }

    /** Takes a stretch out, with its array. */
    void remove(Stretch stretch) {
        if (stretches.remove(stretch.start, stretch)) {
            size -= stretch.length;
            full.remove(stretch.start);
        }
    }

    void clear() {
        stretches.values().forEach(this::giveBack);
        stretches.clear();
        full.clear();
        size = 0;
    }
}
