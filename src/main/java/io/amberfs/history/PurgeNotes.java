package io.amberfs.history;

import io.amberfs.codec.CommitCodec;
import io.amberfs.model.Bytes;
import io.amberfs.model.PurgeNote;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** What was purged: {@code 'p' | volume u16 | number u64} in COMMITS, from 1 on. Thread-safe; additions come from one thread at a time. */
public final class PurgeNotes {
    private final Store store;
    private final RowSeal seal;
    private final UnaryOperator<byte[]> nameHash;
    private final byte[] prefix;

    PurgeNotes(Store store, RowSeal seal, UnaryOperator<byte[]> nameHash, int volume) {
        this.store = store;
        this.seal = seal;
        this.nameHash = nameHash;
        prefix = new byte[] {'p', (byte) (volume >>> 8), (byte) volume};
    }

    /** The hash that a path is noted with. @param path from the root, without a slash at its start */
    public Bytes hash(byte[] path) {
        return new Bytes(nameHash.apply(KeyBytes.join(prefix, path)));
    }

    /** All there are, oldest first. @throws io.amberfs.model.CorruptException when one is damaged */
    public List<PurgeNote> all() {
        List<PurgeNote> notes = new ArrayList<>();
        try (Reading reading = store.reading(); Cursor rows = reading.cursor(Table.COMMITS, prefix)) {
            while (rows.next()) {
                notes.add(CommitCodec.decodePurge(seal.openSingle('C', rows.key(), rows.value())));
            }
        }
        return notes;
    }

    public void add(Batch batch, PurgeNote note) {
        long number = 1;
        try (Reading reading = store.reading(); Cursor rows = reading.cursor(Table.COMMITS, prefix)) {
            if (rows.last() && rows.key().length == prefix.length + 8) {
                number = KeyBytes.longAt(rows.key(), prefix.length) + 1;
            }
        }
        byte[] key = KeyBytes.join(prefix, number);
        batch.put(Table.COMMITS, key, seal.sealSingle('C', key, CommitCodec.encode(note)));
    }
}
