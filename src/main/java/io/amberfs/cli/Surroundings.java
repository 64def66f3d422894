package io.amberfs.cli;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a process finds around itself; a test gives its own. Immutable. @param directory the current one */
record Surroundings(Map<String, String> environment, Path directory, InputStream input, Terminal terminal, Supplier<ZoneId> zoneOfTimes,
                    Supplier<List<MountPoint>> mountTable, FuseSetup fuse) {
    static Surroundings ofProcess() {
        return new Surroundings(System.getenv(), Path.of("").toAbsolutePath(), System.in, Terminal.system(), ZoneId::systemDefault, MountPoint::all,
            new FuseSetup(Path.of("/")));
    }

    /** For times that people read; found only when there are any, since that takes a while. */
    ZoneId zone() {
        return zoneOfTimes.get();
    }

    List<MountPoint> mounts() {
        return mountTable.get();
    }
}
