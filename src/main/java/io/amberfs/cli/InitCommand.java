package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.util.Optional;
import picocli.CommandLine.Command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** Makes a store. */
@Command(name = "init", description = "Make a store. (mount makes the default one by itself.)", footerHeading = "%nExample:%n",
    footer = "  amberfs -s /srv/store init --password-file ~/passphrase")
final class InitCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--uid", paramLabel = "UID", description = "Whom the root directory of the drive belongs to. Default: the owner of the store.")
    private Optional<String> uid = Optional.empty();

    @Option(names = "--gid", paramLabel = "GID", description = "The group of the root directory. Default: that of the store.")
    private Optional<String> gid = Optional.empty();

    InitCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Path store = context.newStore().path();
        if (context.backend().isStore(store)) {
            throw new Refusal(ExitCode.ERROR, "there is a store at " + store + " already: mount it, or name another place with -s");
        }
        Backend.NewStore made = make(context, store, context.secrets().forNewStore(store),
            new Owner(uid.map(text -> Owner.number("--uid", text)), gid.map(text -> Owner.number("--gid", text))));
        if (context.output().json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("store", store.toString());
            result.put("id", made.id());
            result.put("keyFile", made.keyFile().map(Path::toString).orElse(null));
            context.output().json(result);
        } else {
            context.output().info("store  " + store);
        }
        return ExitCode.OK.number();
    }

    /** Makes the store and shows what must be kept. */
    static Backend.NewStore make(Context context, Path store, Secret secret, Owner owner) {
        Logging.configure(context.globals().verbosity());
        Backend.NewStore made = context.backend().init(store, secret, owner);
        made.keyFile().ifPresent(file -> context.output().show("A key file opens the store: " + file + " (keep a copy of it elsewhere)"));
        RecoveryKey.show(context.output(), made.recoveryKey());
        return made;
    }
}
