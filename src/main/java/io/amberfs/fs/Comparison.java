package io.amberfs.fs;

import io.amberfs.fs.Difference.At;
import io.amberfs.fs.Difference.What;
import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import io.amberfs.history.View;
import io.amberfs.model.Body;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** What of an inode is another than it was, or of another one that stands in its place. Thread-safe. */
final class Comparison {
    private static final int PERMISSIONS = 07777;

    private final Xattrs xattrs;
    private final FileMap map;

    Comparison(Drive.Parts parts) {
        xattrs = new Xattrs(parts.records());
        map = parts.contents().map();
    }

    static boolean areSameType(At one, At other) {
        return (one.inode().mode() & Mode.TYPE) == (other.inode().mode() & Mode.TYPE);
    }

    /** Of directories, neither contents nor time. */
    Set<What> what(View before, At was, View after, At is) {
        Set<What> what = EnumSet.noneOf(What.class);
        Inode one = was.inode();
        Inode other = is.inode();
        add(what, What.MODE, (one.mode() & PERMISSIONS) != (other.mode() & PERMISSIONS));
        add(what, What.OWNER, one.uid() != other.uid() || one.gid() != other.gid());
        add(what, What.XATTRS, !Xattrs.areSame(xattrs.all(before, was.ino(), one), xattrs.all(after, is.ino(), other)));
        if (!one.isDirectory()) {
            add(what, What.TIME, one.mtime() != other.mtime());
            add(what, What.CONTENTS, one.rdev() != other.rdev() || !haveSameContents(before, one, after, other));
        }
        return what;
    }

    /** Contents that are cut in other places are not found to be the same. */
    boolean haveSameContents(View before, Inode one, View after, Inode other) {
        if (one.size() != other.size() || one.body() instanceof Body.Inline != other.body() instanceof Body.Inline) {
            return false;
        } else if (one.body() instanceof Body.Regions regions && one.body().equals(other.body())) {
            return areSame(before, after, RowKey.of(before.volume(), RowKey.REGION, regions.map()));
        }
        return map.isSame(before, one.body(), after, other.body());
    }

    private static boolean areSame(View before, View after, byte[] prefix) {
        try (Scan one = before.scan(prefix, prefix); Scan other = after.scan(prefix, prefix)) {
            while (one.next()) {
                if (!other.next() || !Arrays.equals(one.key(), other.key()) || !Arrays.equals(one.value(), other.value())) {
                    return false;
                }
            }
            return !other.next();
        }
    }

    private static void add(Set<What> what, What one, boolean differs) {
        if (differs) {
            what.add(one);
        }
    }
}
