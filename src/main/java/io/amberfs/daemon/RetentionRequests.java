package io.amberfs.daemon;

import io.amberfs.block.Reclaim;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Retainer;
import io.amberfs.fs.Usage;
import io.amberfs.history.Thinning;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.Retention;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Which commits are kept: shows and sets the rule, and lets go what it does not keep. Thread-safe. */
final class RetentionRequests {
    /** The share of what nothing names that may be left on disk when somebody asks for room. */
    private static final double LEFT = 0.005;
    /** Rows and extents from one look at whether the command is still there to the next. */
    private static final int ASK = 256;
    /** Entries that are told. */
    private static final int TOP = 20;

    private final OpenDrive open;
    private final Drive drive;

    RetentionRequests(OpenDrive open) {
        this.open = open;
        drive = open.drive();
    }

    Map<String, Object> show() {
        return new LinkedHashMap<>(RetentionText.of(rule()));
    }

    /** What is not given stays; with {@code dryRun} it is only said what would go. */
    Map<String, Object> set(Request request, Reply reply) {
        Map<String, String> changes = new LinkedHashMap<>();
        RetentionText.of(Retention.DEFAULT).keySet().forEach(option -> request.optionalText(option).ifPresent(text -> changes.put(option, text)));
        Retention rule = RetentionText.changed(drive.volume().retention().orElse(Retention.DEFAULT), changes);
        boolean dryRun = request.flag("dryRun");
        if (!dryRun) {
            requireWritable();
            drive.retainer().retain(rule);
        }
        Map<String, Object> result = new LinkedHashMap<>(RetentionText.of(rule));
        result.putAll(told(drive.retainer().outlook(Optional.of(rule)), reply));
        result.put("dryRun", dryRun);
        return result;
    }

    Map<String, Object> thin(Request request, Reply reply) {
        if (request.flag("dryRun")) {
            rule();
            Map<String, Object> result = told(drive.retainer().outlook(Optional.empty()), reply);
            result.put("dryRun", true);
            return result;
        }
        requireWritable();
        rule();
        return Map.of("commits", drive.retainer().thin() + drive.retainer().makeRoom(), "lackingBytes", drive.retainer().lacking(), "dryRun", false);
    }

    /** Frees what nothing names. */
    Map<String, Object> reclaim(Request request, Reply reply) {
        boolean dryRun = request.flag("dryRun");
        requireWritable();
        int[] asked = new int[1];
        try {
            Retainer.Freed freed = drive.retainer().reclaim(dryRun, LEFT, () -> asked[0]++ % ASK == 0 && reply.cancelled());
            return Map.of("blocks", freed.blocks(), "bytes", freed.bytes(), "dryRun", dryRun);
        } catch (Reclaim.Stopped e) {
            throw new Refusal(ExitCode.ERROR, "the drive is being closed: what was not freed yet is left to the next amberfs reclaim", e);
        }
    }

    /** What the drive holds, and for which moments: an event for each snapshot. */
    Map<String, Object> stats(Reply reply) {
        Usage usage = drive.retainer().usage();
        for (Usage.Share share : usage.snapshots()) {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("type", "snapshot");
            event.put("name", share.snapshot().name());
            event.put("time", open.instants().exact(share.snapshot().time()));
            event.put("onlyBytes", share.only());
            event.put("freedBytes", share.freed());
            reply.event(event);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("files", usage.files());
        result.put("logicalBytes", usage.logical());
        result.put("distinctBytes", usage.distinct());
        result.put("uniqueBytes", usage.unique());
        result.put("storedBytes", usage.stored());
        result.put("historyBytes", usage.history());
        result.put("unneededBytes", usage.unneeded());
        result.put("rowsBytes", usage.rows());
        result.put("dedupRatio", ratio(usage.logical(), usage.distinct()));
        result.put("compressionRatio", ratio(usage.unique(), usage.stored()));
        return result;
    }

    /** Below a path, what the past takes most room for: an event for each. */
    Map<String, Object> top(Request request, Reply reply) {
        if (drive.readOnly().isEmpty()) {
            drive.sync();
        }
        byte[] within = DrivePaths.joined(DrivePaths.names(request.path("path")));
        int[] asked = new int[1];
        Map<ByteBuffer, Long> spent = drive.retainer().spending(within, () -> asked[0]++ % ASK == 0 && reply.cancelled());
        spent.entrySet().stream().sorted(Map.Entry.<ByteBuffer, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey())).limit(TOP).forEach(entry -> {
            Map<String, Object> event = new LinkedHashMap<>(Map.of("type", "spent", "historyBytes", entry.getValue()));
            byte[] path = new byte[entry.getKey().remaining()];
            entry.getKey().duplicate().get(path);
            Twin.put(event, "path", path);
            reply.event(event);
        });
        return Map.of("historyBytes", spent.values().stream().mapToLong(Long::longValue).sum(), "entries", spent.size());
    }

    /** With two digits behind the point; 1 where there is nothing. */
    private static double ratio(long of, long to) {
        return to == 0 ? 1 : Math.round(100.0 * of / to) / 100.0;
    }

    private Retention rule() {
        return drive.volume().retention().orElseThrow(() -> new Refusal(ExitCode.DAMAGE,
            "the retention rule is damaged, so nothing is thinned: `amberfs retention set` with the rules you want makes a new one"));
    }

    private void requireWritable() {
        drive.readOnly().ifPresent(reason -> {
            throw new Refusal(ExitCode.ERROR, "history cannot be changed: the drive is read-only, " + reason);
        });
    }

    /** One event for each stretch of commits that goes. @return how many go, and what comes back with them */
    private Map<String, Object> told(Retainer.Room room, Reply reply) {
        long count = 0;
        for (Thinning.Run run : room.runs()) {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("type", "thin");
            event.put("first", open.instants().exact(run.thinned().get(0).second()));
            event.put("last", open.instants().exact(run.thinned().get(run.thinned().size() - 1).second()));
            event.put("commits", run.thinned().size());
            event.put("why", run.thinned().get(0).epoch() <= room.forRoom() ? "room" : "rule");
            reply.event(event);
            count += run.thinned().size();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("commits", count);
        result.put("bytes", room.bytes());
        result.put("lackingBytes", room.lacking());
        return result;
    }
}
