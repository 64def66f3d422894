package io.amberfs.cli;

import java.nio.file.Path;

/** Replaces 300 files and says a line after each; somebody kills it. */
final class RestoreUntilKilled {
    private RestoreUntilKilled() {
    }

    public static void main(String[] args) {
        byte[] fresh = RestoreStream.filled(200_000, 'n');
        try (RestoreTo to = new RestoreTo(Path.of(args[0]), false, false, event -> { })) {
            RestoreStream stream = new RestoreStream(to).directory("");
            for (int i = 0; i < 300; i++) {
                stream.file("f" + i, fresh);
                System.out.println(i);
            }
            stream.leave("").finish();
        }
    }
}
