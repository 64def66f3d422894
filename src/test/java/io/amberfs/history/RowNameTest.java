package io.amberfs.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowNameTest {
    @Test
    void keysThatFollowEachOtherHaveDifferentHashes() {
        Set<Integer> hashes = new HashSet<>();
        for (long number = 1; number <= 100_000; number++) {
            hashes.add(new RowName(RowKey.of(1, RowKey.INODE, number)).hashCode());
            hashes.add(new RowName(RowKey.region(1, 7, number)).hashCode());
        }
        assertTrue(hashes.size() > 199_900, () -> hashes.size() + " hashes of 200,000 keys");
    }

    @Test
    void namesAreEqualIfTheirBytesAre() {
        for (int length = 0; length < 40; length++) {
            byte[] bytes = new byte[length];
            assertEquals(new RowName(bytes), new RowName(bytes.clone()));
            assertEquals(new RowName(bytes).hashCode(), new RowName(bytes.clone()).hashCode());
            for (int at = 0; at < length; at++) {
                byte[] other = bytes.clone();
                other[at] = 1;
                assertNotEquals(new RowName(bytes), new RowName(other));
            }
        }
    }
}
