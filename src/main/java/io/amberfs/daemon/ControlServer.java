package io.amberfs.daemon;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves a store's owner to its commands over a Unix socket.
 *
 * <ul>
 *   <li>Only processes of our user and of root are answered: the socket is mode 0600 in a directory that only we can write to, and the kernel names the peer.</li>
 *   <li>At most {@value #CONNECTIONS_MAX} connections at a time; one more is answered with an error at once.</li>
 *   <li>Whoever makes one holds the store's lock: a socket file that is already there was left by a dead owner and is replaced.</li>
 *   <li>{@link #close} lets running requests end and answer within a bound, then cuts them off. No thread is interrupted: that would close files under it.</li>
 * </ul>
 * Thread-safe.
 */
public final class ControlServer implements AutoCloseable {
    static final int CONNECTIONS_MAX = 32;
    private static final long GRACE_SECONDS = 3;
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final Path socket;
    private final Service service;
    private final ServerSocketChannel listener;
    private final Thread acceptor;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor pool;
    private volatile boolean closed;

    /** Listens and answers from now on. */
    public ControlServer(Path socket, Service service) {
        this.socket = socket;
        this.service = service;
        this.listener = listen(socket);
        this.pool = new ThreadPoolExecutor(0, CONNECTIONS_MAX, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), ControlServer::thread);
        this.acceptor = thread(this::accept);
        acceptor.start();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "amberfs-control");
        thread.setDaemon(true);
        return thread;
    }

    private static ServerSocketChannel listen(Path socket) {
        ServerSocketChannel channel = null;
        try {
            requireOwnDirectory(socket.toAbsolutePath().getParent());
            Files.deleteIfExists(socket);
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return channel;
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw new Refusal(ExitCode.ERROR, "cannot listen for commands at " + socket + ": " + e.getMessage(), e);
        }
    }

    /** In a directory that others can write to, another user could put a socket in the place of ours. */
    private static void requireOwnDirectory(Path directory) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE) || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
            throw new Refusal(ExitCode.ERROR, "others may write to " + directory + ", where commands reach the daemon: run chmod 700 " + directory);
        }
    }

    private static void closeQuietly(ServerSocketChannel channel, IOException cause) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void accept() {
        while (!closed) {
            try {
                take(listener.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("a command could not be accepted at {}: {}", socket, e.toString());
                awaitRoom();
            }
        }
    }

    /** Out of file descriptors, most likely: accepting again at once would only spin. */
    private void awaitRoom() {
        try {
            acceptor.join(100);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void take(SocketChannel channel) throws IOException {
        if (!Peer.isTrusted(channel)) {
            LOG.warn("a process of another user was turned away at {}", socket);
            channel.close();
            return;
        }
        Connection connection = new Connection(channel, service);
        connections.add(connection);
        try {
            pool.execute(() -> serve(connection));
        } catch (RejectedExecutionException e) {
            connections.remove(connection);
            try (channel) {
                Frame.json(Frame.ERROR, new Failure(ExitCode.ERROR, "too many commands at once: try again later").json()).write(channel);
            }
        }
    }

    private void serve(Connection connection) {
        try {
            if (closed) {
                connection.leave();
            }
            connection.run();
        } catch (IOException e) {
            LOG.debug("a control connection ended: {}", e.toString());
        } finally {
            connections.remove(connection);
        }
    }

    /** Stops accepting, lets running requests answer for up to {@value #GRACE_SECONDS} s, and removes the socket file. Not to be called from a request. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Files.deleteIfExists(socket);
            listener.close();
            for (Connection connection : connections) {
                connection.leave();
            }
            pool.shutdown();
            if (!pool.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                for (Connection connection : connections) {
                    connection.close();
                }
            }
        } catch (IOException e) {
            LOG.warn("closing {}: {}", socket, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
