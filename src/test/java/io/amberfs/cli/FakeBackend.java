package io.amberfs.cli;

import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Request;
import io.amberfs.daemon.Service;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A store that only remembers what was done to it. */
final class FakeBackend implements Backend, KeyOperations {
    static final String RECOVERY = "AAAA-BBBB-CCCC";

    final List<String> done = new ArrayList<>();
    final List<Secret> secrets = new ArrayList<>();
    final List<Owner> owners = new ArrayList<>();
    Optional<Service> local = Optional.empty();
    boolean exists;
    Optional<Path> madeKeyFile = Optional.empty();
    Path keyFile = Path.of("/no-such-directory/id.key");
    final List<Map<String, Object>> exported = new ArrayList<>();
    Optional<DaemonOptions> daemon = Optional.empty();
    Optional<RuntimeException> daemonFailure = Optional.empty();

    @Override
    public boolean isStore(Path store) {
        return exists;
    }

    @Override
    public Path keyFileOf(Path store) {
        if (!exists) {
            throw new Refusal(ExitCode.NO_STORE, "there is no store at " + store);
        }
        return keyFile;
    }

    @Override
    public OpenStore open(Path store, Secret secret) {
        secrets.add(secret);
        done.add("open");
        Service service = local.orElseThrow();
        return new OpenStore() {
            @Override
            public Map<String, Object> call(Request request, Reply reply) {
                return service.call(request, reply);
            }

            @Override
            public void close() {
                done.add("close");
            }
        };
    }

    @Override
    public OpenStore openForReading(Path store, Secret secret) {
        return open(store, secret);
    }

    @Override
    public NewStore init(Path store, Secret secret, Owner owner) {
        secrets.add(secret);
        owners.add(owner);
        done.add("init " + store);
        exists = true;
        return new NewStore(store, "id", madeKeyFile, RECOVERY);
    }

    @Override
    public int runDaemon(DaemonOptions options, Runnable ready) {
        daemon = Optional.of(options);
        daemonFailure.ifPresent(failure -> {
            throw failure;
        });
        ready.run();
        return 0;
    }

    @Override
    public KeyOperations keys() {
        return this;
    }

    @Override
    public Export exportTo(Path target, boolean delete, boolean dryRun, Consumer<Map<String, Object>> out) {
        done.add("export to " + target + (delete ? " delete" : "") + (dryRun ? " dry" : ""));
        return new Export() {
            @Override
            public Map<String, Object> finish() {
                done.add("finish");
                return Map.of("restored", exported.size());
            }

            @Override
            public void close() {
                done.add("close export");
            }

            @Override
            public void event(Map<String, Object> event) {
                exported.add(event);
            }

            @Override
            public void bytes(byte[] buffer, int offset, int length) {
                done.add(length + " bytes");
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        };
    }

    @Override
    public List<Map<String, Object>> list(Path store) {
        return List.of(Map.of("id", "1", "kind", "passphrase", "created", "2024-06-18T10:10:37Z"),
            Map.of("id", "2", "kind", "recovery", "created", "2024-06-18T10:10:37Z", "confirmed", false));
    }

    @Override
    public Map<String, Object> add(Path store, Secret unlock, Secret added) {
        secrets.addAll(List.of(unlock, added));
        return Map.of("id", "3", "kind", "passphrase");
    }

    @Override
    public void remove(Path store, Secret unlock, String id) {
        done.add("remove " + id);
    }

    @Override
    public void change(Path store, Secret unlock, Secret fresh) {
        secrets.addAll(List.of(unlock, fresh));
    }

    @Override
    public String renewRecovery(Path store, Secret unlock) {
        return RECOVERY;
    }

    @Override
    public void confirmRecovery(Path store, Secret.Recovery kept) {
        if (!kept.text().equals(RECOVERY)) {
            throw new Refusal(ExitCode.WRONG_KEY, "that is not the recovery key of " + store);
        }
        done.add("confirmed by key");
    }

    @Override
    public void confirmRecovery(Path store) {
        done.add("confirmed by word");
    }

    /** A key file that is there. */
    void withKeyFile(Path file) throws java.io.IOException {
        keyFile = Files.writeString(file, "key");
    }
}
