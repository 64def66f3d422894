package io.amberfs.cli;

import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Service;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the commands need beyond a running daemon: the store itself, opened in this process. Everything heavy (the database, the ciphers, the transports) is behind it and
 * is loaded at the first call.
 *
 * <ul>
 *   <li>Failures are refusals and faults: no store (10), in use (11), wrong secret (12), damage (13), format (17).</li>
 *   <li>Paths are absolute. A secret is not wiped by the receiver: a new store is made and mounted with the same one.</li>
 * </ul>
 */
public interface Backend {
    /** Whether there is a store in this directory, whatever its format or state. */
    boolean isStore(Path store);

    /** Where the key file of this store is kept when amberfs makes it, {@code ~/.config/amberfs/ID.key}; there need not be one. Reads only the store's header. */
    Path keyFileOf(Path store);

    /** Opens a store that no daemon owns; closing it writes everything out and gives up the lock. */
    OpenStore open(Path store, Secret secret);

    /** Opens a store that no daemon owns for reading alone: nothing in it is changed, and damage that keeps it from being written to does not matter. */
    OpenStore openForReading(Path store, Secret secret);

    /** Makes a store, the root directory of whose drive belongs to {@code owner}; with {@link Secret.None} or a key file that is not there yet, a key file is made, too. */
    NewStore init(Path store, Secret secret, Owner owner);

    /**
     * Mounts, calls {@code ready} once when the drive answers, and returns when it has been unmounted and everything is on disk.
     *
     * @return the exit code of the process
     */
    int runDaemon(DaemonOptions options, Runnable ready);

    KeyOperations keys();

    /** Takes in what an {@code export} request sends and makes files of it. */
    Export exportTo(Path target, boolean delete, boolean dryRun, Consumer<Map<String, Object>> out);

    /** A store opened by this process. */
    interface OpenStore extends Service, AutoCloseable {
        @Override
        void close();
    }

    /** A receiver of an export. */
    interface Export extends Reply, AutoCloseable {
        /** After the last event: what is left to do, as times of directories and deletions; gives the counts, and {@code complete}: false if something was left out. */
        Map<String, Object> finish();

        @Override
        void close();
    }

    /** @param recoveryKey shown once and never again */
    record NewStore(Path store, String id, Optional<Path> keyFile, String recoveryKey) {
        @Override
        public String toString() {
            return "the new store " + store;
        }
    }
}
