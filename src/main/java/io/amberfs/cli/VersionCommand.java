package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** What runs here. */
@Command(name = "version", description = "Show the versions of amberfs and of the Java that runs it.", footerHeading = "%nExample:%n",
    footer = "  amberfs version --json")
final class VersionCommand implements Callable<Integer> {
    private final Context context;

    VersionCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (context.output().json()) {
            Map<String, Object> version = new LinkedHashMap<>();
            version.put("version", number());
            version.put("java", System.getProperty("java.runtime.version"));
            version.put("javaHome", System.getProperty("java.home"));
            context.output().json(version);
        } else {
            context.output().line(line());
        }
        return ExitCode.OK.number();
    }

    private static String line() {
        return "amberfs " + number() + ", on Java " + System.getProperty("java.runtime.version") + " in " + System.getProperty("java.home");
    }

    /** The jar names its version; classes that were not packed have none. */
    static String number() {
        return Optional.ofNullable(Main.class.getPackage().getImplementationVersion()).orElse("unpacked");
    }

    /** The same for --version. */
    static final class Provider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {line()};
        }
    }
}
