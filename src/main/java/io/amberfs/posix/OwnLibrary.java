package io.amberfs.posix;

import java.net.URL;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.IgnoreError;

/** The library that is built from {@code native/}. Stateless. */
public final class OwnLibrary {
    /** What {@code amberfs_version} must answer: the library and the Java code that calls it belong together. */
    private static final int VERSION = 3;

    /** Public only because jnr-ffi implements it from a class loader of its own. */
    public interface Versioned {
        @IgnoreError
        int amberfs_version();
    }

    private OwnLibrary() {
    }

    /**
     * Binds what {@code calls} names; empty if amberfs was built without the library for this machine.
     *
     * @throws UnsatisfiedLinkError saying why it cannot be loaded
     */
    public static <T extends Versioned> Optional<T> bind(Class<T> calls, Map<String, String> environment) {
        String path = "native/libamberfs-" + System.getProperty("os.arch").toLowerCase(Locale.ROOT) + ".so";
        URL resource = OwnLibrary.class.getResource("/" + path);
        if (resource == null) {
            return Optional.empty();
        } else if (resource.getProtocol().equals("file")) {
            return Optional.of(bind(calls, Path.of(resource.getPath())));
        }
        AtomicReference<T> bound = new AtomicReference<>();
        NativeLibrary.in(OwnLibrary.class, path).orElseThrow(() -> new UnsatisfiedLinkError("cannot read " + resource)).load(environment, file -> bound.set(bind(calls, file)));
        return Optional.of(bound.get());
    }

    private static <T extends Versioned> T bind(Class<T> calls, Path file) {
        T bound = LibraryLoader.create(calls).failImmediately().load(file.toString());
        int version = bound.amberfs_version();
        if (version != VERSION) {
            throw new UnsatisfiedLinkError(file + " has version " + version + ", and " + VERSION + " is needed");
        }
        return bound;
    }
}
