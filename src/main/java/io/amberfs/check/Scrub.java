package io.amberfs.check;

import io.amberfs.block.BlockStore;
import io.amberfs.codec.ScrubCodec;
import io.amberfs.crypto.Sealer;
import io.amberfs.history.RowSeal;
import io.amberfs.model.Clock;
import io.amberfs.model.CorruptException;
import io.amberfs.model.ScrubState;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Batch;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every row and every block there is, and opens it, a little at a time: what goes bad on disk is noticed while there may still be another copy. A pass goes through the
 * tables in the order of their keys; how far it has come is a row of the store, so that the next process goes on. It tells what is damaged, not whom that hits: that is for the
 * {@link Checker}. A block that is found damaged is not deduplicated against any more, also after the store was opened anew.
 *
 * <p>One step at a time; guarded by itself.
 */
public final class Scrub {
    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);
    private static final int LIFE = 8;
    private static final byte[] NOTHING = {};
    /** Behind a key, the first one that comes after it. */
    private static final byte[] NEXT = {0};
    private static final List<Table> TABLES = List.of(Table.META, Table.COMMITS, Table.CHANGES, Table.LIVE, Table.PAST, Table.INDEX, Table.BLOCKS);

    private final Store store;
    private final Supplier<Sealer> fresh;
    private final RowSeal seal;
    private final BlockStore blocks;
    private final Clock clock;
    private final Consumer<Batch> writer;
    private final LongSupplier stopwatch;
    private final byte[] key;
    private ScrubState state;
    private long bytes;

    /**
     * @param fresh  makes sealers that have opened nothing yet; each is closed after a step
     * @param writer makes a batch durable, between two recordings
     */
    public Scrub(Store store, Supplier<Sealer> fresh, RowSeal seal, BlockStore blocks, int volume, Clock clock, Consumer<Batch> writer) {
        this(store, fresh, seal, blocks, volume, clock, writer, System::nanoTime);
    }

    /** @param stopwatch nanoseconds; asked for each row */
    Scrub(Store store, Supplier<Sealer> fresh, RowSeal seal, BlockStore blocks, int volume, Clock clock, Consumer<Batch> writer, LongSupplier stopwatch) {
        this.stopwatch = stopwatch;
        this.store = store;
        this.fresh = fresh;
        this.seal = seal;
        this.blocks = blocks;
        this.clock = clock;
        this.writer = writer;
        key = new byte[] {'x', (byte) (volume >>> 8), (byte) volume};
        state = read();
        state.bad().forEach(blocks::distrust);
    }

    private ScrubState read() {
        try {
            return store.get(Table.META, key).map(row -> ScrubCodec.decode(seal.openSingle('M', key, row))).orElse(ScrubState.NEW);
        } catch (CorruptException | UnsupportedFormatException e) {
            LOG.warn("how far the scrub had come is damaged, so it begins anew: {}", e.getMessage());
            return ScrubState.NEW;
        }
    }

    public synchronized ScrubState state() {
        return state;
    }

    /** Sets how long after the beginning of a pass the next one begins by itself, in nanoseconds; 0 for never. */
    public synchronized void every(long time) {
        keep(state.withEvery(time));
    }

    /** Whether a pass is under way, or is to begin now. */
    public synchronized boolean isDue() {
        return state.every() > 0 && (state.isUnderWay() || clock.nanos() >= state.due());
    }

    /** Bytes that were read since this was made. */
    public synchronized long bytes() {
        return bytes;
    }

    /**
     * Goes on with the pass that is under way, or begins one, for about {@code time} nanoseconds, and notes how far it has come.
     *
     * @return whether it has ended
     * @throws io.amberfs.model.StoreFailedException when the device fails
     */
    public synchronized boolean step(long time) {
        Step step = new Step(state.isUnderWay() ? state : new ScrubState(state.every(), clock.nanos(), 0, NOTHING, 0, 0, 0, state.bad(), state.lastBegun(), state.lastDamages()));
        long begun = stopwatch.getAsLong();
        try (Sealer sealer = fresh.get(); Reading reading = store.reading()) {
            step.opener = new Opener(sealer, new RowSeal(sealer));
            while (step.table < TABLES.size() && step.read(reading, () -> stopwatch.getAsLong() - begun >= time)) {
                step.table++;
                step.at = NOTHING;
            }
        }
        boolean isEnd = step.table == TABLES.size();
        keep(isEnd ? step.ended() : step.stopped());
        return isEnd;
    }

    private void keep(ScrubState next) {
        writer.accept(new Batch().put(Table.META, key, seal.sealSingle('M', key, ScrubCodec.encode(next))));
        state = next;
    }

    private final class Step {
        private final ScrubState from;
        private final TreeSet<Long> bad;
        private Opener opener;
        private int table;
        private byte[] at;
        private long rows;
        private long blocksRead;
        private long damages;

        Step(ScrubState from) {
            this.from = from;
            table = Math.min(from.table(), TABLES.size());
            at = from.at();
            rows = from.rows();
            blocksRead = from.blocks();
            damages = from.damages();
            bad = new TreeSet<>(from.bad());
        }

        ScrubState stopped() {
            return new ScrubState(from.every(), from.begun(), table, at, rows, blocksRead, damages, List.copyOf(bad), from.lastBegun(), from.lastDamages());
        }

        ScrubState ended() {
            return new ScrubState(from.every(), 0, 0, NOTHING, 0, 0, 0, List.copyOf(bad), from.begun(), damages);
        }

        /** Goes on in a table. @param stop asked for each row. @return whether it has come to its end */
        boolean read(Reading reading, BooleanSupplier stop) {
            Table reads = TABLES.get(table);
            try (Rows all = new Rows(reading, reads, NOTHING, (where, after, before) -> damaged(where, after, "the rows behind it cannot be read"))) {
                boolean more = at.length == 0 ? all.next() : all.seek(KeyBytes.join(at, NEXT));
                while (more) {
                    row(reads, all.key(), all.value());
                    at = all.key();
                    rows++;
                    bytes += at.length + all.value().length;
                    if (stop.getAsBoolean()) {
                        return false;
                    }
                    more = all.next();
                }
            }
            return true;
        }

        private void row(Table reads, byte[] rowKey, byte[] value) {
            try {
                switch (reads) {
                    case META -> meta(rowKey, value);
                    case COMMITS -> single('C', "chsu", rowKey, value);
                    case CHANGES -> { } // not sealed: that the database could read it is all there is
                    case LIVE -> opener.versioned(rowKey, value);
                    case PAST -> opener.versioned(Arrays.copyOf(rowKey, Math.max(0, rowKey.length - LIFE)), value);
                    case INDEX -> opener.indexed(rowKey, value);
                    case BLOCKS -> block(rowKey, value);
                }
            } catch (CorruptException | UnsupportedFormatException | IndexOutOfBoundsException e) {
                damaged(reads, rowKey, e.getMessage());
            }
        }

        /** Other rows of these tables are no sealed ones: check looks at them. */
        private void single(char letter, String sealed, byte[] rowKey, byte[] value) {
            if (rowKey.length > 0 && sealed.indexOf(rowKey[0]) >= 0) {
                opener.single(letter, rowKey, value);
            }
        }

        private void meta(byte[] rowKey, byte[] value) {
            single('M', "vrw", rowKey, value);
        }

        private void block(byte[] rowKey, byte[] value) {
            long number = rowKey.length == Long.BYTES ? KeyBytes.longAt(rowKey, 0) : -1;
            blocksRead++;
            try {
                if (number < 0) {
                    throw new CorruptException("its key has " + rowKey.length + " bytes");
                }
                blocks.verify(number, value);
                bad.remove(number);
            } catch (CorruptException e) {
                if (bad.size() < ScrubState.BAD_MAX) {
                    bad.add(number);
                }
                throw e;
            }
        }

        private void damaged(Table where, byte[] rowKey, String reason) {
            damages++;
            String row = where == Table.BLOCKS && rowKey.length == Long.BYTES ? String.valueOf(KeyBytes.longAt(rowKey, 0)) : Scope.hex(rowKey);
            LOG.error("scrub: {} of table {} is damaged: {}", row, where.name().toLowerCase(Locale.ROOT), reason);
        }
    }
}
