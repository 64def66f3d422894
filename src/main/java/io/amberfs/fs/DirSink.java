package io.amberfs.fs;

/** Takes the entries of a directory listing. */
@FunctionalInterface
public interface DirSink {
    /**
     * @param mode   the type bits of st_mode
     * @param ino    inode number as shown
     * @param number of the inode that the entry names, in the same view as the directory; 0 for an entry that names none
     * @param cookie reading goes on behind this entry when it is given to the next read; never 0
     * @return false if there was no room: this entry was not taken, and the read ends
     */
    boolean entry(byte[] name, int mode, long ino, long number, long cookie);
}
