package io.amberfs.cli;

import io.amberfs.crypto.CipherCheck;
import io.amberfs.crypto.Credential;
import io.amberfs.crypto.KeyFile;
import io.amberfs.crypto.Keys;
import io.amberfs.crypto.RecoveryKeyText;
import io.amberfs.crypto.SlotMaker;
import io.amberfs.crypto.StoreHeader;
import io.amberfs.crypto.Unlocked;
import io.amberfs.daemon.DriveService;
import io.amberfs.daemon.OpenDrive;
import io.amberfs.daemon.Rehearsal;
import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Request;
import io.amberfs.daemon.Service;
import io.amberfs.daemon.Serving;
import io.amberfs.model.Clock;
import io.amberfs.model.Entropy;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.mount.MountOptions;
import io.amberfs.mount.Transport;
import io.amberfs.posix.Libc;
import io.amberfs.posix.PosixException;
import io.amberfs.posix.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Stores on this machine, opened by this process. Stateless. */
final class StoreBackend implements Backend {
    private static final int LOWEST_PRIORITY = 19;
    private static final int WARM_AFTER_MILLIS = 1000;
    private static final int OTHERS = 077;

    private final SlotMaker maker = new SlotMaker(Clock.system(), Entropy.system());
    private final StoreKeys keys = new StoreKeys(this, maker);

    @Override
    public boolean isStore(Path store) {
        return Files.exists(store.resolve("amberfs.store")) || Files.exists(store.resolve("amberfs.store.copy"));
    }

    @Override
    public Path keyFileOf(Path store) {
        return keyFile(StoreHeader.open(store));
    }

    @Override
    public OpenStore open(Path store, Secret secret) {
        return open(store, secret, false);
    }

    @Override
    public OpenStore openForReading(Path store, Secret secret) {
        return open(store, secret, true);
    }

    private OpenStore open(Path store, Secret secret, boolean readOnly) {
        OpenDrive open = openDrive(store, secret, new OpenDrive.Options(false, readOnly, false, false, 0, 0));
        return new LocalStore(open, new DriveService(open, Optional.empty()));
    }

    @Override
    public NewStore init(Path store, Secret secret, Owner owner) {
        keepPrivate();
        makeFolder(store);
        byte[] master = Entropy.system().bytes(Keys.MASTER_LENGTH);
        try (Credential.RecoveryKey recovery = RecoveryKeyText.random(Entropy.system())) {
            StoreHeader header = StoreHeader.create(store, maker, master, recovery, "recovery key");
            try {
                Optional<Path> keyFile = addFirst(header, master, secret);
                new OpenDrive(store, header, master.clone(),
                    new OpenDrive.Options(true, false, false, false, owner.uid().orElseGet(() -> uid(store)), owner.gid().orElseGet(() -> gid(store)))).close();
                return new NewStore(store, header.storeId().toString(), keyFile, RecoveryKeyText.format(recovery));
            } catch (RuntimeException e) {
                unmake(store, e);
                throw e;
            }
        } finally {
            Arrays.fill(master, (byte) 0);
        }
    }

    @Override
    public int runDaemon(DaemonOptions options, Runnable ready) {
        MountSettings settings = options.settings();
        OpenDrive open = openDrive(options.store(), options.secret(),
            new OpenDrive.Options(false, settings.readOnly(), settings.snapdirVisible(), settings.acceptLoss(), uid(options.store()), gid(options.store())));
        MountOptions mount = new MountOptions(options.mount(), options.store(), settings.readOnly(), settings.allowOther(), Transport.of(settings.transport()), settings.flags());
        Serving serving = new Serving(open, new Serving.Options(mount, settings.commitInterval(), settings.at(), settings.owner().uid(), settings.owner().gid()));
        try (open) {
            serving.run(() -> {
                ready.run();
                tellStarter();
                warmCiphers();
            });
        } finally {
            serving.ended();
        }
        return ExitCode.OK.number();
    }

    /** Has the drive of a new store do what drives do, without a mount, and again after it was opened anew; for {@link Warmup}. */
    void rehearse(Path store, Secret secret) {
        warmCiphers();
        OpenDrive.Options options = new OpenDrive.Options(false, false, false, false, uid(store), gid(store));
        try (OpenDrive open = openDrive(store, secret, options)) {
            Rehearsal.write(open);
        }
        try (OpenDrive open = openDrive(store, secret, options)) {
            Rehearsal.read(open);
        }
    }

    @Override
    public KeyOperations keys() {
        return keys;
    }

    @Override
    public Export exportTo(Path target, boolean delete, boolean dryRun, Consumer<Map<String, Object>> out) {
        return new ExportTo(new RestoreTo(target, delete, dryRun, out));
    }

