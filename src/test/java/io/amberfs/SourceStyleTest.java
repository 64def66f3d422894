package io.amberfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What all sources have in common. */
class SourceStyleTest {
    private static final Path MAIN = Path.of("src/main/java/io/amberfs");
    private static final List<Path> TESTS = List.of(Path.of("src/test/java"), Path.of("tests-integration/java"));
    private static final List<Path> ALL = List.of(Path.of("src"), Path.of("tests-integration"));
    private static final int LINES_MAX = 400;
    private static final int COLUMNS_MAX = 180;
    /** In two halves here and below, so that this file is not one that it finds. */
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    private static final Pattern TEST = Pattern.compile("@(Test|RepeatedTest|ParameterizedTest|TestFactory)\\b");
    private static final Pattern ASSERTION = Pattern.compile("\\b(assert[A-Z]\\w*|fail|check)\\(|\\.(check|verify|require|expect)\\w*\\(|\\.ok\\(\\)");
    private static final Pattern DISABLED = Pattern.compile("@Disa" + "bled(?!\\(\\s*\"[^\"]{10,})");

    @Test
    void noSourceOfTheProgramIsLongerThanItsReaderHasPatienceFor() {
        List<String> found = new ArrayList<>();
        each(List.of(MAIN), (file, lines) -> {
            String name = MAIN.relativize(file).toString();
            if (lines.size() > LINES_MAX) {
                found.add(name + " has " + lines.size() + " lines");
            }
        });
        assertEquals(List.of(), found);
    }

    @Test
    void nothingIsLeftUnfinished() {
        assertEquals(List.of(), matching(UNFINISHED));
    }

    @Test
    void noLineHasATabOrATrailingBlank() {
        assertEquals(List.of(), matching(Pattern.compile("\t|[ ]$")));
    }

    @Test
    void noLineOfTheProgramIsTooLongToRead() {
        assertEquals(List.of(), matching(List.of(MAIN), Pattern.compile("^.{" + (COLUMNS_MAX + 1) + ",}$")));
    }

    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        try (Stream<Path> folders = Files.list(MAIN)) {
            assertEquals(List.of(), folders.filter(Files::isDirectory).filter(folder -> !Files.exists(folder.resolve("package-info.java"))).toList());
        }
    }

    @Test
    void everyTestClassAssertsSomething() {
        List<Path> found = new ArrayList<>();
        each(TESTS, (file, lines) -> {
            String text = String.join("\n", lines);
            if (TEST.matcher(text).find() && !ASSERTION.matcher(text).find() && !asserted(file, text)) {
                found.add(file);
            }
        });
        assertEquals(List.of(), found);
    }

    /** Whether a class beside it, which it uses, does so for it. */
    private static boolean asserted(Path test, String text) {
        boolean[] found = {false};
        each(List.of(test.toAbsolutePath().getParent()), (file, lines) -> {
            String name = file.getFileName().toString().replace(".java", "");
            found[0] |= !file.endsWith(test.getFileName()) && text.contains(name + "(") && ASSERTION.matcher(String.join("\n", lines)).find();
        });
        return found[0];
    }

    @Test
    void noTestIsSwitchedOffWithoutAReason() {
        assertEquals(List.of(), matching(DISABLED));
    }

    private static List<String> matching(Pattern pattern) {
        return matching(ALL, pattern);
    }

    private static List<String> matching(List<Path> folders, Pattern pattern) {
        List<String> found = new ArrayList<>();
        each(folders, (file, lines) -> {
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(file + ":" + (i + 1));
                }
            }
        });
        return found;
    }

    /** All Java sources below some folders; there must be some. */
    private static void each(List<Path> folders, BiConsumer<Path, List<String>> look) {
        int count = 0;
        for (Path folder : folders) {
            try (Stream<Path> walk = Files.walk(folder)) {
                List<Path> files = walk.filter(path -> path.toString().endsWith(".java")).sorted().toList();
                count += files.size();
                files.forEach(file -> look.accept(file, lines(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertTrue(count > 0, "no sources in " + folders);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
