package io.amberfs.fs;

import io.amberfs.history.View;
import io.amberfs.model.Body;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import java.util.Comparator;
import java.util.List;

/** Where a file has bytes and where it has holes, as lseek(2) asks with SEEK_DATA and SEEK_HOLE. Takes as long as there are extents on the way. Confined to one thread. */
final class Seek {
    private final FileMap map;
    private final View view;
    private final Inode inode;
    private final long size;
    private final List<Ranges.Range> written;

    /** @param written what is written and not installed, of a file that has {@code size} bytes with it */
    Seek(FileMap map, View view, Inode inode, long size, List<Ranges.Range> written) {
        this.map = map;
        this.view = view;
        this.inode = inode;
        this.size = size;
        this.written = written.stream().sorted(Comparator.comparingLong(Ranges.Range::start)).toList();
    }

    /** The first byte at or behind {@code offset} that is in no hole. @throws FsException ENXIO when there is none */
    long data(long offset) {
        requireInside(offset);
        long[] first = {Long.MAX_VALUE};
        if (inode.body() instanceof Body.Inline inline) {
            first[0] = offset < inline.bytes().length ? offset : first[0];
        }
        map.walk(view, inode.body(), offset, (at, extent) -> {
            first[0] = Math.max(at, offset);
            return false;
        });
        for (Ranges.Range range : written) {
            if (range.end() > offset) {
                first[0] = Math.min(first[0], Math.max(range.start(), offset));
            }
        }
        requireInside(first[0]);
        return first[0];
    }

    /** The first byte at or behind {@code offset} that is in a hole; the end of the file counts as one. @throws FsException ENXIO */
    long hole(long offset) {
        requireInside(offset);
        if (inode.stored() >= size) {
            return size;
        }
        long at = offset;
        int next = 0;
        for (long before = -1; at > before && at < size;) {
            before = at;
            at = installed(at);
            while (next < written.size() && written.get(next).start() <= at) {
                at = Math.max(at, written.get(next).end());
                next++;
            }
        }
        return Math.min(at, size);
    }

    /** Where the installed bytes end that go on without a hole from {@code offset}. */
    private long installed(long offset) {
        long[] end = {offset};
        if (inode.body() instanceof Body.Inline inline) {
            end[0] = Math.max(offset, inline.bytes().length);
        }
        map.walk(view, inode.body(), offset, (at, extent) -> {
            boolean goesOn = at <= end[0];
            end[0] = goesOn ? at + extent.length() : end[0];
            return goesOn && end[0] < size;
        });
        return end[0];
    }

    private void requireInside(long offset) {
        if (offset < 0 || offset >= size) {
            throw new FsException(Errno.ENXIO);
        }
    }
}
