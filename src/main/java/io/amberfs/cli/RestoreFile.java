package io.amberfs.cli;

import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.posix.Descriptor;
import io.amberfs.posix.FileStat;
import io.amberfs.posix.PosixException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One regular file while its contents stream in: compared with what is there, and written anew from the first difference on.
 *
 * <ul>
 *   <li>As long as the stream equals the file, nothing is written; if it does so to the end, only attributes are mended.
 *   <li>A file that differs is written whole under a temporary name, given its attributes, synced (small ones together, in the queue) and renamed: its name
 *       shows the old or the new contents, never a mixture.
 *   <li>Ranges that the stream leaves out are holes: they equal zeros, and stay holes where they are written. Zeros in the part that was equal
 *       become holes too.
 *   <li>A file that somebody changes during the comparison fails with ESTALE instead of being mixed.
 * </ul>
 *
 * <p>Confined to the thread of the restore.
 */
final class RestoreFile implements AutoCloseable {
    private static final int BLOCK = 4096;

    /** What all files of a restore share. The buffer is direct. */
    record Tools(RestoreReport report, RestoreAttributes attributes, RestorePlacer placer, RestoreQueue queue, ByteBuffer buffer, boolean dryRun) {
    }

    private final Tools tools;
    private final RestoreEntry past;
    private final RestoreSite site;
    private final Name temp = RestoreTemp.fresh();
    private final Optional<Descriptor> there;
    private final Optional<FileStat> before;
    private Optional<Descriptor> made = Optional.empty();
    private boolean differs;
    private long position;
    private long announced;

    RestoreFile(Tools tools, RestoreEntry past, RestoreSite site) throws PosixException {
        this.tools = tools;
        this.past = past;
        this.site = site;
        this.there = comparable(site.standing());
        try {
            this.before = there.isPresent() ? Optional.of(there.get().stat()) : Optional.empty();
            if (there.isEmpty()) {
                write(0);
            }
        } catch (PosixException e) {
            close();
            throw e;
        }
    }

    RestorePath path() {
        return past.path();
    }

    RestoreEntry past() {
        return past;
    }

    /** How many bytes of the data announced last have not come yet. */
    long awaited() {
        return announced;
    }

    /** The next data lies at {@code offset}; what lies between is a hole. */
    void data(long offset, long length) throws PosixException {
        if (announced != 0 || length < 0 || offset < position || offset > past.size() - length) {
            throw RestoreFields.broken("data of " + past.path() + " at " + offset + ", length " + length);
        }
        hole(offset);
        announced = length;
    }

