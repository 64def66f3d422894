package io.amberfs.crypto;

import io.amberfs.model.Entropy;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.UnsupportedFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A key file: one line of text, {@code amberfs-key-1:STORE ID:KEY:CHECKSUM}, all in hexadecimal. Who has the file opens the store, so it is readable
 * for its owner alone from the moment it exists. The checksum (the first 4 bytes of the SHA-256 of what stands before it) tells a garbled file
 * from a wrong one. Stateless.
 */
public final class KeyFile {
    private static final String KIND = "amberfs-key-";
    private static final int VERSION = 1;
    private static final String PREFIX = KIND + VERSION + ":";
    private static final int ID_AT = PREFIX.length();
    private static final int KEY_AT = ID_AT + 2 * StoreId.LENGTH + 1;
    private static final int CHECKSUM_AT = KEY_AT + 2 * Credential.FileKey.LENGTH + 1;
    private static final int CHECKSUM_BYTES = 4;
    private static final int LENGTH = CHECKSUM_AT + 2 * CHECKSUM_BYTES;
    /** The line and whatever white space an editor put around it. */
    private static final int FILE_MAX = 1024;
    private static final Set<PosixFilePermission> OWNER_ONLY = Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private KeyFile() {
    }

    /** @param warnings one line for each thing that is unwise but does not stop the key from being used */
    public record Loaded(Credential.FileKey key, List<String> warnings) {
    }

    /** Makes a new key and writes it, synced, with mode 0600. @throws Refusal if the file is already there */
    public static Credential.FileKey create(Path file, StoreId store, Entropy entropy) {
        byte[] key = entropy.bytes(Credential.FileKey.LENGTH);
        byte[] line = line(store, key);
        try {
            DurableFile.createNew(file, line);
            return new Credential.FileKey(key);
        } catch (FileAlreadyExistsException e) {
            throw new Refusal(ExitCode.ERROR, file + " is already there, and may be the only key to something: move it away or name another file", e);
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot write the key file " + file + ": " + reason(e), e);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    /**
     * @throws Refusal                    ERROR if the file cannot be read, WRONG_KEY if it is truncated, garbled or the key of another store
     * @throws UnsupportedFormatException if it is of a newer version
     */
    public static Loaded load(Path file, StoreId store) {
        byte[] text = read(file);
        try {
            return new Loaded(parse(file, text, store), warnings(file));
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(FILE_MAX + 1);
        } catch (NoSuchFileException e) {
            throw new Refusal(ExitCode.ERROR, "the key file " + file + " is not there: name the right file, or open the store another way", e);
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot read the key file " + file + ": " + reason(e), e);
        }
    }

    private static Credential.FileKey parse(Path file, byte[] text, StoreId store) {
        int start = 0;
        int end = text.length;
        while (end > start && isBlank(text[end - 1])) {
            end--;
        }
        while (start < end && isBlank(text[start])) {
            start++;
        }
        byte[] line = Arrays.copyOfRange(text, start, end);
        try {
            refuseOtherVersion(file, line);
            if (line.length != LENGTH || !startsWith(line, PREFIX) || line[KEY_AT - 1] != ':' || line[CHECKSUM_AT - 1] != ':') {
                throw garbled(file, "it has " + line.length + " characters or the wrong parts, expected " + LENGTH + " starting with " + PREFIX);
            }
            if (!Arrays.equals(hex(file, line, CHECKSUM_AT, CHECKSUM_BYTES), checksum(line))) {
                throw garbled(file, "its checksum is wrong");
            }
            StoreId found = new StoreId(hex(file, line, ID_AT, StoreId.LENGTH));
            if (!found.equals(store)) {
                throw new Refusal(ExitCode.WRONG_KEY, "the key file " + file + " is for store " + found + ", not for this one, " + store);
            }
            return new Credential.FileKey(hex(file, line, KEY_AT, Credential.FileKey.LENGTH));
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    private static void refuseOtherVersion(Path file, byte[] line) {
        int digits = KIND.length();
        int at = digits;
        while (startsWith(line, KIND) && at < line.length && at - digits < 4 && line[at] >= '0' && line[at] <= '9') {
            at++;
        }
        if (at > digits && at < line.length && line[at] == ':') {
            int version = Integer.parseInt(new String(line, digits, at - digits, StandardCharsets.US_ASCII));
            if (version > VERSION) {
                throw new UnsupportedFormatException("the key file " + file, version, VERSION);
            }
        }
    }

    private static List<String> warnings(Path file) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            return OWNER_ONLY.containsAll(mode) ? List.of() : List.of("the key file " + file + " is open to other users: chmod 600 " + file);
        } catch (UnsupportedOperationException | IOException e) {
            return List.of("cannot tell who may read the key file " + file + ": " + e.getMessage());
        }
    }

    private static byte[] line(StoreId store, byte[] key) {
        byte[] line = new byte[LENGTH + 1];
        put(line, 0, PREFIX);
        put(line, ID_AT, store + ":");
        putHex(line, KEY_AT, key);
        line[CHECKSUM_AT - 1] = ':';
        putHex(line, CHECKSUM_AT, checksum(line));
        line[LENGTH] = '\n';
        return line;
    }

    /** Digit by digit, since a String with the key in it could not be wiped. */
    private static void putHex(byte[] line, int at, byte[] bytes) {
        HexFormat hex = HexFormat.of();
        for (int i = 0; i < bytes.length; i++) {
            line[at + 2 * i] = (byte) hex.toHighHexDigit(bytes[i]);
            line[at + 2 * i + 1] = (byte) hex.toLowHexDigit(bytes[i]);
        }
    }

    private static byte[] hex(Path file, byte[] line, int at, int length) {
        byte[] out = new byte[length];
        for (int i = 0; i < length; i++) {
            int high = line[at + 2 * i];
            int low = line[at + 2 * i + 1];
            if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
                throw garbled(file, "character " + (at + 2 * i + 1) + " or the next is no hexadecimal digit");
            }
            out[i] = (byte) (HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low));
        }
        return out;
    }

    private static byte[] checksum(byte[] line) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(line, 0, CHECKSUM_AT - 1);
            return Arrays.copyOf(digest.digest(), CHECKSUM_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static void put(byte[] line, int at, String text) {
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, line, at, text.length());
    }

    private static boolean startsWith(byte[] line, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        return line.length >= wanted.length && Arrays.equals(line, 0, wanted.length, wanted, 0, wanted.length);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static String reason(IOException e) {
        return e instanceof AccessDeniedException ? "permission denied" : e instanceof NoSuchFileException ? "its directory is not there" : e.getMessage();
    }

    private static Refusal garbled(Path file, String how) {
        return new Refusal(ExitCode.WRONG_KEY, "the key file " + file + " is truncated or garbled (" + how + "): put it back from a copy, or use another key");
    }
}
