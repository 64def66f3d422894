package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the system able to mount drives by itself. */
@Command(name = "install", description = "Install what mounts drives from /etc/fstab (/sbin/mount.amberfs) and, for each user, through systemd (amberfs@.service).",
    footerHeading = "%nExamples:%n", footer = {"  sudo amberfs install", "  amberfs install --user && systemctl --user enable --now amberfs@drive"})
final class InstallCommand implements Callable<Integer> {
    private static final String SYSTEM_UNITS = "usr/local/lib/systemd/user";

    private final Context context;

    @Option(names = "--user", description = "Only the unit of systemd, for yourself, in ~/.config/systemd/user. Needs no root.")
    private boolean user;

    @Option(names = "--prefix", paramLabel = "DIR", description = "Put everything below this directory, as for a package. The files name the launcher as it is called now.")
    private Optional<String> prefix = Optional.empty();

    @Option(names = "--remove", description = "Take away what was installed.")
    private boolean remove;

    @Option(names = "--force", description = "Replace or remove files of that name also if they are not from amberfs.")
    private boolean force;

    InstallCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (!user && prefix.isEmpty() && !Mounting.isSuperuser()) {
            throw new Refusal(ExitCode.USAGE, "to install for the whole system takes root: run it as root, or amberfs install --user for yourself alone");
        }
        String launcher = context.surroundings().launcher().orElseThrow(() -> new Refusal(ExitCode.ERROR,
            "it is not known how amberfs is started: run the program amberfs, not its jar"));
        Path root = prefix.map(context::absolute).orElse(Path.of("/"));
        Installer installer = new Installer(user ? List.of(Installer.unit(userUnits(root), launcher))
            : List.of(Installer.fstab(root, launcher), Installer.unit(root.resolve(SYSTEM_UNITS), launcher)), force);
        List<Path> paths = remove ? installer.remove() : installer.install();
        report(paths);
        return ExitCode.OK.number();
    }

    /** As systemd looks for them. */
    private Path userUnits(Path root) {
        Map<String, String> environment = context.surroundings().environment();
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path folder = config.startsWith("/") ? Path.of(config) : StoreLocation.home(environment).resolve(".config");
        return root.resolve(Path.of("/").relativize(folder)).resolve("systemd/user");
    }

    private void report(List<Path> paths) {
        Output output = context.output();
        if (output.json()) {
            output.json(new LinkedHashMap<>(Map.of(remove ? "removed" : "installed", paths.stream().map(Path::toString).toList())));
            return;
        }
        paths.forEach(path -> output.info((remove ? "removed    " : "installed  ") + Show.text(RawPath.text(path))));
        if (paths.isEmpty()) {
            output.info("nothing was installed there");
        } else if (!remove && !user) {
            output.info("in /etc/fstab:  amberfs#/srv/store  /srv/drive  amberfs  key_file=/etc/amberfs.key,allow_other,nofail  0  0");
        }
        if (!remove && !paths.isEmpty()) {
            output.info("with systemd:   systemctl --user daemon-reload && systemctl --user enable --now amberfs@drive  (mounts ~/drive)");
        }
    }
}
