package io.amberfs.store;

import io.amberfs.model.StoreFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file that says which tables a database has, as far as it is durable. Guarded by its user. */
final class Manifest {
    private static final Pattern NAME = Pattern.compile("MANIFEST-(\\d{6,18})\n");

    /** How much of which manifest was durable. */
    record Point(long number, long length) {
        static final Point NONE = new Point(0, 0);
    }

    private final Path rows;
    private Path file;
    private Point durable = Point.NONE;

    Manifest(Path rows) {
        this.rows = rows;
        file = rows;
    }

    /** The file of that number. */
    static Path file(Path rows, long number) {
        return rows.resolve(String.format("MANIFEST-%06d", number));
    }

    /** The number in the file CURRENT; 0 if it has none. */
    static long current(Path rows) throws IOException {
        Matcher name = NAME.matcher(new String(Files.readAllBytes(rows.resolve("CURRENT")), StandardCharsets.ISO_8859_1));
        return name.matches() ? Long.parseLong(name.group(1)) : 0;
    }

    /** All that is in it now, made durable: what a background job has written but not synced yet would else count as lost after a power cut. */
    Point sync() {
        try {
            long length = durable.number() == 0 ? 0 : file.toFile().length();
            if (length == 0) {
                long number = current(rows);
                file = file(rows, number);
                length = Files.size(file);
                durable = new Point(number, 0);
            }
            if (length != durable.length()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    channel.force(true);
                }
                durable = new Point(durable.number(), length);
            }
            return durable;
        } catch (IOException e) {
            throw new StoreFailedException("cannot sync " + file + ": " + e.getMessage(), e);
        }
    }
}
