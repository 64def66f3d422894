package io.amberfs.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** {@link RestoreTo} as the receiver of an export. Thread-safe as that is. */
record ExportTo(RestoreTo to) implements Backend.Export {
    @Override
    public Map<String, Object> finish() {
        RestoreTo.Summary summary = to.finish();
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("restored", summary.restored());
        counts.put("mended", summary.mended());
        counts.put("same", summary.same());
        counts.put("deleted", summary.deleted());
        counts.put("skipped", summary.skipped());
        counts.put("damaged", summary.damaged());
        counts.put("owners", summary.owners());
        counts.put("attributes", summary.attributes());
        counts.put("bytes", summary.bytes());
        counts.put("complete", summary.complete());
        return counts;
    }

    @Override
    public void event(Map<String, Object> event) {
        to.event(event);
    }

    @Override
    public void bytes(byte[] buffer, int offset, int length) {
        to.bytes(buffer, offset, length);
    }

    @Override
    public boolean cancelled() {
        return to.cancelled();
    }

    @Override
    public void close() {
        to.close();
    }
}
