/**
 * Records to bytes and back.
 *
 * <p>Every record starts with its own format version (u8), integers are big endian or LEB128 varints, and each length is checked before it is used. A record
 * that is not exactly what its writer made (too short, bytes left over, a value out of bounds) is a {@link io.amberfs.model.CorruptException}, never a
 * half-filled object. docs/FORMAT.md describes each form byte by byte; golden examples are kept as tests.
 *
 * <p>This package knows nothing of sealing: its bytes are the plaintext that {@code crypto} seals.
 */
package io.amberfs.codec;
