package io.amberfs.cli;

import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.posix.Directory;
import io.amberfs.posix.FileStat;
import io.amberfs.posix.PosixException;
import io.amberfs.posix.Trail;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Removes an entry with all below it, and tells each.
 *
 * <ul>
 *   <li>Symlinks are removed, never followed; what is mounted below is left alone.
 *   <li>What cannot be removed is told and stays, with the directories above it; the rest goes.
 *   <li>Any depth: neither the stack nor the number of descriptors grows.
 * </ul>
 *
 * <p>Confined to the thread of the restore.
 */
final class RestoreDelete {
    private record Level(Name name, RestorePath path, Deque<Name> pending) {
    }

    private final RestoreReport report;
    private final boolean dryRun;

    RestoreDelete(RestoreReport report, boolean dryRun) {
        this.report = report;
        this.dryRun = dryRun;
    }

    void remove(Directory parent, Name name, RestorePath path) {
        Deque<Level> levels = new ArrayDeque<>();
        try (Trail trail = new Trail(parent)) {
            visit(trail, levels, name, path);
            while (!levels.isEmpty()) {
                Level level = levels.peek();
                if (!level.pending().isEmpty()) {
                    Name next = level.pending().poll();
                    visit(trail, levels, next, level.path().child(next));
                    continue;
                }
                levels.pop();
                trail.leave();
                removeEmptied(trail, level);
            }
        }
    }

    private void visit(Trail trail, Deque<Level> levels, Name name, RestorePath path) {
        try {
            Directory parent = trail.current();
            Optional<FileStat> found = parent.stat(name);
            if (found.isEmpty()) {
                return;
            }
            FileStat stat = found.get();
            if (stat.mountRoot() || stat.device() != parent.self().stat().device()) {
                report.skipped(path, "not deleted: another filesystem is mounted there");
                return;
            }
            if (!Mode.isDirectory(stat.mode())) {
                if (!dryRun) {
                    parent.unlink(name);
                }
                report.deleted(path);
                return;
            }
            trail.enter(name);
            Deque<Name> pending = new ArrayDeque<>();
            levels.push(new Level(name, path, pending));
            loosen(trail.current());
            trail.current().list(pending::add);
        } catch (PosixException e) {
            report.skipped(path, "not deleted: " + e.getMessage());
        }
    }

    /** A directory without write permission, as some package caches have them, keeps its owner from emptying it. */
    private void loosen(Directory directory) throws PosixException {
        if (!dryRun && !Directory.asRoot()) {
            FileStat stat = directory.self().stat();
            if ((stat.mode() & 0700) != 0700 && stat.uid() == Directory.user()) {
                directory.self().chmod(stat.permissions() | 0700);
            }
        }
    }

    /** A directory that kept something was told when that failed. */
    private void removeEmptied(Trail trail, Level level) {
        try {
            if (!dryRun) {
                trail.current().removeDirectory(level.name());
            }
            report.deleted(level.path());
        } catch (PosixException e) {
            report.skipped(level.path(), "not deleted: " + e.getMessage());
        }
    }
}
