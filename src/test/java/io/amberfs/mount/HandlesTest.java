package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import org.junit.jupiter.api.Test;

class HandlesTest {
    private final Handles<String> handles = new Handles<>();

    @Test
    void aNumberLeadsToItsHandleUntilItIsRemoved() {
        long number = handles.add("one");
        assertEquals("one", handles.at(number));
        assertTrue(handles.any("one"::equals));
        assertEquals("one", handles.remove(number));
        assertFalse(handles.any("one"::equals));
        assertEquals(Errno.EBADF, assertThrows(FsException.class, () -> handles.at(number)).errno());
        assertEquals(Errno.EBADF, assertThrows(FsException.class, () -> handles.remove(number)).errno());
    }

    @Test
    void aNumberNeverComesAgainAndIsNeverZero() {
        long first = handles.add("one");
        handles.remove(first);
        assertNotEquals(0, first);
        assertNotEquals(first, handles.add("two"));
    }
}
