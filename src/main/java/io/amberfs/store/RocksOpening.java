package io.amberfs.store;

import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.StoreFailedException;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.posix.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.util.Environment;

/**
 * Opens a database that has all that was durable, and refuses any other.
 *
 * <ul>
 * <li>A refusal changes nothing: a database that is to be written to is opened for reading first, since to open it for writing makes new files, and where its file CURRENT is
 * missing makes an empty database and deletes all others.
 * <li>It has lost its end when its log or its manifest is behind the mark {@code synced}; without a mark that can be read, that cannot be told, and counts as lost.
 * <li>With {@code acceptLoss} the last intact state is taken: that before the first damage of the log. It is gone when a table has later rows already; then the store is refused
 * all the same.
 * </ul>
 *
 * <p>Confined to one thread.
 */
final class RocksOpening {
    static {
        Optional<NativeLibrary> library = NativeLibrary.in(RocksDB.class, Environment.getJniLibraryFileName("rocksdb"), Environment.getJniLibraryFileName("rocksdbjni"));
        library.ifPresentOrElse(found -> found.load(System.getenv(), file -> RocksDB.loadLibrary(List.of(file.getParent().toString()))), RocksDB::loadLibrary);
    }

    private final Path folder;
    private final Path rows;
    private final boolean acceptLoss;
    private final boolean readOnly;

    RocksOpening(Path folder, boolean acceptLoss, boolean readOnly) {
        this.folder = folder;
        this.acceptLoss = acceptLoss;
        this.readOnly = readOnly;
        rows = folder.resolve(RocksStore.ROWS);
    }

    /**
     * @param natives takes all that is to be closed, also when this fails
     * @param tables  takes the tables, in their order
     * @throws Refusal                    DAMAGE
     * @throws UnsupportedFormatException when another version of this program wrote it
     * @throws StoreFailedException       when the device fails
     */
    RocksDB open(Natives natives, List<ColumnFamilyHandle> tables) throws IOException {
        boolean isNew = isNew();
        Optional<SyncMark.Mark> mark = mark(isNew);
        if (!isNew) {
            requireManifest(mark.map(SyncMark.Mark::manifest).orElse(Manifest.Point.NONE));
            requireLogs();
        }
        if (!isNew && !readOnly && !acceptLoss) {
            try (Natives rehearsal = new Natives()) {
                requireEnd(opened(rehearsal, new ArrayList<>(), true, false), mark);
            }
        }
        if (isNew && !readOnly) {
            clear();
        }
        RocksDB db = opened(natives, tables, readOnly, isNew);
        requireEnd(db, mark);
        return db;
    }

    /** Whether nothing was ever written here; a making that was cut short counts as that. */
    private boolean isNew() throws IOException {
        if (Files.exists(rows.resolve("CURRENT"))) {
            return false;
        }
        Path mark = folder.resolve(RocksStore.MARK);
        if (Files.exists(mark) && Files.size(mark) > 0 || hasData()) {
            throw damaged("its file " + rows.resolve("CURRENT") + " is missing");
        }
        return true;
    }

    private boolean hasData() {
        return !files(".sst").isEmpty() || files(".log").stream().anyMatch(log -> log.length() > 0);
    }

    private List<File> files(String end) {
        File[] found = rows.toFile().listFiles((folder, name) -> name.endsWith(end));
        return found == null ? List.of() : List.of(found);
    }

    /** What a making that was cut short left; RocksDB does not make a database beside a log. */
    private void clear() throws IOException {
        for (File log : files(".log")) {
            Files.delete(log.toPath());
        }
    }

    /** Before the first row is written the mark is durable. */
    private Optional<SyncMark.Mark> mark(boolean isNew) throws IOException {
        try {
            Optional<SyncMark.Mark> mark = SyncMark.read(folder.resolve(RocksStore.MARK));
            if (mark.isEmpty() && !isNew && hasData() && !acceptLoss) {
                throw lost("its mark " + folder.resolve(RocksStore.MARK) + " is missing, so that nobody can tell whether its end is");
            }
            return mark;
        } catch (UnsupportedFormatException e) {
            if (acceptLoss) {
                return Optional.empty();
            }
            throw e;
        } catch (CorruptException e) {
            if (acceptLoss) {
                return Optional.empty();
            }
            throw lost(e.getMessage() + ", so that nobody can tell whether its end is missing");
        }
    }

