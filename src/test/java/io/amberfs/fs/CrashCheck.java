package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import io.amberfs.model.Commit;
import io.amberfs.model.FsException;
import io.amberfs.store.MemoryStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Opens what a crash left, and compares it with what it must be. */
final class CrashCheck {
    /** A tree that was or is being recorded. {@code contents}: what each file may hold, by item; one entry where there is no choice. */
    record Recorded(ModelTree tree, Map<Long, List<byte[]>> contents, boolean isCommit) {
    }

    /** What a crash could leave, and what it must be: the last recording or the one under way. */
    record Crash(MemoryStore store, Recorded durable, Recorded underWay, Map<Long, ModelTree> commits, Map<String, Long> snapshots, long now) {
    }

    private CrashCheck() {
    }

    static void check(Crash crash) {
        try (TestDrive after = new TestDrive(crash.store(), new AtomicLong(crash.now() + 1))) {
            crash.commits().forEach((epoch, tree) -> TreeComparison.requireEqual(after.drive, new Node.Past(epoch, 1), tree, "commit " + epoch));
            crash.snapshots().forEach((name, epoch) -> assertEquals(new Node.Past(epoch, 1), after.at("/.snapshots/" + name)));
            Optional<String> older = difference(after, crash.durable());
            Optional<String> newer = older.isEmpty() ? older : difference(after, crash.underWay());
            assertTrue(newer.isEmpty(), () -> "neither what was durable: " + older + " nor what was being recorded: " + newer);
            long newest = after.drive.volume().timeline().newest().map(Commit::epoch).orElseThrow();
            if (!crash.commits().containsKey(newest)) {
                TreeComparison.requireEqual(after.drive, new Node.Past(newest, 1), crash.underWay().tree(), "the commit that had not returned");
            }
            Recorded found = older.isEmpty() ? crash.durable() : crash.underWay();
            goesOn(crash.store(), after, found);
        }
    }

    private static void goesOn(MemoryStore store, TestDrive after, Recorded found) {
        after.write("/written-after-the-crash", "x");
        after.commit(1);
        byte[] orphans = RowKey.kind(1, RowKey.ORPHAN);
        try (Scan scan = after.drive.volume().head().scan(orphans, orphans)) {
            assertTrue(!scan.next(), "an orphan is left");
        }
        long files = items(found.tree().root).distinct().count() + 1;
        assertEquals(files, after.drive.volume().totals().files(), "files counted");
        try (TestDrive again = new TestDrive(store, after.now)) {
            assertEquals("x", again.text("/written-after-the-crash"));
            again.drive.unlink(Node.ROOT, TestDrive.last("written-after-the-crash"));
            assertEquals(Optional.empty(), TreeComparison.differenceButTimes(again.drive, Node.ROOT, withContents(again, found)), "after a remount");
        }
    }

    private static Optional<String> difference(TestDrive after, Recorded recorded) {
        return recorded.isCommit() ? TreeComparison.difference(after.drive, Node.ROOT, recorded.tree())
            : TreeComparison.differenceButTimes(after.drive, Node.ROOT, withContents(after, recorded));
    }

    /** The tree, its files holding what they hold on the drive where that is allowed. */
    private static ModelTree withContents(TestDrive after, Recorded recorded) {
        ModelTree tree = recorded.tree().copy();
        adopt(after, recorded, "", tree.root);
        return tree;
    }

    private static void adopt(TestDrive after, Recorded recorded, String path, ModelTree.Item item) {
        item.entries.forEach((name, child) -> adopt(after, recorded, path + "/" + name, child));
        List<byte[]> allowed = recorded.contents().getOrDefault(item.id, List.of());
        if (item.isFile() && allowed.size() > 1) {
            try {
                byte[] found = after.read(path);
                item.data = isAllowed(found, allowed) ? found : item.data;
            } catch (FsException e) {
                return;
            }
        }
    }

    /** One of the states that the file had; or, where so much was written that a part was sealed early, a mixture of them. */
    private static boolean isAllowed(byte[] found, List<byte[]> allowed) {
        if (allowed.stream().anyMatch(state -> Arrays.equals(state, found))) {
            return true;
        }
        return allowed.stream().anyMatch(state -> state.length >= CrashTest.EARLY) && allowed.stream().anyMatch(state -> state.length >= found.length) && isMixture(found, allowed);
    }

    private static boolean isMixture(byte[] found, List<byte[]> allowed) {
        for (int i = 0; i < found.length; i++) {
            int at = i;
            if (found[i] != 0 && allowed.stream().noneMatch(state -> at < state.length && state[at] == found[at])) {
                return false;
            }
        }
        return true;
    }

    static Stream<ModelTree.Item> items(ModelTree.Item item) {
        return Stream.concat(Stream.of(item), item.entries.values().stream().flatMap(CrashCheck::items));
    }
}
