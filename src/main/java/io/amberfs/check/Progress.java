package io.amberfs.check;

/** Hears how far a check has come, and can stop it. */
@FunctionalInterface
public interface Progress {
    /** Goes on and tells nobody. */
    Progress NONE = (phase, done, total) -> true;

    /**
     * @param phase what is being read, for the user
     * @param done  rows or blocks of this phase
     * @param total as many as there will be; 0 if that is not known
     * @return false to stop the check
     */
    boolean at(String phase, long done, long total);
}
