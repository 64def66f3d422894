package io.amberfs.block;

import io.amberfs.store.Batch;
import io.amberfs.store.Erasure;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Store;
import io.amberfs.store.Stretch;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One pass that frees the blocks that nothing names: mark and sweep, beside all work.
 *
 * <ol>
 * <li>It begins; from now on, what is deduplicated against or comes into a record counts as named, and so does every block that is put.
 * <li>All that was done before is recorded, and every row of one frozen state tells which blocks it names ({@link #found}).
 * <li>{@link #condemn}: who had numbers in hand before that state has brought them into records by then. What is not named now is dead, and nothing is deduplicated against it.
 * <li>{@link #sweep}: the rows of the index go first, then the blocks. A crash leaves blocks that the next pass frees.
 * </ol>
 *
 * <p>Whether it is to stop is asked with no lock held. Memory: a bit for each block that may be there, and 16 bytes for each stretch of them without a gap.
 * Thread-safe; guarded by itself. Only one pass at a time.
 */
public final class Reclaim implements AutoCloseable {
    private final BlockStore blocks;
    private final BlockIndex index;
    private final Store store;
    private final NumberRanges existing;
    private final long limit;
    private final BitSet named = new BitSet();
    private final BooleanSupplier stop;
    private boolean isStrange;
    private boolean condemned;

    /** The pass is to end. What is done stays done; what is left is for the next one. */
    public static final class Stopped extends RuntimeException {
        Stopped() {
            super("the pass was stopped", null, false, false);
        }
    }

    Reclaim(BlockStore blocks, BlockIndex index, Store store, NumberRanges existing, long limit, BooleanSupplier stop) {
        this.stop = stop;
        this.blocks = blocks;
        this.index = index;
        this.store = store;
        this.existing = existing;
        this.limit = limit;
        if (existing.size() > Integer.MAX_VALUE) {
            throw new IllegalStateException("more blocks than can be counted: " + existing.size());
        }
    }

    private void goOn() {
        if (stop.getAsBoolean()) {
            throw new Stopped();
        }
    }

    /** A row of the frozen state names the block. @throws Stopped */
    public void found(long number) {
        goOn();
        name(number);
    }

    /** The block comes into a record. */
    synchronized void name(long number) {
        if (number >= limit) {
            return;
        }
        long place = existing.place(number);
        if (place < 0) {
            isStrange = true;
        } else if (!condemned) {
            named.set((int) place);
        }
        if (condemned && isDead(number)) {
            throw new IllegalStateException("block " + number + " is named, but nothing named it when it was condemned");
        }
    }

    /** Whether the block is there to be named; if so, it is named from now on. */
    synchronized boolean claim(long number) {
        if (isDead(number)) {
            return false;
        }
        name(number);
        return true;
    }

    private boolean isDead(long number) {
        if (!condemned || number >= limit) {
            return false;
        }
        long place = existing.place(number);
        return place < 0 || !named.get((int) place);
    }

    /**
     * No block that is not named by now will be.
     *
     * @return false if something names a block that should be long gone: another pass, that counts on all numbers, is to be made
     */
    public boolean condemn() {
        blocks.hands().await();
        synchronized (this) {
            condemned = !isStrange;
            return condemned;
        }
    }

    /** Blocks that nothing has named so far. */
    public synchronized long unnamed() {
        return existing.size() - named.cardinality();
    }

    /** Bytes that those take, about. */
    public long unnamedBytes() {
        return store.erasable(Table.BLOCKS, new Dead());
    }

    /**
     * Frees what is condemned.
     *
     * @param rest        the share of it that may be left, where it lies among much that stays
     * @param exclusively runs a change of the store between two recordings
     * @return how many blocks went
     * @throws Stopped
     */
    public long sweep(double rest, Consumer<Runnable> exclusively) {
        synchronized (this) {
            if (!condemned) {
                throw new IllegalStateException("nothing is condemned");
            }
        }
        // What was put before is in the table, so that its row of the index is seen, and none comes behind.
        exclusively.accept(() -> blocks.writeOut(new Batch()));
        index.forget(number -> {
            goOn();
            return isToGo(number);
        }, exclusively);
        blocks.gone(this::isToGo);
        List<Stretch> left = store.erase(Table.BLOCKS, new Dead(), rest);
        NumberRanges survivors = survivors(left);
        Batch batch = new Batch();
        Survivors.write(store, batch, survivors, limit);
        long[] gone = new long[1];
        exclusively.accept(() -> {
            gone[0] = blocks.counted(survivors.size(), limit);
            blocks.writeOut(batch);
        });
        return gone[0];
    }

    private synchronized boolean isToGo(long number) {
        return isDead(number);
    }

    /** What is named, and what lies in a stretch that was left. */
    private synchronized NumberRanges survivors(List<Stretch> left) {
        BitSet there = (BitSet) named.clone();
        for (Stretch stretch : left) {
            there.set((int) existing.below(KeyBytes.longAt(stretch.first(), 0)), (int) existing.below(Math.addExact(KeyBytes.longAt(stretch.last(), 0), 1)));
        }
        NumberRanges.Builder survivors = new NumberRanges.Builder();
        for (int place = there.nextSetBit(0); place >= 0; place = there.nextSetBit(place)) {
            int end = there.nextClearBit(place);
            for (int at = place; at < end; ) {
                long number = existing.at(at);
                int run = (int) Math.min(end - at, existing.untilFrom(number) - number);
                survivors.add(number, number + run);
                at += run;
            }
            place = end;
        }
        return survivors.build();
    }

    /** Ends the pass, also one that has failed: what was not swept can be deduplicated against again. */
    @Override
    public void close() {
        blocks.hands().await();
        blocks.reclaimed();
    }

    /** What is not named, as keys. */
    private final class Dead implements Erasure {
        @Override
        public void goOn() {
            Reclaim.this.goOn();
        }

        @Override
        public double share(byte[] first, byte[] last) {
            if (first.length != 8 || last.length != 8) {
                return 0;
            }
            long from = KeyBytes.longAt(first, 0);
            long until = KeyBytes.longAt(last, 0) + 1;
            synchronized (Reclaim.this) {
                int start = (int) existing.below(from);
                int end = (int) existing.below(Math.min(until, limit));
                long newer = Math.max(0, until - Math.max(from, limit));
                long stay = named.get(start, end).cardinality() + newer;
                long all = end - start + newer;
                return all == 0 ? 1 : (double) (all - stay) / all;
            }
        }

        @Override
        public void gaps(byte[] first, byte[] last, BiConsumer<byte[], byte[]> gap) {
            if (first.length != 8 || last.length != 8) {
                return;
            }
            long end = Math.min(KeyBytes.longAt(last, 0) + 1, limit);
            long from = KeyBytes.longAt(first, 0);
            List<long[]> gaps = new ArrayList<>();
            synchronized (Reclaim.this) {
                for (int place = named.nextSetBit((int) existing.below(from)); place >= 0 && existing.at(place) < end; place = named.nextSetBit(place + 1)) {
                    long number = existing.at(place);
                    if (number > from) {
                        gaps.add(new long[] {from, number});
                    }
                    from = number + 1;
                }
            }
            if (from < end) {
                gaps.add(new long[] {from, end});
            }
            gaps.forEach(g -> gap.accept(KeyBytes.ofLong(g[0]), KeyBytes.ofLong(g[1])));
        }
    }
}
