package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of this process as {@link RawText raw text}. Java decodes them, and what is not UTF-8 becomes U+FFFD; the kernel still has the bytes.
 *
 * <ul><li>Where no argument holds U+FFFD, nothing is read.</li></ul>
 *
 * Stateless.
 */
final class RawArguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final char UNKNOWN = '\ufffd';

    private RawArguments() {
    }

    static String[] of(String[] decoded) {
        if (Arrays.stream(decoded).noneMatch(argument -> argument.indexOf(UNKNOWN) >= 0)) {
            return decoded;
        }
        try {
            return of(decoded, Files.readAllBytes(COMMAND_LINE));
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot read " + COMMAND_LINE + ", which has the bytes of an argument that is not UTF-8: " + Reasons.of(e) + ": mount /proc", e);
        }
    }

    /** @param line as in proc(5): every word of the command, with a NUL behind it; ours are the last */
    static String[] of(String[] decoded, byte[] line) {
        List<byte[]> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < line.length; i++) {
            if (line[i] == 0) {
                words.add(Arrays.copyOfRange(line, start, i));
                start = i + 1;
            }
        }
        int first = words.size() - decoded.length;
        String[] raw = new String[decoded.length];
        for (int i = 0; i < raw.length; i++) {
            if (first < 0 || !isSame(decoded[i], words.get(first + i))) {
                throw new Refusal(ExitCode.USAGE, "argument " + (i + 1) + " is not UTF-8, and its bytes cannot be told: write it in UTF-8");
            }
            raw[i] = decoded[i].indexOf(UNKNOWN) < 0 ? decoded[i] : RawText.of(words.get(first + i));
        }
        return raw;
    }

    /** Whether it is the same argument, as far as Java's decoding tells: with a locale that is not UTF-8, each byte of a character is U+FFFD. */
    private static boolean isSame(String decoded, byte[] word) {
        return decoded.indexOf(UNKNOWN) >= 0 ? plain(decoded).equals(plain(new String(word, StandardCharsets.US_ASCII)))
            : decoded.equals(new String(word, StandardCharsets.UTF_8));
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        text.chars().filter(c -> c < 0x80).forEach(c -> plain.append((char) c));
        return plain.toString();
    }
}