    /** Its end may be torn, but not before what was durable; RocksDB would drop the tables that the lost end names, and delete them. */
    private void requireManifest(Manifest.Point durable) throws IOException {
        long number = Manifest.current(rows);
        Path file = Manifest.file(rows, number);
        if (number == 0 || number < durable.number()) {
            throw damaged("its file " + rows.resolve("CURRENT") + " does not name its manifest");
        } else if (!Files.exists(file)) {
            throw damaged("its file " + file + " is missing");
        }
        long intact = RecordFile.intact(file);
        long needed = number == durable.number() ? durable.length() : 1;
        if (intact < needed || RecordFile.isStrange(file, intact)) {
            throw damaged("its file " + file + " is damaged behind byte " + intact);
        }
    }

    /** Whatever else is wrong with a log RocksDB finds out; from a record of a strange type it would not return. */
    private void requireLogs() throws IOException {
        for (File log : files(".log")) {
            long intact = RecordFile.intact(log.toPath());
            if (!RecordFile.isStrange(log.toPath(), intact)) {
                continue;
            } else if (!acceptLoss || readOnly) {
                throw lost("its file " + log + " is damaged behind byte " + intact);
            }
            try (FileChannel channel = FileChannel.open(log.toPath(), StandardOpenOption.WRITE)) {
                channel.truncate(intact);
            }
        }
    }

    private void requireEnd(RocksDB db, Optional<SyncMark.Mark> mark) {
        if (!acceptLoss && mark.isPresent() && db.getLatestSequenceNumber() < mark.get().sequence()) {
            throw lost("its end is missing since " + Instant.ofEpochSecond(0, mark.get().time()));
        }
    }

    private RocksDB opened(Natives natives, List<ColumnFamilyHandle> tables, boolean forReading, boolean isNew) {
        try {
            return opened(natives, tables, forReading, isNew, acceptLoss);
        } catch (RocksDBException e) {
            throw refusal(e);
        }
    }

    private RocksDB opened(Natives natives, List<ColumnFamilyHandle> tables, boolean forReading, boolean isNew, boolean tolerant) throws RocksDBException {
        DBOptions options = RocksSetup.database(natives, tolerant, forReading || !tolerant, !tolerant || !files(".log").isEmpty()).setCreateIfMissing(isNew);
        List<ColumnFamilyDescriptor> descriptors = RocksSetup.tables(natives);
        RocksDB db = forReading ? RocksDB.openReadOnly(options, rows.toString(), descriptors, tables, false) : RocksDB.open(options, rows.toString(), descriptors, tables);
        natives.add(db);
        tables.forEach(natives::add);
        return db;
    }

    private RuntimeException refusal(RocksDBException e) {
        Status.Code code = e.getStatus() == null ? Status.Code.Undefined : e.getStatus().getCode();
        boolean missing = e.getMessage() != null && (e.getMessage().contains("No such file") || e.getMessage().contains("Not a directory"));
        if (code == Status.Code.Corruption && !acceptLoss && (String.valueOf(e.getMessage()).contains(" WAL") || hasIntactState())) {
            return lost(e.getMessage());
        } else if (missing || code == Status.Code.Corruption || code == Status.Code.InvalidArgument || code == Status.Code.NotFound || code == Status.Code.NotSupported) {
            return damaged(e.getMessage());
        }
        return new StoreFailedException("cannot open the store " + folder + ": " + e.getMessage(), e);
    }

    /** Whether only the log is damaged. */
    private boolean hasIntactState() {
        try (Natives natives = new Natives()) {
            opened(natives, new ArrayList<>(), true, false, true);
            return true;
        } catch (RocksDBException e) {
            return false;
        }
    }

    private Refusal damaged(String why) {
        return new Refusal(ExitCode.DAMAGE, "the database of the store " + folder + " is damaged: " + why + (acceptLoss ? ". There is no intact state to go on from. Put back "
            : ". Nothing was changed. Put back ") + rows + " from a copy of the store");
    }

    private Refusal lost(String why) {
        return new Refusal(ExitCode.DAMAGE, "the log of the store " + folder + " is damaged: " + why
            + ". Nothing was changed. Copy the store first; then `mount --accept-loss` goes on from the last intact state, if there is one");
    }
}
