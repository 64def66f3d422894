package io.amberfs.cli;

import io.amberfs.daemon.ControlServer;
import io.amberfs.daemon.Json;
import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/** Runs commands in this process against a service over a real control socket, and keeps what they print. */
final class CommandBench implements AutoCloseable {
    final Path root;
    final Path store;
    final Map<String, String> environment = new HashMap<>();
    final Map<String, BiFunction<Request, Reply, Map<String, Object>>> answers = new HashMap<>();
    final List<Request> requests = new CopyOnWriteArrayList<>();
    final Deque<String> typed = new ArrayDeque<>();
    final List<MountPoint> mounts = new ArrayList<>();
    final FakeBackend backend = new FakeBackend();
    Path directory;
    String input = "";
    String out = "";
    String err = "";
    private Optional<ControlServer> server = Optional.empty();

    CommandBench(Path root) {
        this.root = root;
        this.directory = root;
        try {
            this.store = Files.createDirectory(root.resolve("store"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        environment.put("HOME", root.toString());
        environment.put("AMBERFS_STORE", store.toString());
    }

    /** From now on a daemon answers. */
    CommandBench withDaemon() {
        server = Optional.of(new ControlServer(store.resolve("control"), this::answer));
        return this;
    }

    CommandBench on(String command, BiFunction<Request, Reply, Map<String, Object>> answer) {
        answers.put(command, answer);
        return this;
    }

    private Map<String, Object> answer(Request request, Reply reply) {
        requests.add(request);
        if (!answers.containsKey(request.command())) {
            throw new Refusal(ExitCode.USAGE, "no such request: " + request.command());
        }
        return answers.get(request.command()).apply(request, reply);
    }

    /** From now on this machine can mount. */
    CommandBench withFuse() throws IOException {
        for (String path : List.of("dev/fuse", "usr/lib/libfuse.so.2", "usr/bin/fusermount3")) {
            Files.createDirectories(root.resolve(path));
        }
        return this;
    }

    /** @return the exit code */
    int run(String... arguments) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        ByteArrayOutputStream notes = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(environment, directory, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new TypingTerminal(), at -> ZoneOffset.UTC, () -> mounts, new FuseSetup(root), Optional.of("/opt/amberfs/amberfs"));
        int exit = Main.run(arguments, surroundings, new Output(data, new PrintStream(notes, true, StandardCharsets.UTF_8)), backend);
        out = data.toString(StandardCharsets.UTF_8);
        err = notes.toString(StandardCharsets.UTF_8);
        return exit;
    }

    Map<String, Object> jsonObject() {
        try {
            return Json.read(out.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError("not a JSON object: " + out, e);
        }
    }

    List<Object> jsonArray() {
        try {
            return com.fasterxml.jackson.jr.ob.JSON.std.listFrom(out);
        } catch (IOException e) {
            throw new AssertionError("not a JSON array: " + out, e);
        }
    }

    Request lastRequest() {
        return requests.get(requests.size() - 1);
    }

    @Override
    public void close() {
        server.ifPresent(ControlServer::close);
    }

    /** Types the lines of {@code typed}; without any there is no terminal. */
    private final class TypingTerminal implements Terminal {
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
    }

    /** What the daemon of a mounted drive answers. */
    static Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("store", "/srv/store");
        status.put("pid", 4711);
        status.put("mounts", List.of("/home/u/drive"));
        status.put("epoch", 12345);
        status.put("time", "2024-06-18T10:10:37.5Z");
        status.put("files", 1000);
        status.put("logicalBytes", 3L << 30);
        status.put("storedBytes", 1L << 30);
        status.put("blocks", 20000);
        status.put("recoveryConfirmed", true);
        status.put("readOnly", false);
        status.put("findings", 0);
        return status;
    }
}
