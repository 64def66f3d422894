package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One mount as the kernel lists it. Immutable. @param source for one of ours {@code amberfs#} and the real path of its store */
record MountPoint(Path path, String type, String source) {
    private static final Path ROOT = Path.of("/");
    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final String TYPE = "fuse.amberfs";
    private static final String PREFIX = "amberfs#";

    /** All mounts that we see, the later over the earlier. */
    static List<MountPoint> all() {
        try {
            return parse(RawText.of(Files.readAllBytes(TABLE)));
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot read " + TABLE + ": " + Reasons.of(e) + ": mount /proc", e);
        }
    }

    /** @param table raw text, since others may mount anywhere. The form is in proc(5): the fields after a lone "-" are type, source and options. */
    static List<MountPoint> parse(String table) {
        return table.lines().map(MountPoint::parseLine).filter(Objects::nonNull).toList();
    }

    private static MountPoint parseLine(String line) {
        List<String> fields = List.of(line.split(" "));
        int separator = fields.indexOf("-");
        if (separator < 5 || fields.size() < separator + 3) {
            return null;
        }
        return new MountPoint(RawPath.resolve(ROOT, unescape(fields.get(4))), fields.get(separator + 1), unescape(fields.get(separator + 2)));
    }

    /** The mount that the path lies in: the deepest, and of several on one directory the last. */
    static Optional<MountPoint> holding(Path absolute, List<MountPoint> mounts) {
        return IntStream.range(0, mounts.size()).boxed().filter(i -> absolute.startsWith(mounts.get(i).path()))
            .max(Comparator.<Integer>comparingInt(i -> mounts.get(i).path().getNameCount()).thenComparing(i -> i)).map(mounts::get);
    }

    /** What is mounted on exactly this directory. */
    static Optional<MountPoint> at(Path absolute, List<MountPoint> mounts) {
        return holding(absolute, mounts).filter(mount -> mount.path().equals(absolute));
    }

    /** The directories at which this store is mounted. */
    static Stream<MountPoint> of(Path realStore, List<MountPoint> mounts) {
        return mounts.stream().filter(mount -> mount.store().equals(Optional.of(realStore)));
    }

    /** The store behind it; empty if it is not one of ours. */
    Optional<Path> store() {
        if (!type.equals(TYPE) || !source.startsWith(PREFIX)) {
            return Optional.empty();
        }
        return Optional.of(RawPath.resolve(ROOT, source.substring(PREFIX.length())));
    }

    /** Turns the kernel's octal escapes, as \040 for a space, back into bytes: raw text to raw text. */
    static String unescape(String text) {
        byte[] in = RawText.bytes(text);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '\\' && i + 3 < in.length && isOctal(in[i + 1]) && isOctal(in[i + 2]) && isOctal(in[i + 3])) {
                out.write((in[i + 1] - '0') << 6 | (in[i + 2] - '0') << 3 | in[i + 3] - '0');
                i += 3;
            } else {
                out.write(in[i]);
            }
        }
        return RawText.of(out.toByteArray());
    }

    private static boolean isOctal(byte b) {
        return b >= '0' && b <= '7';
    }
}
