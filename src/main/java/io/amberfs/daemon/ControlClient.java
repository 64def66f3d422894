package io.amberfs.daemon;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The owner of a store, as a command in another process sees it.
 *
 * <ul>
 *   <li>Every failure at the other end arrives as a {@link Refusal} with its exit code.</li>
 *   <li>{@link Reply#cancelled} is asked after each event: when it is true the connection is closed, which cancels the request at the owner.</li>
 * </ul>
 * Confined to one thread.
 */
public final class ControlClient implements Service, AutoCloseable {
    private final Path store;
    private final SocketChannel channel;

    private ControlClient(Path store, SocketChannel channel) {
        this.store = store;
        this.channel = channel;
    }

    /** The owner of the store; empty when nobody answers. */
    public static Optional<ControlClient> connect(Path store) {
        for (Path socket : ControlSocket.trusted(store)) {
            try {
                return Optional.of(new ControlClient(store, SocketChannel.open(UnixDomainSocketAddress.of(socket))));
            } catch (IOException e) {
                continue; // no socket there, or one that a dead owner left
            }
        }
        return Optional.empty();
    }

    @Override
    public Map<String, Object> call(Request request, Reply reply) {
        try {
            ask(request);
            while (true) {
                Frame frame = Frame.read(channel).orElseThrow(this::ended);
                switch (frame.type()) {
                    case Frame.JSON -> reply.event(frame.json());
                    case Frame.BYTES -> reply.bytes(frame.payload(), 0, frame.payload().length);
                    case Frame.RESULT -> {
                        return frame.json();
                    }
                    default -> throw Failure.read(frame.json()).refusal();
                }
                if (reply.cancelled()) {
                    channel.close();
                    throw new Refusal(ExitCode.INTERRUPTED, request.command() + " was interrupted");
                }
            }
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "the daemon of " + store + " ended before it had answered: see " + store.resolve("log"), e);
        }
    }

    private void ask(Request request) throws IOException {
        Frame frame = Frame.json(Frame.JSON, Map.of("command", request.command(), "arguments", request.arguments()));
        if (!frame.fits()) {
            throw new Refusal(ExitCode.USAGE, "the arguments of " + request.command() + " are too long");
        }
        try {
            frame.write(channel);
        } catch (IOException e) {
            // turned away: the reason, if there is one, is still to be read
            Frame last = Frame.read(channel).orElseThrow(this::ended);
            throw last.type() == Frame.ERROR ? Failure.read(last.json()).refusal() : ended();
        }
    }

    private Refusal ended() {
        return new Refusal(ExitCode.ERROR, "the daemon of " + store + " ended before it had answered: see " + store.resolve("log"));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "the connection to the daemon of " + store + ": " + e.getMessage(), e);
        }
    }
}
