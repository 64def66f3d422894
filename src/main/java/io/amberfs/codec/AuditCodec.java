package io.amberfs.codec;

import io.amberfs.model.Bytes;
import io.amberfs.model.CommitHeader;
import io.amberfs.model.CorruptException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The lines of an audit file, ASCII: {@code amberfs-audit 1 VOLUME KEY}, then for each commit in the order of the epochs {@code kept EPOCH TIME CHANGES PREVIOUS SIGNATURE} or
 * {@code gone EPOCH TIME CHANGES}, then {@code end COUNT}. Numbers are decimal, everything else is hexadecimal in small letters.
 */
public final class AuditCodec {
    /** Longer than any line. */
    public static final int LINE_MAX = 400;
    private static final String MAGIC = "amberfs-audit";
    private static final String VERSION = "1";
    private static final int SIGNATURE_LENGTH = 64;

    private AuditCodec() {
    }

    /** The first line. */
    public record Head(int volume, Bytes publicKey) {
    }

    /** What a kept commit has beyond its header. */
    public record Proof(Bytes previous, Bytes signature) {
    }

    /** A commit; {@code proof} of one that is kept. */
    public record Link(CommitHeader header, Optional<Proof> proof) {
    }

    public static byte[] encode(Head head) {
        return line(MAGIC, VERSION, head.volume(), head.publicKey());
    }

    public static byte[] encode(Link link) {
        CommitHeader header = link.header();
        return link.proof().map(proof -> line("kept", header.epoch(), header.time(), header.changes(), proof.previous(), proof.signature()))
            .orElseGet(() -> line("gone", header.epoch(), header.time(), header.changes()));
    }

    public static byte[] encodeEnd(long count) {
        return line("end", count);
    }

    private static byte[] line(Object... fields) {
        StringBuilder line = new StringBuilder();
        for (Object field : fields) {
            line.append(line.length() == 0 ? "" : " ").append(field);
        }
        return line.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** @throws CorruptException when it is no audit file, or one of another version */
    public static Head decodeHead(String line) {
        List<String> fields = List.of(line.split(" ", -1));
        if (fields.size() < 2 || !fields.get(0).equals(MAGIC)) {
            throw new CorruptException("it is no audit file");
        } else if (!fields.get(1).equals(VERSION)) {
            throw new CorruptException("it is an audit file of version " + fields.get(1) + ", and this amberfs reads version " + VERSION);
        }
        return new Head((int) number(fields, 4, 2, 0xffff), bytes(fields, 3, Bytes.DIGEST_LENGTH));
    }

    /** @return empty for the last line */
    public static Optional<Link> decodeLink(String line) {
        List<String> fields = List.of(line.split(" ", -1));
        if (fields.get(0).equals("end")) {
            return Optional.empty();
        }
        boolean isKept = fields.get(0).equals("kept");
        if (!isKept && !fields.get(0).equals("gone")) {
            throw new CorruptException("it begins with none of kept, gone and end");
        }
        int count = isKept ? 6 : 4;
        CommitHeader header = new CommitHeader(number(fields, count, 1, Long.MAX_VALUE), number(fields, count, 2, Long.MAX_VALUE), bytes(fields, 3, Bytes.DIGEST_LENGTH));
        return Optional.of(new Link(header, isKept ? Optional.of(new Proof(bytes(fields, 4, Bytes.DIGEST_LENGTH), bytes(fields, 5, SIGNATURE_LENGTH))) : Optional.empty()));
    }

    /** How many commits there are, as the last line says. */
    public static long decodeEnd(String line) {
        return number(List.of(line.split(" ", -1)), 2, 1, Long.MAX_VALUE);
    }

    private static long number(List<String> fields, int count, int place, long most) {
        try {
            long number = fields.size() == count ? Long.parseLong(fields.get(place)) : -1;
            if (fields.size() == count && number <= most && Long.toString(number).equals(fields.get(place))) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new CorruptException("'" + fields.get(place) + "' is no number", e);
        }
        throw new CorruptException("it has not the fields that such a line has");
    }

    private static Bytes bytes(List<String> fields, int place, int length) {
        try {
            Bytes bytes = new Bytes(HexFormat.of().parseHex(fields.get(place)));
            if (!bytes.toString().equals(fields.get(place))) {
                throw new CorruptException("field " + (place + 1) + " has capital letters");
            } else if (bytes.array().length == length) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new CorruptException("field " + (place + 1) + " is not hexadecimal", e);
        }
        throw new CorruptException("field " + (place + 1) + " has not " + length + " bytes");
    }
}
