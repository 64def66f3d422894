package io.amberfs.crypto;

import io.amberfs.model.CorruptException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM of the JDK with a 16-byte tag. The caller answers for the nonces.
 *
 * <p>A sealed value is {@code header | ciphertext | tag}; what is authenticated besides is {@code header | ad}, where the header has a length fixed by
 * its form, so that the two cannot be confused. Thread-safe: each thread has its own pair of ciphers, because making one costs more than sealing a
 * row. A cipher keeps the last key it saw until its thread ends.
 */
final class Aead {
    static final int NONCE = 12;
    static final int TAG = 16;

    private final ThreadLocal<Cipher> encryptor = ThreadLocal.withInitial(Aead::cipher);
    private final ThreadLocal<Cipher> decryptor = ThreadLocal.withInitial(Aead::cipher);

    /** Seals into {@code out}, which has the header at {@code from} and room for exactly the ciphertext and the tag behind it. */
    void seal(AesKey key, byte[] nonce, byte[] out, int from, int header, byte[] ad, byte[] plain, int off, int len) {
        try {
            Cipher cipher = encryptor.get();
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG * 8, nonce));
            cipher.updateAAD(out, from, header);
            cipher.updateAAD(ad);
            cipher.doFinal(plain, off, len, out, from + header);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM of this JDK failed to seal " + len + " bytes", e);
        }
    }

    /**
     * @param header bytes in front, which stand ahead of what is encrypted
     * @throws CorruptException if any bit of value, key, nonce or {@code ad} differs from when it was sealed
     */
    byte[] open(AesKey key, byte[] nonce, byte[] sealed, int header, byte[] ad, String what) {
        byte[] plain = new byte[Math.max(0, sealed.length - header - TAG)];
        open(key, nonce, sealed, 0, sealed.length, header, ad, plain, what);
        return plain;
    }

    /**
     * Opens into {@code out}, which has room for it.
     *
     * @param length bytes from {@code from} on, the header included
     * @throws CorruptException as above; then {@code out} has nothing that may be used
     */
    void open(AesKey key, byte[] nonce, byte[] sealed, int from, int length, int header, byte[] ad, byte[] out, String what) {
        try {
            Cipher cipher = decryptor.get();
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG * 8, nonce));
            cipher.updateAAD(sealed, from, header);
            cipher.updateAAD(ad);
            cipher.doFinal(sealed, from + header, length - header, out, 0);
        } catch (AEADBadTagException e) {
            throw new CorruptException(what + " of " + length + " bytes has a wrong tag: it is damaged, or belongs elsewhere", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM of this JDK failed to open " + length + " bytes", e);
        }
    }

    /** Four zero bytes and the counter. */
    static byte[] nonce(long counter) {
        return ByteBuffer.allocate(NONCE).putLong(4, counter).array();
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }
}
