package io.amberfs.store;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.StoreFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes this process the only owner of a store: an OS lock on the file {@code lock}, which dies with the process. The file itself means nothing and stays.
 *
 * <p>POSIX gives up all locks of a process on a file when it closes the file once, however often it has it open. So a second attempt within this process must not open it:
 * {@code HELD} has the files that this process has locked. Thread-safe.
 */
public final class OwnerLock implements AutoCloseable {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final FileChannel channel;
    private final Path held;

    /** @throws Refusal IN_USE when another process owns the store */
    public OwnerLock(Path folder) {
        Path file = folder.resolve("lock");
        try {
            held = folder.toRealPath().resolve("lock");
            if (!HELD.add(held)) {
                throw inUse(folder);
            }
            channel = locked(file, held);
        } catch (IOException e) {
            throw new StoreFailedException("cannot lock " + file + ": " + e.getMessage(), e);
        }
        if (!channel.isOpen()) {
            throw inUse(folder);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            HELD.remove(held);
        } catch (IOException e) {
            throw new StoreFailedException("cannot release the store's lock: " + e.getMessage(), e);
        }
    }

    /** The locked file; closed if another process has it. */
    private static FileChannel locked(Path file, Path held) throws IOException {
        boolean mine = false;
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            mine = channel.tryLock() != null;
            if (!mine) {
                channel.close();
            }
            return channel;
        } finally {
            if (!mine) {
                HELD.remove(held);
            }
        }
    }

    private static Refusal inUse(Path folder) {
        return new Refusal(ExitCode.IN_USE, "the store " + folder + " is in use by another amberfs process: use its drive, or `amberfs umount` it first");
    }
}
