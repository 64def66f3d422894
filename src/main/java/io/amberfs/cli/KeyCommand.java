package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The key slots of a store. */
@Command(name = "key", description = "Manage what opens the store: passphrases, key files, the recovery key. No data is rewritten.",
    synopsisSubcommandLabel = "(list | add | remove | passwd | recovery)", footerHeading = "%nExample:%n", footer = "  amberfs key passwd")
final class KeyCommand implements Callable<Integer> {
    private final Context context;

    KeyCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        throw Usage.missing("key", "list, add, remove, passwd or recovery");
    }

    @Command(description = "List the key slots.", footerHeading = "%nExample:%n", footer = "  amberfs key list --json")
    int list() {
        List<Map<String, Object>> slots = context.backend().keys().list(context.store());
        if (context.output().json()) {
            context.output().json(slots);
            return ExitCode.OK.number();
        }
        Table table = new Table("SLOT", "KIND", "CREATED", "CONFIRMED");
        for (Map<String, Object> slot : slots) {
            table.row(String.valueOf(slot.get("id")), String.valueOf(slot.get("kind")), Show.time(slot.get("created"), context.surroundings().offsets()),
                slot.get("confirmed") instanceof Boolean confirmed ? confirmed ? "yes" : "no" : "");
        }
        table.lines().forEach(context.output()::line);
        return ExitCode.OK.number();
    }

    @Command(description = "Let a further passphrase or key file open the store.", footerHeading = "%nExample:%n",
        footer = "  amberfs key add --new-key-file /media/stick/drive.key")
    int add(@Option(names = "--new-password-file", paramLabel = "FILE", description = "The new passphrase is its first line.") Optional<Path> passwordFile,
            @Option(names = "--new-key-file", paramLabel = "FILE", description = "The new key file; made if it is not there.") Optional<Path> keyFile) {
        Path store = context.store();
        Secret unlock = context.secretOf(store);
        Map<String, Object> slot = context.backend().keys().add(store, unlock, context.secrets().fresh(passwordFile, keyFile));
        return report(slot, "slot " + slot.get("id") + " added");
    }

    @Command(description = "Take a slot away: what it held does not open the store any more.", footerHeading = "%nExample:%n", footer = "  amberfs key remove 2")
    int remove(@Parameters(paramLabel = "SLOT", description = "As in the list.") String slot) {
        Path store = context.store();
        context.backend().keys().remove(store, context.secretOf(store), slot);
        return report(Map.of("id", slot), "slot " + slot + " removed");
    }

    @Command(description = "Change the passphrase or key file that you open the store with.", footerHeading = "%nExample:%n",
        footer = "  amberfs key passwd --new-password-file new.txt")
    int passwd(@Option(names = "--new-password-file", paramLabel = "FILE", description = "The new passphrase is its first line.") Optional<Path> passwordFile,
               @Option(names = "--new-key-file", paramLabel = "FILE", description = "The new key file; made if it is not there.") Optional<Path> keyFile) {
        Path store = context.store();
        Secret unlock = context.secretOf(store);
        context.backend().keys().change(store, unlock, context.secrets().fresh(passwordFile, keyFile));
        return report(Map.of("store", store.toString()), "changed: from now on the new one opens " + store);
    }

    @Command(description = "Make a new recovery key in the place of the former one, or confirm that it is kept.", footerHeading = "%nExample:%n",
        footer = "  amberfs key recovery --confirm")
    int recovery(@Option(names = "--confirm", description = "Type it (or send it to standard input) to prove that you kept it."
        + " With nothing on standard input, your word is taken.") boolean confirm) {
        Path store = context.store();
        if (!confirm) {
            RecoveryKey.show(context.output(), context.backend().keys().renewRecovery(store, context.secretOf(store)));
            return report(Map.of("store", store.toString()), "the former recovery key does not open the store any more");
        }
        Optional<String> named = context.secrets().named() instanceof Secret.Recovery recovery ? Optional.of(recovery.text()) : Optional.empty();
        Optional<String> typed = named.or(() -> context.secrets().typedRecoveryKey()).or(this::piped);
        if (typed.isPresent()) {
            context.backend().keys().confirmRecovery(store, new Secret.Recovery(typed.get()));
        } else {
            context.backend().keys().confirmRecovery(store);
        }
        return report(Map.of("store", store.toString(), "confirmed", true), typed.isPresent() ? "that is the recovery key: keep it" : "confirmed on your word");
    }

    private Optional<String> piped() {
        try {
            String line = new BufferedReader(new InputStreamReader(context.surroundings().input(), StandardCharsets.UTF_8)).readLine();
            return Optional.ofNullable(line).map(String::strip).filter(text -> !text.isEmpty());
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot read the recovery key from standard input: " + Reasons.of(e), e);
        }
    }

    private int report(Map<String, Object> result, String text) {
        if (context.output().json()) {
            context.output().json(new LinkedHashMap<>(result));
        } else {
            context.output().info(text);
        }
        return ExitCode.OK.number();
    }
}
