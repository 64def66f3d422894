package io.amberfs.crypto;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.StoreFailedException;
import io.amberfs.model.UnsupportedFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The two header files of a store directory.
 *
 * <p>The rule which one holds: of the copies whose prefix is whole, the one with the higher generation; with equal generations one of another version, then
 * the first file. If that one is of another version the store is refused, even if the other could be read. Both are written at each change, the first
 * file before the copy; after a crash in between the copy is reported as out of date, and {@link StoreHeader#heal} overwrites it.
 *
 * <p>Not thread-safe; one process at a time writes, which the lock of the store sees to.
 */
final class HeaderFiles {
    static final String FIRST = "amberfs.store";
    static final String COPY = "amberfs.store.copy";

    private final Path directory;

    HeaderFiles(Path directory) {
        this.directory = directory;
    }

    /** @param damaged one line for each file that is not what it should be; empty if all is well */
    record Found(Header header, List<String> damaged) {
    }

    boolean anyExists() {
        return Files.exists(directory.resolve(FIRST)) || Files.exists(directory.resolve(COPY));
    }

    Found read() {
        HeaderCopy first = read(FIRST);
        HeaderCopy copy = read(COPY);
        boolean copyHolds = copy.generation() > first.generation() || copy.generation() == first.generation() && copy instanceof HeaderCopy.Other;
        HeaderCopy holder = copyHolds ? copy : first;
        if (holder instanceof HeaderCopy.Whole whole) {
            List<String> damaged = new ArrayList<>();
            describe(FIRST, first, whole.header(), damaged);
            describe(COPY, copy, whole.header(), damaged);
            return new Found(whole.header(), List.copyOf(damaged));
        }
        if (holder instanceof HeaderCopy.Other other) {
            throw new UnsupportedFormatException("the store " + directory, other.version(), HeaderCodec.VERSION);
        }
        throw unusable(first, copy);
    }

    void write(Header header) {
        byte[] bytes = HeaderCodec.encode(header);
        write(FIRST, bytes, "nothing was changed");
        write(COPY, bytes, "the change holds, but this second copy still has what was before, a removed key slot too: mount the store once the cause is gone");
    }

    private void write(String name, byte[] bytes, String consequence) {
        Path file = directory.resolve(name);
        try {
            DurableFile.replace(file, bytes);
        } catch (AccessDeniedException e) {
            throw new Refusal(ExitCode.ERROR, "no permission to write " + file + ": " + consequence, e);
        } catch (IOException e) {
            throw new StoreFailedException("cannot write " + file + " (" + e.getMessage() + "): " + consequence, e);
        }
    }

    private HeaderCopy read(String name) {
        Path file = directory.resolve(name);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(HeaderCodec.LENGTH_MAX + 1);
            return HeaderCodec.decode(bytes);
        } catch (NoSuchFileException e) {
            return new HeaderCopy.Missing();
        } catch (AccessDeniedException e) {
            throw new Refusal(ExitCode.ERROR, "no permission to read " + file + ": run as the owner of the store", e);
        } catch (IOException e) {
            return new HeaderCopy.Damaged("cannot be read (" + e.getMessage() + ")", 0);
        }
    }

    private void describe(String name, HeaderCopy found, Header holder, List<String> damaged) {
        Path file = directory.resolve(name);
        if (found instanceof HeaderCopy.Missing) {
            damaged.add(file + " is missing");
        } else if (found instanceof HeaderCopy.Damaged damage) {
            damaged.add(file + " " + damage.reason());
        } else if (found instanceof HeaderCopy.Whole whole && !whole.header().storeId().equals(holder.storeId())) {
            damaged.add(file + " belongs to another store, " + whole.header().storeId());
        } else if (found.generation() != holder.generation()) {
            damaged.add(file + " is out of date: it has generation " + found.generation() + ", the newest is " + holder.generation());
        } else if (found instanceof HeaderCopy.Whole whole && !whole.header().equals(holder)) {
            damaged.add(file + " differs from the other copy");
        }
    }

    private RuntimeException unusable(HeaderCopy first, HeaderCopy copy) {
        if (first instanceof HeaderCopy.Missing && copy instanceof HeaderCopy.Missing) {
            return new Refusal(ExitCode.NO_STORE, "there is no store in " + directory + ": make one with amberfs init, or name another with -s");
        }
        // A newer layout whose prefix does not check: with nothing usable left, the version is the more helpful half of the truth.
        int claimed = Math.max(claimedVersion(first), claimedVersion(copy));
        if (claimed > HeaderCodec.VERSION) {
            return new UnsupportedFormatException("the store " + directory, claimed, HeaderCodec.VERSION);
        }
        return new Refusal(ExitCode.DAMAGE, "the header of the store " + directory + " is damaged: " + FIRST + " " + reason(first) + ", "
            + COPY + " " + reason(copy) + "; put either file back from a copy or a peer");
    }

    private static int claimedVersion(HeaderCopy copy) {
        return copy instanceof HeaderCopy.Damaged damage ? damage.claimedVersion() : 0;
    }

    private static String reason(HeaderCopy copy) {
        return copy instanceof HeaderCopy.Damaged damage ? damage.reason() : "is missing";
    }
}
