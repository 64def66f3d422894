package io.amberfs.cli;

import io.amberfs.daemon.Twin;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.posix.PosixException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Tells what happens to each entry, one event each, and counts. Confined to the thread of the restore. */
final class RestoreReport {
    private final Consumer<Map<String, Object>> out;
    private final boolean dryRun;
    private long restored;
    private long mended;
    private long same;
    private long deleted;
    private long skipped;
    private long damaged;
    private long owners;
    private long attributes;
    private long bytes;

    RestoreReport(Consumer<Map<String, Object>> out, boolean dryRun) {
        this.out = out;
        this.dryRun = dryRun;
    }

    /** The entry was made, or its contents written anew. */
    void restored(RestorePath path, String what, long size) {
        restored++;
        Map<String, Object> event = event("restored", path);
        event.put("what", what);
        event.put("bytes", size);
        out.accept(event);
    }

    /** Only attributes differed. */
    void mended(RestorePath path) {
        mended++;
        Map<String, Object> event = event("restored", path);
        event.put("what", "attributes");
        out.accept(event);
    }

    void same(RestorePath path) {
        same++;
        out.accept(event("same", path));
    }

    void deleted(RestorePath path) {
        deleted++;
        out.accept(event("deleted", path));
    }

    /** One entry failed: the others go on, unless there is no room left. */
    void failed(RestorePath path, PosixException e) {
        if (e.isNoSpace()) {
            throw new Refusal(ExitCode.NO_SPACE, "no space left while restoring " + path
                    + "; what was restored so far is whole, make room and run the restore again", e);
        }
        skipped(path, e.getMessage());
    }

    void skipped(RestorePath path, String reason) {
        skipped++;
        Map<String, Object> event = event("skipped", path);
        event.put("reason", reason);
        out.accept(event);
    }

    void damaged(RestorePath path, String reason) {
        damaged++;
        Map<String, Object> event = event("damaged", path);
        event.put("reason", reason);
        out.accept(event);
    }

    /** An owner that may not be given away: counted only, since without root it is one per file. */
    void ownerKept() {
        owners++;
    }

    /** An extended attribute that this filesystem or user cannot set; the entry itself is restored. */
    void attributeSkipped(RestorePath path, String reason) {
        attributes++;
        Map<String, Object> event = event("skipped", path);
        event.put("what", "attribute");
        event.put("reason", reason);
        out.accept(event);
    }

    void attributeSkipped(RestorePath path, PosixException e) {
        attributeSkipped(path, e.getMessage());
    }

    void wrote(long count) {
        bytes += count;
    }

    RestoreTo.Summary summary(boolean whole) {
        return new RestoreTo.Summary(restored, mended, same, deleted, skipped, damaged, owners, attributes, bytes, whole, dryRun);
    }

    private Map<String, Object> event(String type, RestorePath path) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", type);
        Twin.put(event, "path", path.isRoot() ? RestorePath.HERE : path.bytes());
        if (dryRun) {
            event.put("dryRun", true);
        }
        return event;
    }
}
