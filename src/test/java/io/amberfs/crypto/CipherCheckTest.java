package io.amberfs.crypto;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

final class CipherCheckTest {
    @Test
    void theKnownAnswersAreThoseOfAnIndependentImplementation() throws Exception {
        List<CipherCheck.Group> groups = Stream.of(List.of(CipherCheck.START), CipherCheck.SMALL, CipherCheck.MEDIUM, CipherCheck.LARGE)
            .flatMap(List::stream).toList();
        for (CipherCheck.Group group : groups) {
            assertEquals(digestByBouncyCastle(group.sizes()), group.digest(), group.name());
        }
    }

    @Test
    void thisJavaPassesAtTheStart() {
        assertDoesNotThrow(CipherCheck::run);
    }

    /** As hot as they get in a daemon, which compiles ciphers after a tenth of the calls. */
    @Test
    void thisJavaPassesOnceItsMethodsAreHot() {
        for (int i = 0; i < 10; i++) {
            assertDoesNotThrow(CipherCheck::warm);
        }
    }

    private static String digestByBouncyCastle(int[] sizes) throws InvalidCipherTextException {
        MessageDigest digest = CipherCheck.sha256();
        for (int size : sizes) {
            GCMModeCipher cipher = GCMBlockCipher.newInstance(AESEngine.newInstance());
            cipher.init(true, new AEADParameters(new KeyParameter(CipherCheck.key()), 128, Aead.nonce(size), CipherCheck.ad()));
            byte[] out = new byte[size + 16];
            int done = cipher.processBytes(CipherCheck.text(size), 0, size, out, 0);
            cipher.doFinal(out, done);
            digest.update(out);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
