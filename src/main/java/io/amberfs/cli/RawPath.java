package io.amberfs.cli;

import io.amberfs.model.RawText;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Paths of this machine to {@link RawText raw text} and back. Java makes no path of text that is not UTF-8, and mangles such a path when it makes text of it; its URIs
 * hold the bytes one by one, both ways. Stateless.
 */
final class RawPath {
    private static final String PLAIN = "/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private RawPath() {
    }

    /** @param directory absolute @param raw as typed, absolute or from that directory */
    static Path resolve(Path directory, String raw) {
        if (RawText.isUtf8(raw)) {
            try {
                return directory.resolve(raw);
            } catch (InvalidPathException e) {
                return fromBytes(directory, raw); // the locale is not UTF-8
            }
        }
        return fromBytes(directory, raw);
    }

    private static Path fromBytes(Path directory, String raw) {
        StringBuilder escaped = new StringBuilder("file://");
        String absolute = raw.startsWith("/") ? raw : text(directory) + "/" + raw;
        for (byte b : RawText.bytes(absolute.replaceAll("/+", "/"))) {
            if (PLAIN.indexOf((char) (b & 0xff)) >= 0) {
                escaped.append((char) b);
            } else {
                escaped.append('%').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        return Path.of(URI.create(escaped.toString()));
    }

    /** @param path absolute */
    static String text(Path path) {
        String text = path.toString();
        return text.indexOf('\ufffd') < 0 ? text : RawText.of(bytes(path));
    }

    /** For messages. */
    static String shown(Path path) {
        return RawText.shown(text(path));
    }

    /** @param path absolute */
    static byte[] bytes(Path path) {
        String text = path.toString();
        if (text.indexOf('\ufffd') < 0) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        String escaped = path.toUri().getRawPath();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length(); i++) {
            if (escaped.charAt(i) == '%') {
                out.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else {
                out.write(escaped.charAt(i));
            }
        }
        byte[] bytes = out.toByteArray();
        boolean slash = bytes.length > 1 && bytes[bytes.length - 1] == '/'; // the URI of a directory ends with one
        return slash ? java.util.Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }
}
