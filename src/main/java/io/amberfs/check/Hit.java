package io.amberfs.check;

import java.util.List;

/**
 * Which files a finding hits, and when.
 *
 * @param paths from the drive's root, at most {@link #PATHS_MAX}; {@link io.amberfs.model.RawText raw text}
 * @param more  files that are hit beyond these
 */
public record Hit(List<String> paths, long more, Span span) {
    public static final int PATHS_MAX = 100;

    public Hit {
        paths = List.copyOf(paths);
    }
}
