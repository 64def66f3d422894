package io.amberfs.cli;

/** How a new recovery key is shown: once, to the person, and never as data. */
final class RecoveryKey {
    private RecoveryKey() {
    }

    static void show(Output output, String key) {
        output.show("");
        output.show("The recovery key, shown this once. It opens the store when everything else is lost: write it down, keep it elsewhere.");
        output.show("");
        output.show("    " + key);
        output.show("");
        output.show("Then run: amberfs key recovery --confirm");
        output.show("");
    }
}
