package io.amberfs.daemon;

import io.amberfs.block.BlockStore;
import io.amberfs.check.Scrub;
import io.amberfs.chunk.Chunker;
import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.crypto.StoreHeader;
import io.amberfs.fs.Drive;
import io.amberfs.history.Instants;
import io.amberfs.history.RowSeal;
import io.amberfs.history.SessionRows;
import io.amberfs.history.StateDamage;
import io.amberfs.history.Volume;
import io.amberfs.model.Clock;
import io.amberfs.model.Entropy;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.store.OwnerLock;
import io.amberfs.store.RocksStore;
import io.amberfs.store.Store;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * A store that this process owns, and the drive in it: everything is wired here. Closing makes all durable and closes the parts in the reverse order of their making, all of them
 * also when one fails. Thread-safe but for closing.
 */
public final class OpenDrive implements AutoCloseable {
    /** How to open; {@code create}: a store that has only its header yet; {@code acceptLoss}: also when the end of its log is lost. */
    public record Options(boolean create, boolean readOnly, boolean snapdirVisible, boolean acceptLoss, int uid, int gid) {
    }

    private static final int ZSTD_LEVEL = 1;
    /** Given up where the heap is needed for what is being written. */
    private static final long CHUNK_CACHE = 96L << 20;
    private static final int VOLUME = 1;

    private final Path folder;
    private final StoreHeader header;
    private final Store store;
    private final Keys keys;
    private final Drive drive;
    private final List<StateDamage> damages;
    private final Scrub scrub;
    private final Clock clock = Clock.system();
    private final Instants instants = new Instants(ZoneId.systemDefault());
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** @param master of this store; wiped */
    public OpenDrive(Path folder, StoreHeader header, byte[] master, Options options) {
        this.folder = folder;
        this.header = header;
        try {
            add(new OwnerLock(folder));
            if (!options.create() && !RocksStore.isMade(folder)) {
                throw new Refusal(ExitCode.DAMAGE, "the store " + folder + " has no database: put back " + folder.resolve("rows")
                    + " from a copy of the store; if its making was interrupted, so that it was never used, delete it and run amberfs init again");
            }
            keys = add(new Keys(master));
            store = add(new RocksStore(folder, clock, options.acceptLoss(), options.readOnly()));
            Sealer sealer = add(new Sealer(keys, Entropy.system(), new SessionRows(store)));
            RowSeal seal = new RowSeal(sealer);
            Volume volume = new Volume(store, seal, keys, VOLUME);
            BlockStore blocks = add(new BlockStore(store, sealer, keys, ZSTD_LEVEL, CHUNK_CACHE));
            damages = damages(volume, blocks);
            requireNewest(options.acceptLoss());
            if (!options.readOnly()) {
                requireWritable(options.acceptLoss());
                header.heal();
            }
            damages.forEach(damage -> LoggerFactory.getLogger(OpenDrive.class).warn("the store {} is damaged: {}; `amberfs check` says what is hit", folder, damage.what()));
            drive = add(new Drive(new Drive.Setup(store, volume, blocks, keys, new Chunker(keys.gear()), clock, instants, options.readOnly(), options.snapdirVisible(),
                options.uid(), options.gid())));
            scrub = new Scrub(store, this::freshSealer, seal, blocks, VOLUME, clock, batch -> drive().retainer().write(batch));
        } catch (RuntimeException | Error e) {
            closeAfter(e);
            throw e;
        } finally {
            Arrays.fill(master, (byte) 0);
        }
    }

    public Path folder() {
        return folder;
    }

    public StoreHeader header() {
        return header;
    }

    public Store store() {
        return store;
    }

    /** What needs attention: damage to the header and to what the volume keeps of itself. */
    public List<String> findings() {
        return Stream.concat(header.damaged().stream(), damages.stream().map(StateDamage::what)).toList();
    }

    /** A sealer that has opened nothing yet, so that it also notices sessions that were damaged since the drive was opened. To be closed. */
    Sealer freshSealer() {
        return new Sealer(keys, Entropy.system(), new SessionRows(store));
    }

    Scrub scrub() {
        return scrub;
    }

    public Drive drive() {
        return drive;
    }

    public Clock clock() {
        return clock;
    }

    public Instants instants() {
        return instants;
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static List<StateDamage> damages(Volume volume, BlockStore blocks) {
        Stream<StateDamage> ofBlocks = blocks.damage().map(what -> new StateDamage(what, StateDamage.Way.READ)).stream();
        return Stream.concat(volume.damages().stream(), ofBlocks).toList();
    }

    /** @throws Refusal DAMAGE when what was acknowledged is lost */
    private void requireNewest(boolean acceptLoss) {
        for (StateDamage damage : damages) {
            if (damage.way() == StateDamage.Way.OLDER && !acceptLoss) {
                throw new Refusal(ExitCode.DAMAGE, "the store " + folder + " is damaged: " + damage.what() + ". Nothing was changed. Copy the store first;"
                    + " then `mount --accept-loss` goes on without these changes, and `mount --accept-loss --read-only` shows the drive without them");
            }
        }
    }

    /** @throws Refusal DAMAGE when to go on could overwrite what may still be there, or hide what is lost */
    private void requireWritable(boolean acceptLoss) {
        for (StateDamage damage : damages) {
            String said = "the store " + folder + " is damaged: " + damage.what();
            if (damage.way() == StateDamage.Way.READ) {
                throw new Refusal(ExitCode.DAMAGE, said + ". Nothing of the drive was changed. `mount --read-only` shows what is left, `check` what is hit:"
                    + " copy it out, or put back " + folder.resolve("rows") + " from a copy of the store");
            } else if (damage.way() == StateDamage.Way.ACCEPT && !acceptLoss) {
                throw new Refusal(ExitCode.DAMAGE, said + ". Nothing of the drive was changed. `check` says what is hit, `mount --read-only` shows the drive."
                    + " Copy the store first; then `mount --accept-loss` goes on without these records");
            }
        }
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    private void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
