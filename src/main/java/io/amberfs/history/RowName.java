package io.amberfs.history;

import java.util.Arrays;

/** A key as a key of maps. The array is not to be changed. */
record RowName(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
        return other instanceof RowName name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
