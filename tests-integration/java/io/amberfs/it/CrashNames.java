package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Makes, renames, links and removes entries of a folder. After a crash the folder is exactly as it was after one of these operations, and no earlier one than was made
 * durable; each file has as many links as names.
 */
final class CrashNames extends CrashWork {
    private static final int NAMES = 30;

    private final Path folder;
    /** Name to what it is: {@code d}, {@code l} and the target, or {@code f} and a number that all its names have. */
    private TreeMap<String, String> now = new TreeMap<>();
    /** The folder after each operation since the last one that is surely durable; that one is the first. */
    private final List<TreeMap<String, String>> states = new ArrayList<>(List.of(new TreeMap<>()));
    private long files;
    private Optional<FileChannel> nameless = Optional.empty();

    CrashNames(Path folder) {
        this.folder = folder;
    }

    @Override
    void step(Random random) throws IOException {
        String name = name(random);
        Path path = folder.resolve(name);
        Optional<String> is = Optional.ofNullable(now.get(name));
        if (random.nextInt(8) == 0) {
            syncFolder(folder);
            states.subList(0, states.size() - 1).clear();
        } else if (is.isEmpty()) {
            add(random, name, path);
        } else if (random.nextInt(3) == 0) {
            String other = name(random);
            if (is.get().equals(now.get(other)) || is.get().equals("d") != now.getOrDefault(other, is.get()).equals("d")) {
                return;
            }
            TreeMap<String, String> after = new TreeMap<>(now);
            after.remove(name);
            after.put(other, is.get());
            change(after, () -> Files.move(path, folder.resolve(other), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
        } else {
            if (random.nextInt(4) == 0 && is.get().startsWith("f")) {
                release();
                nameless = Optional.of(FileChannel.open(path, StandardOpenOption.WRITE));
            }
            TreeMap<String, String> after = new TreeMap<>(now);
            after.remove(name);
            change(after, () -> Files.delete(path));
        }
    }

    private void add(Random random, String name, Path path) throws IOException {
        Optional<String> linked = now.keySet().stream().filter(other -> now.get(other).startsWith("f")).skip(random.nextInt(5)).findFirst();
        switch (random.nextInt(5)) {
            case 0 -> change(with(name, "d"), () -> Files.createDirectory(path));
            case 1 -> change(with(name, "l" + files), () -> Files.createSymbolicLink(path, Path.of(String.valueOf(files))));
            case 2 -> {
                if (linked.isPresent()) {
                    change(with(name, now.get(linked.get())), () -> Files.createLink(path, folder.resolve(linked.get())));
                }
            }
            default -> {
                files++;
                change(with(name, "f" + files), () -> Files.write(path, Pattern.bytes(files, 0, random.nextInt(9000)), StandardOpenOption.CREATE_NEW));
            }
        }
    }

    private interface Operation {
        void run() throws IOException;
    }

    /** An operation that fails may have been carried out all the same. */
    private void change(TreeMap<String, String> after, Operation operation) throws IOException {
        states.add(after);
        operation.run();
        now = after;
    }

    private TreeMap<String, String> with(String name, String is) {
        TreeMap<String, String> after = new TreeMap<>(now);
        after.put(name, is);
        return after;
    }

    private static String name(Random random) {
        return "n" + random.nextInt(NAMES);
    }

    @Override
    void release() {
        nameless.ifPresent(CrashWork::closeAfterCrash);
        nameless = Optional.empty();
    }

    @Override
    void verify(String where) throws IOException {
        TreeMap<String, String> found = read(where);
        List<TreeMap<String, String>> possible = states.stream().map(CrashNames::canonical).toList();
        int at = possible.lastIndexOf(found);
        assertTrue(at >= 0, () -> where + ": " + folder + " is as it never was:\n" + found + "\nbut was, since the last fsync:\n" + String.join("\n", possible.stream()
            .map(Object::toString).toList()));
        now = states.get(at);
        states.clear();
        states.add(now);
    }

    /** The folder as it is; names of one file have the first of them in the place of its number. */
    private TreeMap<String, String> read(String where) throws IOException {
        TreeMap<String, String> found = new TreeMap<>();
        Map<Object, List<String>> names = new HashMap<>();
        try (var entries = Files.list(folder)) {
            for (Path path : entries.sorted().toList()) {
                Map<String, Object> attributes = Files.readAttributes(path, "unix:ino,nlink,isDirectory,isSymbolicLink", LinkOption.NOFOLLOW_LINKS);
                String name = path.getFileName().toString();
                if (attributes.get("isDirectory").equals(true)) {
                    found.put(name, "d");
                } else if (attributes.get("isSymbolicLink").equals(true)) {
                    found.put(name, "l" + Files.readSymbolicLink(path));
                } else {
                    List<String> same = names.computeIfAbsent(attributes.get("ino"), ino -> new ArrayList<>());
                    same.add(name);
                    found.put(name, "f" + attributes.get("nlink"));
                }
            }
        }
        names.values().forEach(same -> same.forEach(name -> {
            assertEquals("f" + same.size(), found.get(name), () -> where + ": links of " + folder.resolve(name) + ", whose names are " + same);
            found.put(name, "f" + first(same));
        }));
        return found;
    }

    private static TreeMap<String, String> canonical(TreeMap<String, String> state) {
        Map<String, List<String>> names = new HashMap<>();
        state.forEach((name, is) -> names.computeIfAbsent(is, key -> new ArrayList<>()).add(name));
        TreeMap<String, String> canonical = new TreeMap<>(state);
        canonical.replaceAll((name, is) -> is.startsWith("f") ? "f" + first(names.get(is)) : is);
        return canonical;
    }

    private static String first(List<String> names) {
        return names.stream().min(String::compareTo).orElseThrow();
    }
}
