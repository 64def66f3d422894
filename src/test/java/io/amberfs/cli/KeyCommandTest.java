package io.amberfs.cli;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class KeyCommandTest {
    @TempDir
    Path root;
    private CommandBench bench;

    @BeforeEach
    void start() {
        bench = new CommandBench(root);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void initShowsTheRecoveryKeyOnceAndNeverAsJson() {
        bench.environment.put("AMBERFS_PASSWORD", "secret");
        assertEquals(0, bench.run("init", "--json"), bench.err);
        assertFalse(bench.out.contains(FakeBackend.RECOVERY), bench.out);
        assertTrue(bench.err.contains(FakeBackend.RECOVERY));
        assertEquals(bench.store.toString(), bench.jsonObject().get("store"));
        assertEquals(1, bench.run("init"), "there is a store now");
    }

    @Test
    void initAsksForThePassphraseTwice() {
        bench.typed.addAll(List.of("one", "two"));
        assertEquals(2, bench.run("init"));
        assertEquals(List.of(), bench.backend.done);
        bench.typed.addAll(List.of("one", "one"));
        assertEquals(0, bench.run("init"), bench.err);
        assertEquals(List.of(new Secret.Passphrase("one".toCharArray())), bench.backend.secrets);
    }

    @Test
    void initWithoutASecretAndWithoutATerminalMakesAKeyFile() {
        bench.backend.madeKeyFile = Optional.of(root.resolve("id.key"));
        assertEquals(0, bench.run("init"), bench.err);
        assertEquals(List.of(new Secret.None()), bench.backend.secrets);
        assertTrue(bench.out.contains(root.resolve("id.key").toString()));
    }

    @Test
    void keysAreListedAddedChangedAndRemoved() throws Exception {
        bench.backend.exists = true;
        bench.environment.put("AMBERFS_PASSWORD", "old");
        Files.writeString(root.resolve("new"), "fresh\n");
        Files.setPosixFilePermissions(root.resolve("new"), java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        assertEquals(0, bench.run("key", "list", "--json"));
        assertEquals(2, bench.jsonArray().size());
        assertEquals(0, bench.run("key", "list"));
        assertTrue(bench.out.contains("recovery"), bench.out);
        assertEquals(0, bench.run("key", "add", "--new-password-file", "new"), bench.err);
        assertEquals(0, bench.run("key", "passwd", "--new-key-file", "k"), bench.err);
        Secret old = new Secret.Passphrase("old".toCharArray());
        assertEquals(List.of(old, new Secret.Passphrase("fresh".toCharArray()), old, new Secret.KeyFile(root.resolve("k"))), bench.backend.secrets);
        assertEquals(0, bench.run("key", "remove", "1"));
        assertEquals(List.of("remove 1"), bench.backend.done);
        assertEquals(2, bench.run("key", "add"), "nothing new is named and nobody can be asked");
    }

    @Test
    void theRecoveryKeyIsConfirmedByTypingIt() {
        bench.backend.exists = true;
        bench.environment.put("AMBERFS_PASSWORD", "old");
        bench.input = "wrong\n";
        assertEquals(12, bench.run("key", "recovery", "--confirm"));
        bench.input = FakeBackend.RECOVERY + "\n";
        assertEquals(0, bench.run("key", "recovery", "--confirm"), bench.err);
        bench.input = "";
        assertEquals(0, bench.run("key", "recovery", "--confirm"), bench.err);
        assertEquals(List.of("confirmed by key", "confirmed by word"), bench.backend.done);
        assertEquals(0, bench.run("key", "recovery", "--json"));
        assertFalse(bench.out.contains(FakeBackend.RECOVERY));
    }
}