    void bytes(byte[] from, int offset, int length) throws PosixException {
        if (length > announced) {
            throw RestoreFields.broken("more data of " + past.path() + " than was announced");
        }
        announced -= length;
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, tools.buffer().capacity());
            chunk(from, offset + done, part);
            done += part;
        }
    }

    /** All has come: puts the file in its place if it differs. Returns the inode that now has the name, as far as there is one. */
    Optional<FileStat> end() throws PosixException {
        if (announced != 0) {
            throw RestoreFields.broken("the data of " + past.path() + " end early");
        }
        hole(past.size());
        if (made.isPresent()) {
            Descriptor file = made.get();
            file.truncate(past.size());
            tools.attributes().mend(file, past);
            FileStat inode = file.stat();
            unchanged();
            if (past.size() > RestoreQueue.SIZE_MAX) {
                file.sync();
                tools.placer().place(site, temp);
                tools.report().restored(past.path(), "contents", past.size());
            } else {
                tools.queue().file(site, temp, inode.device(), past.size());
            }
            file.close();
            made = Optional.empty();
            return Optional.of(inode);
        }
        if (differs) {
            tools.report().restored(past.path(), "contents", past.size());
            return Optional.empty();
        }
        unchanged();
        mend(there.orElseThrow());
        return before;
    }

    /** Gives up: the file that was there stays as it is. After {@link #end} it does nothing. */
    @Override
    public void close() {
        there.ifPresent(Descriptor::close);
        made.ifPresent(file -> {
            file.close();
            RestorePlacer.discard(site.parent(), temp);
        });
        made = Optional.empty();
    }

    /** The file there, open, if its contents may turn out to be those of the past and it need not be made anew for another reason. */
    private Optional<Descriptor> comparable(Optional<FileStat> standing) throws PosixException {
        if (standing.isEmpty() || !Mode.isFile(standing.get().mode()) || standing.get().size() != past.size() || standing.get().nlink() > past.nlink()) {
            return Optional.empty();
        }
        Descriptor file;
        try {
            file = site.parent().file(site.name());
        } catch (PosixException e) {
            if (e.is(PosixException.EACCES)) {
                return Optional.empty();
            }
            throw e;
        }
        try {
            FileStat stat = file.stat();
            if (stat.isSameInode(standing.get()) && (stat.nlink() == 1 || !tools.attributes().differ(file, past))) {
                return Optional.of(file);
            }
        } catch (PosixException e) {
            file.close();
            throw e;
        }
        file.close();
        return Optional.empty();
    }

    private void mend(Descriptor file) throws PosixException {
        if (tools.dryRun() ? tools.attributes().differ(file, past) : tools.attributes().mend(file, past)) {
            tools.report().mended(past.path());
        } else {
            tools.report().same(past.path());
        }
    }

    private void unchanged() throws PosixException {
        if (there.isPresent()) {
            FileStat now = there.get().stat();
            if (now.mtime() != before.orElseThrow().mtime() || now.ctime() != before.orElseThrow().ctime() || now.size() != before.orElseThrow().size()) {
                throw new PosixException(PosixException.ESTALE, "restore " + past.path() + ", which was changed meanwhile");
            }
        }
    }

    private void chunk(byte[] from, int offset, int length) throws PosixException {
        ByteBuffer buffer = tools.buffer();
        int equal = 0;
        if (!differs) {
            int read = there.orElseThrow().read(buffer.clear().limit(length), position);
            int mismatch = ByteBuffer.wrap(from, offset, length).mismatch(buffer.limit(read));
            if (mismatch < 0) {
                position += length;
                return;
            }
            equal = mismatch;
            write(position + equal);
        }
        if (made.isPresent()) {
            buffer.clear().put(from, offset + equal, length - equal).flip();
            made.get().write(buffer, position + equal);
            tools.report().wrote(length - equal);
        }
        position += length;
    }

    /** The stream has zeros up to {@code end}. */
    private void hole(long end) throws PosixException {
        ByteBuffer buffer = tools.buffer();
        while (!differs && position < end) {
            Descriptor file = there.orElseThrow();
            position = Math.min(end, file.nextData(position));
            int part = (int) Math.min(buffer.capacity(), end - position);
            int read = file.read(buffer.clear().limit(part), position);
            if (read < part || !isZero(buffer, 0, part)) {
                write(position);
            } else {
                position += part;
            }
        }
        position = end;
    }

    /** From here on the file is made anew; its first {@code prefix} bytes are those of the file there. */
    private void write(long prefix) throws PosixException {
        differs = true;
        if (tools.dryRun()) {
            return;
        }
        site.unlock();
        Descriptor file = site.parent().create(temp);
        made = Optional.of(file);
        if (prefix > 0) {
            copy(there.orElseThrow(), file, prefix);
        }
    }

    /** Copies by block, leaving out zeros: the kernel's own copy would fill holes on filesystems that cannot share blocks. */
    private void copy(Descriptor from, Descriptor to, long prefix) throws PosixException {
        ByteBuffer buffer = tools.buffer();
        long at = from.nextData(0);
        while (at < prefix) {
            int part = (int) Math.min(buffer.capacity(), prefix - at);
            if (from.read(buffer.clear().limit(part), at) < part) {
                throw new PosixException(PosixException.ESTALE, "restore " + past.path() + ", which was changed meanwhile");
            }
            copyBlocks(buffer, to, at, part);
            at = from.nextData(at + part);
        }
    }

    private void copyBlocks(ByteBuffer buffer, Descriptor to, long at, int length) throws PosixException {
        int start = 0;
        while (start < length) {
            int end = start;
            while (end < length && !isZero(buffer, end, Math.min(BLOCK, length - end))) {
                end = Math.min(length, end + BLOCK);
            }
            if (end > start) {
                to.write(buffer.limit(end).position(start), at + start);
                tools.report().wrote(end - start);
                buffer.clear();
            }
            start = Math.max(end, start);
            while (start < length && isZero(buffer, start, Math.min(BLOCK, length - start))) {
                start = Math.min(length, start + BLOCK);
            }
        }
    }

    private static boolean isZero(ByteBuffer buffer, int start, int length) {
        int at = start;
        for (; at + Long.BYTES <= start + length; at += Long.BYTES) {
            if (buffer.getLong(at) != 0) {
                return false;
            }
        }
        for (; at < start + length; at++) {
            if (buffer.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
