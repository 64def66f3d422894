package io.amberfs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A drive that is mounted once for all tests of a class, each of which works in a directory of its own. */
final class SharedMount implements BeforeAllCallback, AfterAllCallback {
    private final String prelude;
    private final String[] options;
    private MountedDrive drive;

    /** @param prelude comes ahead of each Python script @param options of {@code mount} */
    SharedMount(String prelude, String... options) {
        this.prelude = prelude;
        this.options = options;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        drive = MountedDrive.mounted(options);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (drive != null) {
            drive.close();
        }
    }

    MountedDrive drive() {
        return drive;
    }

    Path directory(String name) throws IOException {
        return Files.createDirectory(drive.at(name));
    }

    /** Runs a script that ends well. Its arguments are those given, and the name of the transport behind them. */
    void python(String script, Object... arguments) {
        Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = MountedDrive.transport();
        drive.shell().python(prelude + script, all).ok();
    }
}
