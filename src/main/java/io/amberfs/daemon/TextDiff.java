package io.amberfs.daemon;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import io.amberfs.fs.Difference;
import io.amberfs.fs.Drive;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.model.Fault;
import io.amberfs.model.RawText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the lines of a text file differ, as a unified diff: {@code content} events of up to some ten thousand characters, or one {@code unlike} event that says why there is none.
 * The algorithm is Myers' with linear space (E. Myers, An O(ND) difference algorithm, 1986): time grows with the number of lines times that of those that differ. Confined to
 * one thread.
 */
final class TextDiff {
    private static final int BYTES_MAX = 1 << 20;
    private static final int LINES_MAX = 20_000;
    private static final int CONTEXT = 3;
    private static final String NO_NEWLINE = "\n\\ No newline at end of file";
    private static final int PIECE = 32 << 10;

    /** Text, or why it is none. */
    private record Lines(List<String> lines, String reason) {
    }

    private final Drive drive;
    private final Reply reply;

    TextDiff(Drive drive, Reply reply) {
        this.drive = drive;
        this.reply = reply;
    }

    void tell(Difference difference, Optional<Node.Past> before, Optional<Node.Past> after) {
        try {
            Lines one = before.map(this::lines).orElse(new Lines(List.of(), ""));
            Lines other = after.map(this::lines).orElse(new Lines(List.of(), ""));
            String reason = one.reason().isEmpty() ? other.reason() : one.reason();
            if (reason.isEmpty()) {
                byte[] from = difference.kind() == Difference.Kind.MOVED ? difference.from() : difference.path();
                send(UnifiedDiffUtils.generateUnifiedDiff(before.isEmpty() ? "/dev/null" : "a/" + RawText.shown(from), after.isEmpty() ? "/dev/null" : "b/" + RawText.shown(
                    difference.path()), one.lines(), DiffUtils.diff(one.lines(), other.lines(), new MyersDiffWithLinearSpace<>()), CONTEXT));
            } else {
                unlike(reason);
            }
        } catch (Fault e) {
            unlike("it cannot be read: " + e.getMessage());
        }
    }

    private void unlike(String reason) {
        reply.event(new LinkedHashMap<>(Map.of("type", "unlike", "reason", reason)));
    }

    private void send(List<String> lines) {
        StringBuilder text = new StringBuilder();
        for (String line : oldFirst(lines)) {
            text.append(line).append('\n');
            if (text.length() >= PIECE) {
                content(text);
            }
        }
        content(text);
    }

    /** Of lines next to each other, those that go before those that come, as people know it. */
    private static List<String> oldFirst(List<String> lines) {
        List<String> ordered = new ArrayList<>();
        List<String> come = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (i > 1 && line.startsWith("+")) {
                come.add(line);
                continue;
            } else if (i <= 1 || !line.startsWith("-")) {
                ordered.addAll(come);
                come.clear();
            }
            ordered.add(line);
        }
        ordered.addAll(come);
        return ordered;
    }

    private void content(StringBuilder text) {
        if (text.length() > 0) {
            reply.event(new LinkedHashMap<>(Map.of("type", "content", "text", text.toString())));
            text.setLength(0);
        }
    }

    private Lines lines(Node node) {
        try (FileHandle handle = drive.open(node, false, false, false)) {
            if (handle.attr().size() > BYTES_MAX) {
                return new Lines(List.of(), "it is too large to be compared line by line");
            }
            byte[] bytes = new byte[(int) handle.attr().size()];
            handle.read(0, bytes.length, (at, source, offset, length) -> System.arraycopy(source, offset, bytes, (int) at, length));
            return lines(bytes);
        }
    }

    private static Lines lines(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (text.indexOf('\0') >= 0) {
                return new Lines(List.of(), "it is no text");
            }
            List<String> lines = text.isEmpty() ? List.of() : Arrays.asList(text.substring(0, text.length() - (text.endsWith("\n") ? 1 : 0)).split("\n", -1));
            if (!text.endsWith("\n") && !lines.isEmpty()) {
                lines.set(lines.size() - 1, lines.get(lines.size() - 1) + NO_NEWLINE);
            }
            return lines.size() > LINES_MAX ? new Lines(List.of(), "it has too many lines to be compared") : new Lines(lines, "");
        } catch (CharacterCodingException e) {
            return new Lines(List.of(), "it is no text");
        }
    }
}
