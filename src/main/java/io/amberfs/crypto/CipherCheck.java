package io.amberfs.crypto;

import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Compares the ciphers of the running JDK with known answers, before anything is trusted to them.
 *
 * <p>A wrong cipher is worse than none: what it seals may never open again. The answers are digests of what BouncyCastle's AES-GCM gives for fixed
 * keys and texts of odd sizes; a test computes them anew. A JDK starts with its plain implementation and brings in the hand-written ones (intrinsics)
 * as methods get hot, so {@link #run} at start proves little about later: {@link #warm} repeats it until they are in use.
 *
 * <p>Stateless, thread-safe.
 */
public final class CipherCheck {
    private static final int SIZE_MAX = (1 << 20) + 1;
    private static final int ROUNDS = 40;
    /** Rounds of {@code warm} between two passes over the largest texts. */
    private static final int LARGE_EVERY = 10;
    private static final byte[] AD = "amberfs cipher check".getBytes(StandardCharsets.US_ASCII);

    /** Texts that are sealed in turn; the digest is over all that they give. */
    record Group(String name, int[] sizes, String digest) {
    }

    /** Few enough for the start of a process, in which every byte is sealed by the interpreter. */
    static final Group START = new Group("a few sizes up to 4,097 bytes", new int[] {0, 1, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 96, 100, 111, 112, 113,
        127, 128, 129, 130, 255, 256, 257, 500, 512, 1000, 4096, 4097}, "b76abec2b6d142bb8d923f2423edf4b306b17b5f71be8bdbe202c851f649807c");
    static final List<Group> SMALL = List.of(
        new Group("0 to 130 bytes", range(0, 130, 1), "2422f7d8d0ee177870bd4002d88d449cc495a5e3f961fc603fd442a2c89531f9"),
        new Group("131 to 1,104 bytes", range(131, 1104, 7), "0e04f04c3c1fefbb065fe9b8fdc03e187be53902c6a3999d0c0f1e9589729a1e"),
        new Group("about 256 and 512 bytes", around(256, 384, 512, 768), "f3a80eb5c87df58c5b325779dce9173a93dd178cc0544819c6b221fea43284e0"),
        new Group("about 4 KiB", around(4096), "6bb95a08f498559206b6576c55629f36827ab0b24231992e2dcec4e0d72ba2db"));
    static final List<Group> MEDIUM = List.of(
        new Group("multiples of 8 KiB", new int[] {8192, 16384, 24576, 32768}, "162c9a61e8c540ad9322c57ff5ce125e79ccaeb71cb936b906017ec2cd5da901"),
        new Group("about 64 KiB", around(65536), "7a829ef7a68a5cc56e3f3562195da40f81b6638aa3c8ee9840fc2c129479e878"));
    static final List<Group> LARGE = List.of(
        new Group("100,001 bytes", new int[] {100_001}, "351f0ab3acf031e9bb71a8bbf0f1208dbe1ef8c3396627e06a4db3394fd45f36"),
        new Group("256 KiB", new int[] {262_144}, "331a5b26c052ac4dc53f3119933b275b8b3ca4ee3d5cc3b3e2a1d7fef263d677"),
        new Group("about 1 MiB", around(1 << 20), "e3d6b3ebfe28729826ec6935dcf1fcc975963e4dda669c6db7eedf44ed7f4767"));

    private CipherCheck() {
    }

    /** For the start of a process. @throws Refusal if this JDK is known to be wrong, or is found to be */
    public static void run() {
        RuntimeCheck.run();
        Texts texts = new Texts(1 << 12 | 1);
        checkHashes();
        texts.check(START);
        texts.checkThatTamperingShows();
    }

    /**
     * For a thread in the background, soon after a process that writes has started: some rounds over all sizes, about a second of one core. It rests as long as it works, since
     * what it does keeps the compiler busy, too.
     *
     * <p>It makes sealing fast, too. The compiler brings the intrinsics in after some hundred calls, or some thousand if the process was not told to be quicker with ciphers,
     * however long each takes; with nothing but blocks of 64 KiB to seal, that is after up to several hundred MB at 30 to 50 MB/s. The many small texts here get there at once
     * (see docs/decisions/0001-sealing.md).
     *
     * @throws Refusal as {@link #run}
     */
    public static void warm() throws InterruptedException {
        Texts texts = new Texts(SIZE_MAX);
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            checkHashes();
            SMALL.forEach(texts::check);
            MEDIUM.forEach(texts::check);
            texts.checkThatTamperingShows();
            if (round % LARGE_EVERY == LARGE_EVERY - 1) {
                LARGE.forEach(texts::check);
            }
            TimeUnit.NANOSECONDS.sleep(System.nanoTime() - start);
        }
    }

    /** FIPS 180-4 and RFC 4231 (test case 2), and a long text for the intrinsic of many blocks. */
    private static void checkHashes() {
        expect("SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", sha256().digest("abc".getBytes(StandardCharsets.US_ASCII)));
        byte[] text = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
        byte[] mac = new ContentId("Jefe".getBytes(StandardCharsets.US_ASCII)).of(text, 0, text.length);
        expect("HMAC-SHA-256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", mac);
        expect("SHA-256 of 4,097 bytes", "0cd78b75d486bd9421a72aee7f9a9d167b6c6653b41341b9585f93894245ca49", sha256().digest(text(4097)));
    }

    static byte[] key() {
        byte[] key = new byte[AesKey.LENGTH];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (7 * i + 1);
        }
        return key;
    }

    static byte[] ad() {
        return AD.clone();
    }

    /** The same bytes everywhere: a linear congruential generator (Knuth's MMIX), high byte of each state. */
    static byte[] text(int size) {
        byte[] text = new byte[size];
        long state = 42;
        for (int i = 0; i < size; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            text[i] = (byte) (state >>> 56);
        }
        return text;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static void expect(String what, String expected, byte[] found) {
        if (!HexFormat.of().formatHex(found).equals(expected)) {
            throw wrong(what + " gives a wrong result");
        }
    }

    private static Refusal wrong(String how) {
        return new Refusal(ExitCode.ERROR, "the cipher test failed: " + how + " on Java " + Runtime.version() + " (" + System.getProperty("java.vendor")
            + "): use another Java, 17 or the newest 25, and run amberfs check if this one has written to a store");
    }

    private static int[] range(int first, int last, int step) {
        int[] sizes = new int[(last - first) / step + 1];
        Arrays.setAll(sizes, i -> first + i * step);
        return sizes;
    }

    private static int[] around(int... centres) {
        int[] sizes = new int[centres.length * 3];
        Arrays.setAll(sizes, i -> centres[i / 3] + i % 3 - 1);
        return sizes;
    }

    /** The texts, and a cipher of its own. Confined to one thread. */
    private static final class Texts {
        private final Aead aead = new Aead();
        private final AesKey key = new AesKey(key());
        private final byte[] text;

        Texts(int sizeMax) {
            text = text(sizeMax);
        }

        void check(Group group) {
            MessageDigest digest = sha256();
            for (int size : group.sizes) {
                byte[] sealed = seal(size);
                digest.update(sealed);
                byte[] opened = open(sealed, size);
                if (opened.length != size || !Arrays.equals(opened, 0, size, text, 0, size)) {
                    throw wrong("AES-GCM opens " + size + " bytes wrongly");
                }
            }
            expect("AES-GCM with " + group.name, group.digest, digest.digest());
        }

        void checkThatTamperingShows() {
            for (int size : new int[] {0, 1, 100, 1000, 4096}) {
                byte[] sealed = seal(size);
                for (int position : new int[] {0, size / 2, size + Aead.TAG - 1}) {
                    sealed[position] ^= 0x10;
                    if (opens(sealed, size)) {
                        throw wrong("AES-GCM opens " + size + " bytes that were tampered with");
                    }
                    sealed[position] ^= 0x10;
                }
            }
        }

        private byte[] seal(int size) {
            byte[] sealed = new byte[size + Aead.TAG];
            aead.seal(key, Aead.nonce(size), sealed, 0, 0, AD, text, 0, size);
            return sealed;
        }

        private byte[] open(byte[] sealed, int size) {
            try {
                return aead.open(key, Aead.nonce(size), sealed, 0, AD, "a test text");
            } catch (CorruptException e) {
                throw wrong("AES-GCM does not open what it sealed (" + size + " bytes)");
            }
        }

        private boolean opens(byte[] sealed, int size) {
            try {
                aead.open(key, Aead.nonce(size), sealed, 0, AD, "a test text");
                return true;
            } catch (CorruptException e) {
                return false;
            }
        }
    }
}
