/**
 * Cuts bytes into chunks, where their contents say so.
 *
 * <p>A cut depends on the bytes shortly before it and on the start of its chunk, never on its place in the file. So after an insertion or a
 * deletion the same chunks come out again from the next shared cut on, and a block that is already there is found by its content id.
 *
 * <ul>
 *   <li>Chunks in their order are the input, byte for byte: nothing is added, dropped or moved.</li>
 *   <li>Pure: no I/O, no state between calls, no clock, no randomness.</li>
 *   <li>Where the cuts lie is decided by a secret table that belongs to the store. Changing the table, the sizes or the masks loses no data, for every
 *       extent names its own length, but nothing written later is deduplicated against what was there before.</li>
 *   <li>The secret table hides nothing from one who can write files into the drive and watch block sizes: see the decision on chunk sizes.</li>
 * </ul>
 *
 * It must not know of files, blocks, ids, compression or keys: the caller derives the table, keeps the bytes not yet cut, and decides when a rest is final.
 */
package io.amberfs.chunk;
