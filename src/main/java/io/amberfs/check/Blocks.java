package io.amberfs.check;

import io.amberfs.block.BlockStore;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Extent;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Table;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** The blocks of the store, what names them, and whether they can be opened. Blocks that nothing names are fine: they wait for reclaim. Confined to one thread. */
final class Blocks {
    private static final int ID = 32;
    /** Blocks whose loss is told one by one. */
    private static final int TOLD_MAX = 10_000;

    private final Scope scope;
    private final BlockStore store;
    private final BlockTable table;
    private final Map<Long, String> missing = new TreeMap<>();
    private long missingBeyond;

    Blocks(Scope scope, BlockStore store, boolean readData) {
        this.scope = scope;
        this.store = store;
        table = new BlockTable(readData);
    }

    long count() {
        return table.size();
    }

    void load() {
        scope.pulse().phase("blocks", store.count());
        try (Rows rows = scope.rows(Table.BLOCKS, new byte[0])) {
            while (rows.next()) {
                scope.pulse().step();
                byte[] row = rows.value();
                if (rows.key().length != 8) {
                    scope.stray(Table.BLOCKS, rows.key());
                } else if (row.length >= ID) {
                    table.add(KeyBytes.longAt(rows.key(), 0), row);
                }
            }
        }
    }

    /** A record names parts of blocks. */
    void name(List<Extent> extents) {
        for (Extent extent : extents) {
            long place = table.find(extent.block());
            if (place < 0) {
                miss(extent.block(), "it is not in the store");
            } else if (table.check(place) != extent.check()) {
                miss(extent.block(), "another content is in its place");
            } else {
                table.need(place, extent.blockOffset() + extent.length());
            }
        }
    }

    /** To be called when all that names blocks was read. */
    void tellMissing() {
        missing.forEach((block, reason) -> suspect(block, hit -> new MissingBlock(block, reason, hit)));
        scope.suspects().addBeyond(missingBeyond);
    }

    void index() {
        scope.pulse().phase("dedup index", table.size());
        try (Rows rows = scope.rows(Table.INDEX, new byte[0])) {
            while (rows.next()) {
                scope.pulse().step();
                String reason = indexFault(rows.key(), rows.value());
                if (!reason.isEmpty()) {
                    String content = Scope.hex(rows.key());
                    scope.suspects().add(Subject.NOTHING, scope.commits().now(), Long.MAX_VALUE, hit -> new StrayIndex(content, reason, hit));
                }
            }
        }
    }

    /** Opens the named blocks that are {@code chosen}. @return how many */
    long open(LongPredicate chosen) {
        scope.pulse().phase("contents", table.named());
        long[] opened = new long[1];
        table.forEachNamed((number, check, need) -> {
            scope.pulse().step();
            if (!chosen.test(number)) {
                return;
            }
            opened[0]++;
            String reason = blockFault(number, check, need);
            if (!reason.isEmpty()) {
                suspect(number, hit -> new DamagedBlock(number, reason, hit));
            }
        });
        return opened[0];
    }

    private String indexFault(byte[] id, byte[] row) {
        if (id.length != ID) {
            return "its key has " + id.length + " bytes";
        }
        try {
            long number = scope.opener().indexed(id, row);
            long place = table.find(number);
            boolean right = place >= 0 && table.check(place) == KeyBytes.longAt(id, 0);
            return right ? "" : place < 0 ? "it leads to block " + number + ", which is not in the store" : "it leads to block " + number + ", which has another content";
        } catch (CorruptException | UnsupportedFormatException e) {
            return e.getMessage();
        }
    }

    private String blockFault(long number, long check, int need) {
        try {
            int length = store.load(number, check).length;
            return length < need ? "it has " + length + " bytes, files need " + need : "";
        } catch (CorruptException | UnsupportedFormatException e) {
            return e.getMessage();
        }
    }

    private void miss(long block, String reason) {
        if (missing.size() < TOLD_MAX || missing.containsKey(block)) {
            missing.putIfAbsent(block, reason);
        } else {
            missingBeyond++;
        }
    }

    private void suspect(long block, java.util.function.Function<Hit, Finding> make) {
        scope.suspects().add(new Subject.OfBlock(block), scope.commits().oldest(), Long.MAX_VALUE, make);
    }
}
