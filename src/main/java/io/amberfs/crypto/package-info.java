/**
 * Keys and ciphers: everything that must stay secret passes through here, and nothing else in the program touches a cipher.
 *
 * <p>A master key of 32 random bytes is wrapped by the key slots of the {@link io.amberfs.crypto.StoreHeader}; a passphrase, a key file or a recovery
 * key ({@link io.amberfs.crypto.Credential}) opens a slot. {@link io.amberfs.crypto.Keys} derives one key for each use from it, and
 * {@link io.amberfs.crypto.Sealer} seals rows and blocks under keys that live as long as one process.
 *
 * <p>Invariants:
 * <ul>
 *   <li>No key has two uses, and no (key, nonce) pair ever repeats: not across restarts, threads, clones or roll-backs of a store.
 *   <li>Every persisted form starts with its version; lengths are checked before they are used.
 *   <li>Opening gives the very bytes that were sealed for that place, or an exception. There is no third outcome.
 *   <li>No key material in messages, {@code toString}, file names or exceptions.
 * </ul>
 *
 * <p>The package knows files only as far as the store header and the key file go. It knows neither RocksDB, nor what a row or block means: the
 * caller names its place in the associated data. The forms are described byte by byte in docs/FORMAT.md.
 */
package io.amberfs.crypto;
