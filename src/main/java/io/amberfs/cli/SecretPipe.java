package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** A secret on its way to the daemon through the pipe at its standard input: one byte for the kind, then its text in UTF-8 up to the end. */
final class SecretPipe {
    private static final int MAX = 1 << 16;

    private SecretPipe() {
    }

    static void write(OutputStream out, Secret secret) throws IOException {
        if (secret instanceof Secret.Passphrase passphrase) {
            byte[] bytes = encode(passphrase.text());
            out.write('p');
            out.write(bytes);
            Arrays.fill(bytes, (byte) 0);
        } else if (secret instanceof Secret.KeyFile keyFile) {
            out.write('f');
            out.write(RawPath.bytes(keyFile.file()));
        } else if (secret instanceof Secret.Recovery recovery) {
            out.write('r');
            out.write(recovery.text().getBytes(StandardCharsets.UTF_8));
        } else {
            out.write('n');
        }
    }

    static Secret read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX);
        byte[] text = bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length);
        try {
            return switch (bytes.length == 0 ? 'n' : bytes[0]) {
                case 'p' -> new Secret.Passphrase(decode(text));
                case 'f' -> new Secret.KeyFile(RawPath.resolve(Path.of("/"), RawText.of(text)));
                case 'r' -> new Secret.Recovery(new String(text, StandardCharsets.UTF_8));
                case 'n' -> new Secret.None();
                default -> throw new Refusal(ExitCode.USAGE, "the daemon is started by amberfs mount, not by hand");
            };
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(text, (byte) 0);
        }
    }

    static byte[] encode(char[] text) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }

    static char[] decode(byte[] bytes) {
        CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
        char[] text = new char[decoded.remaining()];
        decoded.get(text);
        Arrays.fill(decoded.array(), '\0');
        return text;
    }
}
