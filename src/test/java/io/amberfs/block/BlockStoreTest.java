package io.amberfs.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.fs.HookedStore;
import io.amberfs.history.SessionRows;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Entropy;
import io.amberfs.model.StoreFailedException;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.model.Fault;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockStoreTest {
    private final BlockForm form = new BlockForm(1);
    private final MemoryStore store = new MemoryStore();
    private final Keys keys = new Keys(new byte[32]);
    private final Sealer sealer = new Sealer(keys, Entropy.system(), new SessionRows(store));

    @AfterEach
    void close() {
        sealer.close();
        keys.close();
    }

    private BlockStore blocks(Store store) {
        return new BlockStore(store, sealer, keys, 1, 1 << 20);
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void flush(Store store, BlockStore blocks) {
        Batch batch = new Batch();
        blocks.flush(batch);
        store.write(batch);
        blocks.flushed(batch);
    }

    @Test
    void aChunkIsKeptOnceAlsoAfterReopening() {
        BlockStore blocks = blocks(store);
        BlockRef first = blocks.put(random(1, 5000), 0, 5000);
        assertEquals(first, blocks.put(random(1, 5000), 0, 5000));
        assertArrayEquals(random(1, 5000), blocks.chunk(first.number(), first.check()));
        flush(store, blocks);
        BlockStore again = blocks(store);
        assertEquals(first, again.put(random(1, 5000), 0, 5000));
        BlockRef other = again.put(random(2, 5000), 0, 5000);
        assertNotEquals(first.number(), other.number());
        assertEquals(2, again.count());
        assertArrayEquals(random(1, 5000), again.chunk(first.number(), first.check()));
    }

    @Test
    void chunksOfEverySizeAndKindComeBack() {
        BlockStore blocks = blocks(store);
        for (int length : new int[] {1, 2, 31, 32, 33, 8191, 32 << 10, (32 << 10) + 1, 256 << 10}) {
            for (byte[] bytes : List.of(new byte[length], random(length, length), "abcdefgh".repeat(length / 8 + 1).substring(0, length).getBytes())) {
                BlockRef ref = blocks.put(bytes, 0, length);
                assertArrayEquals(bytes, blocks.load(ref.number(), ref.check()));
            }
        }
    }

    @Test
    void noNumberIsGivenTwiceWhateverACrashLeavesOfARun() {
        List<MemoryStore> left = new ArrayList<>();
        store.watch(step -> left.addAll(step.outcomes()));
        BlockStore blocks = blocks(store);
        for (int i = 0; i < 8; i++) {
            blocks.put(random(i, 200_000), 0, 200_000);
        }
        flush(store, blocks);
        assertTrue(left.size() >= 6, "a run and a batch");
        for (MemoryStore crashed : left) {
            long highest = 0;
            try (Reading reading = crashed.reading(); Cursor cursor = reading.cursor(Table.BLOCKS, new byte[0])) {
                highest = cursor.last() ? KeyBytes.longAt(cursor.key(), 0) : 0;
            }
            BlockStore after = blocks(crashed);
            BlockRef fresh = after.put(random(100, 3000), 0, 3000);
            assertTrue(fresh.number() > highest);
            BlockRef same = after.put(random(7, 200_000), 0, 200_000);
            flush(crashed, after);
            assertArrayEquals(random(7, 200_000), blocks(crashed).load(same.number(), same.check()));
            assertEquals(rows(crashed), blocks(crashed).count());
        }
    }

    private static long rows(MemoryStore store) {
        long rows = 0;
        try (Reading reading = store.reading(); Cursor cursor = reading.cursor(Table.BLOCKS, new byte[0])) {
            while (cursor.next()) {
                rows++;
            }
        }
        return rows;
    }

    @Test
    void everyDamageOfABlockIsNoticed() {
        BlockStore blocks = blocks(store);
        BlockRef ref = blocks.put(random(1, 40), 0, 40);
        BlockRef other = blocks.put(random(2, 40), 0, 40);
        flush(store, blocks);
        byte[] key = KeyBytes.ofLong(ref.number());
        byte[] row = store.get(Table.BLOCKS, key).orElseThrow();
        for (int bit = 0; bit < row.length * 8; bit++) {
            byte[] damaged = row.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            refused(key, damaged, ref);
        }
        for (int length = 0; length < row.length; length++) {
            refused(key, Arrays.copyOf(row, length), ref);
        }
        refused(key, store.get(Table.BLOCKS, KeyBytes.ofLong(other.number())).orElseThrow(), ref);
        store.write(new Batch().delete(Table.BLOCKS, key));
        assertThrows(CorruptException.class, () -> blocks(store).load(ref.number(), ref.check()));
        assertFalse(blocks(store).exists(ref.number(), ref.check()));
    }

    private void refused(byte[] key, byte[] row, BlockRef ref) {
        store.write(new Batch().put(Table.BLOCKS, key, row));
        try {
            blocks(store).load(ref.number(), ref.check());
        } catch (CorruptException | UnsupportedFormatException e) {
            return;
        }
        throw new AssertionError("read from the damaged row " + HexFormat.of().formatHex(row));
    }

    private static byte[] shown(BlockStore blocks, BlockRef ref) {
        return blocks.show(ref.number(), ref.check(), (bytes, offset, length) -> Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Test
    void aBlockThatIsShownIsNotKept() {
        BlockStore blocks = blocks(store);
        for (byte[] bytes : List.of(random(3, 100_000), new byte[100_000], random(4, 1), random(5, 256 << 10))) {
            BlockRef ref = blocks.put(bytes, 0, bytes.length);
            assertArrayEquals(bytes, shown(blocks, ref), "while it waits");
            flush(store, blocks);
            assertArrayEquals(bytes, shown(blocks, ref));
            assertFalse(blocks.isCached(ref.number()));
            assertArrayEquals(bytes, blocks.chunk(ref.number(), ref.check()));
            assertTrue(blocks.isCached(ref.number()));
            store.write(new Batch().delete(Table.BLOCKS, KeyBytes.ofLong(ref.number())));
            assertArrayEquals(bytes, shown(blocks, ref), "from memory");
        }
    }

    @Test
    void nothingOfADamagedBlockIsShown() {
        BlockStore blocks = blocks(store);
        byte[] bytes = random(6, 70_000);
        BlockRef ref = blocks.put(bytes, 0, bytes.length);
        flush(store, blocks);
        byte[] key = KeyBytes.ofLong(ref.number());
        byte[] row = store.get(Table.BLOCKS, key).orElseThrow();
        for (int at = 0; at < row.length; at += 997) {
            byte[] damaged = row.clone();
            damaged[at] ^= 4;
            store.write(new Batch().put(Table.BLOCKS, key, damaged));
            assertThrows(Fault.class, () -> blocks.show(ref.number(), ref.check(), (shown, offset, length) -> {
                throw new AssertionError("was shown");
            }));
        }
        store.write(new Batch().delete(Table.BLOCKS, key));
        assertThrows(CorruptException.class, () -> shown(blocks, ref));
    }

    @Test
    void aDamagedIndexRowOnlyCostsRoom() {
        BlockStore blocks = blocks(store);
        BlockRef ref = blocks.put(random(1, 400), 0, 400);
        flush(store, blocks);
        try (Reading reading = store.reading(); Cursor cursor = reading.cursor(Table.INDEX, new byte[0])) {
            assertTrue(cursor.next());
            store.write(new Batch().put(Table.INDEX, cursor.key(), new byte[40]));
        }
        BlockRef again = blocks(store).put(random(1, 400), 0, 400);
        assertNotEquals(ref.number(), again.number());
    }

    @Test
    void theFormInsideASealIsAsItAlwaysWasAndNoDamageGivesOtherLengths() {
        assertEquals("0000000003616263", HexFormat.of().formatHex(encoded("abc".getBytes())));
        assertArrayEquals(new byte[1000], decoded(encoded(new byte[1000])));
        assertEquals(1, encoded(new byte[1000])[0]);
        for (byte[] whole : List.of(encoded(new byte[1000]), encoded(random(1, 100)))) {
            for (int bit = 0; bit < whole.length * 8; bit++) {
                byte[] damaged = whole.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                try {
                    assertTrue(decoded(damaged).length <= 256 << 10);
                } catch (CorruptException e) {
                    assertTrue(e.getMessage().contains("block 1"));
                }
            }
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThrows(CorruptException.class, () -> decoded(cut));
            }
        }
    }

    private byte[] encoded(byte[] chunk) {
        return Arrays.copyOf(form.bytes(), form.encode(chunk, 0, chunk.length));
    }

    private byte[] decoded(byte[] encoded) {
        System.arraycopy(encoded, 0, form.bytes(), 0, encoded.length);
        return form.decode(encoded.length, 1, (chunk, offset, length) -> Arrays.copyOfRange(chunk, offset, offset + length));
    }

    @Test
    void whoBringsMoreThanMemoryMayHoldWaitsForTheDiskAndNothingIsLost() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<BlockRef> refs = Collections.synchronizedList(new ArrayList<>());
        HookedStore store = new HookedStore();
        store.beforeIngest = () -> await(go);
        try (BlockStore blocks = blocks(store)) {
            int count = (int) (BlockStore.PENDING_MAX * 3 / 200_000);
            Thread writer = new Thread(() -> {
                for (int i = 0; i < count; i++) {
                    refs.add(blocks.put(random(i, 200_000), 0, 200_000));
                }
            });
            writer.start();
            while (writer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertTrue(refs.size() * 200_000L >= BlockStore.PENDING_MAX, "it goes on while a run is ingested");
            assertTrue(refs.size() * 200_000L <= 2 * BlockStore.PENDING_MAX + 200_000, refs.size() + " chunks are in memory");
            assertArrayEquals(random(0, 200_000), blocks.load(refs.get(0).number(), refs.get(0).check()), "which can be read meanwhile");
            go.countDown();
            writer.join();
            flush(store, blocks);
            assertEquals(count, refs.size());
        }
        BlockStore after = blocks(store.rows);
        for (int i = 0; i < refs.size(); i += 37) {
            assertArrayEquals(random(i, 200_000), after.load(refs.get(i).number(), refs.get(i).check()));
        }
        assertEquals(refs.size(), rows(store.rows));
    }

    @Test
    void whenARunCannotBeWrittenNothingIsKeptAnyMore() {
        CountDownLatch failed = new CountDownLatch(1);
        HookedStore store = new HookedStore();
        store.beforeIngest = () -> {
            failed.countDown();
            throw new StoreFailedException("no space left", new IOException("no space left"));
        };
        BlockStore blocks = blocks(store);
        StoreFailedException put = assertThrows(StoreFailedException.class, () -> {
            for (int i = 0; i < 1000; i++) {
                blocks.put(random(i, 200_000), 0, 200_000);
            }
        });
        assertTrue(put.getMessage().contains("no space left"), put.getMessage());
        await(failed);
        assertThrows(StoreFailedException.class, () -> blocks.flush(new Batch()));
        assertThrows(StoreFailedException.class, () -> blocks.put(random(5000, 1000), 0, 1000));
        blocks.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
