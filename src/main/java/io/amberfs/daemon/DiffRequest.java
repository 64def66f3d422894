package io.amberfs.daemon;

import io.amberfs.fs.Difference;
import io.amberfs.fs.Difference.At;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.fs.Retainer;
import io.amberfs.history.Instants;
import io.amberfs.history.Timeline;
import io.amberfs.model.Attr;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code diff}: what differs between two instants, or an instant and now, one event each, in the order of the paths. Thread-safe: each run has its own state. */
final class DiffRequest {
    /** What is sorted in memory, about a kilobyte each. Where there is more, the rest comes in no order. */
    private static final int SORTED = 50_000;

    private final Drive drive;
    private final DrivePaths paths;
    private final Instants instants;

    DiffRequest(OpenDrive open, DrivePaths paths) {
        drive = open.drive();
        instants = open.instants();
        this.paths = paths;
    }

    Map<String, Object> run(Request request, Reply reply) {
        long from = paths.epochOrNow(request.text("from"));
        try (Retainer.Stay first = drive.retainer().stay(from)) {
            long to = paths.epochOrNow(request.text("to"));
            try (Retainer.Stay second = drive.retainer().stay(to)) {
                requireThere(request, from, to);
                return between(from, to, DrivePaths.joined(DrivePaths.names(request.path("path"))), request.flag("content"), reply);
            }
        }
    }

    /** Tells what differs below a path, and gives the counts. Both commits must stay meanwhile. */
    Map<String, Object> between(long from, long to, byte[] within, boolean content, Reply reply) {
        Run run = new Run(reply, within, content, from, to);
        run.all();
        return run.result();
    }

    /** A path that was never there would look like one of which nothing has changed. */
    private void requireThere(Request request, long from, long to) {
        try {
            paths.node(Optional.of(from), request.path("path"), request.text("from"));
        } catch (Refusal e) {
            paths.node(Optional.of(to), request.path("path"), request.text("from") + " or " + request.text("to"));
        }
    }

    /** Thrown through the walk when nobody waits for it any more. */
    private static final class Cancelled extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final class Run {
        private final Reply reply;
        private final byte[] within;
        private final boolean content;
        private final long from;
        private final long to;
        private final List<Difference> sorted = new ArrayList<>();
        private final Map<Difference.Kind, Long> counts = new EnumMap<>(Difference.Kind.class);
        private long more;
        private long less;
        private boolean tooMany;

        Run(Reply reply, byte[] within, boolean content, long from, long to) {
            this.reply = reply;
            this.within = within;
            this.content = content;
            this.from = from;
            this.to = to;
        }

        void all() {
            try {
                drive.history().diff(from, to, this::take);
                tellSorted();
            } catch (Cancelled e) {
                sorted.clear();
            }
        }

        private void take(Difference difference) {
            if (reply.cancelled()) {
                throw new Cancelled();
            } else if (!isWithin(difference.path()) && (difference.kind() != Difference.Kind.MOVED || !isWithin(difference.from()))) {
                return;
            }
            counts.merge(difference.kind(), 1L, Long::sum);
            long change = difference.after().map(DiffRequest::size).orElse(0L) - difference.before().map(DiffRequest::size).orElse(0L);
            more += Math.max(change, 0);
            less += Math.max(-change, 0);
            if (tooMany) {
                tell(difference);
            } else {
                sorted.add(difference);
                tooMany = sorted.size() == SORTED;
                if (tooMany) {
                    tellSorted();
                }
            }
        }

        private boolean isWithin(byte[] path) {
            return within.length == 0 || path.length >= within.length && Arrays.equals(path, 0, within.length, within, 0, within.length)
                && (path.length == within.length || path[within.length] == '/');
        }

        private void tellSorted() {
            sorted.sort(Comparator.comparing(Difference::path, Arrays::compareUnsigned));
            for (Difference difference : sorted) {
                if (reply.cancelled()) {
                    throw new Cancelled();
                }
                tell(difference);
            }
            sorted.clear();
        }

        private void tell(Difference difference) {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("type", name(difference.kind()));
            Twin.put(event, "path", difference.path());
            if (difference.kind() == Difference.Kind.MOVED) {
                Twin.put(event, "from", difference.from());
            }
            event.put("file", Mode.isDirectory(one(difference).mode()) ? "directory" : Mode.isFile(one(difference).mode()) ? "file" : Mode.isLink(one(difference).mode())
                ? "symlink" : "node");
            event.put("what", difference.what().stream().map(what -> what.name().toLowerCase(Locale.ROOT)).toList());
            difference.before().ifPresent(at -> event.put("before", shown(at.inode())));
            difference.after().ifPresent(at -> event.put("after", shown(at.inode())));
            reply.event(event);
            boolean differs = difference.kind() != Difference.Kind.CHANGED && difference.kind() != Difference.Kind.MOVED || difference.what().contains(Difference.What.CONTENTS);
            if (content && differs && one(difference).isFile()) {
                Optional<Node.Past> old = difference.before().map(at -> new Node.Past(from, at.ino()));
                new TextDiff(drive, reply).tell(difference, old, difference.after().map(at -> new Node.Past(to, at.ino())));
            }
        }

        private Map<String, Object> shown(Inode inode) {
            Attr attr = inode.attr(0);
            return new LinkedHashMap<>(Map.of("size", attr.size(), "mode", attr.mode(), "uid", attr.uid(), "gid", attr.gid(), "mtime", instants.exact(attr.mtime())));
        }

        private Map<String, Object> result() {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("from", time(from));
            result.put("to", time(to));
            for (Difference.Kind kind : Difference.Kind.values()) {
                result.put(name(kind), counts.getOrDefault(kind, 0L));
            }
            result.put("bytesMore", more);
            result.put("bytesLess", less);
            result.put("sorted", !tooMany);
            return result;
        }
    }

    static String name(Difference.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private Object time(long epoch) {
        Timeline timeline = drive.volume().timeline();
        return timeline.commit(epoch).map(commit -> instants.exact(commit.time())).orElse(null);
    }

    private static Inode one(Difference difference) {
        return difference.after().or(difference::before).map(At::inode).orElseThrow();
    }

    private static long size(At at) {
        return at.inode().isFile() ? at.inode().size() : 0;
    }
}
