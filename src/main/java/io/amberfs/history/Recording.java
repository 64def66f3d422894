package io.amberfs.history;

import io.amberfs.model.Bytes;
import io.amberfs.model.CorruptException;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes the rows of a frozen layer: what was there before goes to the past, and the change is noted. For a commit also the hash tree over all that was changed in its epoch, in the
 * order of the keys; what was recorded in that epoch before has its leaves from the store.
 *
 * <p>A leaf is of {@code row key | epoch u64 | previous u64 | 0} for a row that is gone, and of {@code row key | epoch u64 | previous u64 | 1 | tag 16 | value} for one that is
 * there: the tag that its value was sealed with is random to who does not know it, so that a leaf tells nothing of its value. Confined to one thread.
 */
final class Recording {
    /** Rows that are asked for together. */
    private static final int FETCH = 512;
    private static final int TAG = 16;
    private static final byte[] GONE = {0};
    private static final byte[] THERE = {1};

    private final Store store;
    private final RowSeal seal;
    private final int volume;
    private final Batch batch;
    private final long epoch;
    /** Whether the epoch has recorded changes already. */
    private final boolean again;
    private final HashTree tree = new HashTree();

    Recording(Store store, RowSeal seal, int volume, Batch batch, long epoch, boolean again) {
        this.store = store;
        this.seal = seal;
        this.volume = volume;
        this.batch = batch;
        this.epoch = epoch;
        this.again = again;
    }

    /** Adds the rows of the layer to the batch. @param isUnused of which keys the store has no row */
    void add(Layer frozen, Predicate<byte[]> isUnused) {
        each(frozen, isUnused, (key, before, after) -> row(key, before, after));
    }

    /** As {@link #add}, and the layer ends the epoch. @return the root of the hash tree over its changes */
    Bytes commit(Layer frozen, Predicate<byte[]> isUnused) {
        if (!again) {
            each(frozen, isUnused, (key, before, after) -> row(key, before, after).ifPresent(tree::add));
            return tree.root();
        }
        byte[] prefix = Change.prefix(volume, epoch);
        try (Reading reading = store.reading(); Cursor earlier = reading.cursor(Table.CHANGES, prefix)) {
            boolean[] left = {earlier.next()};
            each(frozen, isUnused, (key, before, after) -> {
                byte[] change = Change.key(epoch, key);
                left[0] = earlier(reading, earlier, left[0], Optional.of(change));
                Optional<byte[]> leaf = row(key, before, after);
                if (left[0] && Arrays.equals(earlier.key(), change)) {
                    leaf = leaf.or(() -> Optional.of(leaf(key, Change.decode(key, earlier.value()).previous(), Optional.empty())));
                    left[0] = earlier.next();
                }
                leaf.ifPresent(tree::add);
            });
            earlier(reading, earlier, left[0], Optional.empty());
        }
        return tree.root();
    }

    /** Adds the leaves of what was recorded before, ahead of {@code until}. @return whether the cursor stands at a row */
    private boolean earlier(Reading reading, Cursor earlier, boolean valid, Optional<byte[]> until) {
        boolean left = valid;
        while (left && (until.isEmpty() || Arrays.compareUnsigned(earlier.key(), until.get()) < 0)) {
            tree.add(earlier(reading, Change.rowKey(earlier.key()), earlier.value()));
            left = earlier.next();
        }
        return left;
    }

    /** Of what is damaged: as if it were gone. The commit is made all the same, and whoever follows the chain finds the damage. */
    private byte[] earlier(Reading reading, byte[] key, byte[] change) {
        try {
            return leaf(key, Change.decode(key, change).previous(), reading.get(Table.LIVE, key));
        } catch (CorruptException e) {
            return leaf(key, 0, Optional.empty());
        }
    }

    private interface Each {
        void row(byte[] key, Optional<byte[]> before, Optional<byte[]> after);
    }

    private void each(Layer frozen, Predicate<byte[]> isUnused, Each each) {
        List<byte[]> keys = frozen.keys();
        for (int from = 0; from < keys.size(); from += FETCH) {
            List<byte[]> window = keys.subList(from, Math.min(keys.size(), from + FETCH));
            List<byte[]> known = new ArrayList<>(FETCH);
            window.stream().filter(key -> !isUnused.test(key)).forEach(known::add);
            List<Optional<byte[]>> before = known.isEmpty() ? List.of() : store.getAll(Table.LIVE, known);
            int next = 0;
            for (byte[] key : window) {
                boolean isKnown = next < known.size() && known.get(next) == key;
                each.row(key, isKnown ? before.get(next) : Optional.empty(), frozen.get(new RowName(key)).orElseThrow());
                next += isKnown ? 1 : 0;
            }
        }
    }

    /** @return the leaf of the change; empty if this is none, but for what was recorded in the epoch before */
    private Optional<byte[]> row(byte[] key, Optional<byte[]> before, Optional<byte[]> after) {
        boolean older = before.isPresent() && RowSeal.from(key, before.get()) < epoch;
        boolean isMade = before.isEmpty() && after.isPresent();
        long previous = 0;
        if (older) {
            previous = RowSeal.from(key, before.get());
            batch.put(Table.PAST, KeyBytes.join(key, epoch), before.get());
        } else if (again && (isMade || before.isPresent())) {
            previous = noted(key);
        }
        if (older || isMade) {
            batch.put(Table.CHANGES, Change.key(epoch, key), Change.own(previous).encode());
        }
        Optional<byte[]> row = after.map(value -> seal.seal(key, epoch, value));
        if (row.isPresent()) {
            batch.put(Table.LIVE, key, row.get());
        } else if (before.isPresent()) {
            batch.delete(Table.LIVE, key);
        }
        return older || isMade || before.isPresent() ? Optional.of(leaf(key, previous, row, after)) : Optional.empty();
    }

    /** What a change of this epoch that was recorded before replaced. */
    private long noted(byte[] key) {
        return store.get(Table.CHANGES, Change.key(epoch, key)).map(change -> Change.decode(key, change).previous()).orElse(0L);
    }

    private byte[] leaf(byte[] key, long previous, Optional<byte[]> row) {
        return leaf(key, previous, row, row.map(sealed -> seal.open(key, sealed)));
    }

    private byte[] leaf(byte[] key, long previous, Optional<byte[]> row, Optional<byte[]> value) {
        return leaf(tree, key, epoch, previous, row, value);
    }

    /** @param row as it is stored, and {@code value} as it is opened; both empty for one that is gone */
    static byte[] leaf(HashTree tree, byte[] key, long epoch, long previous, Optional<byte[]> row, Optional<byte[]> value) {
        byte[] head = KeyBytes.join(KeyBytes.join(key, epoch), previous);
        if (row.isEmpty()) {
            return tree.leaf(head, GONE);
        } else if (row.get().length < TAG) {
            throw new CorruptException(RowKey.describe(key) + " is damaged: " + row.get().length + " bytes");
        }
        byte[] sealed = row.get();
        return tree.leaf(head, THERE, Arrays.copyOfRange(sealed, sealed.length - TAG, sealed.length), value.orElseThrow());
    }
}
