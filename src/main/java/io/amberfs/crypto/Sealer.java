package io.amberfs.crypto;

import io.amberfs.model.CorruptException;
import io.amberfs.model.Entropy;
import io.amberfs.model.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Seals rows and blocks, and opens them again.
 *
 * <p>Invariants:
 * <ul>
 *   <li>No (key, nonce) pair repeats. Each sealer draws a fresh session id, which makes its two keys (rows, blocks); the nonce is a counter that
 *       starts at 0, is never persisted and never wraps. See docs/decisions/0001-sealing.md.
 *   <li>A value opens only with the associated data it was sealed with, and only if each of its bits is as it was.
 *   <li>A block carries its session id and opens on any machine that has the data key; a row names its session by number and is 13 bytes shorter.
 *   <li>A sealer that only opens never begins a session: a store can be read without being written.
 * </ul>
 *
 * <p>Thread-safe. After {@link #close} every call fails.
 */
public final class Sealer implements AutoCloseable {
    /** What a sealed row has more than its plaintext. */
    public static final int ROW_OVERHEAD = 1 + 4 + 6 + Aead.TAG;
    /** What a sealed block has more than its plaintext. */
    public static final int BLOCK_OVERHEAD = 1 + 1 + Session.ID_LENGTH + 6 + Aead.TAG;

    private static final int ROW_HEADER = ROW_OVERHEAD - Aead.TAG;
    private static final int BLOCK_HEADER = BLOCK_OVERHEAD - Aead.TAG;
    private static final byte VERSION = 1;
    /** As many as the 48 bits in the sealed forms can name. At a million values a second it lasts nine years of one process. */
    private static final long COUNTER_END = 1L << 48;
    /** Half of the session keys held at most, 256 for rows and as many for blocks: more runs than that are in use at once only after years. */
    private static final int GENERATION = 128;

    private final Aead rows = new Aead();
    private final Aead blocks = new Aead();
    private final RecentKeys<Integer> rowKeys = new RecentKeys<>(GENERATION);
    private final RecentKeys<BlockKeyName> blockKeys = new RecentKeys<>(GENERATION);
    private final Keys keys;
    private final Entropy entropy;
    private final SessionTable sessions;
    private final AtomicLong counter;
    private final Object lock = new Object();
    /** Written once under {@code lock}, or by {@code close}. */
    private volatile State state = new Idle();

    /** @param keys stays the caller's: it is closed after the sealer */
    public Sealer(Keys keys, Entropy entropy, SessionTable sessions) {
        this(keys, entropy, sessions, 0);
    }

    Sealer(Keys keys, Entropy entropy, SessionTable sessions, long counterStart) {
        this.keys = keys;
        this.entropy = entropy;
        this.sessions = sessions;
        this.counter = new AtomicLong(counterStart);
    }

    public byte[] sealRow(byte[] ad, byte[] plain, int off, int len) {
        Sealing sealing = sealing();
        long count = nextCount();
        byte[] out = new byte[Math.addExact(len, ROW_OVERHEAD)];
        ByteBuffer.wrap(out).put(VERSION).putInt(sealing.session.number()).putShort((short) (count >>> 32)).putInt((int) count);
        rows.seal(sealing.rowKey, Aead.nonce(count), out, 0, ROW_HEADER, ad, plain, off, len);
        return out;
    }

    /**
     * @throws CorruptException           the row was changed, belongs elsewhere, is too short or names a session that is not in the table
     * @throws UnsupportedFormatException its version is not known
     */
    public byte[] openRow(byte[] ad, byte[] sealed) {
        checkForm("a sealed row", sealed, 0, sealed.length, ROW_OVERHEAD);
        ByteBuffer in = ByteBuffer.wrap(sealed);
        return rows.open(rowKey(in.getInt(1)), Aead.nonce(count(in, 5)), sealed, ROW_HEADER, ad, "a sealed row");
    }

    /** @return {@code front} and the sealed block behind it */
    public byte[] sealBlock(byte[] ad, byte[] front, byte[] plain, int off, int len) {
        Sealing sealing = sealing();
        long count = nextCount();
        byte[] out = Arrays.copyOf(front, Math.addExact(len, front.length + BLOCK_OVERHEAD));
        ByteBuffer.wrap(out).position(front.length).put(VERSION).put(sealing.session.keyId()).put(sealing.session.id()).putShort((short) (count >>> 32)).putInt((int) count);
        blocks.seal(sealing.blockKey, Aead.nonce(count), out, front.length, BLOCK_HEADER, ad, plain, off, len);
        return out;
    }

    /**
     * Opens the block of {@code length} bytes at {@code from} of {@code row} into {@code out}.
     *
     * @return bytes of the plaintext
     * @throws CorruptException           the block was changed, belongs elsewhere, is too short, larger than {@code out} or names a data key that the store does not have
     * @throws UnsupportedFormatException its version is not known
     */
    public int openBlock(byte[] ad, byte[] row, int from, int length, byte[] out) {
        checkForm("a sealed block", row, from, length, BLOCK_OVERHEAD);
        int plain = length - BLOCK_OVERHEAD;
        if (plain > out.length) {
            throw new CorruptException("a sealed block has " + length + " bytes, expected at most " + (out.length + BLOCK_OVERHEAD));
        }
        ByteBuffer in = ByteBuffer.wrap(row);
        BlockKeyName name = new BlockKeyName(in.get(from + 1), in.getLong(from + 2), in.getLong(from + 10));
        blocks.open(blockKey(name), Aead.nonce(count(in, from + 18)), row, from, length, BLOCK_HEADER, ad, out, "a sealed block");
        return plain;
    }

    /** Wipes the session keys. Threads that sealed keep their last key inside their ciphers until they end. */
    @Override
    public void close() {
        synchronized (lock) {
            if (state instanceof Sealing sealing) {
                sealing.rowKey.destroy();
                sealing.blockKey.destroy();
            }
            state = new Closed();
            rowKeys.wipe();
            blockKeys.wipe();
        }
    }

    private Sealing sealing() {
        return state instanceof Sealing sealing ? sealing : begin();
    }

    private Sealing begin() {
        synchronized (lock) {
            refuseIfClosed();
            if (state instanceof Sealing sealing) {
                return sealing;
            }
            byte[] id = entropy.bytes(Session.ID_LENGTH);
            Session session = sessions.begin(Keys.DATA_KEY_ID, id.clone());
            if (!Arrays.equals(id, session.id()) || session.keyId() != Keys.DATA_KEY_ID) {
                throw new IllegalStateException("the session table changed " + session + ", which would repeat its nonces");
            }
            Sealing sealing = new Sealing(session, keys.rowKey(session.keyId(), id), keys.blockKey(session.keyId(), id));
            state = sealing;
            return sealing;
        }
    }

    private AesKey rowKey(int number) {
        if (state instanceof Sealing sealing && sealing.session.number() == number) {
            return sealing.rowKey;
        }
        refuseIfClosed();
        return rowKeys.get(number, wanted -> {
            Session session = sessions.find(wanted).orElseThrow(() -> new CorruptException(
                "a sealed row names session " + Integer.toUnsignedString(wanted) + ", which the store does not have: the row or the session table is damaged"));
            return keys.rowKey(session.keyId(), session.id());
        });
    }

    private AesKey blockKey(BlockKeyName name) {
        refuseIfClosed();
        return blockKeys.get(name, wanted -> keys.blockKey(wanted.keyId, wanted.sessionId()));
    }

    private void refuseIfClosed() {
        if (state instanceof Closed) {
            throw new IllegalStateException("the sealer is closed");
        }
    }

    private long nextCount() {
        long count = counter.getAndIncrement();
        if (count < 0 || count >= COUNTER_END) {
            throw new IllegalStateException("this process sealed 2^48 values: restart it for fresh nonces");
        }
        return count;
    }

    private static long count(ByteBuffer in, int at) {
        return (in.getShort(at) & 0xFFFFL) << 32 | in.getInt(at + 2) & 0xFFFFFFFFL;
    }

    private static void checkForm(String what, byte[] sealed, int from, int length, int overhead) {
        if (length <= 0) {
            throw new CorruptException(what + " is empty");
        }
        if (sealed[from] != VERSION) {
            throw new UnsupportedFormatException(what, sealed[from] & 0xFF, VERSION);
        }
        if (length < overhead) {
            throw new CorruptException(what + " has " + length + " bytes, expected at least " + overhead);
        }
    }

    private sealed interface State permits Idle, Sealing, Closed {
    }

    private record Idle() implements State {
    }

    private record Sealing(Session session, AesKey rowKey, AesKey blockKey) implements State {
    }

    private record Closed() implements State {
    }

    /** A session as blocks name it; two longs rather than an array, so that it can be looked up. */
    private record BlockKeyName(byte keyId, long idHigh, long idLow) {
        byte[] sessionId() {
            return ByteBuffer.allocate(Session.ID_LENGTH).putLong(idHigh).putLong(idLow).array();
        }
    }
}
