package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.amberfs.cli.ProcessEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A store and a mountpoint of their own, served by the real launcher.
 *
 * <ul>
 *   <li>Everything lies in one temporary directory: the store, the key file, the mountpoint, what commands print.
 *   <li>Closing ends the daemon, unmounts and deletes, also after a failure and when the run is broken off; nothing is ever deleted through a mount.
 * </ul>
 *
 * <p>Confined to one thread, but for {@link #shell()}.
 */
final class MountedDrive implements AutoCloseable {
    /** Native libraries are unpacked there once, and not for each drive. */
    private static final Path CACHE = Path.of("target", "it-cache").toAbsolutePath();
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final Set<MountedDrive> OPEN = ConcurrentHashMap.newKeySet();

    static {
        // Also when the run is broken off.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(MountedDrive::close)));
    }

    private final Path root;
    private final Path store;
    private final Path path;
    private final Shell shell;

    private MountedDrive(Path root, Map<String, String> more) throws IOException {
        this.root = root;
        OPEN.add(this);
        store = root.resolve("store");
        path = Files.createDirectory(root.resolve("drive"));
        shell = new Shell(Files.createDirectory(root.resolve("run")), environment(root, store)).with(more);
    }

    /** Only directories: no store, no mount. */
    static MountedDrive withoutStore() {
        return withoutStore(Map.of());
    }

    /** @param more of the environment that commands and the daemon get */
    static MountedDrive withoutStore(Map<String, String> more) {
        try {
            return new MountedDrive(Files.createTempDirectory("amberfs-it").toRealPath(), more);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With a store that a key file opens, not mounted. */
    static MountedDrive unmounted() {
        return unmounted(Map.of());
    }

    static MountedDrive unmounted(Map<String, String> more) {
        MountedDrive drive = withoutStore(more);
        return drive.orClosed(() -> drive.amberfs("init").ok());
    }

    /** With a new store, mounted with these options. */
    static MountedDrive mounted(String... options) {
        MountedDrive drive = unmounted();
        return drive.orClosed(() -> drive.mount(options));
    }

    /** The temporary directory around it all. */
    Path root() {
        return root;
    }

    Path store() {
        return store;
    }

    /** The mountpoint. */
    Path path() {
        return path;
    }

    /** A path in the drive. */
    Path at(String relative) {
        return path.resolve(relative);
    }

    /** The folder that a time or snapshot is entered by. */
    Path past(String time) {
        return path.resolve(".snapshots").resolve(time);
    }

    Shell shell() {
        return shell;
    }

    /** Runs amberfs on this store. */
    Outcome amberfs(Object... arguments) {
        return shell.run(command(arguments));
    }

    /** The words of such a run, for a shell of another environment. Drives are mounted by the transport that {@code -Damberfs.transport} names. */
    static Object[] command(Object... arguments) {
        Stream<Object> given = Arrays.stream(arguments);
        if (arguments.length > 1 && arguments[0].equals("mount") && !Arrays.asList(arguments).contains("--transport")) {
            given = Stream.concat(Stream.of("mount", "--transport", transport()), given.skip(1));
        }
        return Stream.concat(Stream.of(launcher()), given).toArray();
    }

    static String transport() {
        return System.getProperty("amberfs.transport", "kernel");
    }

    static String launcher() {
        return System.getProperty("amberfs.launcher", Path.of("amberfs").toAbsolutePath().toString());
    }

    void mount(String... options) {
        amberfs(Stream.concat(Stream.of("mount", path), Arrays.stream(options)).toArray()).ok();
    }

    void umount() {
        amberfs("umount", path).ok();
    }

    void remount(String... options) {
        umount();
        mount(options);
    }

    void snapshot(String name) {
        amberfs("snapshot", "create", name).ok();
    }

    Map<String, Object> status() {
        return json(amberfs("status", "--json").ok());
    }

    /** The process id of the daemon; empty when there is none. */
    Optional<Long> pid() {
        return Optional.ofNullable((Number) status().get("pid")).map(Number::longValue);
    }

    /** Kills the daemon with SIGKILL, as a crash would, and waits until it is gone. */
    void kill() {
        ProcessHandle daemon = daemon();
        daemon.destroyForcibly();
        awaitEnd(daemon);
    }

    /** Asks the daemon to end with SIGTERM, and waits until it has. */
    void terminate() {
        ProcessHandle daemon = daemon();
        daemon.destroy();
        awaitEnd(daemon);
    }

    /** Stops a daemon with SIGSTOP, and waits until none of its threads runs any more: the signal alone returns while they still may. */
    static void stop(Bystander bystander, ProcessHandle daemon) {
        bystander.run("kill", "-STOP", daemon.pid());
        await("the stop of process " + daemon.pid(), () -> threadStates(daemon.pid()).chars().allMatch(state -> state == 'T'));
    }

    /** The letter of each thread as in proc(5), and {@code ?} for one that ended meanwhile. */
    private static String threadStates(long pid) {
        StringBuilder states = new StringBuilder();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                states.append(threadState(thread));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return states.toString();
    }

    private static char threadState(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return '?';
        }
    }

    ProcessHandle daemon() {
        long pid = pid().orElseThrow(() -> new AssertionError("there is no daemon of " + store));
        return ProcessHandle.of(pid).orElseThrow(() -> new AssertionError("there is no process " + pid));
    }

    boolean isMounted() {
        return MountTable.under(path).contains(path);
    }

    /** Waits for a condition, for two minutes at most. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, () -> "not within " + BOUND.toSeconds() + " s: " + what);
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    static Map<String, Object> json(String text) {
        try {
            return JSON.std.mapFrom(text);
        } catch (IOException e) {
            throw new AssertionError("no JSON object: " + text, e);
        }
    }

    static List<Map<String, Object>> jsonArray(String text) {
        try {
            return JSON.std.listOfFrom(Object.class, text).stream().map(MountedDrive::object).toList();
        } catch (IOException e) {
            throw new AssertionError("no JSON array: " + text, e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    @Override
    public void close() {
        if (isMounted()) {
            shell.run(command("umount", path));
        }
        daemonsHere().forEach(daemon -> {
            daemon.destroyForcibly();
            awaitEnd(daemon);
        });
        for (Path mount : MountTable.under(root)) {
            shell.run("umount", "-l", mount);
        }
        List<Path> left = MountTable.under(root);
        if (!left.isEmpty()) {
            throw new AssertionError("still mounted, so nothing was deleted: " + left);
        }
        delete(root);
        OPEN.remove(this);
    }

    /** Whatever serves a store under our directory, also when it no longer answers. */
    private List<ProcessHandle> daemonsHere() {
        return ProcessHandle.allProcesses().filter(process -> process.pid() != ProcessHandle.current().pid())
            .filter(process -> process.info().arguments().filter(words -> Arrays.asList(words).contains("daemon")
                && Arrays.stream(words).anyMatch(word -> word.contains(root + "/"))).isPresent()).toList();
    }

    private MountedDrive orClosed(Runnable work) {
        try {
            work.run();
            return this;
        } catch (RuntimeException | Error e) {
            try {
                close();
            } catch (RuntimeException | Error next) {
                e.addSuppressed(next);
            }
            throw e;
        }
    }

    static void awaitEnd(ProcessHandle process) {
        await("the end of process " + process.pid(), () -> ProcessEnd.of(process.pid()));
    }

    private static Map<String, String> environment(Path root, Path store) {
        Map<String, String> environment = new HashMap<>(Map.of("HOME", root.toString(), "XDG_CONFIG_HOME", root.resolve("config").toString(),
            "AMBERFS_STORE", store.toString(), "LC_ALL", "C.UTF-8", "TZ", "UTC"));
        String java = System.getenv().getOrDefault("AMBERFS_JAVA_HOME", System.getProperty("java.home"));
        environment.put("AMBERFS_JAVA_HOME", java);
        environment.put("XDG_CACHE_HOME", CACHE.toString());
        return environment;
    }

    private static void delete(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clean up " + root + ": " + e.getMessage(), e);
        }
    }
}
