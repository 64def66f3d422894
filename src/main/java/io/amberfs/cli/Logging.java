package io.amberfs.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What of the program's log is shown on standard error; set up only where the store is opened in this process. */
final class Logging {
    private static final String FORMAT = "java.util.logging.SimpleFormatter.format";
    /** Held strongly: the JDK forgets the settings of a logger that nobody holds. */
    private static final Logger ROOT = Logger.getLogger("");

    private Logging() {
    }

    /** For a command: warnings; with -v more, with -vv all of ours. */
    static void configure(int verbosity) {
        System.setProperty(FORMAT, "amberfs: %5$s%n");
        set(verbosity == 0 ? Level.WARNING : verbosity == 1 ? Level.INFO : Level.FINE);
    }

    /** For a daemon, whose standard error is the log: with times. */
    static void configureDaemon(int verbosity) {
        System.setProperty(FORMAT, "%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s: %5$s%6$s%n");
        set(verbosity == 0 ? Level.INFO : Level.FINE);
    }

    private static void set(Level level) {
        for (Handler handler : ROOT.getHandlers()) {
            ROOT.removeHandler(handler);
        }
        ConsoleHandler console = new ConsoleHandler();
        console.setFormatter(new SimpleFormatter());
        console.setLevel(level);
        ROOT.addHandler(console);
        ROOT.setLevel(Level.INFO.intValue() < level.intValue() ? level : Level.INFO);
        if (level == Level.FINE) {
            AMBERFS.setLevel(Level.FINE);
        }
    }

    private static final Logger AMBERFS = Logger.getLogger("io.amberfs");
}
