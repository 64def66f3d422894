package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes and deletes snapshots while others write. One that has returned holds all that was written before, and stays as it is through every crash. */
final class CrashSnapshots extends CrashWork {
    private static final int LOOKED_INTO = 4;

    private final Path drive;
    private final List<CrashLog> logs;
    /** Snapshots that returned, and what was seen in them; empty if there was no time to look. */
    private final TreeMap<Integer, Optional<Map<String, String>>> made = new TreeMap<>();
    private final List<Integer> deleted = new ArrayList<>();
    /** Whether it is there or not, nobody was told. */
    private Optional<Integer> open = Optional.empty();
    private int next;
    private final Random choice;

    CrashSnapshots(Path drive, List<CrashLog> logs, long seed) {
        this.drive = drive;
        this.logs = logs;
        choice = new Random(seed);
    }

    private Path at(int number) {
        return drive.resolve(".snapshots/snap-" + number);
    }

    @Override
    void step(Random random) throws IOException {
        if (made.size() > 12 && random.nextBoolean()) {
            int victim = new ArrayList<>(made.keySet()).get(random.nextInt(made.size()));
            made.remove(victim);
            open = Optional.of(victim);
            Files.delete(at(victim));
            deleted.add(victim);
            open = Optional.empty();
            return;
        }
        Map<Path, Long> written = new HashMap<>();
        logs.forEach(log -> written.put(drive.relativize(log.file()), log.written()));
        int number = next++;
        open = Optional.of(number);
        Files.createDirectory(at(number));
        made.put(number, Optional.empty());
        open = Optional.empty();
        for (Map.Entry<Path, Long> log : written.entrySet()) {
            long size = log.getValue() == 0 ? 0 : Files.size(at(number).resolve(log.getKey()));
            assertTrue(size >= log.getValue(), () -> log.getKey() + " has " + size + " bytes in the snapshot, and had " + log.getValue() + " before it was made");
        }
        made.put(number, Optional.of(digest(at(number))));
    }

    @Override
    void verify(String where) throws IOException {
        for (int number : made.keySet()) {
            assertTrue(Files.isDirectory(at(number)), () -> where + ": " + at(number) + " is gone, which had been made");
        }
        for (int number : deleted) {
            assertTrue(!Files.exists(at(number)), () -> where + ": " + at(number) + " is there, which had been deleted");
        }
        if (open.isPresent() && Files.isDirectory(at(open.get()))) {
            made.put(open.get(), Optional.of(digest(at(open.get()))));
        }
        open = Optional.empty();
        List<Integer> numbers = new ArrayList<>(made.descendingKeySet());
        if (numbers.size() > LOOKED_INTO) {
            java.util.Collections.shuffle(numbers.subList(2, numbers.size()), choice);
        }
        for (int number : numbers.subList(0, Math.min(LOOKED_INTO, numbers.size()))) {
            Map<String, String> found = digest(at(number));
            made.put(number, Optional.of(made.get(number).orElse(found)));
            assertEquals(made.get(number).get(), found, () -> where + ": " + at(number) + " has changed");
        }
    }

    /** Everything in a folder: path to type, size, times and a checksum of the contents. */
    static Map<String, String> digest(Path folder) throws IOException {
        Map<String, String> digest = new TreeMap<>();
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.toList();
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path path : paths) {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,uid,gid,nlink,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
            // By its mode: to ask the system once more would answer "no file" when the daemon dies in between.
            String contents = switch ((Integer) attributes.get("mode") & Mode.TYPE) {
                case Mode.FILE -> Integer.toHexString(Pattern.crc(Files.readAllBytes(path)));
                case Mode.LINK -> Files.readSymbolicLink(path).toString();
                default -> "";
            };
            digest.put(folder.relativize(path).toString(), new TreeMap<>(attributes) + " " + contents);
        }
        return digest;
    }
}
