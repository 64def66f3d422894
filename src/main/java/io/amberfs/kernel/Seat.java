package io.amberfs.kernel;

import java.nio.ByteBuffer;

/**
 * A thread's place at a device: room for one request and one reply. Confined to one thread, and so are its two windows.
 */
public final class Seat {
    /** A request has its header and structures ahead of the data; the kernel wants 4 KiB more than the data. */
    private static final int REQUEST_BYTES = Features.DATA_MAX + 4096;
    private static final int REPLY_BYTES = Features.DATA_MAX + Outgoing.HEADER;

    private final FuseDevice device;
    private final ByteBuffer requestBuffer = ByteBuffer.allocateDirect(REQUEST_BYTES);
    private final ByteBuffer replyBuffer = ByteBuffer.allocateDirect(REPLY_BYTES);
    private final long requestAddress = FuseDevice.address(requestBuffer);
    private final long replyAddress = FuseDevice.address(replyBuffer);
    private final Incoming incoming = new Incoming(requestBuffer);
    private final Outgoing outgoing = new Outgoing(replyBuffer);

    public Seat(FuseDevice device) {
        this.device = device;
    }

    public Incoming incoming() {
        return incoming;
    }

    public Outgoing outgoing() {
        return outgoing;
    }

    /** Sends the reply that was put together, of {@code length} bytes (0: none), and waits for the next request. @return as {@link FuseDevice#exchange} */
    public long exchange(int length) {
        return device.exchange(replyAddress, length, requestAddress, REQUEST_BYTES);
    }

    /** Sends the reply alone. @return whether the kernel took it */
    public boolean reply(int length) {
        return device.reply(replyAddress, length) == 0;
    }

    /** After {@link #exchange}. */
    public boolean replyFailed() {
        return device.replyFailed();
    }

    /** After {@link #exchange}. */
    public boolean hasMore() {
        return device.hasMore();
    }
}
