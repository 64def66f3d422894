package io.amberfs.block;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.model.CorruptException;
import io.amberfs.model.StoreFailedException;
import io.amberfs.store.Batch;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Row;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.slf4j.LoggerFactory;

/**
 * Chunks in, numbers out; numbers in, chunks out.
 *
 * <ul>
 * <li>A chunk that the store has is not stored again, whoever wrote it and however long ago; but nothing is deduplicated against a block that cannot be read:
 * a file that is written once more is whole again.
 * <li>New blocks wait in memory, sealed, at most about {@link #PENDING_MAX} bytes and what is being ingested, by a thread of its own: who seals does not wait for the disk.
 * <li>After a failed ingest nothing is kept or flushed any more.
 * <li>{@link #flush} makes all that was put before durable or adds it to the batch; the caller writes the batch and says so by {@link #flushed}.
 * </ul>
 *
 * <p>Thread-safe. {@code drain} (a lock) lets one run after the other become durable; {@code pending} is guarded by itself and is the inner one. Flushes come one at a time.
 */
public final class BlockStore implements AutoCloseable {
    /** Sealed bytes in memory from which on they are ingested. */
    private static final long RUN = 24L << 20;
    /** Who brings more while a run is ingested waits for that. */
    static final long PENDING_MAX = 32L << 20;
    private static final long INGEST_SECONDS_MAX = 600;
    /** Sealed bytes from which on a flush ingests them rather than writing them twice. */
    private static final long RUN_MIN = 512 << 10;

    /** Is shown blocks: their number, the bytes of their row, and those of their plaintext. */
    @FunctionalInterface
    public interface Sizes {
        void block(long number, int stored, int length);
    }

    /** A block that is not in the store yet. */
    private record New(byte[] row) {
        int copy(byte[] into) {
            System.arraycopy(row, 0, into, 0, row.length);
            return row.length;
        }
    }

