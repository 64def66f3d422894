package io.amberfs.posix;

import io.amberfs.model.Name;
import java.util.ArrayList;
import java.util.List;

/**
 * The way from a root directory down to where the work is, as deep as one likes, with few descriptors.
 *
 * <ul>
 *   <li>At most {@link #OPEN_MAX} directories are open, the deepest ones; the root stays open and belongs to the caller.
 *   <li>One that was closed meanwhile is opened again from the root, step by step without following symlinks, and must be the same inode as before
 *       (else ESTALE): nobody can swap a directory under a run.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class Trail implements AutoCloseable {
    static final int OPEN_MAX = 24;
    /** How many are opened at once on the way back, so that leaving n levels costs n^2 / 32 steps, not n^2. */
    private static final int REOPENED = 16;

    private record Step(Name name, FileStat stat) {
    }

    private final Directory root;
    private final List<Step> steps = new ArrayList<>();
    /** The open ones are those of the last {@code open.size()} steps. */
    private final List<Directory> open = new ArrayList<>();

    public Trail(Directory root) {
        this.root = root;
    }

    public int depth() {
        return steps.size();
    }

    public Directory current() throws PosixException {
        if (steps.isEmpty()) {
            return root;
        }
        if (open.isEmpty()) {
            reopen();
        }
        return open.get(open.size() - 1);
    }

    /** Steps into a directory of the current one; stays where it is if that fails. */
    public void enter(Name name) throws PosixException {
        Directory next = current().directory(name);
        try {
            steps.add(new Step(name, next.self().stat()));
        } catch (PosixException e) {
            next.close();
            throw e;
        }
        open.add(next);
        if (open.size() > OPEN_MAX) {
            open.remove(0).close();
        }
    }

    public void leave() {
        steps.remove(steps.size() - 1);
        if (!open.isEmpty()) {
            open.remove(open.size() - 1).close();
        }
    }

    @Override
    public void close() {
        open.forEach(Directory::close);
        open.clear();
        steps.clear();
    }

    private void reopen() throws PosixException {
        int keep = Math.max(0, steps.size() - REOPENED);
        Directory at = root;
        try {
            for (int i = 0; i < steps.size(); i++) {
                Directory next = at.directory(steps.get(i).name());
                if (at != root && i <= keep) {
                    at.close();
                }
                at = next;
                if (i >= keep) {
                    open.add(next);
                }
                if (!next.self().stat().isSameInode(steps.get(i).stat())) {
                    throw new PosixException(PosixException.ESTALE, "reopen " + steps.get(i).name() + ", which was replaced meanwhile");
                }
            }
        } catch (PosixException e) {
            if (at != root) {
                at.close();
            }
            open.forEach(Directory::close);
            open.clear();
            throw e;
        }
    }
}
