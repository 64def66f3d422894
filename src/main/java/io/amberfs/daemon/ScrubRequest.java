package io.amberfs.daemon;

import io.amberfs.check.Scrub;
import io.amberfs.fs.Drive;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.ScrubState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** {@code scrub}: reads and opens all there is, going on where the last one stopped; or sets when that is done by itself. Thread-safe. */
final class ScrubRequest {
    /** How long other passes wait for a step, in nanoseconds. */
    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(200);

    private final OpenDrive open;
    private final Drive drive;
    private final Scrub scrub;
    private final CheckRequest check;

    ScrubRequest(OpenDrive open, CheckRequest check) {
        this.open = open;
        this.check = check;
        drive = open.drive();
        scrub = open.scrub();
    }

    Map<String, Object> run(Request request, Reply reply) {
        drive.readOnly().ifPresent(reason -> {
            throw new Refusal(ExitCode.ERROR, "how far a scrub has come cannot be kept: the drive is read-only, " + reason + "; use check --read-data");
        });
        if (request.has("every")) {
            scrub.every(RetentionText.span(request.text("every"), "every"));
            return shown(scrub.state());
        }
        long rate = request.has("rate") ? RetentionText.size(request.text("rate"), "rate") : Long.MAX_VALUE;
        long before = scrub.bytes();
        long begun = System.nanoTime();
        boolean ended = false;
        while (!ended && !reply.cancelled()) {
            ended = drive.retainer().alone(() -> scrub.step(STEP));
            ScrubState state = scrub.state();
            if (!ended) {
                reply.event(new LinkedHashMap<>(Map.of("type", "progress", "phase", "blocks", "files", state.blocks(), "totalFiles", drive.blocks().count())));
            }
            waitFor(before, begun, rate, reply);
        }
        if (ended && scrub.state().lastDamages() > 0) {
            Set<Long> bad = Set.copyOf(scrub.state().bad());
            drive.retainer().alone(() -> check.run(bad::contains, reply));
        }
        Map<String, Object> result = shown(scrub.state());
        result.put("ended", ended);
        result.put("bytes", scrub.bytes() - before);
        return result;
    }

    private void waitFor(long before, long begun, long rate, Reply reply) {
        double due = (scrub.bytes() - before) / (double) rate;
        try {
            while (!reply.cancelled() && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) < due * 1000) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(ExitCode.INTERRUPTED, "interrupted; the next scrub goes on here", e);
        }
    }

    /** For {@code status}, too. */
    Map<String, Object> shown(ScrubState state) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("every", state.every() == 0 ? null : RetentionText.text(state.every()));
        shown.put("underWay", state.isUnderWay());
        shown.put("begun", state.isUnderWay() ? open.instants().exact(state.begun()) : null);
        shown.put("rows", state.rows());
        shown.put("blocks", state.blocks());
        shown.put("damages", state.damages());
        shown.put("lastBegun", state.lastBegun() == 0 ? null : open.instants().exact(state.lastBegun()));
        shown.put("lastDamages", state.lastDamages());
        return shown;
    }
}
