package io.amberfs.store;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A file of records as RocksDB writes its manifest and its logs: blocks of 32 KiB with records {@code masked CRC-32C u32 | length u16 | type u8 | payload}, little endian, none
 * across blocks. RocksDB itself takes a manifest to end at a record that seems to be longer than the file, and does not return from some flipped types.
 */
final class RecordFile {
    private static final int BLOCK = 32 << 10;
    private static final int HEADER = 7;
    /** Whole, first, middle and last pieces; most types beyond are of files that are used again, which ours are not. */
    private static final int TYPE_MAX = 4;
    /** What a log says of the one before it. */
    private static final int PREDECESSOR = 130;
    private static final int MASK_DELTA = 0xa282ead8;

    private RecordFile() {
    }

    /** Bytes from the start that are whole records. */
    static long intact(Path file) throws IOException {
        long size = Files.size(file);
        byte[] block = new byte[BLOCK];
        long intact = 0;
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BLOCK))) {
            for (long start = 0; start < size; start += BLOCK) {
                int length = (int) Math.min(BLOCK, size - start);
                in.readFully(block, 0, length);
                int end = intact(block, length);
                intact = start + end;
                boolean padded = length == BLOCK && end > BLOCK - HEADER;
                if (!padded) {
                    return intact;
                }
                intact = start + BLOCK;
            }
        } catch (EOFException e) {
            return intact;
        }
        return intact;
    }

    /** Whether a record of a type that we do not write begins at {@code at}. */
    static boolean isStrange(Path file, long at) throws IOException {
        byte[] header = new byte[HEADER];
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(Math.min(at, Files.size(file)));
            return in.readNBytes(header, 0, HEADER) == HEADER && !isOurs(header[HEADER - 1] & 0xff);
        }
    }

    private static boolean isOurs(int type) {
        return type <= TYPE_MAX || type == PREDECESSOR;
    }

    private static int intact(byte[] block, int length) {
        int at = 0;
        while (at + HEADER <= length) {
            int payload = block[at + 4] & 0xff | (block[at + 5] & 0xff) << 8;
            int type = block[at + 6] & 0xff;
            int end = at + HEADER + payload;
            if (type == 0 || !isOurs(type) || end > length || masked(block, at + 6, payload + 1) != little(block, at)) {
                return at;
            }
            at = end;
        }
        return at;
    }

    private static int masked(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }

    private static int little(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | bytes[at + 3] << 24;
    }
}
