package io.amberfs.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WALRecoveryMode;

/**
 * The options of the database, and why.
 *
 * <ul>
 * <li>Memory: 48 MiB of block cache (index and filter blocks included) and 48 MiB of memtables for all tables together.
 * <li>Indexes and filters are in parts of 8 KiB, so that a look-up brings in the part that it needs, and not all of a file's.
 * <li>Blocks: sealed, so not compressible; each is a data block of its own; new numbers only ever grow, so files do not overlap and compaction moves them without
 * rewriting.
 * <li>Files are not opened as read at random: blocks of a file stand in the order in which they were written, and the kernel reads ahead.
 * <li>The log: a torn last record is what a crash leaves and is dropped; any other damage fails the opening. A log that lost its end is noticed by {@link SyncMark}.
 * <li>Opening for writing replays the log and writes its rows to tables. Logs of former runs must not stay beside the new one: that one of them is missing would not be noticed.
 * Those of one run are tracked: each names its forerunner.
 * </ul>
 */
final class RocksSetup {
    private static final long CACHE = 48L << 20;
    /** Eight parts of 6 MiB. What is larger than a part is not cached at all, and one of 64 (RocksDB's choice) was smaller than the filter of one file with 600,000 keys. */
    private static final int CACHE_SHARD_BITS = 3;
    private static final long MEMTABLES = 48L << 20;
    private static final int OPEN_FILES = 512;

    private RocksSetup() {
    }

    /**
     * @param acceptLoss to go on from the state before the first damage or gap in the log
     * @param track      require all logs that the manifest names; a database that was written so must not be opened for reading otherwise (RocksDB 11 ends the process then)
     * @param hasLog     require that each log finds its forerunner; only where there are logs
     */
    static DBOptions database(Natives natives, boolean acceptLoss, boolean track, boolean hasLog) {
        Properties names = new Properties();
        names.setProperty("track_and_verify_wals_in_manifest", String.valueOf(track));
        names.setProperty("track_and_verify_wals", String.valueOf(hasLog));
        DBOptions options = natives.add(DBOptions.getDBOptionsFromProps(names));
        return options.setCreateIfMissing(true).setCreateMissingColumnFamilies(true)
            .setDbWriteBufferSize(MEMTABLES).setMaxTotalWalSize(96L << 20).setMaxOpenFiles(OPEN_FILES)
            .setMaxBackgroundJobs(2).setMaxSubcompactions(1).setBytesPerSync(1 << 20)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL).setKeepLogFileNum(3).setMaxLogFileSize(4 << 20)
            .setMaxManifestFileSize(16 << 20).setStatsDumpPeriodSec(0).setAdviseRandomOnOpen(false)
            .setWalRecoveryMode(acceptLoss ? WALRecoveryMode.PointInTimeRecovery : WALRecoveryMode.TolerateCorruptedTailRecords);
    }

    static List<ColumnFamilyDescriptor> tables(Natives natives) {
        Cache cache = natives.add(new LRUCache(CACHE, CACHE_SHARD_BITS));
        BloomFilter bloom = natives.add(new BloomFilter(10));
        List<ColumnFamilyDescriptor> tables = new ArrayList<>();
        for (Table table : Table.values()) {
            byte[] name = table == Table.META ? RocksDB.DEFAULT_COLUMN_FAMILY
                : table.name().toLowerCase(java.util.Locale.ROOT).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            tables.add(new ColumnFamilyDescriptor(name, natives.add(options(table, cache, bloom))));
        }
        return tables;
    }

    private static ColumnFamilyOptions options(Table table, Cache cache, BloomFilter bloom) {
        BlockBasedTableConfig format = new BlockBasedTableConfig().setBlockCache(cache).setCacheIndexAndFilterBlocks(true).setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true).setFormatVersion(6)
            .setIndexType(IndexType.kTwoLevelIndexSearch).setPartitionFilters(true).setMetadataBlockSize(8 << 10).setPinTopLevelIndexAndFilter(true);
        ColumnFamilyOptions options = new ColumnFamilyOptions().setLevelCompactionDynamicLevelBytes(true);
        if (table == Table.BLOCKS) {
            format.setBlockSize(16 << 10);
            options.setCompressionType(CompressionType.NO_COMPRESSION).setWriteBufferSize(32L << 20).setTargetFileSizeBase(64L << 20);
        } else {
            format.setBlockSize(8 << 10).setFilterPolicy(bloom);
            options.setCompressionType(table == Table.INDEX ? CompressionType.NO_COMPRESSION : CompressionType.LZ4_COMPRESSION).setWriteBufferSize(16L << 20);
        }
        return options.setTableFormatConfig(format);
    }
}
