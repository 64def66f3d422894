package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SecretsTest {
    private static final SecretOptions NOTHING = new SecretOptions(Optional.empty(), Optional.empty(), Optional.empty());

    @TempDir
    Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private final Deque<String> typed = new ArrayDeque<>();

    private Secrets secrets(SecretOptions options) {
        return new Secrets(options, environment, directory, new Terminal() {
            @Override
            public Optional<char[]> password(String question) {
                return line(question).map(String::toCharArray);
            }

            @Override
            public Optional<String> line(String question) {
                return Optional.ofNullable(typed.poll());
            }

            @Override
            public boolean showsErrors() {
                return false;
            }
        });
    }

    private static Secret passphrase(String text) {
        return new Secret.Passphrase(text.toCharArray());
    }

    private Path file(String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void optionsComeBeforeTheEnvironmentAndThatInItsOrder() throws IOException {
        file("a", "from option\n");
        file("b", "from variable\nsecond line");
        environment.put("AMBERFS_KEY_FILE", "k");
        assertEquals(new Secret.KeyFile(directory.resolve("k")), secrets(NOTHING).named());
        environment.put("AMBERFS_PASSWORD", "plain");
        assertEquals(passphrase("plain"), secrets(NOTHING).named());
        environment.put("AMBERFS_PASSWORD_COMMAND", "echo from command");
        assertEquals(passphrase("from command"), secrets(NOTHING).named());
        environment.put("AMBERFS_PASSWORD_FILE", "b");
        assertEquals(passphrase("from variable"), secrets(NOTHING).named());
        assertEquals(passphrase("from option"), secrets(new SecretOptions(Optional.of("a"), Optional.empty(), Optional.empty())).named());
        assertEquals(new Secret.KeyFile(directory.resolve("k2")), secrets(new SecretOptions(Optional.empty(), Optional.of("k2"), Optional.empty())).named());
        assertEquals(new Secret.Recovery("from option"), secrets(new SecretOptions(Optional.empty(), Optional.empty(), Optional.of("a"))).named());
    }

    @Test
    void thePasswordCommandDoesNotSeeTheOtherSecrets() {
        environment.put("AMBERFS_PASSWORD_COMMAND", "env | grep AMBERFS_PASSWORD || echo none");
        assertEquals(passphrase("none"), secrets(NOTHING).named());
        ProcessBuilder builder = new ProcessBuilder("true");
        builder.environment().put("AMBERFS_PASSWORD", "x");
        builder.environment().put("AMBERFS_PASSWORD_FILE", "x");
        Secrets.withoutSecrets(builder);
        assertTrue(builder.environment().keySet().stream().noneMatch(name -> name.startsWith("AMBERFS_PASSWORD")));
    }

    @Test
    void aPasswordCommandThatFailsIsRefused() {
        environment.put("AMBERFS_PASSWORD_COMMAND", "echo half; exit 3");
        assertTrue(assertThrows(Refusal.class, () -> secrets(NOTHING).named()).getMessage().contains("exit code 3"));
    }

    @Test
    void aPassphraseIsTheFirstLineOfItsFileAsBytesOfUtf8() throws IOException {
        for (Map.Entry<String, String> entry : Map.of("ä😀 x\r\ny", "ä😀 x", "a", "a", " a \n", " a ").entrySet()) {
            file("p", entry.getKey());
            assertEquals(passphrase(entry.getValue()), secrets(new SecretOptions(Optional.of("p"), Optional.empty(), Optional.empty())).named());
        }
    }

    @Test
    void aFileThatCannotHoldAPassphraseIsRefused() throws IOException {
        file("empty", "");
        file("line", "\nx");
        file("long", "x".repeat(5000));
        Path open = file("open", "x");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        for (String name : List.of("empty", "line", "long", "open", "missing")) {
            Refusal refusal = assertThrows(Refusal.class, () -> secrets(new SecretOptions(Optional.of(name), Optional.empty(), Optional.empty())).named());
            assertTrue(refusal.getMessage().contains(directory.resolve(name).toString()), refusal.getMessage());
        }
    }

    @Test
    void aStoreIsOpenedByWhatIsNamedElseByItsKeyFileElseByAsking() throws IOException {
        Path made = directory.resolve("id.key");
        typed.add("typed");
        assertEquals(passphrase("typed"), secrets(NOTHING).forStore(directory, made));
        assertEquals(ExitCode.WRONG_KEY, assertThrows(Refusal.class, () -> secrets(NOTHING).forStore(directory, made)).code());
        file("id.key", "key");
        assertEquals(new Secret.KeyFile(made), secrets(NOTHING).forStore(directory, made));
        environment.put("AMBERFS_PASSWORD", "plain");
        assertEquals(passphrase("plain"), secrets(NOTHING).forStore(directory, made));
    }

    @Test
    void anEmptyAnswerForANewStoreMeansAKeyFile() {
        typed.add("");
        assertEquals(new Secret.None(), secrets(NOTHING).forNewStore(directory));
        typed.add("");
        assertThrows(Refusal.class, () -> secrets(NOTHING).fresh(Optional.empty(), Optional.empty()), "a passphrase is not replaced by nothing");
    }

    @Test
    void everyKindOfSecretPassesThroughThePipe() throws IOException {
        for (Secret secret : List.of(passphrase("ä😀 x\n"), new Secret.KeyFile(Path.of("/k ä")), new Secret.Recovery("AAAA-BBBB"), new Secret.None())) {
            ByteArrayOutputStream pipe = new ByteArrayOutputStream();
            SecretPipe.write(pipe, secret);
            assertEquals(secret, SecretPipe.read(new ByteArrayInputStream(pipe.toByteArray())));
        }
        assertEquals(new Secret.None(), SecretPipe.read(new ByteArrayInputStream(new byte[0])));
        assertThrows(Refusal.class, () -> SecretPipe.read(new ByteArrayInputStream("x".getBytes())));
    }

    @Test
    void noSecretShowsWhenPrinted() {
        assertFalse((passphrase("hush") + " " + new Secret.Recovery("hush")).contains("hush"));
    }
}
