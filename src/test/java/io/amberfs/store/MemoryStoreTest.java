package io.amberfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryStoreTest implements StoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    public Store store() {
        return store;
    }

    @Test
    void aCrashLeavesABatchWholeOrNotAtAllAndARunInPart() {
        List<MemoryStore.Step> steps = new ArrayList<>();
        store.watch(steps::add);
        store.write(new Batch().put(Table.LIVE, new byte[] {1}, new byte[] {1}).put(Table.PAST, new byte[] {1}, new byte[] {1}));
        store.ingest(Table.BLOCKS, List.of(new Row(new byte[] {1}, new byte[1]), new Row(new byte[] {2}, new byte[1])));
        assertEquals(2, steps.size());
        assertEquals(2, steps.get(0).outcomes().size());
        for (MemoryStore outcome : steps.get(0).outcomes()) {
            assertEquals(outcome.get(Table.LIVE, new byte[] {1}).isPresent(), outcome.get(Table.PAST, new byte[] {1}).isPresent());
        }
        assertEquals(List.of(0L, 1L, 1L, 2L), steps.get(1).outcomes().stream().map(outcome -> List.of(new byte[] {1}, new byte[] {2}).stream()
            .filter(key -> outcome.get(Table.BLOCKS, key).isPresent()).count()).toList());
        assertTrue(store.get(Table.BLOCKS, new byte[] {2}).isPresent());
        assertFalse(steps.get(1).outcomes().get(0).get(Table.BLOCKS, new byte[] {2}).isPresent());
    }
}
