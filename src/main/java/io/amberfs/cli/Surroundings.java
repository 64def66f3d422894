package io.amberfs.cli;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a process finds around itself; a test gives its own. Immutable. @param directory the current one */
record Surroundings(Map<String, String> environment, Path directory, InputStream input, Terminal terminal, ZoneId zone,
                    Supplier<List<MountPoint>> mountTable) {
    static Surroundings ofProcess() {
        return new Surroundings(System.getenv(), Path.of("").toAbsolutePath(), System.in, Terminal.system(), ZoneId.systemDefault(), MountPoint::all);
    }

    List<MountPoint> mounts() {
        return mountTable.get();
    }
}
