package io.amberfs.mount;

import io.amberfs.fs.Node;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * The numbers by which the kernel knows nodes. A number holds its node, so that nothing has to be remembered for each inode that the kernel knows:
 *
 * <pre>
 *   0 00 …21 bits… …40 bits…   an inode of the present: how often inodes were renewed when it was last, and its own number; what is mounted is 1, as the protocol wants it
 *   0 01 …61 bits…             .snapshots of that directory
 *   0 10 …61 bits…             .versions of that directory
 *   0 11 …61 bits…             .versions/FILE, counted up
 *   1 …23 bits… …40 bits…      an inode of the past: the place of its epoch in {@code epochs}, and its own number
 * </pre>
 *
 * <ul>
 * <li>A number means the same node for as long as the mount lives, but that of .versions/FILE only until the kernel forgets it, and that of an inode of the present until it is
 * {@link #renew renewed}, and that of the past until its commit is {@link #revise revised}.
 * <li>Remembered are the epochs that were entered (some 60 bytes each), the inodes that were renewed (8 bytes each), and the .versions/FILE that the kernel knows.
 * </ul>
 *
 * <p>Thread-safe; what is remembered is guarded by this.
 */
final class NodeIds {
    private static final int KIND_SHIFT = 61;
    private static final long SNAPSHOTS = 1;
    private static final long VERSIONS = 2;
    private static final long VERSIONS_OF = 3;
    private static final long NUMBER = (1L << KIND_SHIFT) - 1;
    private static final int PAST_INO_BITS = 40;
    private static final long PAST_INO = (1L << PAST_INO_BITS) - 1;
    private static final int EPOCHS_MAX = 1 << 23;
    private static final int TURN_BITS = KIND_SHIFT - PAST_INO_BITS;
    private static final long TURN = (1L << TURN_BITS) - 1;

    private static final class Known {
        private final Node.VersionsOf node;
        private long lookups;

        Known(Node.VersionsOf node) {
            this.node = node;
        }
    }

    private final Node root;
    private final Map<Long, Integer> placeOfEpoch = new HashMap<>();
    private volatile long[] epochs = {};
    /** Of those, how many were given away. */
    private int places;
    /** The inodes that were renewed and when last, each {@code number << TURN_BITS | turn}, ascending. */
    private volatile long[] renewed = {};
    private long turn;
    private final Map<Node.VersionsOf, Long> numbers = new HashMap<>();
    private final Map<Long, Known> known = new HashMap<>();
    private long last;

    /** @param root the directory that is mounted: that of the present, or of a commit */
    NodeIds(Node root) {
        this.root = root;
    }

    /** The number of a node that the kernel is about to be told: one look-up more, for {@link #forget}. */
    long told(Node node) {
        if (node instanceof Node.Present present) {
            return present.ino() > PAST_INO ? present.ino() : turnOf(present.ino()) << PAST_INO_BITS | present.ino();
        } else if (node instanceof Node.Snapshots snapshots) {
            return SNAPSHOTS << KIND_SHIFT | snapshots.dir();
        } else if (node instanceof Node.Versions versions) {
            return VERSIONS << KIND_SHIFT | versions.dir();
        } else if (node instanceof Node.VersionsOf of) {
            return counted(of);
        }
        Node.Past past = (Node.Past) node;
        if (past.ino() > PAST_INO) {
            throw new FsException(Errno.EOVERFLOW, "inode " + past.ino() + " has too large a number to be shown in the past");
        }
        return Long.MIN_VALUE | (long) placeOf(past.epoch()) << PAST_INO_BITS | past.ino();
    }

    /** @throws FsException ESTALE for a number that was never told or was forgotten */
    Node node(long id) {
        long number = id & NUMBER;
        if (id < 0) {
            int place = (int) (id >>> PAST_INO_BITS) & EPOCHS_MAX - 1;
            long[] entered = epochs;
            if (place >= entered.length || entered[place] == 0) {
                throw stale(id);
            }
            return new Node.Past(entered[place], id & PAST_INO);
        }
        long kind = id >>> KIND_SHIFT;
        if (kind == SNAPSHOTS) {
            return new Node.Snapshots(number);
        } else if (kind == VERSIONS) {
            return new Node.Versions(number);
        } else if (kind == VERSIONS_OF) {
            return versionsOf(id);
        }
        return id == Inode.ROOT ? root : present(id);
    }

    private Node present(long id) {
        long ino = id & PAST_INO;
        if (renewed.length == 0) {
            return new Node.Present(id);
        } else if (id >>> PAST_INO_BITS != turnOf(ino)) {
            throw stale(id);
        }
        return new Node.Present(ino);
    }

    /**
     * The kernel is to take these inodes of the present, but for the root, for others than it knows: what it remembers of them and nobody can have it change, such as the size of a
     * file whose writes it caches, is no longer true. What it asks by their old numbers is ESTALE, which makes it look their names up again. Ascending.
     */
    synchronized void renew(long[] inodes) {
        if (turn == TURN) {
            throw new FsException(Errno.ENFILE, "this mount has gone back too many times: unmount and mount again");
        }
        turn++;
        long[] before = renewed;
        long[] after = new long[before.length + inodes.length];
        int count = 0;
        int old = 0;
        for (long ino : inodes) {
            while (old < before.length && before[old] >>> TURN_BITS < ino) {
                after[count++] = before[old++];
            }
            old += old < before.length && before[old] >>> TURN_BITS == ino ? 1 : 0;
            if (ino != Inode.ROOT && ino <= PAST_INO) {
                after[count++] = ino << TURN_BITS | turn;
            }
        }
        System.arraycopy(before, old, after, count, before.length - old);
        renewed = Arrays.copyOf(after, count + before.length - old);
    }

    /** When it was renewed last; 0 if never. */
    private long turnOf(long ino) {
        long[] all = renewed;
        if (all.length == 0) {
            return 0;
        }
        int found = -1 - Arrays.binarySearch(all, (ino + 1) << TURN_BITS);
        return found > 0 && all[found - 1] >>> TURN_BITS == ino ? all[found - 1] & TURN : 0;
    }

    /** Whether it is the number of a {@code .snapshots}. */
    boolean isSnapshots(long id) {
        return id > 0 && id >>> KIND_SHIFT == SNAPSHOTS;
    }

    /** For messages. */
    String describe(long id) {
        try {
            Node node = node(id);
            if (node instanceof Node.Past past) {
                return "inode " + past.ino() + " of commit " + past.epoch();
            }
            return node instanceof Node.Present present ? "inode " + present.ino() : node.toString();
        } catch (FsException e) {
            return e.getMessage();
        }
    }

    /** The kernel no longer refers to {@code lookups} of the times that it was told. */
    void forget(long id, long lookups) {
        if (id > 0 && id >>> KIND_SHIFT == VERSIONS_OF) {
            synchronized (this) {
                Known entry = known.get(id);
                if (entry != null) {
                    entry.lookups -= lookups;
                    if (entry.lookups <= 0) {
                        known.remove(id);
                        numbers.remove(entry.node);
                    }
                }
            }
        }
    }

    private synchronized Node versionsOf(long id) {
        Known entry = known.get(id);
        if (entry == null) {
            throw stale(id);
        }
        return entry.node;
    }

    private synchronized long counted(Node.VersionsOf node) {
        long id = numbers.computeIfAbsent(node, key -> VERSIONS_OF << KIND_SHIFT | ++last);
        known.computeIfAbsent(id, key -> new Known(node)).lookups++;
        return id;
    }

    private synchronized int placeOf(long epoch) {
        Integer place = placeOfEpoch.get(epoch);
        if (place != null) {
            return place;
        }
        int next = places;
        if (next == EPOCHS_MAX) {
            throw new FsException(Errno.ENFILE, "this mount has entered too many instants: unmount and mount again");
        }
        // Readers need no lock: the slot is filled ahead of the volatile write that shows it.
        long[] entered = next < epochs.length ? epochs : Arrays.copyOf(epochs, Math.max(16, 2 * next));
        entered[next] = epoch;
        epochs = entered;
        placeOfEpoch.put(epoch, next);
        places++;
        return next;
    }

    /** The kernel is to take what is in these commits for something else than it knows. What it asks by the old numbers is ESTALE. */
    synchronized void revise(LongPredicate hit) {
        long[] entered = epochs.clone();
        placeOfEpoch.entrySet().removeIf(entry -> {
            if (hit.test(entry.getKey())) {
                entered[entry.getValue()] = 0;
                return true;
            }
            return false;
        });
        epochs = entered;
    }

    private static FsException stale(long id) {
        return new FsException(Errno.ESTALE, "node " + Long.toHexString(id));
    }
}
