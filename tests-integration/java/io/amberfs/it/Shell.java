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

    /** Runs a Python script; its arguments are sys.argv[1] and so on. */
    Outcome python(String script, Object... arguments) {
        return run(BOUND, Stream.concat(Stream.of("python3", "-c", script), Arrays.stream(arguments)).toArray());
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
