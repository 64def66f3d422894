package io.amberfs.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.model.CorruptException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeysTest {
    private static final byte[] MASTER = new CountingEntropy(0).bytes(32);
    private static final byte[] NAME = "résumé.txt".getBytes(StandardCharsets.UTF_8);

    private final Keys keys = new Keys(MASTER);

    @Test
    void hkdfGivesTheAnswersOfRfc5869() {
        byte[] key = new byte[22];
        Arrays.fill(key, (byte) 0x0b);
        assertEquals("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8", hex(Hkdf.derive(key, new byte[0], "", 42)));
    }

    @Test
    void nameHashIsSipHash128() {
        NameHash hash = new NameHash(new CountingEntropy(0).bytes(16));
        assertEquals("a3817f04ba25a8e66df67214c7550293", hex(hash.of(new byte[0])));
        assertEquals("da87c1d86b99af44347659119b22fc45", hex(hash.of(new byte[1])));
    }

    @Test
    void contentIdIsHmacSha256() {
        byte[] text = "__what do ya want for nothing?__".getBytes(StandardCharsets.US_ASCII);
        byte[] id = new ContentId("Jefe".getBytes(StandardCharsets.US_ASCII)).of(text, 2, text.length - 4);
        assertEquals("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", hex(id));
    }

    @Test
    void derivedKeysAreTheExamplesOfTheFormat() {
        assertEquals("c42e9fa3bbde1097c19d258fb7cedca7457c7cd6af9ce24babb19a966b3df441", hex(keys.contentId().of(NAME, 0, NAME.length)));
        assertEquals("aba4d920cd32a68272068384a0ec7385", hex(keys.nameHash().of(NAME)));
        assertEquals("cfa5a61661e1d8bd7586e7faf8e88db7", hex(keys.xattrNameHash().of(NAME)));
        assertEquals("161ec0a0a5bb3cb764b668ddfe1fd3ecc09033c4e9392a02ad1268c402b565a4", hex(keys.identitySeed()));
        assertEquals("fa3fa209da573549 3b5694965e18b9f8", Long.toHexString(keys.gear()[0]) + " " + Long.toHexString(keys.gear()[255]));
        assertEquals("28abb0eee38b5250966d1c6b9208f1cbe0bfd95280754ffd783e89b6fbfaccb4", hex(keys.rowKey((byte) 1, new byte[16]).getEncoded()));
    }

    @Test
    void theSameMasterKeyGivesTheSameKeysAgain() {
        Keys again = new Keys(MASTER);
        assertArrayEquals(keys.gear(), again.gear());
        assertArrayEquals(keys.nameHash().of(NAME), again.nameHash().of(NAME));
        assertArrayEquals(keys.contentId().of(NAME, 0, NAME.length), again.contentId().of(NAME, 0, NAME.length));
    }

    @Test
    void noTwoUsesShareAKey() {
        Set<String> seen = new HashSet<>();
        seen.add(hex(keys.identitySeed()));
        seen.add(hex(keys.rowKey((byte) 1, new byte[16]).getEncoded()));
        seen.add(hex(keys.blockKey((byte) 1, new byte[16]).getEncoded()));
        seen.add(hex(keys.nameHash().of(NAME)));
        seen.add(hex(keys.xattrNameHash().of(NAME)));
        assertEquals(5, seen.size());
        assertEquals(256, Arrays.stream(keys.gear()).distinct().count());
    }

    @Test
    void anotherMasterKeyGivesOtherKeys() {
        Keys other = new Keys(new byte[32]);
        assertFalse(Arrays.equals(keys.gear(), other.gear()));
        assertFalse(Arrays.equals(keys.nameHash().of(NAME), other.nameHash().of(NAME)));
    }

    @Test
    void anUnknownDataKeyIsDamage() {
        assertThrows(CorruptException.class, () -> keys.blockKey((byte) 2, new byte[16]));
    }

    @Test
    void closedKeysRefuse() {
        keys.close();
        assertThrows(IllegalStateException.class, keys::gear);
        assertThrows(IllegalStateException.class, keys::identitySeed);
        assertThrows(IllegalStateException.class, () -> keys.nameHash().of(NAME));
        assertThrows(IllegalStateException.class, () -> keys.contentId().of(NAME, 0, 1));
        assertThrows(IllegalStateException.class, () -> keys.rowKey((byte) 1, new byte[16]));
    }

    @Test
    void theCallersMasterKeyIsLeftAlone() {
        byte[] master = MASTER.clone();
        new Keys(master).close();
        assertArrayEquals(MASTER, master);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
