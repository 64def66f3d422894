package io.amberfs.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.model.Commit;
import io.amberfs.model.Entropy;
import io.amberfs.model.Hold;
import io.amberfs.model.Snapshot;
import io.amberfs.store.Batch;
import io.amberfs.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Timeline}, also with a clock that is set back and forth. */
class TimelineTest {
    private static final Optional<Hold> HELD = Optional.of(new Hold(Hold.FOREVER, Hold.FOREVER, false, ""));
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_718_704_800L * SECOND;

    private final MemoryStore store = new MemoryStore();
    private final Keys keys = new Keys(new byte[32]);
    private final Sealer sealer = new Sealer(keys, Entropy.system(), new SessionRows(store));
    private final RowSeal seal = new RowSeal(sealer);

    @AfterEach
    void close() {
        sealer.close();
        keys.close();
    }

    private Volume volume(int number) {
        return new Volume(store, seal, keys, number);
    }

    private Commit commit(Volume volume, long time, Optional<String> name) {
        Volume.Frozen frozen = volume.freeze(Optional.of(new Moment(time, time)), name);
        Batch batch = new Batch();
        Optional<Commit> commit = volume.record(batch, frozen);
        store.write(batch);
        volume.recorded(frozen, commit);
        return commit.orElseThrow();
    }

    @Test
    void aTimeMeansTheNewestCommitOfTheNewestSecondNotLater() {
        for (int seed = 1; seed <= 60; seed++) {
            Random random = new Random(seed);
            Volume volume = volume(seed);
            TreeMap<Long, Long> seconds = new TreeMap<>();
            long now = random.nextInt(3) == 0 ? -5 * SECOND : START;
            assertEquals(Optional.empty(), volume.timeline().resolve(Long.MAX_VALUE));
            for (int i = 0; i < 40; i++) {
                now += random.nextInt(6) == 0 ? -random.nextLong(20 * SECOND) : random.nextLong(2 * SECOND);
                Commit commit = commit(volume, now, Optional.empty());
                seconds.put(Timeline.second(now), commit.epoch());
                long asked = now + random.nextLong(40 * SECOND) - 20 * SECOND;
                assertEquals(Optional.ofNullable(seconds.floorEntry(asked)).map(java.util.Map.Entry::getValue), volume.timeline().resolve(asked), "seed " + seed + " step " + i);
                long until = Timeline.second(asked + random.nextLong(5 * SECOND));
                assertEquals(!seconds.subMap(Timeline.second(asked), false, Math.max(until, Timeline.second(asked)), true).isEmpty(),
                    volume.timeline().anyBetween(Timeline.second(asked), until), "seed " + seed + " step " + i);
            }
            assertEquals(40, volume(seed).timeline().newest().orElseThrow().epoch());
            assertEquals(1, volume(seed).timeline().oldest().orElseThrow().epoch());
            assertEquals(List.copyOf(seconds.keySet()), volume.timeline().points().stream().map(Point::second).distinct().sorted().toList(), "seed " + seed);
        }
    }

    @Test
    void snapshotsAreThereAfterReopening() {
        Volume volume = volume(1);
        commit(volume, START, Optional.of("b"));
        commit(volume, START - 100 * SECOND, Optional.of("a"));
        volume.update(new Snapshot("b", 1, START, HELD));
        assertEquals(List.of(new Snapshot("b", 1, START, HELD), new Snapshot("a", 2, START - 100 * SECOND, Optional.empty())), volume(1).timeline().snapshots());
        volume.delete(volume.timeline().snapshot("b").orElseThrow());
        assertEquals(List.of("a"), volume(1).timeline().snapshots().stream().map(Snapshot::name).toList());
        assertEquals(List.of(), volume(2).timeline().snapshots());
        assertEquals(2, volume(1).timeline().newest().orElseThrow().epoch());
    }
}
