package io.amberfs.cli;

import io.amberfs.daemon.Failure;
import io.amberfs.daemon.Json;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts a daemon and waits until its drive answers.
 *
 * <ul>
 *   <li>The secret goes through the pipe at its standard input, never through its arguments or environment.</li>
 *   <li>If it does not answer in time, or we are interrupted, it is ended: no half-started daemon stays.</li>
 * </ul>
 */
final class DaemonProcess {
    /** Beyond any recovery after a crash, which only replays the last few seconds. */
    private static final long READY_SECONDS_MAX = 60;
    private static final long LOG_BYTES_MAX = 4 << 20;

    private DaemonProcess() {
    }

    /** @return its process id, once the drive answers */
    static long start(DaemonOptions options, int verbosity) {
        return start(DaemonJvm.command(options.store(), options.mount(), options.settings().arguments(), verbosity), options.store(), options.secret(), READY_SECONDS_MAX);
    }

    static long start(List<String> command, Path store, Secret secret, long seconds) {
        Path log = store.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile());
        Secrets.withoutSecrets(builder);
        // glibc gives each thread its own arena, and what the database frees in one does not serve the others: 255 MB in 21 of them after 650,000 files.
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        try {
            prepare(log);
            Process process = builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
            Thread ending = new Thread(process::destroy);
            Runtime.getRuntime().addShutdownHook(ending);
            try {
                await(process, secret, log, seconds);
                return process.pid();
            } finally {
                Runtime.getRuntime().removeShutdownHook(ending);
            }
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot start the daemon of " + store + ": " + Reasons.of(e), e);
        }
    }

    /** The log may name files: it is for its owner alone. One former log is kept. */
    private static void prepare(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > LOG_BYTES_MAX) {
            Files.move(log, log.resolveSibling("log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.newByteChannel(log, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))).close();
    }

    private static void await(Process process, Secret secret, Path log, long seconds) {
        CompletableFuture<Map<String, Object>> word = CompletableFuture.supplyAsync(() -> exchange(process, secret), work -> thread(work).start());
        try {
            Map<String, Object> said = word.get(seconds, TimeUnit.SECONDS);
            if (Boolean.TRUE.equals(said.get("ready"))) {
                return;
            }
            if (said.containsKey("code")) {
                throw Failure.read(said).refusal();
            }
            throw new Refusal(ExitCode.ERROR, "the daemon ended with exit code " + process.waitFor() + " before the drive answered: see " + log);
        } catch (TimeoutException e) {
            end(process);
            throw new Refusal(ExitCode.ERROR, "the drive did not answer within " + seconds + " s, and its daemon was ended: see " + log, e);
        } catch (ExecutionException e) {
            end(process);
            throw new Refusal(ExitCode.ERROR, "the daemon could not be talked to (" + e.getCause().getMessage() + "): see " + log, e);
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw new Refusal(ExitCode.INTERRUPTED, "interrupted while the daemon started", e);
        }
    }

    /** @return what it says; nothing if it ends without a word */
    private static Map<String, Object> exchange(Process process, Secret secret) {
        send(process, secret);
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("{")) { // native libraries may print, too
                    return Json.read(line.getBytes(StandardCharsets.UTF_8));
                }
            }
            return Map.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void send(Process process, Secret secret) {
        try (OutputStream in = process.getOutputStream()) {
            SecretPipe.write(in, secret);
        } catch (IOException e) {
            return; // it has ended already; what it says tells why
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "amberfs-start");
        thread.setDaemon(true);
        return thread;
    }

    private static void end(Process process) {
        process.destroy();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        process.destroyForcibly();
    }
}
