package io.amberfs.cli;

import io.amberfs.model.Entropy;
import io.amberfs.model.Name;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The names under which entries are made before they take their place; what a killed run left is known by them. Stateless. */
final class RestoreTemp {
    private static final String PREFIX = ".amberfs-restore-";
    private static final Pattern SHAPE = Pattern.compile("\\.amberfs-restore-[0-9a-f]{16}");
    private static final Entropy ENTROPY = Entropy.system();

    private RestoreTemp() {
    }

    /** A name that nobody has: 64 random bits. */
    static Name fresh() {
        return Name.of(PREFIX + HexFormat.of().formatHex(ENTROPY.bytes(8)));
    }

    static boolean isTemp(Name name) {
        return name.bytes().length == PREFIX.length() + 16 && SHAPE.matcher(new String(name.bytes(), StandardCharsets.ISO_8859_1)).matches();
    }
}
