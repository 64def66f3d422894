package io.amberfs.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Gives back the room of rows of one table that go.
 *
 * <ul>
 * <li>A file of the database in which nothing stays is dropped as it is.
 * <li>Of the others those with the largest share of what goes are written anew, until little enough is left in the rest. The marks of deletion are written, and worked into the
 * files below, for one stretch of files after the other: were they all in one file, that would overlap with all there are, and all would be written anew.
 * </ul>
 *
 * <p>Confined to one thread.
 */
final class RocksEraser {
    /** Bytes of files that are written anew in one go: as much room is taken meanwhile. */
    private static final long WINDOW = 128L << 20;
    /** Bytes that are left to others meanwhile. */
    private static final long ROOM = 64L << 20;

    private final RocksDB db;
    private final ColumnFamilyHandle table;
    private final Writer writer;
    /** Bytes that the file system has left. */
    private final LongSupplier room;

    /** Makes a batch durable. */
    interface Writer {
        void write(WriteBatch batch) throws RocksDBException;
    }

    /** A file of the table, and which share of its rows goes. */
    private record SstFile(byte[] first, byte[] last, long size, int level, double share) {
        double garbage() {
            return size * share;
        }

        /** Files of the first level overlap, and cannot be dropped. */
        boolean canBeDropped() {
            return share >= 1 && level > 0;
        }
    }

    RocksEraser(RocksDB db, ColumnFamilyHandle table, LongSupplier room, Writer writer) {
        this.room = room;
        this.db = db;
        this.table = table;
        this.writer = writer;
    }

    long erasable(Erasure erasure) {
        return (long) files(erasure).stream().mapToDouble(SstFile::garbage).sum();
    }

    List<Stretch> erase(Erasure erasure, double rest) throws RocksDBException {
        flush();
        List<SstFile> files = files(erasure);
        double left = files.stream().mapToDouble(SstFile::garbage).sum();
        double most = left * rest;
        for (SstFile file : files) {
            if (file.canBeDropped()) {
                erasure.goOn();
                db.deleteFilesInRanges(table, List.of(file.first(), file.last()), true);
            }
        }
        List<SstFile> all = new ArrayList<>(files(erasure));
        List<SstFile> partly = new ArrayList<>(all);
        partly.removeIf(file -> file.share() <= 0);
        partly.sort(Comparator.comparingDouble(SstFile::share).reversed());
        left = partly.stream().mapToDouble(SstFile::garbage).sum();
        Set<SstFile> chosen = new HashSet<>();
        for (int i = 0; i < partly.size() && left > most; i++) {
            left -= partly.get(i).garbage();
            chosen.add(partly.get(i));
        }
        rewrite(erasure, all, chosen);
        partly.removeAll(chosen);
        return partly.stream().map(file -> new Stretch(file.first(), file.last())).toList();
    }

    /** Takes out of {@code chosen} what there was no room for. Only neighbours are written anew together: what lies between two files would be, too. */
    private void rewrite(Erasure erasure, List<SstFile> all, Set<SstFile> chosen) throws RocksDBException {
        all.sort((a, b) -> Arrays.compareUnsigned(a.first(), b.first()));
        List<SstFile> window = new ArrayList<>();
        long size = 0;
        for (SstFile file : all) {
            if (!chosen.contains(file) || size + file.size() > WINDOW) {
                rewriteWindow(erasure, window, size, chosen);
                window.clear();
                size = 0;
            }
            if (chosen.contains(file)) {
                window.add(file);
                size += file.size();
            }
        }
        rewriteWindow(erasure, window, size, chosen);
    }

    private void rewriteWindow(Erasure erasure, List<SstFile> window, long size, Set<SstFile> chosen) throws RocksDBException {
        if (window.isEmpty()) {
            return;
        } else if (room.getAsLong() < size + ROOM) {
            window.forEach(chosen::remove);
            return;
        }
        erasure.goOn();
        try (WriteBatch batch = new WriteBatch()) {
            List<RocksDBException> failures = new ArrayList<>();
            for (SstFile file : window) {
                erasure.gaps(file.first(), file.last(), (from, until) -> {
                    try {
                        batch.deleteRange(table, from, until);
                    } catch (RocksDBException e) {
                        failures.add(e);
                    }
                });
            }
            if (!failures.isEmpty()) {
                throw failures.get(0);
            }
            writer.write(batch);
        }
        flush();
        byte[] last = window.stream().map(SstFile::last).max(Arrays::compareUnsigned).orElseThrow();
        compact(window.get(0).first(), last);
    }

    /** Writes the whole table anew if deletions are more than {@code share} of what its files have. */
    void compact(double share) throws RocksDBException {
        flush();
        long entries = 0;
        long deletions = 0;
        for (LiveFileMetaData file : live()) {
            entries += file.numEntries();
            deletions += file.numDeletions();
        }
        if (deletions > 0 && deletions >= share * entries) {
            compact(null, null);
        }
    }

    private void compact(byte[] first, byte[] last) throws RocksDBException {
        try (CompactRangeOptions options = new CompactRangeOptions()) {
            options.setBottommostLevelCompaction(BottommostLevelCompaction.kForceOptimized).setExclusiveManualCompaction(false);
            db.compactRange(table, first, last, options);
        }
    }

    private void flush() throws RocksDBException {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            db.flush(options, table);
        }
    }

    private List<SstFile> files(Erasure erasure) {
        return live().stream().map(file -> new SstFile(file.smallestKey(), file.largestKey(), file.size(), file.level(),
            erasure.share(file.smallestKey(), file.largestKey()))).toList();
    }

    private List<LiveFileMetaData> live() {
        try {
            byte[] name = table.getName();
            return db.getLiveFilesMetaData().stream().filter(file -> Arrays.equals(file.columnFamilyName(), name)).toList();
        } catch (RocksDBException e) {
            throw RocksStore.fault("cannot ask for the files of the database", e);
        }
    }
}
