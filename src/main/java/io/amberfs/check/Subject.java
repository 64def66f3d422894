package io.amberfs.check;

/** What a finding is about, as far as the paths of the files hit follow from it. Immutable. */
sealed interface Subject {
    Subject NOTHING = new Nothing();

    /** No file in particular. */
    record Nothing() implements Subject {
    }

    record OfInode(long ino) implements Subject {
    }

    /** A dirent, by its key. */
    record OfEntry(byte[] key) implements Subject {
    }

    record OfMap(long map) implements Subject {
    }

    record OfBlock(long block) implements Subject {
    }
}
