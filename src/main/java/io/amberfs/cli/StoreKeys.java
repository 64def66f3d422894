package io.amberfs.cli;

import io.amberfs.crypto.Credential;
import io.amberfs.crypto.RecoveryKeyText;
import io.amberfs.crypto.Slot;
import io.amberfs.crypto.SlotKind;
import io.amberfs.crypto.SlotMaker;
import io.amberfs.crypto.StoreHeader;
import io.amberfs.crypto.Unlocked;
import io.amberfs.model.Entropy;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changes to key slots, made in the store's header: a running daemon need not know. Stateless. */
final class StoreKeys implements KeyOperations {
    private final StoreBackend backend;
    private final SlotMaker maker;

    StoreKeys(StoreBackend backend, SlotMaker maker) {
        this.backend = backend;
        this.maker = maker;
    }

    @Override
    public List<Map<String, Object>> list(Path store) {
        StoreHeader header = StoreHeader.open(store);
        return header.slots().stream().map(slot -> json(slot, header)).toList();
    }

    @Override
    public Map<String, Object> add(Path store, Secret unlock, Secret added) {
        StoreHeader header = StoreHeader.open(store);
        try (Credential credential = backend.credential(header, unlock); Unlocked unlocked = header.unlock(credential);
             Credential fresh = backend.newCredential(header, added)) {
            return json(header.addSlot(maker, unlocked.master(), fresh, fresh.kind() == SlotKind.PASSPHRASE ? "passphrase" : "key file"), header);
        }
    }

    @Override
    public void remove(Path store, Secret unlock, String id) {
        StoreHeader header = StoreHeader.open(store);
        try (Credential credential = backend.credential(header, unlock); Unlocked unlocked = header.unlock(credential)) {
            header.removeSlot(number(id));
        }
    }

    @Override
    public void change(Path store, Secret unlock, Secret fresh) {
        StoreHeader header = StoreHeader.open(store);
        if (unlock instanceof Secret.Passphrase && fresh instanceof Secret.Passphrase) {
            try (Credential old = backend.credential(header, unlock); Credential next = backend.credential(header, fresh)) {
                header.changePassphrase(maker, (Credential.Passphrase) old, (Credential.Passphrase) next);
            }
            return;
        }
        try (Credential credential = backend.credential(header, unlock); Unlocked unlocked = header.unlock(credential);
             Credential next = backend.newCredential(header, fresh)) {
            header.addSlot(maker, unlocked.master(), next, next.kind() == SlotKind.PASSPHRASE ? "passphrase" : "key file");
            header.removeSlot(unlocked.slot().id());
        }
    }

    @Override
    public String renewRecovery(Path store, Secret unlock) {
        StoreHeader header = StoreHeader.open(store);
        try (Credential credential = backend.credential(header, unlock); Unlocked unlocked = header.unlock(credential);
             Credential.RecoveryKey fresh = RecoveryKeyText.random(Entropy.system())) {
            List<Slot> former = header.slots().stream().filter(slot -> slot.kind() == SlotKind.RECOVERY).toList();
            header.addSlot(maker, unlocked.master(), fresh, "recovery key");
            former.forEach(slot -> header.removeSlot(slot.id()));
            header.confirmRecovery(false);
            return RecoveryKeyText.format(fresh);
        }
    }

    @Override
    public void confirmRecovery(Path store, Secret.Recovery kept) {
        StoreHeader header = StoreHeader.open(store);
        try (Credential credential = backend.credential(header, kept); Unlocked unlocked = header.unlock(credential)) {
            header.confirmRecovery(true);
        }
    }

    @Override
    public void confirmRecovery(Path store) {
        StoreHeader.open(store).confirmRecovery(true);
    }

    private static Map<String, Object> json(Slot slot, StoreHeader header) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", String.valueOf(slot.id()));
        object.put("kind", switch (slot.kind()) {
            case PASSPHRASE -> "passphrase";
            case KEY_FILE -> "keyfile";
            case RECOVERY -> "recovery";
        });
        object.put("label", slot.label());
        object.put("created", java.time.Instant.ofEpochSecond(0, slot.created()).toString());
        if (slot.kind() == SlotKind.RECOVERY) {
            object.put("confirmed", header.recoveryConfirmed());
        }
        return object;
    }

    private static int number(String id) {
        try {
            return Integer.parseInt(id);
        } catch (NumberFormatException e) {
            throw new Refusal(ExitCode.USAGE, "'" + id + "' is no key: amberfs key list shows their numbers", e);
        }
    }
}
