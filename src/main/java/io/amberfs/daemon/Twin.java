package io.amberfs.daemon;

import io.amberfs.model.ExitCode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * A name or path in a JSON object: its text under a key and, where it is not UTF-8, its bytes in base64 under that key with {@code 64} behind it.
 *
 * <ul>
 *   <li>With a twin, the text is for people: a byte that is not UTF-8 shows as {@code \xff}.</li>
 *   <li>The twin counts, where there is one.</li>
 * </ul>
 *
 * Stateless.
 */
public final class Twin {
    private static final String MARK = "64";

    private Twin() {
    }

    public static void put(Map<String, Object> object, String key, byte[] bytes) {
        object.put(key, RawText.shown(bytes));
        if (!RawText.isUtf8(bytes)) {
            object.put(key + MARK, base64(bytes));
        }
    }

    /** The same for {@link RawText raw text}. */
    public static void put(Map<String, Object> object, String key, String raw) {
        object.put(key, RawText.shown(raw));
        if (!RawText.isUtf8(raw)) {
            object.put(key + MARK, base64(RawText.bytes(raw)));
        }
    }

    /** The bytes, with their twin in any case: for what a program reads and people need not see. */
    static void putBoth(Map<String, Object> object, String key, byte[] bytes) {
        object.put(key, RawText.shown(bytes));
        object.put(key + MARK, base64(bytes));
    }

    /** The {@link RawText raw text}; empty if there is none. @throws Refusal USAGE for a twin that is no base64 */
    public static Optional<String> read(Map<String, Object> object, String key) {
        if (object.get(key + MARK) instanceof String twin) {
            try {
                return Optional.of(RawText.of(Base64.getDecoder().decode(twin)));
            } catch (IllegalArgumentException e) {
                throw new Refusal(ExitCode.USAGE, "'" + key + MARK + "' is not base64: use the same version of amberfs for the daemon and its commands", e);
            }
        }
        return object.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
