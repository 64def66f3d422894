package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.HookedStore;
import io.amberfs.fs.TestDrive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** On a real mount of a drive in memory: what many do at once, and what the kernel still holds. */
@Timeout(120)
@ParameterizedClass
@EnumSource(Transport.class)
class MountLoadTest {
    @Parameter
    Transport transport;
    @TempDir
    Path directory;

    private final HookedStore store = new HookedStore();
    private final TestDrive t = new TestDrive(store);
    private Path root;
    private TestMount mounted;
    private Mount mount;

    @BeforeEach
    void mount() throws IOException {
        root = Files.createDirectory(directory.resolve("drive"));
        mounted = new TestMount(t, root, transport);
        mount = mounted.mount;
    }

    @AfterEach
    void unmount() throws InterruptedException {
        mounted.end();
    }

    @Test
    void requestsThatTakeLongDoNotHoldUpOthers() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<?>> slow = new ArrayList<>();
        try {
            List<FileChannel> open = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                open.add(FileChannel.open(root.resolve("slow" + i), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
                open.get(i).write(ByteBuffer.allocate(10));
            }
            store.beforeWrite = () -> {
                waiting.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            };
            open.forEach(channel -> slow.add(threads.submit(() -> {
                channel.force(true);
                channel.close();
                return true;
            })));
            waiting.await();
            for (int i = 0; i < 20; i++) {
                Files.writeString(root.resolve("quick" + i), "x");
            }
            assertEquals(30, listing(root).size());
            assertTrue(slow.stream().noneMatch(Future::isDone));
        } finally {
            go.countDown();
            for (Future<?> each : slow) {
                each.get();
            }
            threads.shutdownNow();
        }
    }

    @Test
    void aSnapshotHasWhatWasWrittenBeforeItAlsoFromFilesThatAreOpen() throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(3).nextBytes(bytes);
        try (FileChannel open = FileChannel.open(root.resolve("a"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 1; i <= 40; i++) {
                open.write(ByteBuffer.wrap(bytes));
                Files.createDirectory(root.resolve(".snapshots/s" + i));
                assertEquals(300_000L * i, Files.size(root.resolve(".snapshots/s" + i + "/a")));
            }
        }
        byte[] past = Files.readAllBytes(root.resolve(".snapshots/s1/a"));
        assertArrayEquals(bytes, past);
    }

    @Test
    void aFileThatGrowsHasNoHoleInAnyCommit() throws Exception {
        byte[] bytes = new byte[16 << 20];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (1 + i % 251);
        }
        List<Long> epochs = new ArrayList<>();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Path> writing = threads.submit(() -> {
                try (FileChannel open = FileChannel.open(root.resolve("a"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    for (int at = 0; at < bytes.length; at += 300_000) {
                        open.write(ByteBuffer.wrap(bytes, at, Math.min(300_000, bytes.length - at)));
                    }
                }
                return root;
            });
            while (!writing.isDone()) {
                epochs.add(t.commit(1));
            }
            writing.get();
        } finally {
            threads.shutdownNow();
        }
        epochs.add(t.commit(1));
        Collections.shuffle(epochs, new Random(5));
        for (long epoch : epochs.subList(0, Math.min(40, epochs.size()))) {
            byte[] then = exists(epoch) ? t.read(t.at(epoch, "/a")) : new byte[0];
            assertEquals(-1, Arrays.mismatch(then, 0, then.length, bytes, 0, then.length), () -> "epoch " + epoch + ", of " + then.length + " bytes");
        }
        assertEquals(bytes.length, t.read("/a").length);
    }

    private boolean exists(long epoch) {
        return visible(t.list(t.at(epoch, "/"))).contains("a");
    }

    private static List<String> listing(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    private static List<String> visible(List<String> names) {
        return names.stream().filter(name -> !name.equals(".") && !name.equals("..")).toList();
    }
}
