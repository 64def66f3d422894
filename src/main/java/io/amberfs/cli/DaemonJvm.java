package io.amberfs.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that starts a daemon in a Java like our own. */
final class DaemonJvm {
    private DaemonJvm() {
    }

    /** In a session of its own, so that it outlives the terminal; the arguments hold no secret. */
    static List<String> command(Path store, Path mount, List<String> options, int verbosity) {
        List<String> command = new ArrayList<>(List.of("setsid", Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags(Runtime.version().feature()));
        String archive = System.getProperty("amberfs.archive", "");
        if (!archive.isEmpty() && Files.exists(Path.of(archive))) {
            command.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:disable", "-Xlog:all=error:stderr"));
        }
        command.addAll(List.of("-cp", absolute(System.getProperty("java.class.path")), Main.class.getName(), "--store", store.toString()));
        for (int i = 0; i < verbosity; i++) {
            command.add("--verbose");
        }
        command.addAll(List.of("daemon", "--mount", mount.toString()));
        command.addAll(options);
        return command;
    }

    /** The daemon's bounds: resident memory stays under 700 MB with a heap of this size. Out of memory it dies, which loses nothing, rather than lingers. */
    static List<String> flags(int feature) {
        List<String> flags = new ArrayList<>(List.of("-Xmx384m", "-XX:MaxDirectMemorySize=64m", "-XX:+ExitOnOutOfMemoryError", "-Dfile.encoding=UTF-8"));
        if (feature >= 24) {
            flags.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        return flags;
    }

    /** The daemon's current directory is the root: it must not keep another mount busy. */
    private static String absolute(String classPath) {
        return String.join(":", java.util.Arrays.stream(classPath.split(":")).map(entry -> Path.of(entry).toAbsolutePath().toString()).toList());
    }
}
