package io.amberfs.daemon;

import io.amberfs.fs.Caller;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Invalidation;
import io.amberfs.fs.Node;
import io.amberfs.model.Attr;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Errno;
import io.amberfs.model.ExitCode;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * {@code restore} in place: makes a path of the present as it was at an instant, as new changes on top of the present. Only what differs is touched, each file in one
 * step; nothing that is
 * not there then is removed without {@code delete}. Thread-safe: each run has its own state.
 */
final class RestoreRequest {
    /** Entries between two lines of progress. */
    private static final int PROGRESS = 200;

    private final Drive drive;
    private final DrivePaths paths;
    private final Supplier<Invalidation> invalidation;

    /** @param invalidation whom to tell what changed, at the time of a restore */
    RestoreRequest(OpenDrive open, DrivePaths paths, Supplier<Invalidation> invalidation) {
        drive = open.drive();
        this.paths = paths;
        this.invalidation = invalidation;
    }

    Map<String, Object> run(Request request, Reply reply) {
        long epoch = paths.epoch(request.text("at"));
        List<Name> path = DrivePaths.names(request.path("path"));
        Optional<Node> then = then(request, epoch, path);
        if (drive.readOnly().isPresent() && !request.flag("dryRun")) {
            throw new Refusal(ExitCode.ERROR, "nothing can be restored in place: the drive is read-only, " + drive.readOnly().get() + "; use --to DIR");
        }
        drive.gather();
        Run run = begin(reply, epoch, request.flag("delete"), request.flag("dryRun"));
        if (then.isPresent()) {
            run.start(path, (Node.Past) then.get());
        } else {
            run.remove(path);
        }
        if (!run.dryRun) {
            drive.sync();
        }
        return run.counts();
    }

    /** A restore whose paths are given one by one. */
    Run begin(Reply reply, long epoch, boolean delete, boolean dryRun) {
        return new Run(reply, epoch, delete, dryRun);
    }

    /** What was there. Where it is to be deleted if it was not, it may be empty for what is there now. */
    private Optional<Node> then(Request request, long epoch, List<Name> path) {
        if (request.has("absent") && request.flag("absent") && !isThere(epoch, path)) {
            paths.node(Optional.empty(), request.path("path"), "");
            return Optional.empty();
        }
        return Optional.of(paths.node(Optional.of(epoch), request.path("path"), request.text("at")));
    }

