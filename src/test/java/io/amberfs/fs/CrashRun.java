package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.amberfs.model.Commit;
import io.amberfs.model.Mode;
import io.amberfs.store.MemoryStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** A drive on a store that keeps each state a crash could leave, and a model that knows which trees may be in them. Driven by one thread. */
final class CrashRun implements AutoCloseable {
    final ModelTree model = new ModelTree(TestDrive.START);
    final TestDrive t;
    private final ConcurrentLinkedQueue<CrashCheck.Crash> crashes = new ConcurrentLinkedQueue<>();
    private final List<String> done = new ArrayList<>();
    private final Map<String, FileHandle> open = new TreeMap<>();
    private final Map<String, ModelTree.Item> openItems = new TreeMap<>();
    /** What each file held since the last moment that every recording from now on has. */
    private final Map<Long, List<byte[]>> since = new HashMap<>();
    private final Map<Long, ModelTree> commits = new HashMap<>();
    private final Map<String, Long> snapshots = new HashMap<>();
    private volatile CrashCheck.Recorded durable;
    private volatile CrashCheck.Recorded underWay;
    private int checked;

    CrashRun() {
        MemoryStore store = new MemoryStore();
        t = new TestDrive(store);
        durable = recorded(true);
        underWay = durable;
        commits.put(1L, model.copy());
        store.watch(step -> step.outcomes().forEach(left -> crashes.add(new CrashCheck.Crash(left, durable, underWay, Map.copyOf(commits), Map.copyOf(snapshots), t.now.get()))));
    }

    /** Crashes that were looked at. */
    int checked() {
        return checked;
    }

    void create(String path) {
        done.add("create " + path);
        tick();
        model.make(path, Mode.FILE | 0644, 0, 0, new byte[0]);
        t.drive.create(t.parent(path), TestDrive.last(path), 0644, TestDrive.ROOT);
        held(model.at(path));
    }

    void mkdir(String path) {
        done.add("mkdir " + path);
        tick();
        model.make(path, Mode.DIRECTORY | 0755, 0, 0, new byte[0]);
        t.mkdir(path);
    }

    void write(String path, long offset, byte[] bytes) {
        done.add("write " + path + " " + offset + "+" + bytes.length);
        tick();
        model.write(file(path), offset, bytes);
        try (FileHandle handle = t.drive.open(t.at(path), true, false, false)) {
            handle.write(offset, bytes, 0, bytes.length);
        }
        held(model.at(path));
    }

    void truncate(String path, int size) {
        done.add("truncate " + path + " " + size);
        tick();
        model.truncate(model.at(path), size);
        t.drive.setAttr(t.at(path), AttrChange.size(size));
        settled(model.at(path));
    }

    void rename(String from, String to) {
        done.add("rename " + from + " " + to);
        tick();
        model.rename(from, to);
        t.drive.rename(t.parent(from), TestDrive.last(from), t.parent(to), TestDrive.last(to), RenameMode.REPLACE);
        CrashCheck.items(model.at(to)).forEach(item -> {
            if (item.isFile() && item == model.at(to)) {
                settled(item);
            }
        });
    }

    void exchange(String one, String other) {
        done.add("exchange " + one + " " + other);
        tick();
        model.rename(one, other, RenameMode.EXCHANGE);
        t.drive.rename(t.parent(one), TestDrive.last(one), t.parent(other), TestDrive.last(other), RenameMode.EXCHANGE);
        Stream.of(model.at(one), model.at(other)).filter(ModelTree.Item::isFile).forEach(this::settled);
    }

    void punch(String path, int start, int end) {
        done.add("punch " + path + " " + start + "-" + end);
        tick();
        model.zero(file(path), start, end, false);
        try (FileHandle handle = t.drive.open(t.at(path), true, false, false)) {
            handle.punch(start, end - start);
        }
        settled(model.at(path));
    }

    void zero(String path, int start, int end) {
        done.add("zero " + path + " " + start + "-" + end);
        tick();
        model.zero(file(path), start, end, true);
        try (FileHandle handle = t.drive.open(t.at(path), true, false, false)) {
            handle.zero(start, end - start, false);
        }
        settled(model.at(path));
    }

    void allocate(String path, int start, int end) {
        done.add("allocate " + path + " " + start + "-" + end);
        tick();
        model.allocate(file(path), end, false);
        try (FileHandle handle = t.drive.open(t.at(path), true, false, false)) {
            handle.allocate(start, end - start, false);
        }
        settled(model.at(path));
    }

    /** As far as the source has its bytes in its inode, they are written to the target. */
    void copy(String from, int offset, String to, int toOffset, int length) {
        done.add("copy " + from + " " + offset + "+" + length + " to " + to + " " + toOffset);
        tick();
        int count = model.copy(file(from).data, file(from) == file(to), offset, file(to), toOffset, length);
        try (FileHandle in = t.drive.open(t.at(from), true, false, false); FileHandle out = t.drive.open(t.at(to), true, false, false)) {
            assertEquals(count, CopyTest.copyAll(in, offset, out, toOffset, count));
        }
        held(model.at(to));
    }

