package io.amberfs.history;

/**
 * A part of a volume's own state that could not be read when it was opened. Reading goes on with any of them but {@link Way#OLDER}.
 *
 * @param what one clause that names the part and the reason
 */
public record StateDamage(String what, Way way) {
    /** What may still be done. */
    public enum Way {
        /** The volume is written to as ever: the damage costs no more than what it names, or was made good. */
        GO_ON,
        /** Only if the user gives up what it names. */
        ACCEPT,
        /** What can be read is older than what was acknowledged: nothing, not even reading, unless the user accepts that. */
        OLDER,
        /** Only reading: to write could destroy what may still be there. */
        READ
    }
}
