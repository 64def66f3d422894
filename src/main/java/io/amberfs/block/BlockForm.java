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

/**
 * A chunk as it is inside the seal: {@code form u8 | length u32 | bytes}; compressed with zstd when that saves something. Has what it takes to make and read such forms: to be
 * used by one thread at a time.
 *
 * <p>After a chunk that did not compress, a sample from the middle of the next one decides whether that is tried: files that do not compress as a whole go through at
 * several times the speed, and mixed ones lose nothing to the sample (measured in docs/decisions/0002-chunk-sizes.md).
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

    private final ZstdCompressCtx compress;
    private final ZstdCompressCtx sample;
    private final ZstdDecompressCtx decompress = new ZstdDecompressCtx();
    private boolean sampling;
    private final byte[] bytes = new byte[HEADER + (int) Zstd.compressBound(Limits.BLOCK_MAX)];
    /** What is decompressed. */
    private final byte[] chunk = new byte[Limits.BLOCK_MAX];

    BlockForm(int level) {
        compress = new ZstdCompressCtx().setLevel(level).setChecksum(false).setContentSize(false).setDictID(false);
        sample = new ZstdCompressCtx().setLevel(SAMPLE_LEVEL).setChecksum(false).setContentSize(false).setDictID(false);
    }

    /** Where {@link #encode} leaves a form, and {@link #decode} finds one. */
    byte[] bytes() {
        return bytes;
    }

    /** @return the length of the form, which is in {@link #bytes} */
    int encode(byte[] source, int offset, int length) {
        if (compresses(source, offset, length)) {
            int size = compress.compressByteArray(bytes, HEADER, bytes.length - HEADER, source, offset, length);
            sampling = size > length - length / 64;
            if (size < length - length / 32) {
                header(ZSTD, length);
                return HEADER + size;
            }
        }
        header(RAW, length);
        System.arraycopy(source, offset, bytes, HEADER, length);
        return HEADER + length;
    }

    /** Shows {@code look} the chunk of the form that is in {@link #bytes} and has {@code formLength} bytes. */
    <T> T decode(int formLength, long number, Look<T> look) {
        if (formLength < HEADER) {
            throw new CorruptException("block " + number + " has " + formLength + " bytes");
        }
        int length = (bytes[1] & 0xff) << 24 | (bytes[2] & 0xff) << 16 | (bytes[3] & 0xff) << 8 | bytes[4] & 0xff;
        if (length < 1 || length > Limits.BLOCK_MAX) {
            throw new CorruptException("block " + number + " claims " + length + " bytes");
        }
        if (bytes[0] == RAW && formLength == HEADER + length) {
            return look.at(bytes, HEADER, length);
        } else if (bytes[0] != ZSTD) {
            throw new CorruptException("block " + number + " has the unknown form " + bytes[0] + " or a wrong length");
        }
        decompress(formLength, length, number);
        return look.at(chunk, 0, length);
    }

    private void decompress(int formLength, int length, long number) {
        try {
            int size = decompress.decompressByteArray(chunk, 0, length, bytes, HEADER, formLength - HEADER);
            if (size != length) {
                throw new CorruptException("block " + number + " has " + size + " bytes, expected " + length);
            }
        } catch (ZstdException e) {
            throw new CorruptException("block " + number + " cannot be decompressed: " + e.getMessage(), e);
        }
    }

    private boolean compresses(byte[] source, int offset, int length) {
        if (length < SAMPLE_FROM || !sampling) {
            return true;
        }
        int size = sample.compressByteArray(bytes, HEADER, bytes.length - HEADER, source, offset + (length - SAMPLE) / 2, SAMPLE);
        return size < SAMPLE - SAMPLE / 32;
    }

    private void header(int form, int length) {
        bytes[0] = (byte) form;
        bytes[1] = (byte) (length >>> 24);
        bytes[2] = (byte) (length >>> 16);
        bytes[3] = (byte) (length >>> 8);
        bytes[4] = (byte) length;
    }
}