    /** Makes a file without a name, which stays open. */
    void tmpfile(byte[] bytes) {
        done.add("tmpfile " + bytes.length);
        tick();
        ModelTree.Item item = model.makeNameless("/", 0600, 0, 0);
        FileHandle handle = t.drive.tmpfile(Node.ROOT, 0600, TestDrive.ROOT);
        handle.write(0, bytes, 0, bytes.length);
        model.write(item, 0, bytes);
        held(item);
        String key = "tmpfile " + item.id;
        open.put(key, handle);
        openItems.put(key, item);
    }

    /** Gives the first file that has had no name yet one. */
    void name(String path) {
        Optional<String> key = openItems.entrySet().stream().filter(entry -> entry.getValue().notYetNamed).map(Map.Entry::getKey).findFirst();
        if (key.isPresent()) {
            done.add("name " + path);
            tick();
            model.link(openItems.get(key.get()), path);
            t.drive.link(open.get(key.get()).node(), t.parent(path), TestDrive.last(path));
            settled(model.at(path));
        }
    }

    /** Fsyncs all that is open. */
    void fsyncOpen() {
        done.add("fsync what is open");
        open.forEach((key, handle) -> {
            tick();
            settled(openItems.get(key));
            underWay = recorded(false);
            handle.fsync(false);
            durable = underWay;
        });
    }

    void link(String from, String to) {
        done.add("link " + from + " " + to);
        tick();
        model.link(from, to);
        t.drive.link(t.at(from), t.parent(to), TestDrive.last(to));
    }

    void unlink(String path) {
        done.add("unlink " + path);
        tick();
        model.unlink(path);
        t.drive.unlink(t.parent(path), TestDrive.last(path));
    }

    void rmdir(String path) {
        done.add("rmdir " + path);
        tick();
        model.rmdir(path);
        t.drive.rmdir(t.parent(path), TestDrive.last(path));
    }

    /** Keeps a file open, so that it can be unlinked meanwhile. */
    void open(String path) {
        done.add("open " + path);
        if (!open.containsKey(path)) {
            open.put(path, t.drive.open(t.at(path), true, false, false));
            openItems.put(path, model.at(path));
        }
    }

    void writeOpen(byte[] bytes) {
        if (!open.isEmpty()) {
            String path = open.keySet().iterator().next();
            done.add("write to what was opened as " + path);
            tick();
            model.write(openItems.get(path), 0, bytes);
            open.get(path).write(0, bytes, 0, bytes.length);
            held(openItems.get(path));
        }
    }

    void closeAll() {
        done.add("close all");
        open.values().forEach(FileHandle::close);
        open.clear();
        openItems.clear();
    }

    void fsync(String path) {
        done.add("fsync " + path);
        tick();
        settled(file(path));
        underWay = recorded(false);
        try (FileHandle handle = t.drive.open(t.at(path), true, false, false)) {
            handle.fsync(false);
        }
        durable = underWay;
    }

    void commit() {
        done.add("commit");
        tick();
        settleAll();
        t.now.addAndGet(1_000_000_000L);
        t.drive.sync();
        committed();
    }

    void snapshot(String name) {
        done.add("snapshot " + name);
        tick();
        settleAll();
        t.drive.snapshot(name);
        committed();
        snapshots.put(name, newest());
    }

    /** Opens every state that a crash could have left until now, and compares. */
    void checkAll() {
        for (CrashCheck.Crash crash = crashes.poll(); crash != null; crash = crashes.poll()) {
            checked++;
            try {
                CrashCheck.check(crash);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(String.join(", ", done) + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void close() {
        closeAll();
        t.close();
    }

    private void committed() {
        durable = underWay;
        commits.put(newest(), underWay.tree());
    }

    private long newest() {
        return t.drive.volume().timeline().newest().map(Commit::epoch).orElseThrow();
    }

    private ModelTree.Item file(String path) {
        ModelTree.Item item = model.at(path);
        ModelTree.requireFile(item);
        return item;
    }

    private void tick() {
        model.now = t.now.incrementAndGet();
    }

    private void held(ModelTree.Item item) {
        since.computeIfAbsent(item.id, id -> new ArrayList<>()).add(item.data);
    }

    private void settled(ModelTree.Item item) {
        since.put(item.id, new ArrayList<>(List.of(item.data)));
    }

    private void settleAll() {
        since.clear();
        Stream.concat(CrashCheck.items(model.root), openItems.values().stream()).filter(ModelTree.Item::isFile).forEach(this::settled);
        underWay = recorded(true);
    }

    private CrashCheck.Recorded recorded(boolean isCommit) {
        Map<Long, List<byte[]>> contents = new HashMap<>();
        since.forEach((id, states) -> contents.put(id, List.copyOf(states)));
        return new CrashCheck.Recorded(model.copy(), contents, isCommit);
    }
}
