package io.amberfs.history;

import io.amberfs.model.Bytes;
import io.amberfs.model.CorruptException;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** What a kept commit changed, as the store still has it. Stateless. */
public final class Changes {
    private Changes() {
    }

    /**
     * What a commit changed itself.
     *
     * @param root     of the hash tree over it
     * @param isPurged whether some of it was purged since, so that the tree has for it what is noted
     */
    public record Own(Bytes root, boolean isPurged) {
    }

    /**
     * What a commit changed itself, made anew from the rows; of those that were purged, from what is noted of them.
     *
     * @param opener opens a stored row, by its key
     * @throws CorruptException when a row cannot be read
     */
    public static Own own(Reading reading, BiFunction<byte[], byte[], byte[]> opener, int volume, long epoch) {
        HashTree tree = new HashTree();
        boolean isPurged = false;
        byte[] prefix = Change.prefix(volume, epoch);
        try (Cursor changes = reading.cursor(Table.CHANGES, prefix); Cursor past = reading.cursor(Table.PAST, new byte[] {prefix[0], prefix[1]})) {
            while (changes.next()) {
                byte[] key = Change.rowKey(changes.key());
                Change change = Change.decode(key, changes.value());
                if (change.leaf().isPresent()) {
                    isPurged = true;
                    tree.add(change.leaf().get().array());
                } else if (change.isOwn()) {
                    Optional<byte[]> row = made(reading, past, key, epoch);
                    tree.add(Recording.leaf(tree, key, epoch, change.previous(), row, row.map(r -> opener.apply(key, r))));
                }
            }
        }
        return new Own(tree.root(), isPurged);
    }

    /**
     * The inodes whose records were changed behind {@code after} up to {@code upTo}, by commits and what was recorded since; ascending. That is every inode whose contents,
     * attributes or names were: all of these are noted in its record. 8 bytes of memory for each.
     */
    public static long[] inodes(Reading reading, int volume, long after, long upTo) {
        long[] found = new long[1024];
        int count = 0;
        byte[] all = {(byte) (volume >>> 8), (byte) volume};
        try (Cursor changes = reading.cursor(Table.CHANGES, all)) {
            boolean valid = changes.seek(Change.prefix(volume, after + 1));
            while (valid && Change.epoch(changes.key()) <= upTo) {
                byte[] key = Change.rowKey(changes.key());
                if (RowKey.kindOf(key) > RowKey.INODE) {
                    valid = changes.seek(Change.prefix(volume, Change.epoch(changes.key()) + 1));
                    continue;
                }
                if (count == found.length) {
                    count = distinct(found, count);
                    found = count > found.length / 2 ? Arrays.copyOf(found, found.length * 2) : found;
                }
                found[count++] = RowKey.numberOf(key);
                valid = changes.next();
            }
        }
        return Arrays.copyOf(found, distinct(found, count));
    }

    /**
     * The keys of all rows that were changed behind {@code after} up to {@code upTo}, by commits and what was recorded since; each once, but again one that had been gone and came
     * back.
     */
    public static void rows(Reading reading, int volume, long after, long upTo, Consumer<byte[]> taker) {
        byte[] all = {(byte) (volume >>> 8), (byte) volume};
        try (Cursor changes = reading.cursor(Table.CHANGES, all)) {
            for (boolean valid = changes.seek(Change.prefix(volume, after + 1)); valid && Change.epoch(changes.key()) <= upTo; valid = changes.next()) {
                byte[] key = Change.rowKey(changes.key());
                if (RowKey.isOf(volume, key)) {
                    long previous = Change.decode(key, changes.value()).previous();
                    // What an earlier commit has been told of; that one may have been let go, and then this one alone knows.
                    boolean isTold = previous > after && reading.get(Table.CHANGES, Change.key(previous, key)).isPresent();
                    if (!isTold) {
                        taker.accept(key);
                    }
                }
            }
        }
    }

    /** Sorts the first {@code count} numbers and leaves each once. @return how many are left */
    private static int distinct(long[] numbers, int count) {
        Arrays.sort(numbers, 0, count);
        int left = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || numbers[i] != numbers[i - 1]) {
                numbers[left++] = numbers[i];
            }
        }
        return left;
    }

    /** The version that a row got in an epoch; empty if it went then. */
    private static Optional<byte[]> made(Reading reading, Cursor past, byte[] key, long epoch) {
        Optional<byte[]> live = reading.get(Table.LIVE, key).filter(row -> RowSeal.from(key, row) == epoch);
        if (live.isPresent()) {
            return live;
        }
        boolean found = past.seek(KeyBytes.join(key, epoch + 1)) && Past.isVersionOf(past.key(), key) && RowSeal.from(key, past.value()) == epoch;
        return found ? Optional.of(past.value()) : Optional.empty();
    }
}
