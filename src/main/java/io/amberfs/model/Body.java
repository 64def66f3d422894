package io.amberfs.model;

import java.util.List;

/** Where the contents of an inode are. Immutable; arrays are not to be changed. */
public sealed interface Body {
    /** No contents: an empty file, or a hole from start to end. */
    Body NONE = new None();

    /** No contents. */
    record None() implements Body {
    }

    /** The contents themselves: a very small file (the bytes from offset 0; the rest up to its size is a hole), or the target of a symlink. */
    record Inline(byte[] bytes) implements Body {
    }

    /** The extents of region 0, of a file that has no other region. Sorted, not overlapping. */
    record Mapped(List<Extent> extents) implements Body {
    }

    /** Region records of their own, under the key {@code map}. */
    record Regions(long map) implements Body {
    }
}
