package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.kernel.Features;
import io.amberfs.kernel.Incoming;
import io.amberfs.kernel.Opcode;
import io.amberfs.kernel.Outgoing;
import io.amberfs.model.Clock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Stands where the kernel stands: puts its requests together as linux/fuse.h has them, and has them answered. Confined to one thread. */
public final class Requester {
    /** Goes through all requests, and is expected in the replies. */
    private static final long UNIQUE = 77;
    private static final int WRITE_CACHE = 1;
    private static final int PERMISSIONS = 0644;
    private static final int FOLDER = 0755;

    /** A file that is open. */
    public record Opened(long node, long handle) {
    }

    private final KernelRequests requests;
    private final Writeback writeback;
    /** Outside of the heap, as those of a {@link io.amberfs.kernel.Seat}. */
    private final ByteBuffer in = ByteBuffer.allocateDirect(Features.DATA_MAX + 4096).order(ByteOrder.nativeOrder());
    private final ByteBuffer out = ByteBuffer.allocateDirect(Features.DATA_MAX + 4096).order(ByteOrder.nativeOrder());
    private final Incoming incoming = new Incoming(in);
    private final KernelReply reply = new KernelReply(new Outgoing(out));

    /** Asks of a drive what it asks of one that it has mounted, with all that is agreed on with the newest kernels. */
    public Requester(Drive drive) {
        this(drive, new Writeback());
    }

    private Requester(Drive drive, Writeback writeback) {
        this(new KernelRequests(drive, new NodeIds(Node.ROOT), Node.ROOT, Clock.system(), new Features(Features.MINOR_MIN, KernelSession.WANTED), writeback,
            new Flusher(Path.of("/"))), writeback);
    }

    Requester(KernelRequests requests, Writeback writeback) {
        this.requests = requests;
        this.writeback = writeback;
    }

    /** @return the error in the reply, 0 if there is none, or no reply */
    int ask(int opcode, long node, Consumer<ByteBuffer> body) {
        in.clear().putInt(0).putInt(opcode).putLong(UNIQUE).putLong(node).putInt(0).putInt(0).putInt(1).putInt(0);
        body.accept(in);
        int length = in.position();
        in.putInt(0, length);
        if (!incoming.arrived(length)) {
            throw new IllegalStateException(length + " bytes are no request");
        }
        reply.begin(incoming.unique());
        writeback.fetched(incoming);
        requests.answer(incoming, reply);
        if (reply.length() > 0 && (out.getInt(0) != reply.length() || out.getLong(8) != UNIQUE)) {
            throw new IllegalStateException("no reply to " + incoming.opcode().text());
        }
        return reply.length() == 0 ? 0 : -out.getInt(4);
    }

    /** Of the last reply, header included; 0 if there was none. */
    int length() {
        return reply.length();
    }

    /** The last reply. */
    ByteBuffer reply() {
        return out;
    }

    static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** @return whether it was done */
    private boolean asked(Opcode opcode, long node, Consumer<ByteBuffer> body) {
        return ask(opcode.number(), node, body) == 0;
    }

    private void require(Opcode opcode, long node, Consumer<ByteBuffer> body) {
        int error = ask(opcode.number(), node, body);
        if (error != 0) {
            throw new IllegalStateException(opcode.text() + " was answered with error " + error);
        }
    }

    private long entry() {
        return out.getLong(Outgoing.HEADER);
    }

    /** @return the node, 0 if there is none of that name */
    public long lookup(long folder, String name) {
        return asked(Opcode.LOOKUP, folder, body -> body.put(text(name))) ? entry() : 0;
    }

    public long mkdir(long folder, String name) {
        require(Opcode.MKDIR, folder, body -> body.putInt(FOLDER).putInt(022).put(text(name)));
        return entry();
    }

    public Opened create(long folder, String name) {
        require(Opcode.CREATE, folder, body -> body.putInt(OpenFlags.O_EXCL | 2).putInt(0100000 | PERMISSIONS).putInt(022).putInt(0).put(text(name)));
        return new Opened(entry(), out.getLong(Outgoing.HEADER + Outgoing.ENTRY));
    }

    /** @param writes whether for reading and writing */
    public Opened open(long node, boolean writes) {
        require(Opcode.OPEN, node, body -> body.putInt(writes ? 2 : 0).putInt(0));
        return new Opened(node, out.getLong(Outgoing.HEADER));
    }

