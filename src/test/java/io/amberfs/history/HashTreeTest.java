package io.amberfs.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.amberfs.model.Bytes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HashTreeTest {
    /** The entries and roots by which implementations of certificate transparency are tested. */
    private static final String[] ENTRIES = {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};

    private static Bytes root(List<byte[]> entries) {
        HashTree tree = new HashTree();
        entries.forEach(entry -> tree.add(tree.leaf(entry)));
        return tree.root();
    }

    /** As RFC 9162 defines it. */
    private static byte[] defined(List<byte[]> entries) {
        if (entries.isEmpty()) {
            return HashTree.sha256().digest();
        } else if (entries.size() == 1) {
            return digest((byte) 0, entries.get(0), new byte[0]);
        }
        int left = Integer.highestOneBit(entries.size() - 1);
        return digest((byte) 1, defined(entries.subList(0, left)), defined(entries.subList(left, entries.size())));
    }

    private static byte[] digest(byte kind, byte[] one, byte[] two) {
        var sha256 = HashTree.sha256();
        sha256.update(kind);
        sha256.update(one);
        return sha256.digest(two);
    }

    @Test
    void itHasTheKnownRoots() {
        List<byte[]> entries = new ArrayList<>();
        assertEquals("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", root(entries).toString());
        for (String entry : ENTRIES) {
            entries.add(HexFormat.of().parseHex(entry));
        }
        assertEquals("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", root(entries.subList(0, 1)).toString());
        assertEquals("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", root(entries).toString());
    }

    @Test
    void itIsAsDefinedForAnyNumberOfEntries() {
        Random random = new Random(5);
        List<byte[]> entries = new ArrayList<>();
        for (int count = 0; count < 130; count++) {
            assertEquals(new Bytes(defined(entries)), root(entries), count + " entries");
            byte[] entry = new byte[random.nextInt(40)];
            random.nextBytes(entry);
            entries.add(entry);
        }
    }
}
