package io.amberfs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Mounts the drive and leaves a daemon behind. */
@Command(name = "mount", description = "Mount the drive on an empty directory and return when it answers. The first time, the default store is made.",
    footerHeading = "%nExample:%n", footer = {"  amberfs mount ~/drive", "  ls ~/drive/.snapshots/10min-ago"})
final class MountCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "DIR", description = "An empty directory.")
    private String directory;

    @Option(names = {"-f", "--foreground"}, description = "Stay; the drive is unmounted by Ctrl-C or amberfs umount.")
    private boolean foreground;

    @Mixin
    private MountOptions options;

    MountCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        SecretOptions secrets = options.fstab().secrets(context.globals().secrets());
        return new Mounting(context, options.settings(), secrets).run(context.newStore(), context.absolute(directory), foreground);
    }
}
