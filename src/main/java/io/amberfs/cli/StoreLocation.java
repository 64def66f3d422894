package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which store a command is about: the one named, else that of the drive one stands in, else the default one. Immutable. */
record StoreLocation(Path path, boolean isDefault) {
    StoreLocation {
        if (!RawText.isUtf8(RawPath.text(path))) {
            throw new Refusal(ExitCode.USAGE, "the path of the store " + RawPath.shown(path) + " is not UTF-8, which the database needs: rename what it lies in");
        }
    }

    static StoreLocation find(Optional<String> named, Map<String, String> environment, Path directory, List<MountPoint> mounts) {
        Optional<StoreLocation> explicit = explicit(named, environment, directory);
        if (explicit.isPresent()) {
            return explicit.get();
        }
        return MountPoint.holding(directory, mounts).flatMap(MountPoint::store).map(store -> new StoreLocation(store, false))
            .orElseGet(() -> byDefault(environment));
    }

    /** For mount and init, which are not about the drive one stands in. */
    static StoreLocation forNew(Optional<String> named, Map<String, String> environment, Path directory) {
        return explicit(named, environment, directory).orElseGet(() -> byDefault(environment));
    }

    private static Optional<StoreLocation> explicit(Optional<String> named, Map<String, String> environment, Path directory) {
        return named.or(() -> Optional.ofNullable(environment.get("AMBERFS_STORE"))).filter(text -> !text.isEmpty())
            .map(text -> new StoreLocation(real(RawPath.resolve(directory, text)), false));
    }

    private static StoreLocation byDefault(Map<String, String> environment) {
        return new StoreLocation(real(home(environment).resolve(".local/share/amberfs/store")), true);
    }

    static Path home(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        return Path.of(home.startsWith("/") ? home : System.getProperty("user.home"));
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize(); // not there yet
        }
    }
}