    /** As the kernel passes on what it has gathered. */
    public void write(Opened file, long offset, byte[] bytes, int length) {
        require(Opcode.WRITE, file.node, body -> body.putLong(file.handle).putLong(offset).putInt(length).putInt(WRITE_CACHE).putLong(0).putInt(2).putInt(0).put(bytes, 0, length));
    }

    /** @return how many bytes there were */
    public int read(Opened file, long offset, int size) {
        require(Opcode.READ, file.node, body -> body.putLong(file.handle).putLong(offset).putInt(size).putInt(0).putLong(0).putInt(0).putInt(0));
        return reply.length() - Outgoing.HEADER;
    }

    public void fsync(Opened file) {
        require(Opcode.FSYNC, file.node, body -> body.putLong(file.handle).putInt(0).putInt(0));
    }

    public void release(Opened file) {
        require(Opcode.RELEASE, file.node, body -> body.putLong(file.handle).putInt(2).putInt(0).putLong(0));
    }

    public void getattr(long node) {
        require(Opcode.GETATTR, node, body -> body.putInt(0).putInt(0).putLong(0));
    }

    /** To root, with its mode. */
    public void chown(long node) {
        setattr(node, SetAttr.MODE | SetAttr.UID | SetAttr.GID, 0);
    }

    public void touch(long node, long seconds) {
        setattr(node, SetAttr.MTIME | SetAttr.CTIME, seconds);
    }

    private void setattr(long node, int which, long seconds) {
        require(Opcode.SETATTR, node, body -> body.putInt(which).putInt(0).putLong(0).putLong(0).putLong(0).putLong(seconds).putLong(seconds).putLong(seconds)
            .putInt(0).putInt(0).putInt(0).putInt(PERMISSIONS).putInt(0).putInt(0).putInt(0).putInt(0));
    }

    public void setxattr(long node, String name, byte[] value) {
        require(Opcode.SETXATTR, node, body -> body.putInt(value.length).putInt(0).putInt(0).putInt(0).put(text(name)).put(value));
    }

    /** @return whether there is one of that name */
    public boolean getxattr(long node, String name) {
        return asked(Opcode.GETXATTR, node, body -> body.putInt(4096).putInt(0).put(text(name)));
    }

    public void listxattr(long node) {
        require(Opcode.LISTXATTR, node, body -> body.putInt(4096).putInt(0));
    }

    public void removexattr(long node, String name) {
        require(Opcode.REMOVEXATTR, node, body -> body.put(text(name)));
    }

    public void symlink(long folder, String name, String target) {
        require(Opcode.SYMLINK, folder, body -> body.put(text(name)).put(text(target)));
        require(Opcode.READLINK, entry(), body -> { });
    }

    public void rename(long folder, String name, long toFolder, String toName) {
        require(Opcode.RENAME2, folder, body -> body.putLong(toFolder).putInt(0).putInt(0).put(text(name)).put(text(toName)));
    }

    public void unlink(long folder, String name) {
        require(Opcode.UNLINK, folder, body -> body.put(text(name)));
    }

    public void rmdir(long folder, String name) {
        require(Opcode.RMDIR, folder, body -> body.put(text(name)));
    }

    public void forget(long node) {
        require(Opcode.FORGET, node, body -> body.putLong(1));
    }

    /** Reads a folder to its end in pages, with attributes. @return how many entries there were */
    public int list(long folder) {
        require(Opcode.OPENDIR, folder, body -> body.putInt(0).putInt(0));
        int count = 0;
        long cookie = 0;
        boolean more = true;
        while (more) {
            long from = cookie;
            require(Opcode.READDIRPLUS, folder, body -> body.putLong(0).putLong(from).putInt(4096).putInt(0).putLong(0).putInt(0).putInt(0));
            int at = Outgoing.HEADER;
            more = at < reply.length();
            while (at < reply.length()) {
                cookie = out.getLong(at + Outgoing.ENTRY + Long.BYTES);
                at += Outgoing.ENTRY + Listing.length(new byte[out.getInt(at + Outgoing.ENTRY + 2 * Long.BYTES)]);
                count++;
            }
        }
        require(Opcode.RELEASEDIR, folder, body -> body.putLong(0).putInt(0).putInt(0).putLong(0));
        return count;
    }
}
