package io.amberfs.crypto;

import io.amberfs.model.Entropy;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A recovery key as people write it down: 160 random bits and a 20-bit checksum, as 36 characters of Crockford's base 32 in 6 groups of 6,
 * {@code 7ZK3QF-...}. Reading is tolerant of case, blanks and dashes, of o for 0, and of i and l for 1. A wrong checksum means a typo (one in a
 * million goes unnoticed), and is reported as one. Stateless.
 */
public final class RecoveryKeyText {
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int CHARACTERS = 36;
    private static final int GROUP = 6;
    private static final int CHECKSUM_BITS = 20;

    private RecoveryKeyText() {
    }

    public static Credential.RecoveryKey random(Entropy entropy) {
        return new Credential.RecoveryKey(entropy.bytes(Credential.RecoveryKey.LENGTH));
    }

    /** As shown once, at init; secret. */
    public static String format(Credential.RecoveryKey key) {
        BigInteger bits = new BigInteger(1, key.secret()).shiftLeft(CHECKSUM_BITS).or(BigInteger.valueOf(checksum(key.secret())));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < CHARACTERS; i++) {
            if (i > 0 && i % GROUP == 0) {
                text.append('-');
            }
            text.append(ALPHABET.charAt(bits.shiftRight(5 * (CHARACTERS - 1 - i)).intValue() & 31));
        }
        return text.toString();
    }

    /** @throws Refusal WRONG_KEY with what is wrong about the text: its length, a character, or a typo somewhere */
    public static Credential.RecoveryKey parse(CharSequence text) {
        BigInteger bits = BigInteger.ZERO;
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '-' || c == '_' || Character.isWhitespace(c) || c == '\u00a0' || c == '\u2010' || c == '\u2011' || c == '\u2013') {
                continue;
            }
            count++;
            if (count <= CHARACTERS) {
                bits = bits.shiftLeft(5).or(BigInteger.valueOf(digit(c, count)));
            }
        }
        if (count != CHARACTERS) {
            throw new Refusal(ExitCode.WRONG_KEY, "the recovery key has " + count + " characters, expected " + CHARACTERS
                + " (6 groups of 6): compare it with the sheet");
        }
        byte[] secret = toBytes(bits.shiftRight(CHECKSUM_BITS));
        if ((bits.intValue() & (1 << CHECKSUM_BITS) - 1) != checksum(secret)) {
            throw new Refusal(ExitCode.WRONG_KEY, "the recovery key has a typo, its check characters do not fit: compare it with the sheet");
        }
        return new Credential.RecoveryKey(secret);
    }

    private static int digit(char c, int position) {
        char plain = switch (c) {
            case 'o', 'O' -> '0';
            case 'i', 'I', 'l', 'L' -> '1';
            default -> c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
        };
        int digit = ALPHABET.indexOf(plain);
        if (digit < 0) {
            int group = (position - 1) / GROUP + 1;
            throw new Refusal(ExitCode.WRONG_KEY, "the recovery key has a typo in group " + group + ": character " + position
                + " is none that recovery keys have");
        }
        return digit;
    }

    private static byte[] toBytes(BigInteger bits) {
        byte[] out = new byte[Credential.RecoveryKey.LENGTH];
        byte[] signed = bits.toByteArray();
        int length = Math.min(signed.length, out.length);
        System.arraycopy(signed, signed.length - length, out, out.length - length, length);
        return out;
    }

    /** The first 20 bits of SHA-256("amberfs v1 recovery key" | key). */
    private static int checksum(byte[] secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("amberfs v1 recovery key".getBytes(StandardCharsets.US_ASCII));
            byte[] hash = digest.digest(secret);
            int first = (hash[0] & 0xFF) << 12 | (hash[1] & 0xFF) << 4 | (hash[2] & 0xFF) >>> 4;
            Arrays.fill(hash, (byte) 0);
            return first;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
