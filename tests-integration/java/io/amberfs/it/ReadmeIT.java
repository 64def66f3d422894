package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs what README.md shows, line by line, as a newcomer does who has the source tree and an empty home. */
@Timeout(300)
class ReadmeIT {
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final String TIME = "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}";
    /** A home that no test has. */
    private static final String HOME = "/home/you";

    /** What is typed behind the prompt, and what is shown below it. */
    private record Example(String command, List<String> shown) {
    }

    private static Path project() {
        return Path.of(MountedDrive.launcher()).toAbsolutePath().getParent();
    }

    private static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(project().resolve("README.md"))) {
            if (line.startsWith("```")) {
                inside = line.equals("```console");
            } else if (inside && line.startsWith("$ ")) {
                examples.add(new Example(line.substring(2), new ArrayList<>()));
            } else if (inside) {
                examples.get(examples.size() - 1).shown().add(line);
            }
        }
        return examples;
    }

    private static Pattern pattern(List<String> shown, Path home) {
        return Pattern.compile(shown.stream().map(line -> line(line.replace(HOME, home.toString()))).collect(Collectors.joining()));
    }

    /** Dots stand for anything; a time for any time, and alone on its line for several, since a commit may fall between the making of a file and the writing to it. */
    private static String line(String text) {
        if (text.equals("...")) {
            return "(?s:.*)";
        } else if (text.matches(TIME)) {
            return "(?:" + TIME + "\n)+";
        }
        String start = text.startsWith("...") ? "(?:.*\n)*.*" : "";
        return start + Pattern.quote(text.substring(text.startsWith("...") ? 3 : 0)).replaceAll(TIME, "\\\\E" + TIME.replace("\\", "\\\\") + "\\\\Q") + "\n";
    }

    @Test
    void whatTheReadmeShowsIsWhatHappens() throws IOException {
        List<Example> examples = examples();
        assertTrue(examples.size() >= 9, "only " + examples.size() + " commands were found");
        try (MountedDrive drive = MountedDrive.withoutStore()) {
            Path home = Files.createDirectory(drive.root().resolve("home"));
            Shell newcomer = drive.shell().with(Map.of("AMBERFS_STORE", "", "XDG_CONFIG_HOME", "", "HOME", home.toString()));
            for (Example example : examples) {
                Outcome outcome = newcomer.run(BOUND, project(), "bash", "-c", "exec 2>&1\n" + example.command());
                String said = outcome.ok();
                assertTrue(pattern(example.shown(), home).matcher(said).matches(), () -> "README.md shows\n" + String.join("\n", example.shown()) + "\nbut: " + outcome);
            }
            try (var keys = Files.list(home.resolve(".config/amberfs"))) {
                assertEquals(1, keys.count(), "a key file, as the README says");
            }
            assertTrue(Files.isExecutable(project().resolve("verify")));
        }
    }
}