    private boolean isThere(long epoch, List<Name> path) {
        try {
            drive.resolve(Optional.of(epoch), path);
            return true;
        } catch (FsException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return false;
            }
            throw e;
        }
    }

    /** A directory whose entries are still to be gone through. @param path from the root of the drive, as raw text, as all paths here */
    private record Level(Optional<Node> now, Node.Past then, String path, Deque<Name> left) {
    }

    /** One restore; confined to its thread. */
    final class Run {
        private final Reply reply;
        private final long epoch;
        private final boolean delete;
        private final boolean dryRun;
        private final Map<Long, Node> linked = new HashMap<>();
        private final Map<String, Long> counts = new LinkedHashMap<>();
        private long seen;
        private long bytes;
        private final Invalidation kernel = invalidation.get();

        Run(Reply reply, long epoch, boolean delete, boolean dryRun) {
            this.reply = reply;
            this.epoch = epoch;
            this.delete = delete;
            this.dryRun = dryRun;
            List.of("restored", "deleted", "kept", "same", "damaged").forEach(key -> counts.put(key, 0L));
        }

        Map<String, Object> counts() {
            Map<String, Object> all = new LinkedHashMap<>(counts);
            all.put("complete", counts.get("damaged") == 0 && counts.get("kept") == 0);
            return all;
        }

        void attributes(Node now, Node.Past then) {
            if (!drive.restores().isAs(now, then)) {
                drive.restores().attributes(now, then);
                kernel.inode(now);
            }
        }

        /** What was not there goes. */
        void remove(List<Name> path) {
            Node dir = drive.resolve(Optional.empty(), path.subList(0, path.size() - 1));
            deleteTree(dir, path.get(path.size() - 1), RawText.of(DrivePaths.joined(path)));
        }

        void start(List<Name> path, Node.Past then) {
            Optional<Node> dir = Optional.of(Node.ROOT);
            StringBuilder done = new StringBuilder();
            Node.Past at = new Node.Past(epoch, ((Node.Past) drive.resolve(Optional.of(epoch), List.of())).ino());
            for (int i = 0; i + 1 < path.size(); i++) {
                at = (Node.Past) drive.lookup(at, path.get(i));
                done.append(i == 0 ? "" : "/").append(RawText.of(path.get(i).bytes()));
                dir = enter(dir, path.get(i), at, done.toString());
            }
            if (path.isEmpty()) {
                walk(new Level(dir, then, "", names(then)));
            } else {
                done.append(path.size() == 1 ? "" : "/").append(RawText.of(path.get(path.size() - 1).bytes()));
                entry(dir, path.get(path.size() - 1), then, done.toString()).ifPresent(this::walk);
            }
        }

        private void walk(Level first) {
            Deque<Level> open = new ArrayDeque<>(List.of(first));
            deleteOthers(first);
            while (!open.isEmpty() && !reply.cancelled()) {
                Level level = open.peek();
                tell();
                if (level.left().isEmpty()) {
                    open.pop();
                    finish(level);
                    continue;
                }
                Name name = level.left().pop();
                String path = below(level.path(), name);
                try {
                    entry(level.now(), name, (Node.Past) drive.lookup(level.then(), name), path).ifPresent(below -> {
                        open.push(below);
                        deleteOthers(below);
                    });
                } catch (CorruptException e) {
                    count("damaged", path, Map.of("reason", e.getMessage()));
                }
            }
        }

        /** @return what lies below, for a directory */
        private Optional<Level> entry(Optional<Node> dir, Name name, Node.Past then, String path) {
            Attr attr = drive.attr(then);
            Optional<Node> now = dir.flatMap(d -> find(d, name));
            if (Mode.isDirectory(attr.mode())) {
                Optional<Node> entered = enter(dir, name, then, path);
                return entered.isPresent() || dryRun ? Optional.of(new Level(entered, then, path, names(then))) : Optional.empty();
            }
            if (now.isPresent() && Mode.isDirectory(drive.attr(now.get()).mode())) {
                if (!delete) {
                    count("kept", path, Map.of("message", "a directory stands there now; --delete removes it"));
                    return Optional.empty();
                }
                deleteTree(dir.get(), name, path);
                now = Optional.empty();
            }
            file(dir, name, then, path, attr, now);
            return Optional.empty();
        }

        private void file(Optional<Node> dir, Name name, Node.Past then, String path, Attr attr, Optional<Node> now) {
            bytes += attr.size();
            Optional<Node> first = attr.nlink() > 1 ? Optional.ofNullable(linked.get(then.ino())) : Optional.empty();
            boolean same = now.isPresent() && (first.isEmpty() || first.equals(now)) && drive.restores().isAs(now.get(), then);
            Optional<Node> placed = now;
            if (same) {
                counts.merge("same", 1L, Long::sum);
            } else {
                placed = dryRun || dir.isEmpty() ? Optional.empty() : Optional.of(place(dir.get(), name, then, first, now));
                count("restored", path, Map.of("size", attr.size()));
            }
            if (attr.nlink() > 1 && placed.isPresent()) {
                linked.putIfAbsent(then.ino(), placed.get());
            }
        }

        private Node place(Node dir, Name name, Node.Past then, Optional<Node> linkTo, Optional<Node> before) {
            Node placed = drive.restores().file(dir, name, then, linkTo);
            linkTo.ifPresent(kernel::inode);
            before.ifPresent(kernel::inode);
            changed(dir, name);
            return placed;
        }

        /** A name has come, gone or got another inode. */
        private void changed(Node dir, Name name) {
            kernel.entry(dir, name);
            kernel.inode(dir);
        }

        /** The directory of the present that {@code then} is to become; none in a dry run where there is none yet. */
        private Optional<Node> enter(Optional<Node> dir, Name name, Node.Past then, String path) {
            Optional<Node> now = dir.flatMap(d -> find(d, name));
            if (now.isPresent() && Mode.isDirectory(drive.attr(now.get()).mode())) {
                return now;
            }
            Attr attr = drive.attr(then);
            count("restored", path, Map.of("size", 0));
            if (dryRun || dir.isEmpty()) {
                return Optional.empty();
            }
            now.ifPresent(other -> {
                drive.unlink(dir.get(), name);
                kernel.inode(other);
            });
            Node made = drive.mkdir(dir.get(), name, attr.mode(), new Caller(attr.uid(), attr.gid(), 0));
            changed(dir.get(), name);
            return Optional.of(made);
        }

        private void finish(Level level) {
            if (!dryRun) {
                level.now().ifPresent(now -> attributes(now, level.then()));
            }
        }

        private void deleteOthers(Level level) {
            if (!delete || level.now().isEmpty()) {
                return;
            }
            Set<Name> wanted = new HashSet<>(level.left());
            for (Name name : TreeRequests.names(drive, level.now().get())) {
                if (!wanted.contains(name)) {
                    deleteTree(level.now().get(), name, below(level.path(), name));
                }
            }
        }

        private void deleteTree(Node dir, Name name, String path) {
            Node node = drive.lookup(dir, name);
            boolean directory = Mode.isDirectory(drive.attr(node).mode());
            if (directory) {
                for (Name child : TreeRequests.names(drive, node)) {
                    deleteTree(node, child, below(path, child));
                }
            }
            if (!dryRun) {
                if (directory) {
                    drive.rmdir(dir, name);
                } else {
                    drive.unlink(dir, name);
                }
                kernel.inode(node);
                changed(dir, name);
            }
            count("deleted", path, Map.of());
        }

        private Optional<Node> find(Node dir, Name name) {
            try {
                return Optional.of(drive.lookup(dir, name));
            } catch (FsException e) {
                if (e.errno() == Errno.ENOENT) {
                    return Optional.empty();
                }
                throw e;
            }
        }

        private Deque<Name> names(Node directory) {
            return new ArrayDeque<>(TreeRequests.names(drive, directory));
        }

        private static String below(String path, Name name) {
            return (path.isEmpty() ? "" : path + "/") + RawText.of(name.bytes());
        }

        /** A line of progress now and then. */
        private void tell() {
            if (++seen % PROGRESS == 0) {
                reply.event(new LinkedHashMap<>(Map.of("type", "progress", "files", seen, "bytes", bytes)));
            }
        }

        private void count(String type, String path, Map<String, Object> more) {
            counts.merge(type, 1L, Long::sum);
            Map<String, Object> event = new LinkedHashMap<>(Map.of("type", type));
            Twin.put(event, "path", path);
            event.putAll(more);
            reply.event(event);
        }
    }
}
