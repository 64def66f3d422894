package io.amberfs.check;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is known so far of the files that one finding hits; bounded. Confined to one thread. */
final class Trace {
    /** [from, until) */
    record Time(long from, long until) {
        Time with(long from, long until) {
            return new Time(Math.min(this.from, from), Math.max(this.until, until));
        }

        boolean overlaps(long from, long until) {
            return Math.max(this.from, from) < Math.min(this.until, until);
        }
    }

    private static final int INOS_MAX = 100;

    private final Map<Long, Time> inos = new TreeMap<>();
    private final Set<String> paths = new TreeSet<>();
    private Time time;
    private boolean narrowed;
    private long lastIno;
    private long more;

    Trace(long from, long until) {
        time = new Time(from, until);
    }

    /** A file that is hit. Those of one number come one after the other. */
    void hit(long ino, long from, long until) {
        if (inos.containsKey(ino) || inos.size() < INOS_MAX) {
            inos.merge(ino, new Time(from, until), (a, b) -> a.with(b.from(), b.until()));
        } else if (ino != lastIno) {
            more++;
        }
        lastIno = ino;
    }

    /** The time of the finding is that of what it was found to hit. */
    void narrow(long from, long until) {
        time = narrowed ? time.with(from, until) : new Time(from, until);
        narrowed = true;
    }

    Map<Long, Time> inos() {
        return inos;
    }

    void path(String path) {
        if (paths.size() < Hit.PATHS_MAX || paths.contains(path)) {
            paths.add(path);
        } else {
            more++;
        }
    }

    Set<String> paths() {
        return paths;
    }

    Time time() {
        return time;
    }

    long more() {
        return more;
    }
}
