package io.amberfs.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a drive is mounted, checked. Immutable.
 *
 * @param acceptLoss mount although commits were lost to damage
 * @param transport  {@code kernel} or {@code jnr-fuse}
 * @param flags      for the mount itself, as in {@code nodev}
 * @param owner      of the root directory, if the store is made now
 * @param at         the instant that is shown; empty for the present
 */
public record MountSettings(boolean allowOther, boolean snapdirVisible, Duration commitInterval, boolean acceptLoss, boolean readOnly, String transport,
                     List<String> flags, Owner owner, Optional<String> at) {
    public MountSettings {
        flags = List.copyOf(flags);
    }

    /** The same as arguments: what {@link MountOptions} makes of them is equal to this. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--snapdir", snapdirVisible ? "visible" : "hidden", "--commit-interval", Usage.text(commitInterval),
            "--transport", transport));
        if (allowOther) {
            arguments.add("--allow-other");
        }
        if (acceptLoss) {
            arguments.add("--accept-loss");
        }
        if (readOnly) {
            arguments.add("--read-only");
        }
        at.ifPresent(time -> arguments.addAll(List.of("--at", time)));
        flags.forEach(flag -> arguments.addAll(List.of("-o", flag)));
        owner.uid().ifPresent(uid -> arguments.addAll(List.of("-o", "uid=" + Integer.toUnsignedString(uid))));
        owner.gid().ifPresent(gid -> arguments.addAll(List.of("-o", "gid=" + Integer.toUnsignedString(gid))));
        return arguments;
    }
}
