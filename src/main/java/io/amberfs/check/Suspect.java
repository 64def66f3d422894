package io.amberfs.check;

import java.util.function.Function;

/** A finding whose paths are not known yet: it hits {@code subject} during [from, until). */
record Suspect(Subject subject, long from, long until, Function<Hit, Finding> make) {
}
