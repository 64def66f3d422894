package io.amberfs.daemon;

import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.UnsupportedFormatException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class ControlTest {
    @TempDir
    Path store;
    private final Map<String, Service> services = new HashMap<>();
    private ControlServer server;

    @BeforeEach
    void start() throws IOException {
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwx------"));
        services.put("echo", (request, reply) -> request.arguments());
        server = new ControlServer(ControlSocket.pathFor(store), this::answer);
    }

    private Map<String, Object> answer(Request request, Reply reply) {
        if (!services.containsKey(request.command())) {
            throw new Refusal(ExitCode.USAGE, "no such request: " + request.command());
        }
        return services.get(request.command()).call(request, reply);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ControlClient connect() {
        return ControlClient.connect(store).orElseThrow();
    }

    private Refusal refused(String command) {
        try (ControlClient client = connect()) {
            return assertThrows(Refusal.class, () -> client.call(new Request(command), Reply.none()));
        }
    }

    @Test
    void argumentsAndResultsArriveAsTheyWere() {
        Map<String, Object> arguments = new HashMap<>(Map.of("text", "ä/\n\u0000😀", "number", 1L << 60, "flag", true, "list", List.of("a", "b")));
        arguments.put("none", null);
        try (ControlClient client = connect()) {
            Map<String, Object> result = client.call(new Request("echo", arguments), Reply.none());
            assertEquals(arguments, result);
            assertTrue(result.containsKey("none"));
        }
    }

    @Test
    void oneConnectionCarriesManyRequests() {
        try (ControlClient client = connect()) {
            for (int i = 0; i < 100; i++) {
                assertEquals(Map.of("i", i), client.call(new Request("echo", Map.of("i", i)), Reply.none()));
            }
        }
    }

    @Test
    void eventsAndBytesArriveInOrderBeforeTheResult() {
        byte[] data = new byte[3 * Frame.BYTES_MAX + 17];
        new Random(1).nextBytes(data);
        services.put("stream", (request, reply) -> {
            reply.event(Map.of("type", "first"));
            reply.bytes(data, 0, data.length);
            reply.bytes(data, 5, 0);
            reply.event(Map.of("type", "last"));
            return Map.of("bytes", data.length);
        });
        Recorder recorder = new Recorder();
        try (ControlClient client = connect()) {
            assertEquals(Map.of("bytes", data.length), client.call(new Request("stream"), recorder));
        }
        assertEquals(List.of("first", "last"), recorder.types);
        assertArrayEquals(data, recorder.bytes.toByteArray());
    }

    @Test
    void failuresArriveWithTheirExitCode() {
        services.put("held", (request, reply) -> {
            throw new Refusal(ExitCode.HELD, "snapshot a is held");
        });
        services.put("damaged", (request, reply) -> {
            throw new CorruptException("block 7\nis damaged");
        });
        services.put("format", (request, reply) -> {
            throw new UnsupportedFormatException("the store", 9, 1);
        });
        services.put("bug", (request, reply) -> {
            throw new IllegalStateException("oops");
        });
        assertEquals(ExitCode.HELD, refused("held").code());
        assertEquals("block 7; is damaged", refused("damaged").getMessage());
        assertEquals(ExitCode.DAMAGE, refused("damaged").code());
        assertEquals(ExitCode.FORMAT, refused("format").code());
        Refusal bug = refused("bug");
        assertEquals(ExitCode.ERROR, bug.code());
        assertTrue(bug.getMessage().contains("IllegalStateException"));
    }

    @Test
    void anAnswerBeyondTheBoundIsRefusedAndTheConnectionLivesOn() {
        services.put("huge", (request, reply) -> Map.of("x", "y".repeat(Frame.JSON_MAX)));
        try (ControlClient client = connect()) {
            assertThrows(Refusal.class, () -> client.call(new Request("huge"), Reply.none()));
            assertEquals(Map.of(), client.call(new Request("echo"), Reply.none()));
        }
    }

    @Test
    void aClientThatHangsUpCancelsItsRequest() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        services.put("long", (request, reply) -> {
            running.countDown();
            while (!reply.cancelled()) {
                Thread.onSpinWait();
            }
            ended.countDown();
            return Map.of();
        });
        try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.pathFor(store)))) {
            Frame.json(Frame.JSON, Map.of("command", "long", "arguments", Map.of())).write(raw);
            running.await();
            assertEquals(1, ended.getCount());
        }
        assertTrue(ended.await(20, TimeUnit.SECONDS));
    }

    @Test
    void aReceiverThatCancelsEndsTheRequestAsInterrupted() {
        services.put("endless", (request, reply) -> {
            while (!reply.cancelled()) {
                reply.event(Map.of("type", "progress"));
            }
            return Map.of();
        });
        Recorder recorder = new Recorder();
        recorder.limit = 3;
        try (ControlClient client = connect()) {
            assertEquals(ExitCode.INTERRUPTED, assertThrows(Refusal.class, () -> client.call(new Request("endless"), recorder)).code());
        }
    }

    @Test
    void closingLetsARunningRequestAnswer() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        services.put("unmount", (request, reply) -> {
            running.countDown();
            while (!reply.cancelled()) {
                Thread.onSpinWait();
            }
            return Map.of("done", true);
        });
        CompletableFuture<Map<String, Object>> answer = CompletableFuture.supplyAsync(() -> {
            try (ControlClient client = connect()) {
                return client.call(new Request("unmount"), Reply.none());
            }
        });
        running.await();
        server.close();
        assertEquals(Map.of("done", true), answer.get(20, TimeUnit.SECONDS));
    }

    @Test
    void closingCutsOffAReceiverThatDoesNotRead() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        services.put("flood", (request, reply) -> {
            byte[] data = new byte[Frame.BYTES_MAX];
            while (!reply.cancelled()) {
                reply.bytes(data, 0, data.length);
            }
            ended.countDown();
            return Map.of();
        });
        try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.pathFor(store)))) {
            Frame.json(Frame.JSON, Map.of("command", "flood", "arguments", Map.of())).write(raw);
            assertTrue(raw.read(ByteBuffer.allocate(1)) > 0);
            server.close();
            assertTrue(ended.await(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void malformedInputEndsOnlyItsOwnConnection() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = frame(Frame.JSON, "{\"command\":\"echo\",\"arguments\":{\"a\":[1,2,{\"b\":null}]}}".getBytes());
        try (ControlClient witness = connect()) {
            for (int round = 0; round < 2000; round++) {
                byte[] bad = good.clone();
                switch (random.nextInt(4)) {
                    case 0 -> random.nextBytes(bad);
                    case 1 -> bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                    case 2 -> bad = java.util.Arrays.copyOf(bad, random.nextInt(bad.length));
                    default -> bad = frame(random.nextInt(256), "[".repeat(random.nextInt(5000)).getBytes());
                }
                try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.pathFor(store)))) {
                    raw.write(ByteBuffer.wrap(bad));
                    raw.shutdownOutput();
                    ByteBuffer sink = ByteBuffer.allocate(1 << 16);
                    while (raw.read(sink) >= 0) {
                        sink.clear();
                    }
                } catch (IOException e) {
                    assertTrue(e.getMessage().contains("Broken pipe") || e.getMessage().contains("reset"), () -> "seed " + seed + ": " + e);
                }
            }
            assertEquals(Map.of("still", "here"), witness.call(new Request("echo", Map.of("still", "here")), Reply.none()), () -> "seed " + seed);
        }
    }

    @Test
    void aLengthBeyondTheBoundIsNotBelieved() throws IOException {
        for (byte[] header : List.of(new byte[] {-1, -1, -1, -1, 1}, new byte[] {0, 16, 0, 1, 1}, new byte[] {0, 4, 0, 1, 2}, new byte[] {0, 0, 0, 0, 9})) {
            try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.pathFor(store)))) {
                raw.write(ByteBuffer.wrap(header));
                assertEquals(-1, raw.read(ByteBuffer.allocate(1)));
            }
        }
    }

    @Test
    void oneConnectionTooManyIsToldSoAtOnce() {
        List<ControlClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < ControlServer.CONNECTIONS_MAX; i++) {
                clients.add(connect());
                clients.get(i).call(new Request("echo"), Reply.none());
            }
            assertTrue(refused("echo").getMessage().contains("too many commands"));
        } finally {
            clients.forEach(ControlClient::close);
        }
    }

    @Test
    void theSocketIsForItsOwnerAlone() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(ControlSocket.pathFor(store))));
    }

    @Test
    void aDirectoryThatOthersCanWriteToIsRefused() throws IOException {
        Path open = Files.createDirectory(store.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThrows(Refusal.class, () -> new ControlServer(open.resolve("control"), (request, reply) -> Map.of()));
    }

    @Test
    void nobodyAnswersOnceItIsClosedAndTheNextOwnerReplacesAStaleSocket() throws IOException {
        Path socket = ControlSocket.pathFor(store);
        server.close();
        assertFalse(Files.exists(socket));
        assertTrue(ControlClient.connect(store).isEmpty());
        try (var dead = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertTrue(Files.exists(socket), "a dead owner leaves its socket");
        assertTrue(ControlClient.connect(store).isEmpty());
        server = new ControlServer(socket, (request, reply) -> Map.of());
        try (ControlClient client = connect()) {
            assertEquals(Map.of(), client.call(new Request("any"), Reply.none()));
        }
    }

    @Test
    void aStoreWithALongPathIsReachedThroughAShortSocket() throws IOException {
        Path deep = Files.createDirectories(store.resolve("d".repeat(60)).resolve("e".repeat(60)));
        Path socket = ControlSocket.pathFor(deep);
        assertTrue(socket.toString().length() <= ControlSocket.PATH_MAX, socket::toString);
        assertFalse(socket.startsWith(deep));
        try (ControlServer far = new ControlServer(socket, (request, reply) -> Map.of("far", true));
             ControlClient client = ControlClient.connect(deep).orElseThrow()) {
            assertEquals(Map.of("far", true), client.call(new Request("any"), Reply.none()));
        }
        assertTrue(ControlClient.connect(deep).isEmpty());
    }

    @Test
    void ownersAndCommandsWithDifferentEnvironmentsFindEachOther() throws IOException {
        Path deep = Files.createDirectories(store.resolve("d".repeat(60)).resolve("e".repeat(60)));
        List<Path> with = ControlSocket.candidates(deep, Map.of("XDG_RUNTIME_DIR", "/tmp"));
        assertEquals(2, with.size());
        assertEquals(ControlSocket.candidates(deep, Map.of()).get(0), with.get(1));
        assertEquals(ControlSocket.candidates(deep, Map.of("XDG_RUNTIME_DIR", "/no/such/directory")), ControlSocket.candidates(deep, Map.of()));
    }

    @Test
    void theProcessAtTheOtherEndIsKnown() throws IOException {
        assertEquals(Files.getOwner(store), Peer.self());
        assertEquals(Files.getAttribute(store, "unix:uid"), Peer.ownUid());
    }

    @Test
    void anIllTypedArgumentIsWrongUsage() {
        Request request = new Request("x", Map.of("text", 1, "number", "1", "flag", "true", "list", List.of(1)));
        for (Runnable access : List.<Runnable>of(() -> request.text("text"), () -> request.number("number"), () -> request.flag("flag"),
            () -> request.list("list"), () -> request.text("absent"), () -> request.optionalText("text"))) {
            assertEquals(ExitCode.USAGE, assertThrows(Refusal.class, access::run).code());
        }
        assertTrue(request.optionalText("absent").isEmpty());
        assertNull(request.arguments().get("absent"));
    }

    private static byte[] frame(int type, byte[] payload) {
        return ByteBuffer.allocate(5 + payload.length).putInt(payload.length).put((byte) type).put(payload).array();
    }

    private static final class Recorder implements Reply {
        final List<String> types = new ArrayList<>();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int limit = Integer.MAX_VALUE;

        @Override
        public void event(Map<String, Object> event) {
            types.add((String) event.get("type"));
        }

        @Override
        public void bytes(byte[] buffer, int offset, int length) {
            bytes.write(buffer, offset, length);
        }

        @Override
        public boolean cancelled() {
            return types.size() >= limit;
        }
    }
}
