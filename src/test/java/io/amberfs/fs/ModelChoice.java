package io.amberfs.fs;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What a random run does its operations on and with: paths, bytes, places, sizes. Confined to one thread. */
final class ModelChoice {
    static final String[] NAMES = {"a", "b", "c", "d", "e"};
    static final int SIZE_MAX = 7 << 20;
    private static final byte[] POOL = new byte[9 << 20];

    static {
        new Random(7).nextBytes(POOL);
    }

    private final Random random;
    private final ModelTree model;

    ModelChoice(Random random, ModelTree model) {
        this.random = random;
        this.model = model;
    }

    /** Mostly short, and mostly of what exists, so that operations meet. */
    String path() {
        StringBuilder path = new StringBuilder();
        ModelTree.Item at = model.root;
        do {
            List<String> existing = List.copyOf(at.entries.keySet());
            String name = !existing.isEmpty() && random.nextInt(3) > 0 ? existing.get(random.nextInt(existing.size())) : NAMES[random.nextInt(NAMES.length)];
            path.append('/').append(name);
            Optional<ModelTree.Item> next = Optional.ofNullable(at.entries.get(name));
            if (next.isEmpty() || !next.get().isDirectory()) {
                return random.nextInt(25) == 0 ? path + "/" + NAMES[0] : path.toString();
            }
            at = next.get();
        } while (random.nextInt(3) > 0);
        return path.toString();
    }

    byte[] bytes() {
        int kind = random.nextInt(100);
        int length = kind == 0 ? 1 + random.nextInt(5 << 20) : 1 + random.nextInt(kind < 40 ? 300 : kind < 80 ? 20_000 : 300 << 10);
        byte[] bytes = slice(length);
        if (random.nextInt(8) == 0) {
            Arrays.fill(bytes, (byte) random.nextInt(4));
        }
        return bytes;
    }

    byte[] slice(int length) {
        int from = random.nextInt(3) == 0 ? random.nextInt(POOL.length - length) : random.nextInt(20) * 4096;
        return Arrays.copyOfRange(POOL, from, from + length);
    }

    long offset(int size, int length) {
        long at = switch (random.nextInt(8)) {
            case 0, 1 -> 0;
            case 2, 3, 4 -> size;
            case 5, 6 -> random.nextInt(size + 1);
            default -> size + random.nextInt(random.nextInt(6) == 0 ? 2 << 20 : 5000);
        };
        return Math.max(0, Math.min(at, SIZE_MAX - length));
    }

    int size(ModelTree.Item item) {
        int size = item.data.length;
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1, 2 -> random.nextInt(size + 1);
            case 3 -> Math.min(SIZE_MAX, size + random.nextInt(5000));
            default -> random.nextInt(600);
        };
    }
}
