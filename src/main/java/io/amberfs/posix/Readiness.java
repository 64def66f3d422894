package io.amberfs.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The word to systemd that a service of Type=notify is ready, as sd_notify(3) describes it. Stateless. */
public final class Readiness {
    /** Of sockaddr_un's path. */
    private static final int PATH_MAX = 108;

    private Readiness() {
    }

    /** @param socket as $NOTIFY_SOCKET names it: a path, or behind an @ a name that is none */
    public static void tell(String socket) throws PosixException {
        byte[] name = socket.getBytes(StandardCharsets.UTF_8);
        if (name.length > PATH_MAX || !socket.startsWith("/") && !socket.startsWith("@")) {
            throw new PosixException(PosixException.EINVAL, "write to the socket " + socket);
        }
        ByteBuffer address = ByteBuffer.allocate(2 + name.length).order(ByteOrder.nativeOrder());
        address.putShort((short) Flags.AF_UNIX).put(name);
        if (name[0] == '@') {
            address.put(2, (byte) 0);
        }
        byte[] message = ("READY=1\nMAINPID=" + ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
        int fd = Calls.run(() -> Libc.CALLS.socket(Flags.AF_UNIX, Flags.SOCK_DGRAM_CLOEXEC, 0), "make a socket for", name);
        try (Descriptor open = new Descriptor(fd, name, false)) {
            Calls.runLong(() -> Libc.CALLS.sendto(open.fd(), message, message.length, 0, address.array(), address.capacity()), "write to", name);
        }
    }
}
