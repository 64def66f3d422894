package io.amberfs.crypto;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The header of a store: its id, its age and its key slots, in the files {@code amberfs.store} and {@code amberfs.store.copy}.
 *
 * <p>Invariants:
 * <ul>
 *   <li>A change is in both files, and synced, when its method returns; if the method throws, {@link #slots} tells what holds.
 *   <li>Either file alone opens the store; what is wrong with the other one is in {@link #damaged}.
 *   <li>A removed slot is in neither file. (What a disk keeps of overwritten files, and backups of them, is beyond reach.)
 * </ul>
 *
 * <p>Thread-safe; guarded by its monitor. One process at a time may change it, which the lock of the store sees to.
 */
public final class StoreHeader {
    private final HeaderFiles files;
    private Header header;
    private List<String> damaged;

    private StoreHeader(HeaderFiles files, Header header, List<String> damaged) {
        this.files = files;
        this.header = header;
        this.damaged = damaged;
    }

    /** Makes the header of a new store with one key slot. @throws Refusal if the directory has one already */
    public static StoreHeader create(Path directory, SlotMaker maker, byte[] master, Credential credential, String label) {
        HeaderFiles files = new HeaderFiles(directory);
        if (files.anyExists()) {
            throw new Refusal(ExitCode.ERROR, directory + " holds a store already: mount it, or choose another directory");
        }
        KeySlots slots = KeySlots.create(maker, StoreId.random(maker.entropy()), master, credential, label);
        Header header = new Header(1, maker.clock().nanos(), false, slots);
        files.write(header);
        return new StoreHeader(files, header, List.of());
    }

    /**
     * Reads, and changes nothing.
     *
     * @throws Refusal                                     NO_STORE if neither file is there, DAMAGE if neither is of use
     * @throws io.amberfs.model.UnsupportedFormatException if the newest header is of another version
     */
    public static StoreHeader open(Path directory) {
        HeaderFiles files = new HeaderFiles(directory);
        HeaderFiles.Found found = files.read();
        return new StoreHeader(files, found.header(), found.damaged());
    }

    /** One line for each header file that is not as it should be; the store opens nevertheless. */
    public synchronized List<String> damaged() {
        return damaged;
    }

    /** Writes both files anew if one was damaged or out of date; for the owner of the store, right after opening. */
    public synchronized void heal() {
        if (!damaged.isEmpty()) {
            files.write(header);
            damaged = List.of();
        }
    }

    public synchronized StoreId storeId() {
        return header.storeId();
    }

    /** Nanoseconds since 1970. */
    public synchronized long created() {
        return header.created();
    }

    public synchronized List<Slot> slots() {
        return header.keySlots().slots();
    }

    public synchronized boolean recoveryConfirmed() {
        return header.recoveryConfirmed();
    }

    /** Remembers whether the user has put the recovery key away safely. */
    public void confirmRecovery(boolean confirmed) {
        change(old -> old.withRecoveryConfirmed(confirmed));
    }

    /** Takes half a second for each passphrase slot tried. The caller wipes what this gives. @throws Refusal WRONG_KEY if no slot opens */
    public Unlocked unlock(Credential credential) {
        return keySlots().unlock(credential);
    }

    /** @param master of this store, from {@link #unlock} */
    public synchronized Slot addSlot(SlotMaker maker, byte[] master, Credential credential, String label) {
        change(old -> old.with(old.keySlots().add(maker, master, credential, label)));
        List<Slot> slots = slots();
        return slots.get(slots.size() - 1);
    }

    /** @throws Refusal if there is no such slot, or nothing but recovery keys would be left */
    public void removeSlot(int id) {
        change(old -> old.with(old.keySlots().remove(id)));
    }

    /** Wraps the master key anew in the slot that {@code old} opens; no data is rewritten. @throws Refusal WRONG_KEY if it opens none */
    public void changePassphrase(SlotMaker maker, Credential.Passphrase old, Credential.Passphrase fresh) {
        change(before -> before.with(before.keySlots().changePassphrase(maker, old, fresh)));
    }

    private synchronized KeySlots keySlots() {
        return header.keySlots();
    }

    private synchronized void change(UnaryOperator<Header> step) {
        Header changed = step.apply(header);
        try {
            files.write(changed);
        } catch (RuntimeException e) {
            rereadAfter(e);
            throw e;
        }
        header = changed;
        damaged = List.of();
    }

    private void rereadAfter(RuntimeException failure) {
        try {
            HeaderFiles.Found found = files.read();
            header = found.header();
            damaged = found.damaged();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public synchronized String toString() {
        return "header of store " + header.storeId() + ", generation " + header.generation();
    }
}
