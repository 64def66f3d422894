package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The options behind {@code -o}, as in /etc/fstab. Immutable.
 *
 * <ul>
 *   <li>Of several for one thing, the last counts. A comma within a value is written {@code \,}, as libfuse takes it.</li>
 *   <li>What mount(8) and systemd mean for themselves is passed over. Anything else unknown is refused by its name, unless mount(8) said {@code -s}.</li>
 * </ul>
 *
 * @param values by name; {@code ro} is true or false
 * @param flags  for the mount itself, at most one of each pair, as in {@code nodev}
 */
record FstabOptions(Map<String, String> values, List<String> flags) {
    static final String USAGE = "ro, rw, allow_other, uid=, gid=, at=TIME, commit=SECONDS, key_file=, password_file=, snapdir=visible|hidden, transport=kernel|jnr-fuse,"
        + " [no]dev, [no]suid, [no]exec";

    private static final Set<String> VALUED = Set.of("uid", "gid", "at", "commit", "key_file", "password_file", "snapdir", "transport");
    private static final Set<String> PASSED = Set.of("dev", "nodev", "suid", "nosuid", "exec", "noexec");
    /** Of mount(8), of systemd, and what a drive does anyhow. */
    private static final Set<String> OTHERS = Set.of("defaults", "auto", "noauto", "user", "nouser", "users", "owner", "group", "nofail", "_netdev", "comment",
        "noatime", "nodiratime", "async", "default_permissions");
    private static final Set<String> ACCESS_TIMES = Set.of("atime", "relatime", "strictatime", "diratime", "lazytime");

    FstabOptions {
        values = Map.copyOf(values);
        flags = List.copyOf(flags);
    }

    /** @param sloppy whether options that nobody knows are passed over */
    static FstabOptions parse(List<String> texts, boolean sloppy) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> flags = new ArrayList<>();
        for (String text : texts) {
            words(text).forEach(word -> take(word, values, flags, sloppy));
        }
        return new FstabOptions(values, flags);
    }

    private static void take(String word, Map<String, String> values, List<String> flags, boolean sloppy) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        if (VALUED.contains(name)) {
            if (equals < 0 || equals + 1 == word.length()) {
                throw refused("the mount option " + name + " needs a value, as in " + name + "=VALUE");
            }
            values.put(name, word.substring(equals + 1));
        } else if (OTHERS.contains(name) || name.startsWith("x-") || name.startsWith("X-")) {
            return;
        } else if (equals >= 0) {
            unknown(word, sloppy);
        } else if (PASSED.contains(name)) {
            flags.removeIf(flag -> flag.equals(name) || flag.equals("no" + name) || name.equals("no" + flag));
            flags.add(name);
        } else if (name.equals("ro") || name.equals("rw")) {
            values.put("ro", String.valueOf(name.equals("ro")));
        } else if (name.equals("allow_other")) {
            values.put(name, "true");
        } else if (ACCESS_TIMES.contains(name)) {
            throw refused("the mount option " + name + " cannot be had: a drive keeps no times of access (noatime); leave it out");
        } else if (name.equals("remount")) {
            throw refused("a drive cannot be mounted anew with other options (remount): unmount it, then mount it");
        } else {
            unknown(word, sloppy);
        }
    }

    private static void unknown(String word, boolean sloppy) {
        if (!sloppy) {
            throw refused("there is no mount option '" + word + "': there are " + USAGE);
        }
    }

    private static Refusal refused(String message) {
        return new Refusal(ExitCode.USAGE, message);
    }

    /** Split at commas; a backslash takes what follows it as it is. Empty ones count for nothing. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == ',') {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                }
                word.setLength(0);
            } else {
                i += text.charAt(i) == '\\' && i + 1 < text.length() ? 1 : 0;
                word.append(text.charAt(i));
            }
        }
        return words;
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    Optional<Boolean> readOnly() {
        return value("ro").map(Boolean::valueOf);
    }

    boolean allowOther() {
        return values.containsKey("allow_other");
    }

    /** As the option of the command line that it stands for. */
    Optional<String> commitInterval() {
        return value("commit").map(seconds -> {
            if (!seconds.matches("\\d{1,9}") || Long.parseLong(seconds) == 0) {
                throw refused("the mount option commit takes a number of seconds, not '" + seconds + "'");
            }
            return seconds + "s";
        });
    }

    Owner owner() {
        return new Owner(value("uid").map(text -> Owner.number("uid", text)), value("gid").map(text -> Owner.number("gid", text)));
    }

    /** The ways into the store that are named here; those of the command line if there are none. */
    SecretOptions secrets(SecretOptions otherwise) {
        return value("key_file").isEmpty() && value("password_file").isEmpty() ? otherwise
            : new SecretOptions(value("password_file"), value("key_file"), Optional.empty());
    }
}
