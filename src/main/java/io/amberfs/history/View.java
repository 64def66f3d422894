package io.amberfs.history;

import java.util.Optional;

/** All rows of one volume at one moment: the present, or a commit. Values are plaintext and not to be changed. Thread-safe. */
public interface View {
    int volume();

    Optional<byte[]> get(byte[] key);

    /** The rows whose keys start with {@code prefix}, from the first one that is not before {@code start}. */
    Scan scan(byte[] prefix, byte[] start);
}
