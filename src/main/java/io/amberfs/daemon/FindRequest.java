package io.amberfs.daemon;

import io.amberfs.fs.Drive;
import io.amberfs.fs.FileLog;
import io.amberfs.history.Instants;
import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Mode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code find}: names in all of history, one event for each time that one was somewhere. Thread-safe. */
final class FindRequest {
    private final Drive drive;
    private final DrivePaths paths;
    private final Instants instants;

    FindRequest(OpenDrive open, DrivePaths paths) {
        drive = open.drive();
        instants = open.instants();
        this.paths = paths;
    }

    Map<String, Object> run(Request request, Reply reply) {
        paths.epochOrNow("now");
        Pattern pattern = pattern(request.path("name"));
        boolean deleted = request.flag("deleted");
        Optional<Long> after = request.optionalText("after").map(paths::epochOrNow);
        Optional<Long> before = request.optionalText("before").map(paths::epochOrNow);
        if (after.isPresent() && before.isPresent() && after.get() > before.get()) {
            throw new Refusal(ExitCode.USAGE, "'" + request.text("after") + "' is later than '" + request.text("before") + "': name the earlier one first");
        }
        long[] count = new long[1];
        CorruptException[] damage = new CorruptException[1];
        drive.history().find(name -> pattern.matcher(RawText.of(name)).matches(), found -> {
            boolean in = after.filter(epoch -> found.until() <= epoch).isEmpty() && before.filter(epoch -> found.from() > epoch).isEmpty();
            if (in && (!deleted || found.until() != Long.MAX_VALUE)) {
                reply.event(event(found));
                count[0]++;
            }
        }, reply::cancelled, e -> damage[0] = e);
        if (damage[0] != null) {
            throw new CorruptException("some names could not be read: " + damage[0].getMessage() + "; `amberfs check` says what is hit", damage[0]);
        }
        return Map.of("found", count[0]);
    }

    private Map<String, Object> event(FileLog.Found found) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", "found");
        Twin.put(event, "path", found.path());
        event.put("file", Mode.isDirectory(found.mode()) ? "directory" : Mode.isFile(found.mode()) ? "file" : Mode.isLink(found.mode()) ? "symlink" : "node");
        event.put("from", time(found.from()));
        event.put("until", found.until() == Long.MAX_VALUE ? null : time(found.until()));
        return event;
    }

    private Object time(long epoch) {
        return drive.volume().timeline().commit(epoch).map(commit -> instants.exact(commit.time())).orElse(null);
    }

    /** What a shell's pattern matches: {@code *}, {@code ?} and {@code [...]}, of which {@code [!...]} takes all others. */
    static Pattern pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            int end = c == '[' ? glob.indexOf(']', i + 2) : -1;
            if (end > 0) {
                String set = glob.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[").replace("&&", "&\\&");
                regex.append('[').append(set.startsWith("!") || set.startsWith("^") ? "^" + set.substring(1) : set).append(']');
                i = end;
            } else {
                regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            throw new Refusal(ExitCode.USAGE, "'" + RawText.shown(glob) + "' is no pattern: " + e.getDescription(), e);
        }
    }
}
