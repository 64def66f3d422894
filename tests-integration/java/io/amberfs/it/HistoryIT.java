package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The questions that people ask of the past, on a real mount. */
@Timeout(300)
class HistoryIT {
    private MountedDrive drive;

    @BeforeEach
    void mount() {
        drive = MountedDrive.mounted();
    }

    @AfterEach
    void umount() {
        drive.close();
    }

    private void write(String path, String text) throws IOException {
        Files.createDirectories(drive.at(path).getParent());
        Files.writeString(drive.at(path), text);
    }

    private List<String> lines(Object... arguments) {
        return Arrays.asList(drive.amberfs(arguments).ok().split("\n"));
    }

    @Test
    void diffShowsWhatIsNewGoneChangedAndMoved() throws IOException {
        write("docs/letter", "one\ntwo\nthree\n");
        write("docs/gone", "gone");
        write("docs/moved", "moved");
        write("src/main.c", "int main;");
        drive.snapshot("before");
        write("docs/letter", "one\n2\nthree\n");
        Files.delete(drive.at("docs/gone"));
        Files.move(drive.at("docs/moved"), drive.at("docs/Moved"));
        Files.move(drive.at("src"), drive.at("source"));
        write("source/new", "new");
        List<String> all = List.of("R docs/moved -> docs/Moved", "- docs/gone  (4 B)", "M docs/letter  (14 B -> 12 B)", "R src/ -> source/", "+ source/new  (3 B)");
        assertEquals(all, lines("diff", "before"));
        assertEquals(all.subList(3, 5), lines("diff", "before", "now", "source"));
        assertEquals("1 new, 1 gone, 1 changed, 2 moved; 3 B more, 6 B less\n", drive.amberfs("diff", "before", "now", "--stat").ok());
        assertEquals("", drive.amberfs("diff", "before", "before").ok());
        assertTrue(lines("diff", "now", "before").contains("+ docs/gone  (4 B)"));
        String line = drive.amberfs("diff", "before", "now", "nowhere").refused(1);
        assertTrue(line.contains("nowhere") && line.contains("before or now"), line);
        drive.amberfs("diff", "never").refused(2);
    }

    @Test
    void theLinesThatDifferAreShownAsPatchesAre() throws IOException {
        write("text", "one\ntwo\nthree\nfour\n");
        write("ends", "no newline");
        write("bytes", "\0\1\2");
        drive.snapshot("before");
        write("text", "zero\none\n2\nthree\nfour\nfive\n");
        write("ends", "no newline at all");
        write("bytes", "\0\1\2\3");
        assertEquals(String.join("\n", "M bytes  (3 B -> 4 B)", "  (no lines are shown: it is no text)",
            "M ends  (10 B -> 17 B)", "--- a/ends", "+++ b/ends", "@@ -1,1 +1,1 @@", "-no newline", "\\ No newline at end of file", "+no newline at all", "\\ No newline at end of file",
            "M text  (19 B -> 27 B)", "--- a/text", "+++ b/text", "@@ -1,4 +1,6 @@", "+zero", " one", "-two", "+2", " three", " four", "+five", ""),
            drive.amberfs("diff", "before", "now", "--content").ok());
    }
}
