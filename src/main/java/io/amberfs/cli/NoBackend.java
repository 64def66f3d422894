package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** A command line without a drive behind it: it reaches daemons and refuses the rest. */
final class NoBackend implements Backend {
    private static Refusal refusal() {
        return new Refusal(ExitCode.ERROR, "this build of amberfs has no drive: it can only talk to a running daemon");
    }

    @Override
    public boolean isStore(Path store) {
        return Files.exists(store.resolve("header"));
    }

    @Override
    public Path keyFileOf(Path store) {
        throw new Refusal(ExitCode.NO_STORE, "there is no store at " + store + ": make one with amberfs -s " + store + " init, or amberfs mount DIR");
    }

    @Override
    public OpenStore open(Path store, Secret secret) {
        throw refusal();
    }

    @Override
    public NewStore init(Path store, Secret secret) {
        throw refusal();
    }

    @Override
    public int runDaemon(DaemonOptions options, Runnable ready) {
        throw refusal();
    }

    @Override
    public KeyOperations keys() {
        throw refusal();
    }

    @Override
    public Export exportTo(Path target, boolean delete, boolean dryRun, Consumer<Map<String, Object>> out) {
        throw refusal();
    }
}
