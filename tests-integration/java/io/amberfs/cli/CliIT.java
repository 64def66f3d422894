package io.amberfs.cli;

import io.amberfs.daemon.ControlServer;
import io.amberfs.daemon.Json;
import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The launcher and the jar, as a user runs them. */
@Timeout(300)
class CliIT {
    private static final Pattern HEAVY = Pattern.compile("(org\\.rocksdb|org\\.bouncycastle|jnr|com\\.kenai|ru\\.serce|com\\.github\\.luben|com\\.github\\.benmanes)\\.");

    @TempDir
    Path root;

    private record Outcome(int exit, String out, String err) {
    }

    private static String launcher() {
        return System.getProperty("amberfs.launcher", Path.of("amberfs").toAbsolutePath().toString());
    }

    private Outcome run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Path out = root.resolve("out");
        Path err = root.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile())
            .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AMBERFS_") && !name.equals("AMBERFS_JAVA_HOME"));
        builder.environment().put("HOME", root.toString());
        builder.environment().putAll(environment);
        int exit = builder.start().waitFor();
        return new Outcome(exit, Files.readString(out), Files.readString(err));
    }

    private Path store() throws IOException {
        return Files.createDirectory(root.resolve("store"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static Map<String, Object> answer(Request request, Reply reply) {
        return request.command().equals("status") ? Map.of("store", "ä", "pid", 1, "mounts", List.of(), "files", 7) : Map.of("name", request.text("name"));
    }

    @Test
    void theLauncherWorksThroughASymlinkFromAnyDirectory() throws Exception {
        Path link = Files.createSymbolicLink(root.resolve("link to amberfs"), Path.of(launcher()));
        Outcome outcome = run(Map.of(), link.toString(), "version", "--json");
        assertEquals(0, outcome.exit(), outcome.err());
        Map<String, Object> version = Json.read(outcome.out().getBytes(StandardCharsets.UTF_8));
        assertTrue(String.valueOf(version.get("version")).matches("\\d+\\.\\d+\\.\\d+.*"), outcome.out());
        assertEquals("", outcome.err(), "nothing is built or warned about the second time");
    }

    @Test
    void theLauncherTakesTheJavaThatIsNamedAndRefusesWhatIsNone() throws Exception {
        String home = System.getProperty("java.home");
        Outcome outcome = run(Map.of("AMBERFS_JAVA_HOME", home), launcher(), "version");
        assertTrue(outcome.out().contains("on Java " + Runtime.version()), outcome.out());
        Outcome refused = run(Map.of("AMBERFS_JAVA_HOME", root.toString()), launcher(), "version");
        assertEquals(1, refused.exit());
        assertEquals(1, refused.err().lines().count(), refused.err());
    }

    @Test
    void aRunningDaemonAnswersALaunchedCommandInUtf8WhateverTheLocale() throws Exception {
        Path store = store();
        try (ControlServer server = new ControlServer(store.resolve("control"), CliIT::answer)) {
            Map<String, String> environment = Map.of("AMBERFS_STORE", store.toString(), "LC_ALL", "C");
            Outcome status = run(environment, launcher(), "status", "--json");
            assertEquals(0, status.exit(), status.err());
            assertEquals("ä", Json.read(status.out().getBytes(StandardCharsets.UTF_8)).get("store"));
            Outcome snapshot = run(environment, launcher(), "snapshot", "create", "größer😀");
            assertEquals("snapshot größer😀 made\n", snapshot.out(), snapshot.err());
        }
    }

    @Test
    void aCommandThatADaemonAnswersLoadsNothingHeavy() throws Exception {
        Path store = store();
        Path loaded = root.resolve("loaded");
        try (ControlServer server = new ControlServer(store.resolve("control"), CliIT::answer)) {
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + loaded, "-cp", System.getProperty("java.class.path"), Main.class.getName(), "status", "--store", store.toString()));
            Outcome outcome = run(Map.of(), command.toArray(String[]::new));
            assertEquals(0, outcome.exit(), outcome.err());
        }
        List<String> classes = Files.readAllLines(loaded);
        assertTrue(classes.stream().anyMatch(line -> line.contains("io.amberfs.daemon.ControlClient")), "the log of loaded classes is there");
        assertEquals(List.of(), classes.stream().filter(line -> HEAVY.matcher(line.replaceAll("source:.*", "")).find()).toList());
    }

    @Test
    void failuresOfALaunchedCommandAreOneLineAndAnExitCode() throws Exception {
        Outcome none = run(Map.of(), launcher(), "-s", root.resolve("nothing").toString(), "status");
        assertEquals(10, none.exit());
        assertEquals(1, none.err().lines().count(), none.err());
        Outcome mount = run(Map.of(), launcher(), "mount", root.resolve("missing").toString());
        assertEquals(1, mount.exit());
        assertTrue(mount.err().contains("mkdir -p"), mount.err());
        assertFalse(mount.err().contains("\tat "), mount.err());
    }

    @Test
    void theCompletionIsTakenByBash() throws Exception {
        Outcome outcome = run(Map.of(), "bash", "-c", "source <(\"$0\" completion) && complete -p amberfs", launcher());
        assertEquals(0, outcome.exit(), outcome.err());
    }
}
