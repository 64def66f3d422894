package io.amberfs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a process finds around itself; a test gives its own. Immutable.
 *
 * @param directory the current one
 * @param launcher what starts amberfs; empty where it was started in another way
 * @param offsets that of local time at an instant, for times that people read
 */
record Surroundings(Map<String, String> environment, Path directory, InputStream input, Terminal terminal, Function<Instant, ZoneOffset> offsets,
                    Supplier<List<MountPoint>> mountTable, FuseSetup fuse, Optional<String> launcher) {
    static Surroundings ofProcess() {
        return new Surroundings(System.getenv(), currentDirectory(), System.in, Terminal.system(), Surroundings::localOffset, MountPoint::all,
            new FuseSetup(Path.of("/")), Optional.ofNullable(System.getProperty("amberfs.launcher")));
    }

    /** Java knows it as text: where that is not UTF-8, the kernel still has its bytes. */
    private static Path currentDirectory() {
        Path decoded = Path.of("").toAbsolutePath();
        try {
            return decoded.toString().indexOf('\ufffd') < 0 ? decoded : Files.readSymbolicLink(Path.of("/proc/self/cwd"));
        } catch (IOException e) {
            return decoded; // no /proc: what lies below it is not found
        }
    }

    /** By the older of the JDK's two tables of zones: the newer one looks for more of them in every jar, and a command would take a tenth longer. */
    static ZoneOffset localOffset(Instant instant) {
        return ZoneOffset.ofTotalSeconds(TimeZone.getDefault().getOffset(instant.toEpochMilli()) / 1000);
    }

    List<MountPoint> mounts() {
        return mountTable.get();
    }
}
