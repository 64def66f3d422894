package io.amberfs.daemon;

import io.amberfs.check.Checker;
import io.amberfs.check.Finding;
import io.amberfs.check.Sample;
import io.amberfs.check.Span;
import io.amberfs.check.Verdict;
import io.amberfs.crypto.Sealer;
import io.amberfs.fs.Drive;
import io.amberfs.history.RowSeal;
import io.amberfs.model.RawText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;

/** {@code check}: a verdict on the store as of now. Thread-safe. */
final class CheckRequest {
    private final OpenDrive open;

    CheckRequest(OpenDrive open) {
        this.open = open;
    }

    Map<String, Object> run(Request request, Reply reply) {
        Optional<LongPredicate> some = request.optionalText("subset").map(text -> Sample.of(text, open.clock().nanos()));
        boolean history = request.flag("history");
        return run(some.isPresent() ? new Checker.Depth(some, history) : new Checker.Depth(request.flag("readData"), history), reply);
    }

    /** Opens of all blocks the chosen ones. */
    Map<String, Object> run(LongPredicate chosen, Reply reply) {
        return run(new Checker.Depth(Optional.of(chosen), false), reply);
    }

    private Map<String, Object> run(Checker.Depth depth, Reply reply) {
        Drive drive = open.drive();
        if (drive.readOnly().isEmpty()) {
            drive.sync();
        }
        try (Sealer fresh = open.freshSealer()) {
            Checker checker = new Checker(open.store(), fresh, new RowSeal(fresh), drive.volume(), drive.records(), drive.blocks());
            return result(checker.run(depth, finding -> reply.event(json(finding)), (phase, done, total) -> {
                reply.event(new LinkedHashMap<>(Map.of("type", "progress", "phase", phase, "files", done, "totalFiles", total)));
                return !reply.cancelled();
            }));
        }
    }

    private static Map<String, Object> result(Verdict verdict) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("complete", verdict.complete());
        result.put("epoch", verdict.epoch());
        result.put("files", verdict.files());
        result.put("rows", verdict.rows());
        result.put("blocks", verdict.blocks());
        result.put("blocksRead", verdict.blocksOpened());
        result.put("damages", verdict.damages());
        result.put("warnings", verdict.warnings());
        result.put("findings", verdict.damages() + verdict.warnings());
        return result;
    }

    private Map<String, Object> json(Finding finding) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", "finding");
        event.put("kind", finding.kind());
        event.put("severity", finding.severity().name().toLowerCase(java.util.Locale.ROOT));
        putPaths(event, finding.paths());
        event.put("morePaths", finding.morePaths());
        event.put("message", finding.where() + ": " + finding.what() + instants(finding.instants()));
        event.put("fromEpoch", finding.instants().from());
        event.put("untilEpoch", finding.instants().untilNow() ? null : finding.instants().until());
        event.put("mendable", finding.mendable());
        return event;
    }

    /** The first one, and all; their twins, in the same order, where one is not UTF-8. */
    static void putPaths(Map<String, Object> event, List<String> paths) {
        event.put("path", null);
        paths.stream().findFirst().ifPresent(path -> Twin.put(event, "path", path));
        event.put("paths", paths.stream().map(RawText::shown).toList());
        if (!paths.stream().allMatch(RawText::isUtf8)) {
            event.put("paths64", paths.stream().map(path -> Twin.base64(RawText.bytes(path))).toList());
        }
    }

    private String instants(Span span) {
        String from = span.fromTime().isPresent() ? open.instants().second(span.fromTime().getAsLong()) : "epoch " + span.from();
        String until = span.untilNow() ? "now" : span.untilTime().isPresent() ? "before " + open.instants().second(span.untilTime().getAsLong()) : "before epoch " + span.until();
        return " (at instants from " + from + " to " + until + ")";
    }
}
