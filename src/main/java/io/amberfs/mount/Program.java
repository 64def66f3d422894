package io.amberfs.mount;

import java.util.List;
import java.util.Map;

/** Programs that a mount runs. Stateless. */
final class Program {
    private Program() {
    }

    /** With an environment of its own: ours may hold a passphrase, and would choose the language of what is said. */
    static ProcessBuilder of(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C"));
        return builder;
    }
}