    /** What the secret is to the header. To be closed. */
    Credential credential(StoreHeader header, Secret secret) {
        if (secret instanceof Secret.Passphrase passphrase) {
            return Credential.Passphrase.of(passphrase.text());
        } else if (secret instanceof Secret.KeyFile file) {
            return KeyFile.load(file.file(), header.storeId()).key();
        } else if (secret instanceof Secret.Recovery recovery) {
            return RecoveryKeyText.parse(recovery.text());
        }
        return KeyFile.load(keyFile(header), header.storeId()).key();
    }

    /** As {@link #credential}, but a key file that is not there yet is made. */
    Credential newCredential(StoreHeader header, Secret secret) {
        if (secret instanceof Secret.KeyFile file && !Files.exists(file.file())) {
            newKeyFile(header, file.file());
        }
        return credential(header, secret);
    }

    private OpenDrive openDrive(Path store, Secret secret, OpenDrive.Options options) {
        keepPrivate();
        CipherCheck.run();
        StoreHeader header = StoreHeader.open(store);
        try (Credential credential = credential(header, secret); Unlocked unlocked = header.unlock(credential)) {
            return new OpenDrive(store, header, unlocked.master().clone(), options);
        }
    }

    /** What this process makes in a store is for its owner alone; the database has no option for that. Modes that are asked of the drive are not touched by it. */
    private static void keepPrivate() {
        Libc.CALLS.umask(OTHERS);
    }

    /** @return the key file that was made, if one was */
    private Optional<Path> addFirst(StoreHeader header, byte[] master, Secret secret) {
        Optional<Path> made = secret instanceof Secret.KeyFile file && !Files.exists(file.file()) ? Optional.of(file.file())
            : secret instanceof Secret.None ? Optional.of(keyFile(header)) : Optional.empty();
        made.ifPresent(file -> newKeyFile(header, file));
        try (Credential credential = credential(header, made.<Secret>map(Secret.KeyFile::new).orElse(secret))) {
            header.addSlot(maker, master, credential, secret instanceof Secret.Passphrase ? "passphrase" : "key file");
        }
        return made;
    }

    private static void newKeyFile(StoreHeader header, Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot make the folder of the key file " + file + ": " + Reasons.of(e), e);
        }
        KeyFile.create(file, header.storeId(), Entropy.system()).close();
    }

    private static Path keyFile(StoreHeader header) {
        String config = System.getenv().getOrDefault("XDG_CONFIG_HOME", "");
        Path base = config.isEmpty() ? StoreLocation.home(System.getenv()).resolve(".config") : Path.of(config);
        return base.resolve("amberfs").resolve(header.storeId() + ".key");
    }

    private static void makeFolder(Path store) {
        try {
            Files.createDirectories(store.toAbsolutePath().getParent());
            if (!Files.isDirectory(store)) {
                Files.createDirectory(store, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            try (var entries = Files.list(store)) {
                if (entries.findAny().isPresent()) {
                    throw new Refusal(ExitCode.ERROR, store + " is not empty: choose another directory for the store");
                }
            }
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot make the store " + store + ": " + Reasons.of(e), e);
        }
    }

    private static void unmake(Path store, RuntimeException failure) {
        for (String name : new String[] {"amberfs.store", "amberfs.store.copy"}) {
            try {
                Files.deleteIfExists(store.resolve(name));
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /** systemd waits for this word where it started us (Type=notify). */
    private static void tellStarter() {
        String socket = System.getenv().getOrDefault("NOTIFY_SOCKET", "");
        if (!socket.isEmpty()) {
            try {
                Readiness.tell(socket);
            } catch (PosixException e) {
                LoggerFactory.getLogger(StoreBackend.class).error("systemd could not be told that the drive is ready: {}", e.getMessage());
            }
        }
    }

    /** Later JDKs compile ciphers with other instructions only once they are used much. It gives way to all that somebody waits for, and to the first look at a new mount. */
    private static void warmCiphers() {
        Thread warm = new Thread(() -> {
            Libc.CALLS.setpriority(0, 0, LOWEST_PRIORITY);
            try {
                Thread.sleep(WARM_AFTER_MILLIS);
                CipherCheck.warm();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LoggerFactory.getLogger(StoreBackend.class).error("the ciphers of this JDK are wrong: the drive ends at once", e);
                Runtime.getRuntime().halt(ExitCode.ERROR.number());
            }
        }, "amberfs-cipher-check");
        warm.setDaemon(true);
        warm.start();
    }

    private static int uid(Path store) {
        return attribute(store, "unix:uid");
    }

    private static int gid(Path store) {
        return attribute(store, "unix:gid");
    }

    private static int attribute(Path store, String name) {
        try {
            return (Integer) Files.getAttribute(store, name);
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot look at the store " + store + ": " + Reasons.of(e), e);
        }
    }

    private record LocalStore(OpenDrive open, Service service) implements OpenStore {
        @Override
        public Map<String, Object> call(Request request, Reply reply) {
            return service.call(request, reply);
        }

        @Override
        public void close() {
            open.close();
        }
    }
}
