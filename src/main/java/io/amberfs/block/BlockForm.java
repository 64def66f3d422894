package io.amberfs.block;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import com.github.luben.zstd.util.ZstdVersion;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Limits;
import io.amberfs.posix.NativeLibrary;
import java.util.Arrays;

/**
 * A chunk as it is inside the seal: {@code form u8 | length u32 | bytes}; compressed with zstd when that saves something. Thread-safe: contexts are per thread.
 *
 * <p>After a chunk that did not compress, a sample from the middle of the next one decides whether that is tried: files that do not compress as a whole go through at
 * several times the
 * speed, and mixed ones lose nothing to the sample (measured in docs/decisions/0002-chunk-sizes.md).
 */
final class BlockForm {
    static final int HEADER = 5;
    private static final int RAW = 0;
    private static final int ZSTD = 1;
    private static final int SAMPLE = 8 << 10;
    private static final int SAMPLE_LEVEL = -5;
    /** Below this, a chunk is compressed without a sample: there is nothing to save. */
    private static final int SAMPLE_FROM = 32 << 10;

    static {
        String resource = "linux/" + System.getProperty("os.arch") + "/libzstd-jni-" + ZstdVersion.VERSION + ".so";
        NativeLibrary.in(Zstd.class, resource).ifPresent(library -> library.load(System.getenv(), file -> {
            System.load(file.toString());
            Native.assumeLoaded();
        }));
    }

    private static final class Context {
        private final ZstdCompressCtx compress;
        private final ZstdCompressCtx sample;
        private final ZstdDecompressCtx decompress = new ZstdDecompressCtx();
        private boolean sampling;
        private final byte[] target = new byte[HEADER + (int) Zstd.compressBound(Limits.BLOCK_MAX)];

        Context(int level) {
            compress = new ZstdCompressCtx().setLevel(level).setChecksum(false).setContentSize(false).setDictID(false);
            sample = new ZstdCompressCtx().setLevel(SAMPLE_LEVEL).setChecksum(false).setContentSize(false).setDictID(false);
        }
    }

    private final ThreadLocal<Context> contexts;

    BlockForm(int level) {
        contexts = ThreadLocal.withInitial(() -> new Context(level));
    }

    byte[] encode(byte[] source, int offset, int length) {
        Context context = contexts.get();
        if (compresses(context, source, offset, length)) {
            int size = context.compress.compressByteArray(context.target, HEADER, context.target.length - HEADER, source, offset, length);
            context.sampling = size > length - length / 64;
            if (size < length - length / 32) {
                header(context.target, ZSTD, length);
                return Arrays.copyOf(context.target, HEADER + size);
            }
        }
        byte[] raw = new byte[HEADER + length];
        header(raw, RAW, length);
        System.arraycopy(source, offset, raw, HEADER, length);
        return raw;
    }

    byte[] decode(byte[] form, long number) {
        if (form.length < HEADER) {
            throw new CorruptException("block " + number + " has " + form.length + " bytes");
        }
        int length = (form[1] & 0xff) << 24 | (form[2] & 0xff) << 16 | (form[3] & 0xff) << 8 | form[4] & 0xff;
        if (length < 1 || length > Limits.BLOCK_MAX) {
            throw new CorruptException("block " + number + " claims " + length + " bytes");
        }
        if (form[0] == RAW && form.length == HEADER + length) {
            return Arrays.copyOfRange(form, HEADER, form.length);
        } else if (form[0] != ZSTD) {
            throw new CorruptException("block " + number + " has the unknown form " + form[0] + " or a wrong length");
        }
        byte[] chunk = new byte[length];
        try {
            int size = contexts.get().decompress.decompressByteArray(chunk, 0, length, form, HEADER, form.length - HEADER);
            if (size == length) {
                return chunk;
            }
            throw new CorruptException("block " + number + " has " + size + " bytes, expected " + length);
        } catch (ZstdException e) {
            throw new CorruptException("block " + number + " cannot be decompressed: " + e.getMessage(), e);
        }
    }

    private static boolean compresses(Context context, byte[] source, int offset, int length) {
        if (length < SAMPLE_FROM || !context.sampling) {
            return true;
        }
        int size = context.sample.compressByteArray(context.target, HEADER, context.target.length - HEADER, source, offset + (length - SAMPLE) / 2, SAMPLE);
        return size < SAMPLE - SAMPLE / 32;
    }

    private static void header(byte[] target, int form, int length) {
        target[0] = (byte) form;
        target[1] = (byte) (length >>> 24);
        target[2] = (byte) (length >>> 16);
        target[3] = (byte) (length >>> 8);
        target[4] = (byte) length;
    }
}
