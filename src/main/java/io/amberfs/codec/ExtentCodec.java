package io.amberfs.codec;

import io.amberfs.model.Extent;
import io.amberfs.model.Limits;
import java.util.ArrayList;
import java.util.List;

/**
 * The list of extents of one region.
 *
 * <p>Form: {@code count varint | count x (gap varint | length varint | block varint | blockOffset varint | check u64)}. {@code gap} is the hole between the end
 * of the extent before (or the start of the region) and this one; so lists are sorted and without overlap by construction.
 */
public final class ExtentCodec {
    private static final int VERSION = 1;

    private ExtentCodec() {
    }

    /** A region record: {@code version u8 = 1 | extents}. */
    public static byte[] encodeRegion(List<Extent> extents) {
        Out out = new Out(8 + extents.size() * 20).u8(VERSION);
        write(out, extents);
        return out.toBytes();
    }

    public static List<Extent> decodeRegion(byte[] bytes) {
        In in = new In("a region record", bytes).version(VERSION);
        List<Extent> extents = read(in);
        in.end();
        return extents;
    }

    static void write(Out out, List<Extent> extents) {
        out.varint(extents.size());
        int end = 0;
        for (Extent extent : extents) {
            if (extent.offset() < end || extent.length() < 1 || extent.end() > Limits.REGION) {
                throw new IllegalStateException("extent out of order or bounds: " + extent + " after " + end);
            }
            out.varint(extent.offset() - end).varint(extent.length()).varint(extent.block()).varint(extent.blockOffset()).u64(extent.check());
            end = extent.end();
        }
    }

    static List<Extent> read(In in) {
        int count = in.intVarint(0, Math.min(Limits.REGION, in.left() / 12));
        List<Extent> extents = new ArrayList<>(count);
        int end = 0;
        for (int i = 0; i < count; i++) {
            int offset = end + in.intVarint(0, Limits.REGION - end);
            int length = in.intVarint(1, Limits.REGION - offset);
            long block = in.varint(1, Long.MAX_VALUE);
            int blockOffset = in.intVarint(0, Limits.BLOCK_MAX - 1);
            if (blockOffset + length > Limits.BLOCK_MAX) {
                throw in.corrupt("an extent reaches behind its block");
            }
            extents.add(new Extent(offset, length, block, blockOffset, in.u64()));
            end = offset + length;
        }
        return extents;
    }
}
