package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import picocli.CommandLine.Command;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** How the drive is. */
@Command(name = "status", description = "Show where the drive and its store are, how much they hold, and what needs attention.",
    footerHeading = "%nExample:%n", footer = "  amberfs status --json")
final class StatusCommand implements Callable<Integer> {
    /** The width of the titles, with a blank after the longest. */
    private static final int TITLES = 10;

    private final Context context;

    StatusCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Map<String, Object> status = context.call(new Request("status"));
        Output output = context.output();
        if (output.json()) {
            output.json(status);
        } else {
            lines(status, context.surroundings().offsets()).forEach(output::line);
        }
        warnings(status).forEach(output::warn);
        return ExitCode.OK.number();
    }

    static List<String> lines(Map<String, Object> status, Function<Instant, ZoneOffset> offsets) {
        List<?> mounts = mounts(status);
        long logical = Show.number(status, "logicalBytes");
        long stored = Show.number(status, "storedBytes");
        List<String> lines = new ArrayList<>();
        lines.add(line("store", Show.text(String.valueOf(status.get("store")))));
        for (Object mount : mounts.isEmpty() ? List.of("not mounted") : mounts) {
            lines.add(line("drive", Show.text(String.valueOf(mount)) + (Boolean.TRUE.equals(status.get("readOnly")) ? " (read-only)" : "")));
        }
        lines.add(line("daemon", status.get("pid") == null ? "not running" : "process " + status.get("pid")));
        lines.add(line("history", "epoch " + Show.count(Show.number(status, "epoch")) + ", newest commit " + Show.time(status.get("time"), offsets)));
        lines.add(line("files", Show.count(Show.number(status, "files")) + " with " + Show.bytes(logical)));
        lines.add(line("stored", Show.bytes(stored) + " in " + Show.count(Show.number(status, "blocks")) + " blocks, past included"));
        if (status.get("scrub") instanceof Map<?, ?> scrub) {
            lines.add(line("scrub", scrub(scrub, offsets)));
        }
        long findings = findings(status);
        lines.add(line("findings", findings == 0 ? "none" : Show.count(findings)));
        return lines;
    }

    private static String scrub(Map<?, ?> scrub, Function<Instant, ZoneOffset> offsets) {
        boolean damaged = isSome(scrub.get("lastDamages"));
        String last = scrub.get("lastBegun") == null ? "never"
            : "last on " + Show.time(scrub.get("lastBegun"), offsets) + (damaged ? ", which found damage" : ", all was well");
        String now = !Boolean.TRUE.equals(scrub.get("underWay")) ? ""
            : "; " + Show.count(scrub.get("blocks") instanceof Number number ? number.longValue() : 0) + " blocks read since "
            + Show.time(scrub.get("begun"), offsets);
        return last + now + (scrub.get("every") == null ? "" : "; every " + scrub.get("every"));
    }

    /** What the user should do something about. */
    static List<String> warnings(Map<String, Object> status) {
        List<String> warnings = new ArrayList<>();
        if (Boolean.FALSE.equals(status.get("recoveryConfirmed"))) {
            warnings.add("warning: nobody has confirmed that the recovery key is kept: without it a lost passphrase is lost data;"
                + " run amberfs key recovery --confirm (without --confirm: get a new one)");
        }
        if (status.get("clockJump") != null) {
            warnings.add("warning: " + Show.text(String.valueOf(status.get("clockJump"))));
        }
        if (status.get("lackingBytes") instanceof Number bytes && bytes.longValue() > 0) {
            warnings.add("warning: the retention rule wants " + Show.bytes(bytes.longValue())
                + " more room than can be had: the rest is of snapshots, the last hour, or what is open");
        }
        if (status.get("scrub") instanceof Map<?, ?> scrub && (isSome(scrub.get("lastDamages")) || isSome(scrub.get("damages")))) {
            warnings.add("warning: the scrub found damage: run amberfs check --read-data to see what it hits");
        }
        if (findings(status) > 0) {
            warnings.add("warning: damage was found: run amberfs check to see what it hits");
        }
        if (status.get("pid") == null) {
            mounts(status).forEach(mount -> warnings.add("warning: the drive at " + mount + " is dead: run amberfs umount " + mount));
        }
        return warnings;
    }

    private static boolean isSome(Object value) {
        return value instanceof Number number && number.longValue() > 0;
    }

    private static List<?> mounts(Map<String, Object> status) {
        return status.get("mounts") instanceof List<?> list ? list : List.of();
    }

    private static long findings(Map<String, Object> status) {
        return status.get("findings") instanceof List<?> list ? list.size() : Show.number(status, "findings");
    }

    private static String line(String title, String value) {
        return title + " ".repeat(TITLES - title.length()) + value;
    }
}
