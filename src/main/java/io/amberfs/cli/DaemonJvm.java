package io.amberfs.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that starts a daemon in a Java like our own. */
final class DaemonJvm {
    /** Later JDKs want to be told about native code and direct memory. */
    private static final boolean IS_STRICT = Runtime.version().feature() >= 24;

    private DaemonJvm() {
    }

    /** In a session of its own, so that it outlives the terminal; the arguments hold no secret. */
    static List<String> command(Path store, Path mount, List<String> options, int verbosity) {
        List<String> command = new ArrayList<>(List.of("setsid", Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags());
        command.addAll(prepared());
        command.addAll(program(System.getProperty("java.class.path")));
        command.addAll(List.of("--store", store.toString()));
        for (int i = 0; i < verbosity; i++) {
            command.add("--verbose");
        }
        command.addAll(List.of("daemon", "--mount", mount.toString()));
        command.addAll(options);
        return command;
    }

    /** What the launcher has prepared for this Java: a cache, else an archive. It serves only a process that has the same boot class path; one that does not fit is passed over. */
    private static List<String> prepared() {
        String boot = "-Xbootclasspath/a:" + System.getProperty("amberfs.boot", "");
        String cache = System.getProperty("amberfs.cache", "");
        String archive = System.getProperty("amberfs.archive", "");
        if (!cache.isEmpty() && Files.exists(Path.of(cache))) {
            return List.of(boot, "-XX:AOTCache=" + cache, "-Xlog:aot*=off,cds*=off:stderr");
        }
        return !archive.isEmpty() && Files.exists(Path.of(archive)) ? List.of(boot, "-XX:SharedArchiveFile=" + archive, "-Xshare:auto") : List.of();
    }

    /**
     * The daemon's bounds: resident memory stays under 700 MB with a heap of this size. Out of memory it dies, which loses nothing, rather than lingers. Its ciphers are compiled
     * after a tenth of the usual calls (docs/decisions/0001-sealing.md).
     */
    private static List<String> flags() {
        List<String> flags = new ArrayList<>(List.of("-Xmx320m", "-XX:MaxDirectMemorySize=80m", "-XX:+ExitOnOutOfMemoryError", "-Dfile.encoding=UTF-8",
            "-XX:CompileCommand=quiet", "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.*::*,0.1",
            "-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider", "-Xlog:disable", "-Xlog:all=warning:stderr"));
        if (IS_STRICT) {
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        return flags;
    }

    /** The jar allows native access in its manifest; as a flag it would cost the JDK's own class-data archive. */
    private static List<String> program(String classPath) {
        String absolute = absolute(classPath);
        if (absolute.endsWith(".jar") && absolute.indexOf(':') < 0) {
            return List.of("-jar", absolute);
        }
        List<String> program = new ArrayList<>(List.of("-cp", absolute, Main.class.getName()));
        if (IS_STRICT) {
            program.add(0, "--enable-native-access=ALL-UNNAMED");
        }
        return program;
    }

    /** The daemon's current directory is the root: it must not keep another mount busy. */
    private static String absolute(String classPath) {
        return String.join(":", java.util.Arrays.stream(classPath.split(":")).map(entry -> Path.of(entry).toAbsolutePath().toString()).toList());
    }
}
