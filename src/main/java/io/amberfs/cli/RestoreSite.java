package io.amberfs.cli;

import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.posix.Directory;
import io.amberfs.posix.FileStat;
import io.amberfs.posix.PosixException;
import java.util.Optional;

/** Where an entry goes. @param standing what had that name when the entry came */
record RestoreSite(RestoreFolder folder, Directory parent, Name name, Optional<FileStat> standing) {
    RestorePath path() {
        return folder.path().child(name);
    }

    boolean holdsDirectory() {
        return standing.isPresent() && Mode.isDirectory(standing.get().mode());
    }

    boolean holds(FileStat inode) {
        return standing.isPresent() && standing.get().isSameInode(inode);
    }

    /** Before the first change: see {@link RestoreFolder#unlock}. */
    void unlock() throws PosixException {
        folder.unlock(parent);
    }
}
