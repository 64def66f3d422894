/**
 * Chunks kept once, as sealed blocks with sequential numbers.
 *
 * <pre>
 * INDEX:   content id (32 bytes) -> sealed number u64
 * BLOCKS:  number u64            -> content id (32 bytes) | sealed block
 * block:   form u8 (0 as it is, 1 zstd) | length u32 | bytes        before it is sealed; the content id is in the associated data
 * </pre>
 *
 * <p>{@link io.amberfs.block.BlockStore#put} gives a chunk's number at once and keeps the new block in memory. Blocks become durable in the order of their numbers:
 * many at a time as a run that is ingested (each byte written once), or few with the batch that names them. The index rows always go with a batch.
 *
 * <p>Invariants: a block is durable no later than any row that names it; a number is never given twice; all numbers of a run are above those of every run before.
 *
 * <p>It knows nothing of files or history.
 */
package io.amberfs.block;
