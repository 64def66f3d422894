package io.amberfs.cli;

import java.util.Optional;

/** The options that name a secret; relative to the current directory. Immutable. */
record SecretOptions(Optional<String> passwordFile, Optional<String> keyFile, Optional<String> recoveryFile) {
}
