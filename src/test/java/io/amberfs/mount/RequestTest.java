package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Name;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final Name HIDDEN = Name.of(".fuse_hidden0000000500000001");

    private final Request request = Request.current();

    @AfterEach
    void leaveNoRequestBehind() {
        request.end();
    }

    @Test
    void theCallerIsReadFromTheHeader() {
        begin(Request.LOOKUP, "");
        assertEquals(1000, request.uid());
        assertEquals(2000, request.gid());
        assertTrue(request.is(Request.LOOKUP));
    }

    @Test
    void aRenameWithinAnUnlinkHides() {
        begin(Request.UNLINK, "file\0");
        assertTrue(request.hides(HIDDEN));
    }

    @Test
    void aRenameToAnotherNameThanTheUsersHidesWhatIsInTheWay() {
        begin(Request.RENAME, "directory" + "from\0to\0");
        assertTrue(request.hides(HIDDEN));
        assertFalse(request.hides(Name.of("to")));
    }

    @Test
    void theUsersOwnRenameToAHiddenNameDoesNotHide() {
        begin(Request.RENAME, "directory" + "from\0" + HIDDEN + "\0");
        assertFalse(request.hides(HIDDEN));
    }

    @Test
    void aRenameWithoutASecondNameIsNotReadBeyondItsEnd() {
        begin(Request.RENAME, "directory" + "from");
        assertTrue(request.hides(HIDDEN));
        begin(Request.RENAME, "");
        assertTrue(request.hides(HIDDEN));
    }

    @Test
    void outsideOfARequestNothingIsHidden() {
        begin(Request.UNLINK, "file\0");
        request.end();
        assertFalse(request.hides(HIDDEN));
    }

    /** @param body "directory" stands for the number of the new directory ahead of the names */
    private void begin(int opcode, String body) {
        byte[] bytes = body.replace("directory", "12345678").getBytes(StandardCharsets.UTF_8);
        int size = Request.HEADER + bytes.length;
        Pointer message = Memory.allocateDirect(Runtime.getSystemRuntime(), size + 16, true);
        message.putInt(0, size);
        message.putInt(4, opcode);
        message.putInt(24, 1000);
        message.putInt(28, 2000);
        message.put(Request.HEADER, bytes, 0, bytes.length);
        request.begin(message, size);
    }
}
