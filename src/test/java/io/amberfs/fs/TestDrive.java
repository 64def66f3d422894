package io.amberfs.fs;

import io.amberfs.block.BlockStore;
import io.amberfs.chunk.Chunker;
import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.history.Instants;
import io.amberfs.history.RowSeal;
import io.amberfs.history.SessionRows;
import io.amberfs.history.Volume;
import io.amberfs.model.Clock;
import io.amberfs.model.Entropy;
import io.amberfs.model.Name;
import io.amberfs.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A drive on a given store, with a clock that a test sets. Opening the same store again is what a remount does. */
public final class TestDrive implements AutoCloseable {
    /** 2024-06-18T10:00:00Z. */
    public static final long START = 1_718_704_800_000_000_000L;
    public static final Caller ROOT = new Caller(0, 0, 0);
    private static final byte[] MASTER = "a master key of exactly 32 bytes".getBytes(StandardCharsets.US_ASCII);

    public final Drive drive;
    public final AtomicLong now;
    private final BlockStore blocks;
    private final Sealer sealer;
    private final Keys keys;

    public TestDrive(Store store) {
        this(store, new AtomicLong(START));
    }

    public TestDrive(Store store, AtomicLong now) {
        this(store, now, false);
    }

    public TestDrive(Store store, AtomicLong now, boolean readOnly) {
        this(store, now, now::get, readOnly);
    }

    /** @param clock which may say another time than it lets pass */
    TestDrive(Store store, AtomicLong now, Clock clock, boolean readOnly) {
        this.now = now;
        keys = new Keys(MASTER.clone());
        sealer = new Sealer(keys, Entropy.system(), new SessionRows(store));
        RowSeal seal = new RowSeal(sealer);
        Volume volume = new Volume(store, seal, keys, 1);
        blocks = new BlockStore(store, sealer, keys, 1, 8 << 20);
        drive = new Drive(new Drive.Setup(store, volume, blocks, keys, new Chunker(keys.gear()), clock, new Instants(ZoneOffset.UTC), readOnly, false, 0, 0));
    }

    public Node at(String path) {
        return drive.resolve(Optional.empty(), names(path));
    }

    public Node at(long epoch, String path) {
        return drive.resolve(Optional.of(epoch), names(path));
    }

    public static List<Name> names(String path) {
        return Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).map(Name::of).toList();
    }

    public Node parent(String path) {
        List<Name> names = names(path);
        return drive.resolve(Optional.empty(), names.subList(0, names.size() - 1));
    }

    public static Name last(String path) {
        List<Name> names = names(path);
        return names.get(names.size() - 1);
    }

    public Node mkdir(String path) {
        return drive.mkdir(parent(path), last(path), 0755, ROOT);
    }

    public void write(String path, byte[] bytes) {
        Node node;
        try {
            node = at(path);
        } catch (io.amberfs.model.FsException e) {
            node = drive.create(parent(path), last(path), 0644, ROOT);
        }
        try (FileHandle handle = drive.open(node, true, false, true)) {
            handle.write(0, bytes, 0, bytes.length);
        }
    }

    public void write(String path, String text) {
        write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] read(Node node) {
        try (FileHandle handle = drive.open(node, false, false, false)) {
            byte[] bytes = new byte[(int) handle.attr().size()];
            int count = handle.read(0, bytes.length, (at, source, offset, length) -> System.arraycopy(source, offset, bytes, at, length));
            return Arrays.copyOf(bytes, count);
        }
    }

    public byte[] read(String path) {
        return read(at(path));
    }

    public String text(String path) {
        return new String(read(path), StandardCharsets.UTF_8);
    }

    public List<String> list(Node node) {
        List<String> names = new ArrayList<>();
        try (DirHandle handle = drive.openDir(node)) {
            handle.read(2, (name, mode, ino, number, cookie) -> names.add(new String(name, StandardCharsets.UTF_8)));
        }
        return names.stream().sorted().toList();
    }

    /** Lets time pass and commits. */
    public long commit(long seconds) {
        now.addAndGet(seconds * 1_000_000_000L);
        drive.sync();
        return drive.volume().timeline().newest().orElseThrow().epoch();
    }

    @Override
    public void close() {
        drive.close();
        blocks.close();
        sealer.close();
        keys.close();
    }
}
