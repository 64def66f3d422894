package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.amberfs.store.KeyBytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockTableTest {
    @Test
    void blocksAreFoundByNumberWhateverTheGaps() {
        BlockTable table = new BlockTable(false);
        List<Long> numbers = new ArrayList<>();
        for (long number = 1; number > 0 && numbers.size() < 9000; number += numbers.size() % 4000 == 3999 ? 1L << 40 : 3) {
            numbers.add(number);
            table.add(number, KeyBytes.ofLong(~number));
        }
        assertEquals(numbers.size(), table.size());
        for (long number : numbers) {
            assertEquals(~number, table.check(table.find(number)));
            assertEquals(-1, table.find(number + 1));
            assertEquals(-1, table.find(number - 1));
        }
        assertEquals(-1, table.find(Long.MAX_VALUE));
    }

    @Test
    void theMostThatIsNeededOfABlockIsKept() {
        BlockTable table = new BlockTable(true);
        table.add(5, new byte[8]);
        table.add(6, new byte[8]);
        table.need(table.find(6), 100);
        table.need(table.find(6), 50);
        List<String> named = new ArrayList<>();
        table.forEachNamed((number, check, need) -> named.add(number + " " + need));
        assertEquals(List.of("6 100"), named);
        assertEquals(1, table.named());
    }
}