    private final Store store;
    private final Keys keys;
    private final BlockSeal seal;
    private final BlockIndex index;
    /** Opened. Softly held: the collector takes what was not read lately rather than run out of memory. */
    private final Cache<Long, byte[]> chunks;
    private final ReentrantLock drain = new ReentrantLock();
    /** Blocks that wait. Guarded by itself. */
    private final NavigableMap<Long, New> pending = new TreeMap<>();
    /** Blocks that can be read from memory: those that wait and those on their way. */
    private final Map<Long, New> unstored = new ConcurrentHashMap<>();
    /** Blocks that could not be opened since the drive was. */
    private final Set<Long> unreadable = ConcurrentHashMap.newKeySet();
    private long pendingBytes;
    private long next;
    private final ThreadPoolExecutor ingester = new ThreadPoolExecutor(0, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
        Thread thread = new Thread(work, "amberfs-ingest");
        thread.setDaemon(true);
        return thread;
    });
    /** Whether the ingester has something to do. */
    private final AtomicBoolean due = new AtomicBoolean();
    /** What its last run failed with. */
    private volatile Optional<Throwable> failure = Optional.empty();
    /** Blocks that were seen in the store, or put, by this process. */
    private final NumberSet there = new NumberSet();
    private final LongAdder count = new LongAdder();
    private final Optional<String> damage;
    private final Hands hands = new Hands();
    /** The pass that is under way. */
    private volatile Optional<Reclaim> reclaim = Optional.empty();

    /** @param cacheBytes bound of the cache of opened chunks */
    public BlockStore(Store store, Sealer sealer, Keys keys, int level, long cacheBytes) {
        this.store = store;
        this.keys = keys;
        seal = new BlockSeal(sealer, level);
        index = new BlockIndex(store, sealer);
        chunks = Caffeine.newBuilder().softValues().maximumWeight(cacheBytes).executor(Runnable::run).weigher((Long number, byte[] chunk) -> chunk.length + 64).build();
        BlockNumbers.Start start = BlockNumbers.read(store);
        next = start.next();
        count.add(start.count());
        damage = start.damage();
    }

    /** Why nothing can be stored; what is there can be read all the same. */
    public Optional<String> damage() {
        return damage;
    }

    /** Blocks in the store, pending ones included. */
    public long count() {
        return count.sum();
    }

    /** Keeps a chunk: {@code length} bytes, 1 to 256 KiB. */
    public BlockRef put(byte[] source, int offset, int length) {
        return put(keys.contentId().of(source, offset, length), source, offset, length);
    }

    /** The ids of chunks of {@code source}, for {@link #put(byte[], byte[], int, int)}; empty where {@link #put(byte[], int, int)} is as good. */
    public Optional<byte[][]> ids(byte[] source, int[] offsets, int[] lengths) {
        return keys.contentId().of(source, offsets, lengths);
    }

    /** Who puts blocks, or takes their numbers from a record, holds this until they are in a record. */
    public Hands hands() {
        return hands;
    }

    /**
     * Begins to free what nothing names; to be closed. One at a time. Waits for who has numbers in hand.
     *
     * @param all  whether to count on every number below the newest, rather than on what the last pass left
     * @param stop asked now and then whether the pass is to end
     */
    public Reclaim reclaim(boolean all, BooleanSupplier stop) {
        long limit = limit();
        Reclaim begun = new Reclaim(this, index, store, all ? NumberRanges.of(1, limit) : Survivors.read(store, limit), limit, stop);
        reclaim = Optional.of(begun);
        // Who had numbers in hand before may have named them while there was no pass; they are in records of the present now.
        hands.await();
        return begun;
    }

    /**
     * Makes what was put durable with {@code batch}. Like a recording, it comes between two others.
     *
     * @throws StoreFailedException also for a mistake: what was to be written is lost then
     */
    void writeOut(Batch batch) {
        try {
            flush(batch);
            store.write(batch);
            flushed(batch);
        } catch (RuntimeException | Error e) {
            throw new StoreFailedException("new blocks could not be written: " + e.getMessage(), e);
        }
    }

    /** The block comes into a record. */
    public void name(long number) {
        reclaim.ifPresent(pass -> pass.name(number));
    }

    void reclaimed() {
        reclaim = Optional.empty();
    }

    /** Of the blocks below {@code limit}, these are left. @return how many fewer there are than was thought */
    long counted(long left, long limit) {
        synchronized (pending) {
            long before = count.sum();
            count.add(left + next - limit - before);
            return Math.max(0, before - count.sum());
        }
    }

    /** Blocks that are dead are not there any more. */
    void gone(LongPredicate dead) {
        there.removeIf(dead);
    }

    /** Keeps a chunk whose id is known. */
    public BlockRef put(byte[] id, byte[] source, int offset, int length) {
        try (Hands.Held held = hands.hold()) {
            return keep(id, source, offset, length);
        }
    }

    private BlockRef keep(byte[] id, byte[] source, int offset, int length) {
        long check = KeyBytes.longAt(id, 0);
        Optional<Long> known = index.find(id);
        if (known.isPresent() && !unreadable.contains(known.get()) && isThere(known.get(), check) && reclaim.map(pass -> pass.claim(known.get())).orElse(true)) {
            return new BlockRef(known.get(), check, length);
        }
        failIfFailed();
        byte[] row = seal.row(id, source, offset, length);
        long bytes;
        long number;
        synchronized (pending) {
            number = next++;
            New block = new New(row);
            unstored.put(number, block);
            pending.put(number, block);
            pendingBytes += row.length;
            bytes = pendingBytes;
            index.add(id, number, row.length, length);
            there.add(number);
            count.increment();
        }
        if (bytes > RUN && due.compareAndSet(false, true)) {
            ingester.execute(this::ingestDue);
        } else if (bytes > PENDING_MAX) {
            ingestPending(PENDING_MAX);
        }
        return new BlockRef(number, check, length);
    }

    /**
     * The plaintext of a block; not to be changed.
     *
     * @param check as its extent has it
     * @throws CorruptException when the block is missing, damaged, or another one
     */
    public byte[] chunk(long number, long check) {
        return chunks.get(number, missing -> load(missing, check));
    }

    public boolean isCached(long number) {
        return chunks.getIfPresent(number) != null;
    }

    /** Reads and opens a block without the cache. */
    public byte[] load(long number, long check) {
        return open(number, check, (bytes, offset, length) -> Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /** Opens the stored row of a block. @throws CorruptException when it is damaged; it is not deduplicated against any more */
    public void verify(long number, byte[] row) {
        try {
            long check = row.length < Long.BYTES ? 0 : KeyBytes.longAt(row, 0);
            seal.open(number, check, into -> row.length > into.length ? row.length : new New(row).copy(into), (bytes, offset, length) -> length);
        } catch (CorruptException e) {
            unreadable.add(number);
            throw e;
        }
    }

    /** A block was found damaged before: what has its contents is stored anew. */
    public void distrust(long number) {
        unreadable.add(number);
    }

    /** As {@link #chunk}, but a block that is not in memory does not stay there: for who reads on and does not come back. @return what {@code look} does */
    public <T> T show(long number, long check, Look<T> look) {
        byte[] chunk = chunks.getIfPresent(number);
        return chunk == null ? open(number, check, look) : look.at(chunk, 0, chunk.length);
    }

    private <T> T open(long number, long check, Look<T> look) {
        New block = unstored.get(number);
        try {
            return seal.open(number, check, into -> block != null ? block.copy(into) : store.get(Table.BLOCKS, KeyBytes.ofLong(number), into), look);
        } catch (CorruptException e) {
            unreadable.add(number);
            throw e;
        }
    }

    /** Whether the store has a block of that number and content; does not open it. */
    public boolean exists(long number, long check) {
        New block = unstored.get(number);
        Optional<byte[]> row = block != null ? Optional.of(block.row()) : store.get(Table.BLOCKS, KeyBytes.ofLong(number));
        return row.isPresent() && row.get().length > BlockSeal.ID && KeyBytes.longAt(row.get(), 0) == check;
    }

    /** Shows {@code sizes} each block of which {@code reading} has a row in the dedup index, in no order; what is put since is not among them. */
    public void sizes(Reading reading, Sizes sizes) {
        index.forEach(reading, sizes);
    }

    /** The numbers of all blocks, and maybe of some that are not there any more. */
    public NumberRanges existing() {
        return Survivors.read(store, limit());
    }

    private long limit() {
        synchronized (pending) {
            return next;
        }
    }

    /** Adds to {@code batch} what it takes for every block put before to be durable with it; large amounts are ingested first. */
    public void flush(Batch batch) {
        drain.lock();
        try {
            failIfFailed();
            long bytes;
            synchronized (pending) {
                bytes = pendingBytes;
            }
            if (bytes >= RUN_MIN) {
                ingestPending(0);
            }
            synchronized (pending) {
                pending.forEach((number, block) -> batch.put(Table.BLOCKS, KeyBytes.ofLong(number), block.row()));
                index.flush(batch);
                pending.clear();
                pendingBytes = 0;
                BlockNumbers.write(batch, next, count.sum());
            }
        } finally {
            drain.unlock();
        }
    }

    /** The batch of the last {@link #flush} is durable. */
    public void flushed(Batch batch) {
        index.flushed();
        batch.changes().stream().filter(change -> change.table() == Table.BLOCKS).forEach(change -> unstored.remove(KeyBytes.longAt(change.key(), 0)));
    }

    /** Whether a block that the index names is really there and readable; looked up once in the life of a process. */
    private boolean isThere(long number, long check) {
        if (there.contains(number)) {
            return true;
        }
        try {
            if (exists(number, check)) {
                there.add(number);
                return true;
            }
        } catch (CorruptException e) {
            LoggerFactory.getLogger(BlockStore.class).warn("block {} is damaged, so its contents are stored again: {}", number, e.getMessage());
        }
        return false;
    }

    private void ingestDue() {
        try {
            ingestPending(RUN);
        } catch (RuntimeException | Error e) {
            LoggerFactory.getLogger(BlockStore.class).error("new blocks could not be written: {}", e.getMessage());
            failure = Optional.of(e);
        } finally {
            due.set(false);
        }
    }

    private void failIfFailed() {
        if (failure.isPresent()) {
            throw new StoreFailedException("new blocks could not be written: " + failure.get().getMessage(), failure.get());
        }
    }

    /** Makes all blocks that wait durable, if they are more than {@code above} bytes. */
    private void ingestPending(long above) {
        drain.lock();
        try {
            List<Row> rows = new ArrayList<>();
            synchronized (pending) {
                if (pendingBytes <= above) {
                    return;
                }
                pending.forEach((number, block) -> rows.add(new Row(KeyBytes.ofLong(number), block.row())));
                pending.clear();
                pendingBytes = 0;
            }
            store.ingest(Table.BLOCKS, rows);
            rows.forEach(row -> unstored.remove(KeyBytes.longAt(row.key(), 0)));
        } finally {
            drain.unlock();
        }
    }

    /** Waits for a run that is being ingested. What waits and was not flushed is forgotten; nobody may be at work. */
    @Override
    public void close() {
        ingester.shutdown();
        try {
            if (!ingester.awaitTermination(INGEST_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IllegalStateException("new blocks have not been written within " + INGEST_SECONDS_MAX + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while new blocks were written", e);
        }
    }
}
