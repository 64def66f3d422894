package io.amberfs.crypto;

/**
 * What the store header says. Immutable.
 *
 * @param generation        grows by one with each change; of two copies the one with the higher generation holds
 * @param created           of the store, nanoseconds since 1970
 * @param recoveryConfirmed whether the user said that the recovery key is put away safely
 */
record Header(long generation, long created, boolean recoveryConfirmed, KeySlots keySlots) {
    Header {
        if (generation < 1) {
            throw new IllegalArgumentException("generation " + generation + " of a store header");
        }
    }

    StoreId storeId() {
        return keySlots.store();
    }

    Header with(KeySlots changed) {
        return new Header(generation + 1, created, recoveryConfirmed, changed);
    }

    Header withRecoveryConfirmed(boolean confirmed) {
        return new Header(generation + 1, created, confirmed, keySlots);
    }
}
