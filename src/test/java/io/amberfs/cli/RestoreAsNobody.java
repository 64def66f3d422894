package io.amberfs.cli;

import io.amberfs.model.Mode;
import java.nio.file.Path;
import java.util.Map;

/** Restores the files of root twice, as whoever runs it. */
final class RestoreAsNobody {
    private RestoreAsNobody() {
    }

    public static void main(String[] args) {
        RestoreTo.Summary summary = run(Path.of(args[0]));
        System.out.println("owners=" + summary.owners() + " complete=" + summary.complete() + " " + summary);
        summary = run(Path.of(args[0]));
        System.out.println("again owners=" + summary.owners() + " same=" + summary.same() + " restored=" + summary.restored() + " mended=" + summary.mended());
    }

    private static RestoreTo.Summary run(Path target) {
        try (RestoreTo to = new RestoreTo(target, true, false, System.out::println)) {
            RestoreStream stream = new RestoreStream(to).directory("");
            Map<String, Object> setuid = RestoreStream.entry("f", Mode.FILE | 06755);
            stream.file(setuid, new byte[] {1});
            stream.send(RestoreStream.entry("d", Mode.DIRECTORY | 0555)).file("d/inner", "1").leave("d");
            return stream.leave("").finish();
        }
    }
}
