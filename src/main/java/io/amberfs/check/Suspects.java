package io.amberfs.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The findings so far; bounded: what comes beyond is only counted. Confined to one thread. */
final class Suspects {
    private static final int KEPT_MAX = 10_000;

    private final List<Suspect> kept = new ArrayList<>();
    private long beyond;

    void add(Subject subject, long from, long until, Function<Hit, Finding> make) {
        add(new Suspect(subject, from, until, make));
    }

    void add(Suspect suspect) {
        if (kept.size() < KEPT_MAX) {
            kept.add(suspect);
        } else {
            beyond++;
        }
    }

    /** Counts findings that are not told one by one. */
    void addBeyond(long count) {
        beyond += count;
    }

    List<Suspect> kept() {
        return kept;
    }

    long beyond() {
        return beyond;
    }
}
