package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.FsException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A crash before, in and after every batch and run of small workloads. What a drive has after it is exactly one of its recordings, the last one that returned or the one under way:
 *
 * <ul>
 * <li>A commit or snapshot is the tree as it was at one moment: names, attributes, times, contents.
 * <li>An fsync of a file holds that file whole, all operations on names, links and attributes until then, all truncations, and the contents that a file had when it was renamed.
 * <li>What else was written to other files since the last recording may be missing from an fsync: such a file is in a state that it had since then. If more than {@link
 * #EARLY} bytes of it were waiting, a part of them may be there and the rest not, in any order of writes.
 * <li>All commits and snapshots that returned are as they were; nothing without a name is left; the drive goes on.
 * </ul>
 */
class CrashTest {
    /** Contiguous unsealed bytes from which on a file is sealed in part. */
    static final int EARLY = 512 << 10;
    private static final byte[] POOL = new byte[4 << 20];

    static {
        new Random(11).nextBytes(POOL);
    }

    private static byte[] bytes(int from, int length) {
        return java.util.Arrays.copyOfRange(POOL, from, from + length);
    }

    private static CrashRun start() {
        CrashRun run = new CrashRun();
        run.create("/f");
        run.write("/f", 0, bytes(0, 100));
        run.create("/g");
        run.write("/g", 0, bytes(1000, 90_000));
        run.mkdir("/d");
        run.create("/d/h");
        run.write("/d/h", 0, bytes(5, 3000));
        run.mkdir("/e");
        run.commit();
        return run;
    }

    /** The operations that are combined. A name tells which file an fsync behind it is for. */
    private static Map<String, Consumer<CrashRun>> operations() {
        Map<String, Consumer<CrashRun>> all = new TreeMap<>();
        all.put("create /n", run -> run.create("/n"));
        all.put("mkdir /m", run -> run.mkdir("/m"));
        all.put("write /f", run -> run.write("/f", 50, bytes(77, 120)));
        all.put("write all /f", run -> run.write("/f", 0, bytes(9000, 2000)));
        all.put("append /f", run -> run.write("/f", run.model.at("/f").data.length, bytes(12, 400)));
        all.put("write /g", run -> run.write("/g", 40_000, bytes(3, 30_000)));
        all.put("write much /g", run -> run.write("/g", 10, bytes(40, 1_500_000)));
        all.put("truncate /g", run -> run.truncate("/g", 45_000));
        all.put("empty /f", run -> run.truncate("/f", 0));
        all.put("extend /f", run -> run.truncate("/f", 5000));
        all.put("rename /f /g", run -> run.rename("/f", "/g"));
        all.put("rename /g /d/h", run -> run.rename("/g", "/d/h"));
        all.put("rename /d /e", run -> run.rename("/d", "/e"));
        all.put("link /f /l", run -> run.link("/f", "/l"));
        all.put("unlink /f", run -> run.unlink("/f"));
        all.put("unlink open /g", run -> {
            run.open("/g");
            run.unlink("/g");
            run.writeOpen(bytes(9, 700));
        });
        all.put("rmdir /e", run -> run.rmdir("/e"));
        all.put("exchange /f /g", run -> run.exchange("/f", "/g"));
        all.put("exchange /d /g", run -> run.exchange("/d", "/g"));
        all.put("punch /g", run -> run.punch("/g", 20_000, 50_000));
        all.put("copy /g /f", run -> run.copy("/g", 1000, "/f", 50, 80_000));
        all.put("copy /d/h /n", run -> {
            run.create("/n");
            run.copy("/d/h", 0, "/n", 0, 3000);
        });
        all.put("tmpfile named /n", run -> {
            run.tmpfile(bytes(17, 20_000));
            run.name("/n");
        });
        all.put("tmpfile fsynced", run -> {
            run.tmpfile(bytes(170, 600));
            run.fsyncOpen();
        });
        return all;
    }

    private static final List<String> FILES = List.of("/d/h", "/e/h", "/g", "/f", "/n", "/l");

    /** Fsyncs the first or last file that there is. */
    private static void fsync(CrashRun run, boolean first) {
        List<String> there = FILES.stream().filter(path -> exists(run, path)).toList();
        if (!there.isEmpty()) {
            run.fsync(there.get(first ? 0 : there.size() - 1));
        }
    }

    private static boolean exists(CrashRun run, String path) {
        try {
            return run.model.at(path).isFile();
        } catch (FsException e) {
            return false;
        }
    }

    private static boolean tried(Runnable operation) {
        try {
            operation.run();
            return true;
        } catch (FsException e) {
            return false;
        }
    }

    @Test
    void everyPairOfOperationsSurvivesACrashAtEachStep() {
        int checked = 0;
        for (Map.Entry<String, Consumer<CrashRun>> first : operations().entrySet()) {
            for (Map.Entry<String, Consumer<CrashRun>> second : operations().entrySet()) {
                for (int between : new int[] {0, 1, 2}) {
                    try (CrashRun run = start()) {
                        first.getValue().accept(run);
                        if (between == 1) {
                            fsync(run, true);
                        } else if (between == 2) {
                            run.commit();
                        }
                        tried(() -> second.getValue().accept(run));
                        fsync(run, first.getKey().compareTo(second.getKey()) < 0);
                        run.commit();
                        run.closeAll();
                        run.checkAll();
                        checked += run.checked();
                    }
                }
            }
        }
        assertTrue(checked > 4000, "only " + checked + " crashes were looked at");
    }

    @Test
    void randomWorkloadsSurviveACrashAtEachStep() {
        int seeds = Integer.getInteger("amberfs.crash.seeds", 60);
        long first = Long.getLong("amberfs.crash.first", 0);
        int checked = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            try (CrashRun run = start()) {
                Random random = new Random(seed);
                List<Consumer<CrashRun>> operations = List.copyOf(operations().values());
                for (int i = 0; i < 30; i++) {
                    step(run, random, operations, i);
                }
                run.closeAll();
                run.commit();
                run.checkAll();
                checked += run.checked();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        assertTrue(checked > 10 * seeds, "only " + checked + " crashes were looked at");
    }

    private static void step(CrashRun run, Random random, List<Consumer<CrashRun>> operations, int number) {
        String file = FILES.get(random.nextInt(FILES.size()));
        switch (random.nextInt(11)) {
            case 0 -> tried(() -> run.fsync(file));
            case 1 -> run.commit();
            case 2 -> {
                if (random.nextInt(3) == 0) {
                    run.snapshot("s" + number);
                }
            }
            case 3 -> tried(() -> {
                run.create("/t" + number);
                run.write("/t" + number, 0, bytes(random.nextInt(1000), 1 + random.nextInt(random.nextBoolean() ? 300 : 900_000)));
                run.rename("/t" + number, file);
            });
            case 9 -> spans(run, random, file);
            case 10 -> tried(() -> run.name(random.nextBoolean() ? file : "/n"));
            case 4 -> tried(() -> run.write(file, random.nextInt(100_000), bytes(random.nextInt(1000), 1 + random.nextInt(50_000))));
            case 5 -> {
                tried(() -> run.create("/f"));
                run.closeAll();
            }
            default -> tried(() -> operations.get(random.nextInt(operations.size())).accept(run));
        }
    }

    private static void spans(CrashRun run, Random random, String file) {
        int start = random.nextInt(100_000);
        int end = start + 1 + random.nextInt(50_000);
        String other = FILES.get(random.nextInt(FILES.size()));
        switch (random.nextInt(7)) {
            case 4 -> tried(() -> run.allocate(file, start, end));
            case 0 -> tried(() -> run.punch(file, start, end));
            case 1 -> tried(() -> run.zero(file, start, end));
            case 2 -> tried(() -> run.exchange(file, other));
            case 3 -> run.tmpfile(bytes(start % 1000, 1 + random.nextInt(random.nextBoolean() ? 300 : 60_000)));
            default -> tried(() -> {
                if (!file.equals(other)) {
                    run.copy(file, random.nextInt(5000), other, random.nextInt(100_000), end - start);
                }
            });
        }
    }
}
