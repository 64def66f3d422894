package io.amberfs.crypto;

/** What one of the two header files turned out to be. */
sealed interface HeaderCopy {
    /** Whole, and of a version that this program reads. */
    record Whole(Header header) implements HeaderCopy {
    }

    /** Of another version, by a prefix that is whole; what follows is not looked at. */
    record Other(int version, long generation) implements HeaderCopy {
    }

    /** @param claimedVersion the version after a right magic number, else 0; its own checksum is wrong */
    record Damaged(String reason, int claimedVersion) implements HeaderCopy {
    }

    record Missing() implements HeaderCopy {
    }

    /** -1 for copies that say nothing. */
    default long generation() {
        if (this instanceof Whole whole) {
            return whole.header.generation();
        }
        return this instanceof Other other ? other.generation : -1;
    }
}
