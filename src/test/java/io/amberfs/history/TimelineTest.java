package io.amberfs.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.model.Commit;
import io.amberfs.model.Entropy;
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

/** {@link Timeline} and {@link Ladder}, also with a clock that is set back and forth. */
class TimelineTest {
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
        return new Volume(store, seal, keys.nameHash()::of, number);
    }

    private Commit commit(Volume volume, long time, Optional<String> name) {
        Volume.Frozen frozen = volume.freeze(Optional.of(time), name);
        Batch batch = new Batch();
        volume.record(batch, frozen);
        store.write(batch);
        volume.recorded(frozen);
        return frozen.commit().orElseThrow();
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
            List<Long> descended = new ArrayList<>();
            volume.timeline().descend((time, epoch) -> {
                descended.add(time);
                assertEquals(seconds.get(time), epoch);
                return time - 1;
            });
            assertEquals(List.copyOf(seconds.descendingKeySet()), descended, "seed " + seed);
        }
    }

    @Test
    void snapshotsAreThereAfterReopening() {
        Volume volume = volume(1);
        commit(volume, START, Optional.of("b"));
        commit(volume, START - 100 * SECOND, Optional.of("a"));
        volume.update(new Snapshot("b", 1, START, true));
        assertEquals(List.of(new Snapshot("b", 1, START, true), new Snapshot("a", 2, START - 100 * SECOND, false)), volume(1).timeline().snapshots());
        volume.delete(volume.timeline().snapshot("b").orElseThrow());
        assertEquals(List.of("a"), volume(1).timeline().snapshots().stream().map(Snapshot::name).toList());
        assertEquals(List.of(), volume(2).timeline().snapshots());
        assertEquals(2, volume(1).timeline().newest().orElseThrow().epoch());
    }

    private static long bucket(long age) {
        long day = 24 * 3600 * SECOND;
        return age < 3600 * SECOND ? SECOND : age < day ? 60 * SECOND : age < 7 * day ? 3600 * SECOND : age < 90 * day ? day : 7 * day;
    }

    @Test
    void theLadderShowsTheNewestCommitOfEachBucket() {
        Random random = new Random(3);
        Volume volume = volume(1);
        TreeMap<Long, Long> seconds = new TreeMap<>();
        long time = START;
        for (int i = 0; i < 3000; i++) {
            time += 1 + (i < 300 ? random.nextLong(48 * 3600 * SECOND) : i < 1500 ? random.nextLong(1200 * SECOND) : random.nextLong(60 * SECOND));
            seconds.put(Timeline.second(time), commit(volume, time, Optional.empty()).epoch());
        }
        long now = time + SECOND;
        List<Ladder.Point> expected = new ArrayList<>();
        Optional<Long> at = Optional.of(seconds.lastKey());
        while (at.isPresent()) {
            long shown = at.get();
            expected.add(new Ladder.Point(shown, seconds.get(shown)));
            long bucket = bucket(now - shown);
            at = Optional.ofNullable(seconds.lowerKey(Math.floorDiv(shown, bucket) * bucket));
        }
        List<Ladder.Point> points = Ladder.points(volume.timeline(), now);
        assertEquals(expected, points);
        assertTrue(points.size() < 2500 && points.stream().anyMatch(point -> now - point.time() > 100 * 24 * 3600 * SECOND));
        assertEquals(seconds.lastEntry().getValue(), points.get(0).epoch());
        assertEquals(new ArrayList<Ladder.Point>(), Ladder.points(volume(9).timeline(), now));
        assertTrue(Ladder.points(volume.timeline(), START - SECOND).size() > 0, "a clock that was set back");
    }
}
