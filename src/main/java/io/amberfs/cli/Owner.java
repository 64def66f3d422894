package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.util.Optional;

/** Whom the root directory of a new store is to belong to; where nothing is said, to the owner of the store. Immutable. */
public record Owner(Optional<Integer> uid, Optional<Integer> gid) {
    static final Owner OF_STORE = new Owner(Optional.empty(), Optional.empty());
    /** 2^32 - 1 is nobody's: it means "as it is". */
    private static final long NUMBER_MAX = (1L << 32) - 2;

    /** A user or group by number; names differ from machine to machine. */
    static int number(String option, String text) {
        if (!text.matches("\\d{1,10}") || Long.parseLong(text) > NUMBER_MAX) {
            throw new Refusal(ExitCode.USAGE, option + " takes a number, as `id` shows it, not '" + text + "'");
        }
        return (int) Long.parseLong(text);
    }
}
