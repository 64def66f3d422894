package io.amberfs.store;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.StoreFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes this process the only owner of a store: an OS lock on the file {@code lock}, which dies with the process. The file itself means nothing and stays. */
public final class OwnerLock implements AutoCloseable {
    private final FileChannel channel;

    /** @throws Refusal IN_USE when another process owns the store */
    public OwnerLock(Path folder) {
        Path file = folder.resolve("lock");
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new Refusal(ExitCode.IN_USE, "the store " + folder + " is in use by another amberfs process: use its drive, or `amberfs umount` it first");
            }
        } catch (IOException e) {
            throw new StoreFailedException("cannot lock " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StoreFailedException("cannot release the store's lock: " + e.getMessage(), e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }
}
