package io.amberfs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawArgumentsTest {
    @TempDir
    Path root;

    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void theKernelHasTheBytesThatJavaCouldNotDecode() {
        byte[] line = bytes("/usr/bin/java\0-jar\0a.jar\0ls\0\0d\u00ff/\u00c3\u00a4\0");
        String[] raw = RawArguments.of(new String[] {"ls", "", "d\ufffd/ä"}, line);
        assertArrayEquals(new String[] {"ls", "", RawText.of(bytes("d\u00ff/\u00c3\u00a4"))}, raw);
        assertArrayEquals(bytes("d\u00ff/\u00c3\u00a4"), RawText.bytes(raw[2]));
    }

    @Test
    void inALocaleThatIsNotUtf8TheBytesAreTakenAsUtf8() {
        assertArrayEquals(new String[] {"ä"}, RawArguments.of(new String[] {"\ufffd\ufffd"}, bytes("java\0\u00c3\u00a4\0")));
    }

    @Test
    void argumentsThatJavaDecodedAreLeftAsTheyAre() {
        String[] plain = {"ls", "ä"};
        assertSame(plain, RawArguments.of(plain));
    }

    @Test
    void aCommandLineThatIsNotOursIsNotBelieved() {
        for (String line : new String[] {"", "java\0", "java\0other\0x\u00ff\0", "java\0ls\0y\u00ff\0", "java\0ls\0x\u00ff"}) {
            Refusal refusal = assertThrows(Refusal.class, () -> RawArguments.of(new String[] {"ls", "x\ufffd"}, bytes(line)));
            assertEquals(ExitCode.USAGE, refusal.code());
        }
    }

    @Test
    void aPathThatIsNotUtf8NamesItsFile() throws IOException {
        RestoreBench.shell(root, "mkdir $'d\\xff' && printf in > $'d\\xff/% #?\\xfe'");
        String raw = RawText.of(bytes("d\u00ff/% #?\u00fe"));
        Path path = RawPath.resolve(root, raw);
        assertEquals("in", Files.readString(path));
        assertEquals(root + "/" + raw, RawPath.text(path));
        assertEquals(path, RawPath.resolve(Path.of("/"), root + "//" + raw));
        assertEquals(path, RawPath.resolve(path.getParent(), RawText.of(bytes("% #?\u00fe"))));
        assertTrue(RawPath.shown(path).endsWith("d\\xff/% #?\\xfe"), RawPath.shown(path));
        assertEquals(root + "/" + RawText.of(bytes("d\u00ff")), RawPath.text(path.getParent()), "without the slash that the URI of a directory has");
        assertArrayEquals(bytes(root + "/\u00c3\u00a4\u00ff"), RawPath.bytes(RawPath.resolve(root, RawText.of(bytes("\u00c3\u00a4\u00ff")))));
    }

    @Test
    void aMountpointOfSomebodyElseNeedNotBeUtf8() {
        String line = "40 22 0:36 / /mnt/\u00ff\\040x rw - fuse.amberfs amberfs#/srv/\u00fe rw\n";
        MountPoint mount = MountPoint.parse(RawText.of(bytes(line))).get(0);
        assertEquals(RawText.of(bytes("/mnt/\u00ff x")), RawPath.text(mount.path()));
        assertEquals(RawText.of(bytes("/srv/\u00fe")), RawPath.text(mount.store().orElseThrow()));
    }
}
