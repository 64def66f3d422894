package io.amberfs.cli;

import io.amberfs.daemon.ControlServer;
import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Request;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The run that the launcher makes once per jar and Java to collect the classes of the common commands, and most of those of the daemon, in an archive: with
 * it, a process starts in a fraction of the time. Talks to a daemon of its own that gives canned answers, and opens a store of its own.
 *
 * <p>With the argument {@code drive} it also has the drive of that store at work, for the cache that later JDKs make of what they have seen code do.
 */
final class Warmup {
    private static final Map<String, Object> STATUS = Map.of("store", "/", "pid", 1, "mounts", List.of("/mnt"), "epoch", 1L, "time", "2024-06-18T10:10:37Z",
        "files", 1, "logicalBytes", 1L << 40, "storedBytes", 1, "blocks", 1, "recoveryConfirmed", false);
    private static final Map<String, Object> ENTRY = Map.of("type", "entry", "name", "a", "mode", 0100644, "size", 1, "mtime", "2024-06-18T10:10:37Z",
        "uid", 0, "gid", 0);

    private static final String DRIVE = "drive";

    private Warmup() {
    }

    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("amberfs-warmup");
        try {
            askDaemon(folder);
            openStore(folder.resolve("store"), folder.resolve("key").toString());
            if (List.of(args).contains(DRIVE)) {
                serve(folder.resolve("store"), folder.resolve("key"));
            }
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> made;
        try (Stream<Path> walk = Files.walk(folder)) {
            made = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : made) {
            Files.delete(path);
        }
    }

    private static void askDaemon(Path store) {
        try (ControlServer server = new ControlServer(store.resolve("control"), Warmup::answer)) {
            for (String[] command : List.of(new String[] {"status"}, new String[] {"status", "--json"}, new String[] {"snapshot", "list"},
                new String[] {"snapshot", "create", "a"}, new String[] {"ls", "yesterday:a"}, new String[] {"cat", "yesterday:a"}, new String[] {"version"},
                new String[] {"umount", "/no-such-directory"}, new String[] {"check"})) {
                run(store, command);
            }
        }
    }

    private static void openStore(Path store, String keyFile) {
        run(store, "init", "--key-file", keyFile);
        run(store, "snapshot", "create", "a", "--key-file", keyFile);
        run(store, "check", "--key-file", keyFile);
    }

    /** The daemon comes as far as its mountpoint, which is not there. */
    private static void serve(Path store, Path keyFile) throws IOException {
        Secret secret = new Secret.KeyFile(keyFile);
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        SecretPipe.write(input, secret);
        run(store, input.toByteArray(), "daemon", "--mount", store.resolve("no-such-directory").toString());
        new StoreBackend().rehearse(store, secret);
    }

    private static void run(Path store, String... command) {
        run(store, new byte[0], command);
    }

    private static void run(Path store, byte[] input, String... command) {
        Surroundings process = Surroundings.ofProcess();
        Surroundings surroundings = new Surroundings(Map.of("AMBERFS_STORE", store.toString(), "HOME", "/"), process.directory(),
            new ByteArrayInputStream(input), process.terminal(), Surroundings::localOffset, MountPoint::all, process.fuse(), process.launcher());
        OutputStream nowhere = OutputStream.nullOutputStream();
        Main.run(command, surroundings, new Output(nowhere, new PrintStream(nowhere)), Main.backend());
    }

    private static Map<String, Object> answer(Request request, Reply reply) {
        return switch (request.command()) {
            case "status" -> STATUS;
            case "snapshot.list" -> Map.of("snapshots", List.of(Map.of("name", "a", "time", "2024-06-18T10:10:37Z", "epoch", 1, "held", true)));
            case "ls" -> {
                reply.event(ENTRY);
                yield Map.of();
            }
            default -> Map.of("name", "a");
        };
    }
}
