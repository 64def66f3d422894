package io.amberfs.cli;

import io.amberfs.daemon.ControlClient;
import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Request;
import io.amberfs.daemon.Service;

import io.amberfs.daemon.Twin;
import io.amberfs.model.ExitCode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What every command works with: the global options, the surroundings of the process, and the way to the store.
 *
 * <ul><li>A running daemon is asked first; only when there is none does the backend open the store here.</li></ul>
 * Confined to one thread.
 */
final class Context {
    private final Globals globals;
    private final Surroundings surroundings;
    private final Output output;
    private final Backend backend;

    Context(Globals globals, Surroundings surroundings, Output output, Backend backend) {
        this.globals = globals;
        this.surroundings = surroundings;
        this.output = output;
        this.backend = backend;
    }

    Globals globals() {
        return globals;
    }

    Output output() {
        return output;
    }

    Backend backend() {
        return backend;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /** The path as typed, made absolute by the text alone. */
    Path absolute(String typed) {
        return RawPath.resolve(surroundings.directory(), typed).normalize();
    }

    Path store() {
        return location().path();
    }

    private StoreLocation location() {
        return StoreLocation.find(globals.store(), surroundings.environment(), surroundings.directory(), surroundings.mounts());
    }

    StoreLocation newStore() {
        return StoreLocation.forNew(globals.store(), surroundings.environment(), surroundings.directory());
    }

    Secrets secrets() {
        return secrets(globals.secrets());
    }

    Secrets secrets(SecretOptions options) {
        return new Secrets(options, surroundings.environment(), surroundings.directory(), surroundings.terminal());
    }

    Secret secretOf(Path store) {
        return secretOf(store, globals.secrets());
    }

    Secret secretOf(Path store, SecretOptions options) {
        return secrets(options).forStore(store, backend.keyFileOf(store));
    }

    /** The owner of the store: its daemon, or this process. */
    Session session(Path store) {
        return session(store, backend::open);
    }

    /** For requests that change nothing: a store that no daemon owns stays untouched, and is read also when damage keeps it from being written to. */
    Session reading(Path store) {
        return session(store, backend::openForReading);
    }

    private Session session(Path store, BiFunction<Path, Secret, Backend.OpenStore> opening) {
        Optional<ControlClient> daemon = ControlClient.connect(store);
        if (daemon.isPresent()) {
            return new Session(store, daemon.get(), daemon.get()::close);
        }
        Logging.configure(globals.verbosity());
        Backend.OpenStore open = opening.apply(store, secretOf(store));
        return new Session(store, open, open::close);
    }

    /** A request whose answer is its result alone. */
    Map<String, Object> call(Request request) {
        try (Session session = session(store())) {
            return session.call(request, Reply.none());
        }
    }

    /** The argument {@code path} of a request. */
    void putPath(Map<String, Object> arguments, Path store, String typed) {
        List<String> mounts = MountPoint.of(store, surroundings.mounts()).map(mount -> RawPath.text(mount.path())).toList();
        Twin.put(arguments, "path", DrivePath.of(typed, RawPath.text(surroundings.directory()), mounts));
    }

    /** A request about TIME:PATH; without a time there is no {@code at}. */
    Request past(String command, String typed, Session session) {
        TimePath what = TimePath.parse(typed, () -> Snapshots.names(session));
        Map<String, Object> arguments = new LinkedHashMap<>();
        putPath(arguments, session.store(), what.path());
        what.time().ifPresent(time -> arguments.put("at", time));
        return new Request(command, arguments);
    }

    Progress progress() {
        boolean shown = !output.quiet() && !output.json() && surroundings.terminal().showsErrors();
        return new Progress(output.notes(), shown, System::nanoTime);
    }

    /** A way to the store, to be closed. */
    record Session(Path store, Service service, Runnable closing) implements Service, AutoCloseable {
        /** @throws Refusal USAGE for an argument that is not UTF-8: only paths may be anything */
        @Override
        public Map<String, Object> call(Request request, Reply reply) {
            request.arguments().forEach((name, value) -> {
                if (value instanceof String text && !RawText.isUtf8(text)) {
                    throw new Refusal(ExitCode.USAGE, "'" + RawText.shown(text) + "' is not UTF-8: times and the names of snapshots are");
                }
            });
            return service.call(request, reply);
        }

        @Override
        public void close() {
            closing.run();
        }
    }
}
