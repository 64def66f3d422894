package io.amberfs.daemon;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One command at the control socket: reads requests one after the other and answers each before it reads the next.
 *
 * <ul>
 *   <li>Whatever is malformed ends this connection and nothing else.</li>
 *   <li>A client sends nothing while its request runs: anything that arrives then, and the end of the stream, cancels the request.</li>
 * </ul>
 * Run by one thread; {@link #leave} and {@link #close} may come from any other. {@code wire} guards writes and the probe for cancellation, {@code state}
 * guards {@code busy} and {@code leaving}; neither is taken under the other, so that a slow receiver holds up nobody who closes.
 */
final class Connection implements Runnable, Reply, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final SocketChannel channel;
    private final Service service;
    private final Object wire = new Object();
    private final Object state = new Object();
    private final AtomicBoolean gone = new AtomicBoolean();
    private boolean busy;
    private boolean leaving;

    Connection(SocketChannel channel, Service service) {
        this.channel = channel;
        this.service = service;
    }

    @Override
    public void run() {
        try (channel) {
            Optional<Frame> frame = Frame.read(channel);
            while (frame.isPresent() && begin()) {
                answer(frame.get());
                if (!end()) {
                    return;
                }
                frame = Frame.read(channel);
            }
        } catch (IOException e) {
            LOG.debug("a control connection ended: {}", e.toString());
        }
    }

    private void answer(Frame frame) throws IOException {
        Request request = request(frame);
        Frame last;
        try {
            last = Frame.json(Frame.RESULT, service.call(request, this));
            if (!last.fits()) {
                throw new Refusal(ExitCode.ERROR, "the answer to " + request.command() + " is too long: ask for less");
            }
        } catch (RuntimeException | Error e) {
            if (!Failure.isForeseen(e)) {
                LOG.error("the request {} failed", request.command(), e);
            }
            last = Frame.json(Frame.ERROR, Failure.of(e).json());
        }
        synchronized (wire) {
            if (!gone.get()) {
                last.write(channel);
            }
        }
    }

    private static Request request(Frame frame) throws IOException {
        Map<String, Object> json = frame.type() == Frame.JSON ? frame.json() : Map.of();
        if (json.get("command") instanceof String command && json.get("arguments") instanceof Map<?, ?> arguments) {
            @SuppressWarnings("unchecked") // the keys of a JSON object are texts
            Map<String, Object> named = (Map<String, Object>) arguments;
            return new Request(command, named);
        }
        throw new IOException("a frame that is no request");
    }

    @Override
    public void event(Map<String, Object> event) {
        Frame frame = Frame.json(Frame.JSON, event);
        if (!frame.fits()) {
            throw new IllegalArgumentException("an event of " + frame.payload().length + " bytes");
        }
        send(Frame.JSON, frame.payload(), 0, frame.payload().length);
    }

    @Override
    public void bytes(byte[] buffer, int offset, int length) {
        for (int done = 0; done < length; done += Frame.BYTES_MAX) {
            send(Frame.BYTES, buffer, offset + done, Math.min(Frame.BYTES_MAX, length - done));
        }
    }

    private void send(int type, byte[] buffer, int offset, int length) {
        synchronized (wire) {
            if (gone.get()) {
                return;
            }
            try {
                Frame.write(channel, type, buffer, offset, length);
            } catch (IOException e) {
                gone.set(true);
            }
        }
    }

    @Override
    public boolean cancelled() {
        synchronized (state) {
            if (leaving) {
                return true;
            }
        }
        synchronized (wire) {
            if (!gone.get() && hasHungUp()) {
                gone.set(true);
            }
            return gone.get();
        }
    }

    @Override
    public UserPrincipal user() throws IOException {
        return Peer.of(channel);
    }

    private boolean hasHungUp() {
        try {
            channel.configureBlocking(false);
            try {
                return channel.read(ByteBuffer.allocate(1)) != 0;
            } finally {
                channel.configureBlocking(true);
            }
        } catch (IOException e) {
            return true;
        }
    }

    private boolean begin() {
        synchronized (state) {
            busy = !leaving;
            return busy;
        }
    }

    /** @return whether a next request may come */
    private boolean end() {
        synchronized (state) {
            busy = false;
            return !leaving && !gone.get();
        }
    }

    /** Ends the connection as soon as the running request has been answered; at once when there is none. */
    void leave() throws IOException {
        synchronized (state) {
            leaving = true;
            if (busy) {
                return;
            }
        }
        channel.close();
    }

    /** Ends the connection even while a request runs, which then finds itself cancelled. */
    @Override
    public void close() throws IOException {
        gone.set(true);
        channel.close();
    }
}
