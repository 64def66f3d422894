package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Fault;
import io.amberfs.model.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * What /sbin/mount.amberfs runs: {@code STORE DIR [-sfnv] [-o OPTIONS]}, as mount(8) gives it.
 *
 * <ul>
 *   <li>Its exit codes are those of mount(8), which looks at no others: 1 wrong usage, 8 interrupted, 32 not mounted.</li>
 *   <li>What is mounted there already is no failure: {@code mount -a} cannot always tell, and asks again.</li>
 * </ul>
 */
@Command(name = "fstab-mount", hidden = true, description = "Mount as mount(8) asks for it; called by /sbin/mount.amberfs.", footer = "")
final class FstabCommand implements Callable<Integer> {
    private static final String PREFIX = "amberfs#";
    private static final int USAGE = 1;
    private static final int INTERRUPTED = 8;
    private static final int NOT_MOUNTED = 32;

    private final Context context;

    /** Behind a "--": the letters are those of mount(8), not ours. */
    @Parameters(arity = "0..*")
    private List<String> arguments = List.of();

    private boolean sloppy;
    private boolean fake;
    private boolean verbose;
    private final List<String> operands = new ArrayList<>();
    private final List<String> options = new ArrayList<>();

    FstabCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try {
            read();
            return mount(FstabOptions.parse(options, sloppy));
        } catch (Refusal e) {
            context.output().warn(e.getMessage());
            return switch (e.code()) {
                case USAGE -> USAGE;
                case INTERRUPTED -> INTERRUPTED;
                default -> NOT_MOUNTED;
            };
        } catch (Fault e) {
            context.output().warn(e.getMessage());
            return NOT_MOUNTED;
        }
    }

    private void read() {
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            if (argument.equals("-o") || argument.equals("-t")) {
                if (!rest.hasNext()) {
                    throw usage(argument + " needs a value");
                }
                String value = rest.next();
                if (argument.equals("-o")) {
                    options.add(value);
                }
            } else if (argument.startsWith("-") && argument.length() > 1) {
                argument.chars().skip(1).forEach(letter -> flag((char) letter));
            } else {
                operands.add(argument);
            }
        }
        if (operands.size() != 2) {
            throw usage("a store and a directory are needed");
        }
    }

    private void flag(char letter) {
        switch (letter) {
            case 's' -> sloppy = true;
            case 'f' -> fake = true;
            case 'v' -> verbose = true;
            case 'n' -> { } // nothing is written to /etc/mtab in any case
            default -> throw usage("-" + letter + " is not known");
        }
    }

    private static Refusal usage(String what) {
        return new Refusal(ExitCode.USAGE, what + ": mount.amberfs STORE DIR [-sfnv] [-o OPTIONS]");
    }

    private int mount(FstabOptions fstab) {
        MountSettings settings = MountOptions.of(fstab);
        String source = operands.get(0);
        String named = source.startsWith(PREFIX) ? source.substring(PREFIX.length()) : source;
        StoreLocation location = StoreLocation.forNew(Optional.of(named), context.surroundings().environment(), context.surroundings().directory());
        Path directory = context.absolute(operands.get(1));
        context.output().configure(false, !verbose);
        if (isMounted(location.path(), directory)) {
            context.output().info(location.path() + " is already mounted at " + directory);
            return ExitCode.OK.number();
        }
        Mounting mounting = new Mounting(context, settings, fstab.secrets(context.globals().secrets()));
        if (fake) {
            mounting.check(location.path(), directory);
            return ExitCode.OK.number();
        }
        return mounting.run(location, directory, false);
    }

    private boolean isMounted(Path store, Path directory) {
        return MountPoint.at(directory, context.surroundings().mounts()).flatMap(MountPoint::store).filter(store::equals).isPresent() && !MountTarget.isDead(directory);
    }
}
