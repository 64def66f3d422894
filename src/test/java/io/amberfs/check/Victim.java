package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.amberfs.codec.InodeCodec;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.TestDrive;
import io.amberfs.model.Body;
import io.amberfs.model.Inode;
import io.amberfs.store.Row;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A drive with two commits and a snapshot that is fine before something in it is damaged. Confined to one thread. */
final class Victim implements AutoCloseable {
    final Bench bench = new Bench();
    final long first;
    final long second;

    Victim() {
        TestDrive t = bench.t;
        t.mkdir("/docs");
        t.mkdir("/docs/old");
        t.write("/docs/a.txt", random(50_000, 1));
        t.write("/docs/small", "few bytes");
        t.write("/big", random(3_000_000, 2));
        t.drive.link(t.at("/docs/small"), t.at("/docs/old"), TestDrive.last("twin"));
        t.drive.setXattr(t.at("/docs/a.txt"), "user.colour".getBytes(StandardCharsets.UTF_8), new byte[] {7}, false, false, false);
        first = t.commit(10);
        t.write("/docs/a.txt", random(40_000, 3));
        try (FileHandle handle = t.drive.open(t.at("/big"), true, false, false)) {
            handle.write(1_500_000, random(20_000, 4), 0, 20_000);
        }
        second = t.commit(10);
        t.drive.snapshot("now");
        assertEquals(List.of(), bench.check(true));
    }

    @Override
    public void close() {
        bench.close();
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    Inode inode(long ino) {
        return InodeCodec.decode(ino, bench.open(bench.inodeRow(ino)));
    }

    void change(long ino, UnaryOperator<Inode> change) {
        Row row = bench.inodeRow(ino);
        bench.plant(row.key(), Bench.from(row), InodeCodec.encode(change.apply(inode(ino))));
    }

    <F extends Finding> F only(Class<F> kind) {
        return only(kind, false);
    }

    <F extends Finding> F only(Class<F> kind, boolean readData) {
        List<Finding> found = bench.check(readData);
        assertEquals(List.of(kind), found.stream().map(Object::getClass).toList(), found.toString());
        assertEquals(found.get(0).severity() == Severity.DAMAGE, !bench.verdict.isSound());
        return kind.cast(found.get(0));
    }

    /** What a loss has as its consequences shows as well. */
    <F extends Finding> F among(Class<F> kind, Class<?>... consequences) {
        List<Finding> found = bench.check();
        Set<String> kinds = new TreeSet<>();
        found.forEach(finding -> kinds.add(finding.getClass().getSimpleName()));
        Set<String> expected = new TreeSet<>(List.of(kind.getSimpleName()));
        Arrays.stream(consequences).forEach(consequence -> expected.add(consequence.getSimpleName()));
        assertEquals(expected, kinds, found.toString());
        return kind.cast(found.stream().filter(kind::isInstance).findFirst().orElseThrow());
    }

    long[] blockOf(String path) {
        Body.Mapped mapped = (Body.Mapped) inode(bench.ino(path)).body();
        return mapped.extents().stream().mapToLong(extent -> extent.block()).toArray();
    }
}
