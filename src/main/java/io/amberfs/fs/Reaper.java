package io.amberfs.fs;

import io.amberfs.history.Head;
import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import java.util.ArrayList;
import java.util.List;

/** Deletes the region rows of maps that nothing names any more, some at a time: deleting a large file takes no longer than a small one. Called within the gate, by one thread. */
final class Reaper {
    private static final int STEP = 4000;

    private final Drive.Parts parts;

    Reaper(Drive.Parts parts) {
        this.parts = parts;
    }

    /** Deletes at most {@link #STEP} rows. */
    void step() {
        int left = STEP;
        for (byte[] reap : keys(RowKey.kind(parts.records().volume(), RowKey.REAP), STEP)) {
            List<byte[]> regions = keys(RowKey.of(parts.records().volume(), RowKey.REGION, RowKey.numberOf(reap)), left);
            try (Head.Change change = parts.head().begin()) {
                regions.forEach(change::delete);
                if (regions.size() < left) {
                    change.delete(reap);
                }
            }
            left -= regions.size();
            if (left <= 0) {
                return;
            }
        }
    }

    private List<byte[]> keys(byte[] prefix, int max) {
        List<byte[]> keys = new ArrayList<>();
        try (Scan scan = parts.head().scan(prefix, prefix)) {
            while (keys.size() < max && scan.next()) {
                keys.add(scan.key());
            }
        }
        return keys;
    }
}
