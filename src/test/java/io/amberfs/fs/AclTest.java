package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.CorruptException;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel's rules for POSIX ACLs. */
class AclTest {
    private static Acl acl(String text) {
        return Acl.parse(AclText.bytes(text)).orElseThrow();
    }

    private static Errno refusal(byte[] bytes) {
        return assertThrows(FsException.class, () -> Acl.parse(bytes)).errno();
    }

    @ParameterizedTest
    @ValueSource(strings = {"u::rwx,g::r-x,o::---", "u::rw-,u:7:r--,g::r--,m::rw-,o::---", "u::---,g::---,g:4294967294:rwx,m::rwx,o::rwx", "u::rw-,g::r--,m::r--,o::---",
        "u::rw-,u:1:r--,u:2:r--,u:2:-w-,g::r--,g:1:r--,g:9:r--,m::rw-,o::---"})
    void aValidListComesBackByteForByte(String text) {
        assertArrayEquals(AclText.bytes(text), acl(text).toBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"u::rw-", "g::r--,u::rw-,o::---", "u::rw-,g::r--", "u::rw-,o::---", "u::rw-,u::rw-,g::r--,o::---", "u::rw-,u:7:r--,g::r--,o::---",
        "u::rw-,g::r--,g:7:r--,o::---", "u::rw-,g::r--,u:7:r--,m::rw-,o::---", "u::rw-,g::r--,o::---,m::rw-", "u::rw-,g::r--,o::---,o::---", "m::rw-",
        "u::rw-,u:4294967295:r--,g::r--,m::rw-,o::---", "u::rw-,g::r--,m::r--,m::r--,o::---"})
    void aListOutOfOrderOrIncompleteIsRefused(String text) {
        assertEquals(Errno.EINVAL, refusal(AclText.bytes(text)));
    }

    @Test
    void bytesThatAreNoListAreRefused() {
        byte[] valid = AclText.bytes("u::rw-,g::r--,o::---");
        for (int length = 1; length < valid.length; length++) {
            assertEquals(Errno.EINVAL, refusal(Arrays.copyOf(valid, length == 4 ? 5 : length)));
        }
        byte[] version = valid.clone();
        version[0] = 3;
        assertEquals(Errno.EOPNOTSUPP, refusal(version));
        byte[] tag = valid.clone();
        tag[4] = 3;
        assertEquals(Errno.EINVAL, refusal(tag));
        byte[] permissions = valid.clone();
        permissions[6] = 8;
        assertEquals(Errno.EINVAL, refusal(permissions));
    }

    @Test
    void aListWithoutEntriesIsNone() {
        assertEquals(Optional.empty(), Acl.parse(AclText.bytes("")));
        assertEquals(Optional.empty(), Acl.parse(new byte[0]));
    }

    @Test
    void aListOfThreeEntriesIsTheMode() {
        assertTrue(acl("u::rwx,g::r-x,o::---").isMode());
        assertFalse(acl("u::rwx,g::r-x,m::r-x,o::---").isMode());
        assertEquals(0750, acl("u::rwx,g::r-x,o::---").permissions());
        assertEquals(0764, acl("u::rwx,u:7:r--,g::r-x,m::rw-,o::r--").permissions());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "u::rw-,g::r--,o::--- 751 u::rwx,g::r-x,o::--x",
        "u::rw-,u:7:rwx,g::r--,m::rw-,o::--- 4640 u::rw-,u:7:rwx,g::r--,m::r--,o::---",
        "u::rw-,g::r--,g:7:rwx,m::rwx,o::--- 007 u::---,g::r--,g:7:rwx,m::---,o::rwx"})
    void aChmodChangesOwnerMaskAndOthers(String before, String mode, String after) {
        assertEquals(acl(after), acl(before).withMode(Integer.parseInt(mode, 8)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "u::rwx,g::rwx,o::rwx 2644 - 2644",
        "u::rwx,g::r-x,o::--- 666 - 640",
        "u::rwx,u:7:rwx,g::r-x,m::rwx,o::--- 666 u::rw-,u:7:rwx,g::r-x,m::rw-,o::--- 660",
        "u::r--,g::rwx,g:7:rw-,m::rw-,o::r-x 777 u::r--,g::rwx,g:7:rw-,m::rw-,o::r-x 465",
        "u::rwx,g::r-x,m::r-x,o::r-x 600 u::rw-,g::r-x,m::---,o::--- 600"})
    void whatIsMadeGetsTheDefaultListCutToItsMode(String given, String mode, String acl, String after) {
        Acl.Inherited inherited = acl(given).inherited(Integer.parseInt(mode, 8));
        assertEquals(acl.equals("-") ? Optional.empty() : Optional.of(acl(acl)), inherited.acl());
        assertEquals(after, Integer.toOctalString(inherited.mode()));
    }

    @Test
    void aKeptListThatIsNoneIsDamage() {
        assertThrows(CorruptException.class, () -> Acl.kept(new byte[] {2, 0, 0, 0, 1}));
        assertThrows(CorruptException.class, () -> Acl.kept(AclText.bytes("")));
    }
}
