package io.amberfs.cli;

import io.amberfs.model.Mode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Plays the drive's side of a restore: events made by hand, for entries that no real tree could hold. Paths are given as text of one char per byte. */
final class RestoreStream {
    static final long TIME = 1_600_000_000_123_456_789L;

    private final RestoreTo to;

    RestoreStream(RestoreTo to) {
        this.to = to;
    }

    static String base64(String bytes) {
        return Base64.getEncoder().encodeToString(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Map<String, Object> entry(String path, int mode) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", "entry");
        event.put("path", path);
        event.put("path64", base64(path));
        event.put("mode", mode);
        event.put("uid", 0);
        event.put("gid", 0);
        event.put("size", 0L);
        event.put("mtime", TIME);
        event.put("atime", TIME);
        event.put("rdev", 0);
        event.put("nlink", 1);
        event.put("ino", 1);
        event.put("xattrs", Map.of());
        return event;
    }

    RestoreStream directory(String path) {
        return send(entry(path, Mode.DIRECTORY | 0755));
    }

    RestoreStream leave(String path) {
        return send(Map.of("type", "leave", "path64", base64(path)));
    }

    RestoreStream symlink(String path, String target) {
        Map<String, Object> event = entry(path, Mode.LINK | 0777);
        event.put("target64", base64(target));
        return send(event);
    }

    RestoreStream file(String path, byte[] contents) {
        return file(entry(path, Mode.FILE | 0644), contents);
    }

    RestoreStream file(String path, String contents) {
        return file(path, contents.getBytes(StandardCharsets.ISO_8859_1));
    }

    RestoreStream file(Map<String, Object> entry, byte[] contents) {
        entry.put("size", (long) contents.length);
        send(entry);
        data(0, contents);
        return end();
    }

    RestoreStream data(long offset, byte[] contents) {
        send(Map.of("type", "data", "offset", offset, "length", contents.length));
        for (int at = 0; at < contents.length; at += 100_000) {
            to.bytes(contents, at, Math.min(100_000, contents.length - at));
        }
        return this;
    }

    RestoreStream end() {
        return send(Map.of("type", "end"));
    }

    RestoreStream damaged(String path) {
        return send(Map.of("type", "damaged", "path64", base64(path)));
    }

    RestoreStream send(Map<String, Object> event) {
        to.event(event);
        return this;
    }

    RestoreTo.Summary finish() {
        return to.finish();
    }

    static byte[] pattern(int length, int seed) {
        byte[] out = new byte[length];
        new java.util.Random(seed).nextBytes(out);
        return out;
    }

    static byte[] filled(int length, int value) {
        byte[] out = new byte[length];
        Arrays.fill(out, (byte) value);
        return out;
    }
}
