package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Where the secret that opens a store comes from: an option, the environment, the key file that amberfs made, or a question on the terminal.
 *
 * <ul>
 *   <li>Options come before the environment; in it: password file, password command, password, key file, recovery file.</li>
 *   <li>Nothing secret is ever an argument of a process, and {@code AMBERFS_PASSWORD*} never reaches a child.</li>
 * </ul>
 * Confined to one thread.
 */
final class Secrets {
    static final String VARIABLES = "AMBERFS_PASSWORD";
    /** More than any passphrase; a file beyond it is the wrong file. */
    private static final int LENGTH_MAX = 4096;

    private final SecretOptions options;
    private final Map<String, String> environment;
    private final Path directory;
    private final Terminal terminal;

    Secrets(SecretOptions options, Map<String, String> environment, Path directory, Terminal terminal) {
        this.options = options;
        this.environment = environment;
        this.directory = directory;
        this.terminal = terminal;
    }

    /** Opens a store that exists. @param made the key file that amberfs would have made for it */
    Secret forStore(Path store, Path made) {
        Secret named = named();
        if (!(named instanceof Secret.None)) {
            return named;
        }
        if (Files.exists(made)) {
            return new Secret.KeyFile(made);
        }
        return terminal.password("Passphrase of " + store + ": ").<Secret>map(Secret.Passphrase::new).orElseThrow(() -> new Refusal(ExitCode.WRONG_KEY,
            "the store " + store + " needs its passphrase, and there is no terminal to ask on: use --password-file, --key-file or $AMBERFS_PASSWORD_COMMAND;"
            + " in /etc/fstab the option key_file= or password_file="));
    }

    /** Protects a store that is being made; none if nothing is named and nobody can be asked, or wants a passphrase: then a key file is made. */
    Secret forNewStore(Path store) {
        Secret named = named();
        return named instanceof Secret.None ? ask("New passphrase for " + store + " (empty: keep a key file instead): ", true) : named;
    }

    /** A further or another secret for a store that exists. */
    Secret fresh(Optional<Path> passwordFile, Optional<Path> keyFile) {
        if (passwordFile.isPresent()) {
            return fromFile(directory.resolve(passwordFile.get()).normalize());
        }
        if (keyFile.isPresent()) {
            return new Secret.KeyFile(directory.resolve(keyFile.get()).normalize());
        }
        Secret asked = ask("New passphrase: ", false);
        if (asked instanceof Secret.None) {
            throw new Refusal(ExitCode.USAGE, "a new passphrase is needed, and there is no terminal to ask on: use --new-password-file or --new-key-file");
        }
        return asked;
    }

    /** What the user types or pipes in to prove that the recovery key was kept; empty if nothing. */
    Optional<String> typedRecoveryKey() {
        return terminal.line("Type the recovery key: ").map(String::strip).filter(text -> !text.isEmpty());
    }

    /** What the options and the environment name; none if nothing. */
    Secret named() {
        if (options.passwordFile().isPresent()) {
            return fromFile(resolve(options.passwordFile().get()));
        }
        if (options.keyFile().isPresent()) {
            return new Secret.KeyFile(resolve(options.keyFile().get()));
        }
        if (options.recoveryFile().isPresent()) {
            return recovery(resolve(options.recoveryFile().get()));
        }
        return fromEnvironment();
    }

    private Secret fromEnvironment() {
        if (has("AMBERFS_PASSWORD_FILE")) {
            return fromFile(resolve(environment.get("AMBERFS_PASSWORD_FILE")));
        }
        if (has("AMBERFS_PASSWORD_COMMAND")) {
            return fromCommand(environment.get("AMBERFS_PASSWORD_COMMAND"));
        }
        if (has("AMBERFS_PASSWORD")) {
            return new Secret.Passphrase(environment.get("AMBERFS_PASSWORD").toCharArray());
        }
        if (has("AMBERFS_KEY_FILE")) {
            return new Secret.KeyFile(resolve(environment.get("AMBERFS_KEY_FILE")));
        }
        return has("AMBERFS_RECOVERY_FILE") ? recovery(resolve(environment.get("AMBERFS_RECOVERY_FILE"))) : new Secret.None();
    }

    private boolean has(String variable) {
        return !environment.getOrDefault(variable, "").isEmpty();
    }

    private Path resolve(String file) {
        return RawPath.resolve(directory, file).normalize();
    }

    private Secret ask(String question, boolean mayBeEmpty) {
        Optional<char[]> first = terminal.password(question);
        if (first.isEmpty() || first.get().length == 0 && mayBeEmpty) {
            return new Secret.None();
        }
        if (first.get().length == 0) {
            throw new Refusal(ExitCode.USAGE, "a passphrase cannot be empty");
        }
        char[] again = terminal.password("Once more: ").orElse(new char[0]);
        if (!Arrays.equals(first.get(), again)) {
            throw new Refusal(ExitCode.USAGE, "the two passphrases differ: nothing was changed");
        }
        return new Secret.Passphrase(first.get());
    }

    private static Secret recovery(Path file) {
        return new Secret.Recovery(new String(line(file)).strip());
    }

    private static Secret fromFile(Path file) {
        return new Secret.Passphrase(line(file));
    }

    private static char[] line(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                throw new Refusal(ExitCode.ERROR, "everybody can read " + file + ": run chmod 600 " + file);
            }
            try (InputStream in = Files.newInputStream(file)) {
                return firstLine(in, file.toString());
            }
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot read the passphrase from " + file + ": " + Reasons.of(e), e);
        }
    }

    private static char[] firstLine(InputStream in, String source) throws IOException {
        byte[] bytes = in.readNBytes(LENGTH_MAX + 1);
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        if (end > LENGTH_MAX) {
            throw new Refusal(ExitCode.USAGE, source + " holds no passphrase: its first line is longer than " + LENGTH_MAX + " bytes");
        }
        byte[] line = Arrays.copyOf(bytes, end > 0 && bytes[end - 1] == '\r' ? end - 1 : end);
        Arrays.fill(bytes, (byte) 0);
        char[] text = SecretPipe.decode(line);
        Arrays.fill(line, (byte) 0);
        if (text.length == 0) {
            throw new Refusal(ExitCode.USAGE, source + " holds no passphrase: its first line is empty");
        }
        return text;
    }

    private Secret fromCommand(String command) {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.INHERIT);
        withoutSecrets(builder);
        try {
            Process process = builder.start();
            try (InputStream out = process.getInputStream()) {
                byte[] all = out.readAllBytes();
                int exit = process.waitFor();
                if (exit != 0) {
                    throw new Refusal(ExitCode.ERROR, "the command in $AMBERFS_PASSWORD_COMMAND failed with exit code " + exit);
                }
                return new Secret.Passphrase(firstLine(new java.io.ByteArrayInputStream(all), "the output of $AMBERFS_PASSWORD_COMMAND"));
            }
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot run the command in $AMBERFS_PASSWORD_COMMAND: " + Reasons.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(ExitCode.INTERRUPTED, "interrupted while $AMBERFS_PASSWORD_COMMAND ran", e);
        }
    }

    /** Takes the secrets out of what a child process inherits. */
    static void withoutSecrets(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith(VARIABLES));
    }
}
