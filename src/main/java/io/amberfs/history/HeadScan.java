package io.amberfs.history;

import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * The live rows with the unrecorded layers on top. Values come from the cache where it has them: one that was changed since the scan began may be shown as it is now. Confined to
 * one thread.
 */
final class HeadScan implements Scan {
    /** One sorted layer and where the walk stands in it. */
    private static final class Source {
        private final Iterator<Map.Entry<byte[], Optional<byte[]>>> rows;
        private Optional<Map.Entry<byte[], Optional<byte[]>>> at = Optional.empty();

        Source(Layer layer, byte[] prefix, byte[] start) {
            byte[] behind = KeyBytes.behind(prefix);
            NavigableMap<byte[], Optional<byte[]>> within = behind.length == 0 ? layer.scanned() : layer.scanned().headMap(behind, false);
            boolean any = behind.length == 0 || Arrays.compareUnsigned(start, behind) < 0;
            rows = any ? within.tailMap(start, true).entrySet().iterator() : Collections.emptyIterator();
            step();
        }

        void step() {
            at = rows.hasNext() ? Optional.of(rows.next()) : Optional.empty();
        }
    }

    private final Reading reading;
    private final RowSeal seal;
    private final RowCache cache;
    private final Source active;
    private final Source frozen;
    private final Cursor live;
    private boolean liveValid;
    private byte[] key = {};
    private Optional<byte[]> opened = Optional.empty();
    private byte[] row = {};

    HeadScan(Reading reading, RowSeal seal, RowCache cache, Layer active, Layer frozen, byte[] prefix, byte[] start) {
        this.reading = reading;
        this.seal = seal;
        this.cache = cache;
        byte[] first = Arrays.compareUnsigned(start, prefix) < 0 ? prefix : start;
        this.active = new Source(active, prefix, first);
        this.frozen = new Source(frozen, prefix, first);
        live = reading.cursor(Table.LIVE, prefix);
        liveValid = live.seek(first);
    }

    @Override
    public boolean next() {
        while (active.at.isPresent() || frozen.at.isPresent() || liveValid) {
            byte[] smallest = smallest();
            Optional<Optional<byte[]>> value = take(active, smallest);
            Optional<Optional<byte[]>> below = take(frozen, smallest);
            Optional<Optional<byte[]>> unrecorded = value.isPresent() ? value : below;
            if (liveValid && Arrays.equals(live.key(), smallest)) {
                opened = unrecorded.isPresent() ? Optional.empty() : cache.peek(smallest);
                row = unrecorded.isPresent() || opened.isPresent() ? row : live.value();
                liveValid = live.next();
            }
            if (unrecorded.isEmpty() || unrecorded.get().isPresent()) {
                key = smallest;
                opened = unrecorded.orElse(opened);
                return true;
            }
        }
        return false;
    }

    @Override
    public byte[] key() {
        return key;
    }

    @Override
    public byte[] value() {
        return opened.isPresent() ? opened.get() : seal.open(key, row);
    }

    @Override
    public void close() {
        live.close();
        reading.close();
    }

    private byte[] smallest() {
        byte[] smallest = liveValid ? live.key() : null;
        for (Source source : new Source[] {active, frozen}) {
            if (source.at.isPresent() && (smallest == null || Arrays.compareUnsigned(source.at.get().getKey(), smallest) < 0)) {
                smallest = source.at.get().getKey();
            }
        }
        return smallest;
    }

    private static Optional<Optional<byte[]>> take(Source source, byte[] key) {
        if (source.at.isEmpty() || !Arrays.equals(source.at.get().getKey(), key)) {
            return Optional.empty();
        }
        Optional<byte[]> value = source.at.get().getValue();
        source.step();
        return Optional.of(value);
    }
}
