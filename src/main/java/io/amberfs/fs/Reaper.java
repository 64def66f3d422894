package io.amberfs.fs;

import io.amberfs.history.Head;
import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes the region rows of maps that nothing names any more, some at a time: deleting a large file takes no longer than a small one. Thread-safe; guarded by itself, it enters
 * the gate.
 */
final class Reaper {
    private static final int STEP = 4000;
    /** Of a hundred thousand rows, which are those of 100 GB: what is deleted is in memory until it is recorded. */
    private static final int STEPS = 25;

    private final Drive.Parts parts;
    private final Gate gate;

    Reaper(Drive.Parts parts, Gate gate) {
        this.parts = parts;
        this.gate = gate;
    }

    /** Deletes what was let go just now, and all there is unless that is very much: what is still there at a commit is kept as long as that. */
    void steps() {
        boolean more = true;
        for (int i = 0; more && i < STEPS; i++) {
            more = step();
        }
    }

    /** Deletes at most {@link #STEP} rows. @return whether there may be more */
    synchronized boolean step() {
        try (Gate.Pass pass = gate.enter()) {
            return delete();
        }
    }

    private boolean delete() {
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
                return true;
            }
        }
        return false;
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
