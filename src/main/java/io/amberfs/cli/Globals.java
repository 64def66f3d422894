package io.amberfs.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

import java.util.Optional;

/** The options that every command takes, before or after its name. Filled by picocli; confined to one thread. */
final class Globals {
    @Option(names = {"-s", "--store"}, paramLabel = "STORE", scope = ScopeType.INHERIT,
        description = "The store. Else $AMBERFS_STORE, that of the drive you stand in, or ~/.local/share/amberfs/store.")
    private String store;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Data as JSON to standard output, everything else to standard error.")
    private boolean json;

    @Option(names = {"-q", "--quiet"}, scope = ScopeType.INHERIT, description = "Only data and errors.")
    private boolean quiet;

    @Option(names = {"-v", "--verbose"}, scope = ScopeType.INHERIT, description = "Say more; twice: with stack traces.")
    private boolean[] verbose = {};

    @Option(names = "--password-file", paramLabel = "FILE", scope = ScopeType.INHERIT,
        description = "The passphrase is this file's first line. Else $AMBERFS_PASSWORD_FILE, $AMBERFS_PASSWORD_COMMAND, $AMBERFS_PASSWORD.")
    private String passwordFile;

    @Option(names = "--key-file", paramLabel = "FILE", scope = ScopeType.INHERIT, description = "A key file opens the store. Else $AMBERFS_KEY_FILE.")
    private String keyFile;

    @Option(names = "--recovery-file", paramLabel = "FILE", scope = ScopeType.INHERIT,
        description = "The recovery key in this file opens the store. Else $AMBERFS_RECOVERY_FILE.")
    private String recoveryFile;

    Optional<String> store() {
        return Optional.ofNullable(store);
    }

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    int verbosity() {
        return verbose.length;
    }

    SecretOptions secrets() {
        return new SecretOptions(Optional.ofNullable(passwordFile), Optional.ofNullable(keyFile), Optional.ofNullable(recoveryFile));
    }
}
