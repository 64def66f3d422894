package io.amberfs.posix;

import io.amberfs.model.Limits;
import io.amberfs.model.Name;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An open directory, and what can be done to its entries.
 *
 * <ul>
 *   <li>Each call acts on this very directory, wherever it was moved to meanwhile, and on an entry itself, never on what a symlink points at.
 *   <li>{@link #close} may be called twice; any other use after it fails.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class Directory implements AutoCloseable {
    private static final int OPEN = Flags.O_RDONLY | Flags.O_DIRECTORY | Flags.O_CLOEXEC;
    private static final int LISTING = 32 << 10;
    private static final byte[] SELF = {'.'};

    private final Descriptor self;

    private Directory(Descriptor self) {
        this.self = self;
    }

    /** Opens a directory by path, as the user named it: through symlinks. */
    public static Directory open(byte[] path) throws PosixException {
        byte[] text = Libc.path(path);
        return new Directory(new Descriptor(Calls.run(() -> Libc.CALLS.openat(Flags.AT_FDCWD, text, OPEN, 0), "open", path), path, false));
    }

    /** Whether the calls are made with the rights of root. */
    public static boolean asRoot() {
        return Libc.CALLS.geteuid() == 0;
    }

    public static int user() {
        return Libc.CALLS.geteuid();
    }

    /** Its own attributes. */
    public Descriptor self() {
        return self;
    }

    /** The same directory once more, with a life of its own. */
    public Directory duplicate() throws PosixException {
        return new Directory(reopened());
    }

    /** Opens a directory in it; ENOTDIR or ELOOP for anything else. */
    public Directory directory(Name name) throws PosixException {
        return new Directory(open(name, OPEN | Flags.O_NOFOLLOW, 0, false));
    }

    /** Opens a regular file for reading, without leaving a trace in its access time where that is allowed. */
    public Descriptor file(Name name) throws PosixException {
        int flags = Flags.O_RDONLY | Flags.O_NOFOLLOW | Flags.O_NONBLOCK | Flags.O_CLOEXEC;
        try {
            return open(name, flags | Flags.O_NOATIME, 0, false);
        } catch (PosixException e) {
            if (!e.is(PosixException.EPERM)) {
                throw e;
            }
            return open(name, flags, 0, false);
        }
    }

    /** Makes a new file that only its owner may touch, open for both; EEXIST if the name is taken. */
    public Descriptor create(Name name) throws PosixException {
        return open(name, Flags.O_RDWR | Flags.O_CREAT | Flags.O_EXCL | Flags.O_NOFOLLOW | Flags.O_CLOEXEC, 0600, false);
    }

    /** Opens any entry for its attributes alone. */
    public Descriptor entry(Name name) throws PosixException {
        return open(name, Flags.O_PATH | Flags.O_NOFOLLOW | Flags.O_CLOEXEC, 0, true);
    }

    public Optional<FileStat> stat(Name name) throws PosixException {
        byte[] out = new byte[FileStat.SIZE];
        byte[] path = Libc.path(name.bytes());
        try {
            Calls.run(() -> Libc.CALLS.statx(self.fd(), path, Flags.AT_SYMLINK_NOFOLLOW, FileStat.MASK, out), "stat", name.bytes());
            return Optional.of(FileStat.of(out));
        } catch (PosixException e) {
            if (e.is(PosixException.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Makes a directory that only its owner may enter. */
    public void makeDirectory(Name name) throws PosixException {
        byte[] path = Libc.path(name.bytes());
        Calls.run(() -> Libc.CALLS.mkdirat(self.fd(), path, 0700), "make the directory", name.bytes());
    }

    /** @param type the type bits of the mode; the permissions begin as 0600 */
    public void makeNode(Name name, int type, long device) throws PosixException {
        byte[] path = Libc.path(name.bytes());
        Calls.run(() -> Libc.CALLS.mknodat(self.fd(), path, type | 0600, device), "make the node", name.bytes());
    }

    public void makeLink(Name name, byte[] target) throws PosixException {
        byte[] path = Libc.path(name.bytes());
        byte[] to = Libc.path(target);
        Calls.run(() -> Libc.CALLS.symlinkat(to, self.fd(), path), "make the symlink", name.bytes());
    }

    public byte[] linkTarget(Name name) throws PosixException {
        byte[] path = Libc.path(name.bytes());
        byte[] out = new byte[Limits.TARGET_MAX + 1];
        long length = Calls.runLong(() -> Libc.CALLS.readlinkat(self.fd(), path, out, out.length), "read the symlink", name.bytes());
        return Arrays.copyOf(out, (int) length);
    }

    /** Gives an entry of this directory a second name in another. */
    public void link(Name name, Directory to, Name second) throws PosixException {
        byte[] from = Libc.path(name.bytes());
        byte[] path = Libc.path(second.bytes());
        Calls.run(() -> Libc.CALLS.linkat(self.fd(), from, to.self.fd(), path, 0), "link", name.bytes());
    }

    public void rename(Name from, Name to) throws PosixException {
        byte[] old = Libc.path(from.bytes());
        byte[] path = Libc.path(to.bytes());
        Calls.run(() -> Libc.CALLS.renameat(self.fd(), old, self.fd(), path), "put in place", to.bytes());
    }

    /** Removes an entry that is no directory. */
    public void unlink(Name name) throws PosixException {
        remove(name, 0);
    }

    /** Removes an empty directory. */
    public void removeDirectory(Name name) throws PosixException {
        remove(name, Flags.AT_REMOVEDIR);
    }

    /** Tells every entry but "." and "..", from the beginning. Entries made or removed meanwhile may be told or not. */
    public void list(Consumer<Name> sink) throws PosixException {
        try (Descriptor listing = reopened()) {
            ByteBuffer out = ByteBuffer.allocateDirect(LISTING).order(ByteOrder.nativeOrder());
            while (true) {
                int length = (int) Calls.runLong(() -> Libc.CALLS.getdents64(listing.fd(), out, LISTING), "list", SELF);
                if (length == 0) {
                    return;
                }
                for (int at = 0; at < length; at += out.getShort(at + 16) & 0xffff) {
                    byte[] name = name(out, at + 19);
                    if (Name.isValid(name)) {
                        sink.accept(Name.of(name));
                    }
                }
            }
        }
    }

    public boolean isEmpty() throws PosixException {
        boolean[] found = new boolean[1];
        list(name -> found[0] = true);
        return !found[0];
    }

    @Override
    public void close() {
        self.close();
    }

    /** A listing needs a position of its own: a descriptor that was once read to the end stays there. */
    private Descriptor reopened() throws PosixException {
        byte[] path = Libc.path(SELF);
        return new Descriptor(Calls.run(() -> Libc.CALLS.openat(self.fd(), path, OPEN, 0), "list", SELF), SELF, false);
    }

    private Descriptor open(Name name, int flags, int mode, boolean pathOnly) throws PosixException {
        byte[] path = Libc.path(name.bytes());
        return new Descriptor(Calls.run(() -> Libc.CALLS.openat(self.fd(), path, flags, mode), "open", name.bytes()), name.bytes(), pathOnly);
    }

    private void remove(Name name, int flags) throws PosixException {
        byte[] path = Libc.path(name.bytes());
        Calls.run(() -> Libc.CALLS.unlinkat(self.fd(), path, flags), "remove", name.bytes());
    }

    private static byte[] name(ByteBuffer entries, int start) {
        int end = start;
        while (entries.get(end) != 0) {
            end++;
        }
        byte[] name = new byte[end - start];
        entries.get(start, name);
        return name;
    }
}
