package io.amberfs.cli;

import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.posix.Descriptor;
import io.amberfs.posix.Directory;
import io.amberfs.posix.FileStat;
import io.amberfs.posix.PosixException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Puts entries in their place: made whole under a temporary name, then renamed over what was there.
 *
 * <ul>
 *   <li>A directory in the way goes if it is empty or {@code --delete} was given; otherwise nothing is touched.
 *   <li>An inode that has other names too is never changed in place: they may lie outside.
 * </ul>
 *
 * <p>Confined to the thread of the restore.
 */
final class RestorePlacer {
    enum Outcome {
        /** It was there already; its attributes may have been mended. */
        KEPT, MADE, FAILED
    }

    private interface Making {
        void make(Name temp) throws PosixException;
    }

    private final RestoreReport report;
    private final RestoreAttributes attributes;
    private final RestoreDelete deletion;
    private final boolean delete;
    private final boolean dryRun;

    RestorePlacer(RestoreReport report, RestoreAttributes attributes, RestoreDelete deletion, boolean delete, boolean dryRun) {
        this.report = report;
        this.attributes = attributes;
        this.deletion = deletion;
        this.delete = delete;
        this.dryRun = dryRun;
    }

    /** Whether a directory that may not be removed stands where something else belongs; then it is reported. */
    boolean isBlocked(RestoreSite site) throws PosixException {
        if (delete || !site.holdsDirectory()) {
            return false;
        }
        try (Directory inTheWay = site.parent().directory(site.name())) {
            if (inTheWay.isEmpty()) {
                return false;
            }
        }
        report.skipped(site.path(), "a directory that is not empty stands in its place; move it away or run again with --delete");
        return true;
    }

    /** Renames what is complete under its temporary name over the entry. */
    void place(RestoreSite site, Name temp) throws PosixException {
        Optional<FileStat> there = site.parent().stat(site.name());
        if (there.isPresent() && Mode.isDirectory(there.get().mode())) {
            if (delete) {
                deletion.remove(site.parent(), site.name(), site.path());
            } else {
                site.parent().removeDirectory(site.name());
            }
        }
        site.parent().rename(temp, site.name());
    }

    /** A symlink, FIFO or device; what becomes of it is reported. */
    Outcome node(RestoreSite site, RestoreEntry past) throws PosixException {
        if (isBlocked(site)) {
            return Outcome.FAILED;
        }
        if (isSameThing(site, past) && isMended(site, past)) {
            return Outcome.KEPT;
        }
        if (!dryRun) {
            try {
                make(site, temp -> node(site.parent(), temp, past));
            } catch (PosixException e) {
                if (e.is(PosixException.EPERM) && Mode.isDevice(past.mode())) {
                    report.skipped(past.path(), "making a device needs root");
                    return Outcome.FAILED;
                }
                throw e;
            }
        }
        report.restored(past.path(), Mode.isLink(past.mode()) ? "symlink" : "node", 0);
        return Outcome.MADE;
    }

    /** A further name of the inode {@code first}, which lies in {@code home}. */
    void link(Directory home, Name first, FileStat inode, RestoreSite site) throws PosixException {
        Optional<FileStat> found = home.stat(first);
        if (found.isEmpty() || !found.get().isSameInode(inode)) {
            throw new PosixException(PosixException.ESTALE, "link " + site.path() + " to " + first + ", which was replaced meanwhile");
        }
        make(site, temp -> home.link(first, site.parent(), temp));
    }

    private void node(Directory parent, Name temp, RestoreEntry past) throws PosixException {
        if (Mode.isLink(past.mode())) {
            parent.makeLink(temp, past.target());
        } else {
            parent.makeNode(temp, past.type(), past.rdev());
        }
        try (Descriptor made = parent.entry(temp)) {
            attributes.mend(made, past);
        }
    }

    private void make(RestoreSite site, Making making) throws PosixException {
        Name temp = RestoreTemp.fresh();
        site.unlock();
        try {
            making.make(temp);
            place(site, temp);
        } catch (PosixException e) {
            discard(site.parent(), temp);
            throw e;
        }
    }

    /** Removes what was made under a temporary name, after a failure that is told already; what cannot be removed now, the next run removes. */
    static void discard(Directory parent, Name temp) {
        try {
            parent.unlink(temp);
        } catch (PosixException e) {
            return;
        }
    }

    private static boolean isSameThing(RestoreSite site, RestoreEntry past) throws PosixException {
        if (site.standing().isEmpty() || site.standing().get().type() != past.type() || site.standing().get().nlink() > past.nlink()) {
            return false;
        }
        if (Mode.isLink(past.mode())) {
            return Arrays.equals(site.parent().linkTarget(site.name()), past.target());
        }
        return !Mode.isDevice(past.mode()) || site.standing().get().rdev() == past.rdev();
    }

    /** Whether the attributes are right now; false if the inode must be made anew for that. */
    private boolean isMended(RestoreSite site, RestoreEntry past) throws PosixException {
        try (Descriptor entry = site.parent().entry(site.name())) {
            FileStat now = entry.stat();
            if (!site.holds(now)) {
                return false;
            }
            if (now.nlink() > 1 && attributes.differ(entry, past)) {
                return false;
            }
            if (dryRun ? attributes.differ(entry, past) : attributes.mend(entry, past)) {
                report.mended(past.path());
            } else {
                report.same(past.path());
            }
            return true;
        }
    }
}
