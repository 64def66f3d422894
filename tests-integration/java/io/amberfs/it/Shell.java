package io.amberfs.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs commands in an environment of its own.
 *
 * <ul>
 *   <li>Each has a bound on its time; one that exceeds it is killed with its children, and fails the test with what it said so far.
 *   <li>Nothing of the tester's environment gets through but PATH.
 *   <li>Output goes to files, so that a command that leaves a daemon behind is not waited for.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class Shell {
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final String PRELUDE = """
        import errno, fcntl, hashlib, mmap, os, random, signal, socket, stat, sys, time

        def refused(code, call, *arguments, **named):
            try:
                call(*arguments, **named)
            except OSError as e:
                assert e.errno == code, f'{call} {arguments}: {errno.errorcode[e.errno]}, not {errno.errorcode[code]}'
            else:
                raise AssertionError(f'{call} {arguments}: done, not {errno.errorcode[code]}')

        def write(path, data, flags=os.O_CREAT | os.O_TRUNC, mode=0o644):
            fd = os.open(path, os.O_WRONLY | flags, mode)
            while data:
                data = data[os.write(fd, data):]
            os.close(fd)

        def read(path):
            with open(path, 'rb') as file:
                return file.read()

        def in_child(work):
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    work()
                    code = 0
                finally:
                    sys.stderr.flush()
                    os._exit(code)
            return pid

        def joined(*pids):
            for pid in pids:
                assert os.waitpid(pid, 0)[1] == 0, 'a child failed'

        """;

    private final Path directory;
    private final Map<String, String> environment;

    /** @param directory where commands start, and where their output is kept */
    Shell(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = environment;
    }

    /** The same with more, or other, variables; an empty value takes a variable out. */
    Shell with(Map<String, String> more) {
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.putAll(more);
        return new Shell(directory, all);
    }

    /** Runs a command to its end, within two minutes. */
    Outcome run(Object... command) {
        return run(BOUND, command);
    }

    Outcome run(Duration bound, Object... command) {
        return run(bound, directory, command);
    }

    /** Runs a bash script; its arguments are $1 and so on. */
    Outcome bash(String script, Object... arguments) {
        return run(BOUND, Stream.concat(Stream.of("bash", "-c", "set -euo pipefail\n" + script, "bash"), Arrays.stream(arguments)).toArray());
    }

    /** Runs a Python script, with the usual modules and {@code refused(errno, call, ...)} at hand; its arguments are sys.argv[1] and so on. */
    Outcome python(String script, Object... arguments) {
        return run(BOUND, Stream.concat(Stream.of("python3", "-c", PRELUDE + script), Arrays.stream(arguments)).toArray());
    }

    Outcome run(Duration bound, Path startIn, Object... command) {
        List<String> words = Arrays.stream(command).map(Object::toString).toList();
        try {
            Path out = Files.createTempFile(directory, "run", ".out");
            Path err = Files.createTempFile(directory, "run", ".err");
            try {
                Process process = builder(startIn, words).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
                boolean ended = process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended) {
                    kill(process);
                }
                Outcome outcome = new Outcome(words, ended ? process.exitValue() : -1, read(out), read(err));
                if (!ended) {
                    throw new AssertionError("not ended within " + bound.toSeconds() + " s: " + outcome);
                }
                return outcome;
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(words + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + words + " ran", e);
        }
    }

    /** Starts a command that the test talks to, or kills; whoever starts it ends it. */
    Process start(Object... command) {
        try {
            return builder(directory, new ArrayList<>(Arrays.stream(command).map(Object::toString).toList())).redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(ProcessBuilder.Redirect.PIPE).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessBuilder builder(Path startIn, List<String> words) {
        ProcessBuilder builder = new ProcessBuilder(words).directory(startIn.toFile()).redirectInput(Path.of("/dev/null").toFile());
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        return builder;
    }

    private static void kill(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
