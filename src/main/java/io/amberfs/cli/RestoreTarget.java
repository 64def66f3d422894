package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.posix.Directory;
import io.amberfs.posix.PosixException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The directory that a restore writes into, as the user named it: opened once, held by a lock. Confined to the thread of the restore. */
final class RestoreTarget implements AutoCloseable {
    private final Directory directory;

    private RestoreTarget(Directory directory) {
        this.directory = directory;
    }

    /** Makes it if it is missing; in a dry run it then is empty. */
    static Optional<RestoreTarget> open(Path path, boolean dryRun) {
        try {
            if (!dryRun && Files.notExists(path)) {
                Files.createDirectories(path);
            }
            Directory directory = Directory.open(RawPath.bytes(path.toAbsolutePath()));
            if (!dryRun && !directory.self().tryLock()) {
                directory.close();
                throw new Refusal(ExitCode.IN_USE, RawPath.shown(path) + " is being restored into by another run; wait until it has ended");
            }
            return Optional.of(new RestoreTarget(directory));
        } catch (PosixException e) {
            if (dryRun && e.is(PosixException.ENOENT)) {
                return Optional.empty();
            }
            String advice = e.is(PosixException.ENOTDIR) ? "it is no directory; name one with --to" : "cannot be opened (" + e.getMessage() + ")";
            throw new Refusal(ExitCode.ERROR, RawPath.shown(path) + ": " + advice, e);
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, RawPath.shown(path) + ": cannot be made (" + Reasons.of(e) + "); make it or name another directory with --to", e);
        }
    }

    Directory directory() {
        return directory;
    }

    /** Opens a directory below it, step by step, without following symlinks. The caller closes it. */
    Directory below(List<Name> names) throws PosixException {
        Directory at = directory;
        for (Name name : names) {
            try {
                Directory next = at.directory(name);
                close(at);
                at = next;
            } catch (PosixException e) {
                close(at);
                throw e;
            }
        }
        return at;
    }

    @Override
    public void close() {
        directory.close();
    }

    private void close(Directory step) {
        if (step != directory) {
            step.close();
        }
    }
}
