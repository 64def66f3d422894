package io.amberfs.cli;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a process finds around itself; a test gives its own. Immutable.
 *
 * @param directory the current one
 * @param offsets that of local time at an instant, for times that people read
 */
record Surroundings(Map<String, String> environment, Path directory, InputStream input, Terminal terminal, Function<Instant, ZoneOffset> offsets,
                    Supplier<List<MountPoint>> mountTable, FuseSetup fuse) {
    static Surroundings ofProcess() {
        return new Surroundings(System.getenv(), Path.of("").toAbsolutePath(), System.in, Terminal.system(), Surroundings::localOffset, MountPoint::all,
            new FuseSetup(Path.of("/")));
    }

    /** By the older of the JDK's two tables of zones: the newer one looks for more of them in every jar, and a command would take a tenth longer. */
    static ZoneOffset localOffset(Instant instant) {
        return ZoneOffset.ofTotalSeconds(TimeZone.getDefault().getOffset(instant.toEpochMilli()) / 1000);
    }

    List<MountPoint> mounts() {
        return mountTable.get();
    }
}
