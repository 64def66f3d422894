package io.amberfs.daemon;

import com.fasterxml.jackson.jr.ob.JSON;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** JSON as the control socket and the commands use it: null values are written, objects read as maps. Thread-safe. */
public final class Json {
    private static final JSON COMPACT = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

    private Json() {
    }

    /** One object or array as UTF-8 on one line. */
    public static byte[] bytes(Object value) {
        try {
            return COMPACT.asBytes(value);
        } catch (IOException e) {
            throw new UncheckedIOException("a value that is not JSON: " + value.getClass().getName(), e);
        }
    }

    public static String text(Object value) {
        try {
            return COMPACT.asString(value);
        } catch (IOException e) {
            throw new UncheckedIOException("a value that is not JSON: " + value.getClass().getName(), e);
        }
    }

    /** @throws IOException if the bytes are not one JSON object */
    public static Map<String, Object> read(byte[] bytes) throws IOException {
        Map<String, Object> read = COMPACT.mapFrom(bytes);
        if (read == null) {
            throw new IOException("not a JSON object");
        }
        return read;
    }
}
