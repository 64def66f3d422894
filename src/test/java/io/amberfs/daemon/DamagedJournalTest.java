package io.amberfs.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.crypto.Credential;
import io.amberfs.crypto.RecoveryKeyText;
import io.amberfs.crypto.SlotMaker;
import io.amberfs.crypto.StoreHeader;
import io.amberfs.fs.Caller;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.model.Clock;
import io.amberfs.model.Entropy;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.Reading;
import io.amberfs.store.RocksStore;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on disk, as a crash left it, whose journal was damaged after that. */
class DamagedJournalTest {
    private static final byte[] MASTER = "a master key of exactly 32 bytes".getBytes(StandardCharsets.US_ASCII);
    private static final Name FILE = Name.of("notes.txt".getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path root;
    private Path store;

    @BeforeEach
    void crash() throws IOException {
        Path alive = root.resolve("alive");
        store = root.resolve("store");
        Files.createDirectory(alive);
        try (Credential.RecoveryKey recovery = RecoveryKeyText.random(Entropy.system())) {
            StoreHeader.create(alive, new SlotMaker(Clock.system(), Entropy.system()), MASTER, recovery, "recovery key");
        }
        try (OpenDrive open = new OpenDrive(alive, StoreHeader.open(alive), MASTER.clone(), new OpenDrive.Options(true, false, false, false, 0, 0))) {
            Node file = open.drive().create(Node.ROOT, FILE, 0644, new Caller(0, 0, 0));
            write(open, file, "old");
            open.drive().sync();
            write(open, file, "new");
            copy(alive, store);
        }
    }

    @Test
    void anUndamagedOneIsThere() {
        try (OpenDrive open = open(store, false, false)) {
            assertEquals("new", read(open));
        }
    }

    @Test
    void noOpeningShowsAnOlderStateUnlessTheUserAcceptsTheLoss() {
        damage();
        for (boolean readOnly : new boolean[] {false, true}) {
            Refusal refusal = assertThrows(Refusal.class, () -> open(store, readOnly, false).close());
            assertEquals(ExitCode.DAMAGE, refusal.code());
            assertTrue(refusal.getMessage().contains("the journal") && refusal.getMessage().contains("--accept-loss"), refusal.getMessage());
        }
        try (OpenDrive open = open(store, true, true)) {
            assertEquals("old", read(open));
            assertEquals(1, open.findings().size());
        }
        assertThrows(Refusal.class, () -> open(store, true, false).close(), "nothing was changed by reading it");
        try (OpenDrive open = open(store, false, true)) {
            assertEquals("old", read(open));
            write(open, open.drive().lookup(Node.ROOT, FILE), "more");
        }
        try (OpenDrive open = open(store, false, false)) {
            assertEquals("more", read(open));
            assertEquals(List.of(), open.findings());
        }
    }

    private static OpenDrive open(Path store, boolean readOnly, boolean acceptLoss) {
        return new OpenDrive(store, StoreHeader.open(store), MASTER.clone(), new OpenDrive.Options(false, readOnly, false, acceptLoss, 0, 0));
    }

    private static void write(OpenDrive open, Node file, String text) {
        try (FileHandle handle = open.drive().open(file, true, false, true)) {
            handle.write(0, text.getBytes(StandardCharsets.UTF_8), 0, text.length());
            handle.fsync(false);
        }
    }

    private static String read(OpenDrive open) {
        Node file = open.drive().lookup(Node.ROOT, FILE);
        try (FileHandle handle = open.drive().open(file, false, false, false)) {
            byte[] bytes = new byte[10];
            return new String(bytes, 0, handle.read(0, bytes.length, (at, source, offset, length) -> System.arraycopy(source, offset, bytes, at, length)), StandardCharsets.UTF_8);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private void damage() {
        try (RocksStore rows = new RocksStore(store, Clock.system(), false)) {
            Row last;
            try (Reading reading = rows.reading(); Cursor journal = reading.cursor(Table.META, new byte[] {'j'})) {
                assertTrue(journal.last(), "the fsync is in the journal");
                last = new Row(journal.key().clone(), journal.value().clone());
            }
            last.value()[last.value().length - 1] ^= 1;
            rows.write(new Batch().put(Table.META, last.key(), last.value()));
        }
    }
}
