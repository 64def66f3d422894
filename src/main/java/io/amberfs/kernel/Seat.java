package io.amberfs.kernel;

import java.nio.ByteBuffer;

/**
 * A thread's place at a device: room for one request and one reply. Confined to one thread, and so are its two windows.
 */
public final class Seat {
    /** A request has its header and structures ahead of the data; the kernel wants 4 KiB more than the data. */
    private static final int REQUEST_BYTES = Features.DATA_MAX + 4096;
    private static final int SMALL = 4096;
    private static final int REPLY_BYTES = Features.DATA_MAX + Outgoing.HEADER;

    private final FuseDevice device;
    private final ByteBuffer requestBuffer;
    private final long requestAddress;
    private final long replyAddress;
    private final Incoming incoming;
    private final Outgoing outgoing;

    public Seat(FuseDevice device) {
        this(device, ByteBuffer.allocateDirect(REQUEST_BYTES), ByteBuffer.allocateDirect(REPLY_BYTES));
    }

    private Seat(FuseDevice device, ByteBuffer requestBuffer, ByteBuffer replyBuffer) {
        this.device = device;
        this.requestBuffer = requestBuffer;
        requestAddress = FuseDevice.address(requestBuffer);
        replyAddress = FuseDevice.address(replyBuffer);
        incoming = new Incoming(requestBuffer);
        outgoing = new Outgoing(replyBuffer);
    }

    /** Another seat with a copy of the request, a small one whose reply is small, for another thread to answer. */
    public Seat aside() {
        ByteBuffer request = ByteBuffer.allocateDirect(SMALL);
        int length = incoming.length();
        request.put(0, requestBuffer, 0, length);
        Seat seat = new Seat(device, request, ByteBuffer.allocateDirect(SMALL));
        seat.incoming.arrived(length);
        return seat;
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
