package io.amberfs.history;

import io.amberfs.codec.In;
import io.amberfs.codec.Out;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Limits;
import io.amberfs.model.Totals;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is durable ahead of the head's next recording, so that an fsync costs what was written; as the intent log of ZFS. META rows {@code 'j' volume u16 number u64}: number 0
 * has all unrecorded changes of the head, anew each time; the numbers from 1 on have bytes that were written to files and are not in the head. Every recording deletes all of them.
 *
 * <p>Not thread-safe: used between recordings, under the caller's flush lock.
 */
public final class Journal {
    /** Contiguous bytes of a file from {@code offset} on. */
    public record Piece(long offset, byte[] bytes) {
    }

    /** Written to the file {@code ino}; {@code touched} is the time of its last write that the head does not have, in nanoseconds since 1970, 0 for none. */
    public record Written(long ino, long touched, List<Piece> pieces) {
        long bytes() {
            return pieces.stream().mapToLong(piece -> piece.bytes().length).sum();
        }
    }

    /** A changed row, or a deleted one. */
    public record Row(byte[] key, Optional<byte[]> value) {
    }

    /** The changes of the head, on top of the newest recording before the end of {@code epoch}, and what is counted with them. */
    public record Changes(long epoch, long nextIno, Totals totals, List<Row> rows) {
    }

    /** What the store has of it; with {@code damage} nothing of it is of use. */
    record Found(Journal journal, Optional<Changes> changes, List<Written> written, Optional<String> damage) {
    }

    private static final int VERSION = 1;
    /** Rows there may be, and bytes in them, until the next recording. */
    private static final int ROWS_MAX = 4096;
    private static final long BYTES_MAX = 16L << 20;

    private final RowSeal seal;
    private final int volume;
    /** Of the rows in the store, in order. */
    private final List<byte[]> keys;
    private byte[] changes = {};
    private long bytes;
    private boolean damaged;

    private Journal(RowSeal seal, int volume, List<byte[]> keys) {
        this.seal = seal;
        this.volume = volume;
        this.keys = keys;
    }

    /** @param epoch that is being built: what is on top of another one is damaged */
    static Found read(Reading reading, RowSeal seal, int volume, long epoch) {
        Journal journal = new Journal(seal, volume, new ArrayList<>());
        Optional<Changes> changes = Optional.empty();
        List<Written> written = new ArrayList<>();
        try (Cursor rows = reading.cursor(Table.META, prefix(volume))) {
            while (rows.next()) {
                journal.keys.add(rows.key());
            }
            for (byte[] key : journal.keys) {
                int number = changes.isEmpty() ? 0 : written.size() + 1;
                if (!Arrays.equals(key, key(volume, number))) {
                    throw new CorruptException("row " + number + " of it is missing");
                }
                byte[] plain = seal.openSingle('M', key, reading.get(Table.META, key).orElseThrow());
                if (number == 0) {
                    changes = Optional.of(decodeChanges(volume, epoch, plain));
                } else {
                    written.add(decodeWritten(plain));
                }
            }
        } catch (CorruptException | UnsupportedFormatException e) {
            journal.damaged = true;
            return new Found(journal, Optional.empty(), List.of(), Optional.of(e.getMessage()));
        }
        return new Found(journal, changes, written, Optional.empty());
    }

    /** What is wrong with what the store has of it. */
    public static Optional<String> damage(Reading reading, RowSeal seal, int volume, long epoch) {
        return read(reading, seal, volume, epoch).damage();
    }

    /** Whether what the store has of it is of no use, and must end before anything is added. */
    public boolean isDamaged() {
        return damaged;
    }

    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /**
     * Adds to it.
     *
     * @param changes all changes of the head, by {@link Volume#unrecorded}
     * @return false, and nothing was added, when a recording is due, since there is enough in it
     */
    public boolean add(Batch batch, byte[] changes, List<Written> written) {
        long more = written.stream().mapToLong(Written::bytes).sum();
        if (keys.size() + written.size() >= ROWS_MAX || bytes + more > BYTES_MAX) {
            return false;
        }
        if (keys.isEmpty() || !Arrays.equals(changes, this.changes)) {
            this.changes = changes;
            put(batch, 0, changes);
        }
        written.forEach(w -> put(batch, keys.size(), encode(w)));
        bytes += more;
        return true;
    }

    private void put(Batch batch, int number, byte[] plain) {
        byte[] key = key(volume, number);
        batch.put(Table.META, key, seal.sealSingle('M', key, plain));
        if (number == keys.size()) {
            keys.add(key);
        }
    }

    /** Deletes it: the batch has all that it is about. */
    void end(Batch batch) {
        keys.forEach(key -> batch.delete(Table.META, key));
        keys.clear();
        bytes = 0;
    }

    static byte[] key(int volume, long number) {
        return KeyBytes.join(prefix(volume), number);
    }

    private static byte[] prefix(int volume) {
        return new byte[] {'j', (byte) (volume >>> 8), (byte) volume};
    }

    public static byte[] encode(Changes changes) {
        Out out = new Out(1024).u8(VERSION).varint(changes.epoch()).varint(changes.nextIno()).varint(changes.totals().files()).varint(changes.totals().logicalBytes());
        for (Row row : changes.rows()) {
            out.bytes(row.key()).u8(row.value().isPresent() ? 1 : 0);
            row.value().ifPresent(out::bytes);
        }
        return out.toBytes();
    }

    static Changes decodeChanges(int volume, long epoch, byte[] plain) {
        In in = new In("its first row", plain).version(VERSION);
        if (in.varint() != epoch) {
            throw in.corrupt("it is of another epoch than " + epoch);
        }
        long nextIno = in.varint(1, Long.MAX_VALUE);
        Totals totals = new Totals(in.varint(0, Long.MAX_VALUE), in.varint(0, Long.MAX_VALUE));
        List<Row> rows = new ArrayList<>();
        while (in.left() > 0) {
            byte[] key = in.bytes(in.left());
            if (!RowKey.isOf(volume, key)) {
                throw in.corrupt("an unknown key");
            }
            rows.add(new Row(key, in.u8() == 0 ? Optional.empty() : Optional.of(in.bytes(in.left()))));
        }
        return new Changes(epoch, nextIno, totals, rows);
    }

    public static byte[] encode(Written written) {
        Out out = new Out((int) written.bytes() + 64).u8(VERSION).varint(written.ino()).u64(written.touched());
        for (Piece piece : written.pieces()) {
            out.varint(piece.offset()).bytes(piece.bytes());
        }
        return out.toBytes();
    }

    static Written decodeWritten(byte[] plain) {
        In in = new In("a row of it", plain).version(VERSION);
        long ino = in.varint(1, Long.MAX_VALUE);
        long touched = in.u64();
        List<Piece> pieces = new ArrayList<>();
        while (in.left() > 0) {
            long offset = in.varint(0, Limits.FILE_MAX);
            byte[] bytes = in.bytes(in.left());
            if (offset > Limits.FILE_MAX - bytes.length) {
                throw in.corrupt("bytes behind the end of all files");
            }
            pieces.add(new Piece(offset, bytes));
        }
        return new Written(ino, touched, pieces);
    }
}
