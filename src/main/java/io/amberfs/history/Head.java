package io.amberfs.history;

import io.amberfs.model.Bytes;
import io.amberfs.store.Batch;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The present of a volume: reads see every change at once; changes are kept in memory until they are recorded.
 *
 * <ul>
 * <li>Changes are made between {@link #begin} and {@link Change#close}; those of one change are recorded together or not at all.
 * <li>{@link #freeze} takes all finished changes, {@link #record} adds them to a batch that the caller writes, {@link #recorded} or {@link #failed} ends that. There is at most
 * one frozen layer: the caller serialises these calls (its flush lock).
 * <li>Between a freeze and the end of its recording, reads see the frozen layer below the active one.
 * </ul>
 *
 * <p>Thread-safe. {@code swap} (shared by changes, exclusive for a freeze) guards {@code layers}; it is the innermost lock but those of the maps.
 */
public final class Head implements View {
    private static final long CACHE = 24L << 20;

    private record Layers(Layer active, Layer frozen) {
    }

    /** What a freeze took. */
    public record Frozen(long layer, boolean isEmpty) {
    }

    private final Store store;
    private final RowSeal seal;
    private final int volume;
    private final RowCache cache = new RowCache(CACHE);
    private final ReadWriteLock swap = new ReentrantReadWriteLock();
    private volatile Layers layers = new Layers(new Layer(1), Layer.EMPTY);
    /** The store has no row of this number or a higher one. Raised ahead of the swap that takes a recorded layer away. */
    private volatile long unused = Long.MAX_VALUE;

    public Head(Store store, RowSeal seal, int volume) {
        this.store = store;
        this.seal = seal;
        this.volume = volume;
    }

    /** A group of changes that belong together. To be closed by the thread that began it; may be nested. */
    public final class Change implements AutoCloseable {
        private Change() {
            swap.readLock().lock();
        }

        public void put(byte[] key, byte[] value) {
            layers.active().put(key, Optional.of(value));
        }

        public void delete(byte[] key) {
            layers.active().put(key, Optional.empty());
        }

        @Override
        public void close() {
            swap.readLock().unlock();
        }
    }

    public Change begin() {
        return new Change();
    }

    @Override
    public int volume() {
        return volume;
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        Layers now = layers;
        RowName name = new RowName(key);
        Optional<Optional<byte[]>> unrecorded = now.active().get(name).or(() -> now.frozen().get(name));
        if (unrecorded.isPresent()) {
            return unrecorded.get();
        }
        return isUnused(key) ? Optional.empty() : cache.load(name, k -> store.get(Table.LIVE, k).map(row -> seal.open(k, row)));
    }

    /** Whether the store cannot have that row: its number was given away after the last recording. */
    private boolean isUnused(byte[] key) {
        return RowKey.numberOf(key) >= unused;
    }

    /** Tells it that no number from {@code number} on was given to any row of the store. */
    void unused(long number) {
        unused = number;
    }

    /** @param prefix of one kind, but not of the records of inodes: nothing needs them in order */
    @Override
    public Scan scan(byte[] prefix, byte[] start) {
        if (RowKey.kindOf(prefix) == RowKey.INODE) {
            throw new IllegalArgumentException("the records of inodes are not kept in order");
        }
        Layers now = layers;
        return new HeadScan(store.reading(), seal, cache, now.active(), now.frozen(), prefix, start);
    }

    /** The number of the layer that the next change goes to. */
    public long layer() {
        return layers.active().number();
    }

    /** Memory that unrecorded changes take, about, in bytes. */
    public long unrecordedBytes() {
        Layers now = layers;
        return now.active().bytes() + now.frozen().bytes();
    }

    public boolean hasUnrecorded() {
        return !layers.active().isEmpty();
    }

    /**
     * The changes since the newest recording, sorted, as of one moment at which no change is under way; {@code then} runs at that moment. Empty if they take more than {@code
     * bytesMax} bytes of memory. To be called while no recording is under way.
     */
    Optional<List<Journal.Row>> unrecorded(long bytesMax, Runnable then) {
        swap.writeLock().lock();
        try {
            Layer active = layers.active();
            if (active.bytes() > bytesMax) {
                return Optional.empty();
            }
            then.run();
            return Optional.of(active.keys().stream().map(key -> new Journal.Row(key, active.get(new RowName(key)).orElseThrow())).toList());
        } finally {
            swap.writeLock().unlock();
        }
    }

    /** Ends the active layer and begins a new one. Waits for changes under way. {@code atSwap} runs while no change is under way. */
    public Frozen freeze(Runnable atSwap) {
        swap.writeLock().lock();
        try {
            atSwap.run();
            Layer active = layers.active();
            layers = new Layers(new Layer(active.number() + 1), active);
            return new Frozen(active.number(), active.isEmpty());
        } finally {
            swap.writeLock().unlock();
        }
    }

    /**
     * Adds the frozen layer to {@code batch} as changes of {@code epoch}: what was there before goes to the past.
     *
     * @param again whether changes of that epoch were recorded before
     */
    public void record(Batch batch, long epoch, boolean again) {
        new Recording(store, seal, volume, batch, epoch, again).add(layers.frozen(), this::isUnused);
    }

    /** As {@link #record}, and ends the epoch. @return the root of the hash tree over all its changes */
    Bytes commit(Batch batch, long epoch, boolean again) {
        return new Recording(store, seal, volume, batch, epoch, again).commit(layers.frozen(), this::isUnused);
    }

    /** The batch with the frozen layer is durable; it has no number from {@code nextNumber} on. */
    public void recorded(long nextNumber) {
        Layer frozen = layers.frozen();
        cache.recorded();
        frozen.each(cache::put);
        unused = nextNumber;
        swap.writeLock().lock();
        try {
            layers = new Layers(layers.active(), Layer.EMPTY);
        } finally {
            swap.writeLock().unlock();
        }
    }
}
