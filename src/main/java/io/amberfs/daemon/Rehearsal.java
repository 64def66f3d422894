package io.amberfs.daemon;

import io.amberfs.fs.Drive;
import io.amberfs.model.Inode;
import io.amberfs.mount.Requester;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the kernel asks of a drive while people work, put to it without a mount, so that a JDK can note which code matters and how it is used. Contents follow
 * from their places: each run is like the one before. As much of each as its code needs to be compiled to the end, and not more: somebody waits. Confined to
 * one thread.
 */
public final class Rehearsal {
    private static final int MIB = 1 << 20;
    private static final int PAGE = 4096;
    private static final int RANDOM_MIB = 64;
    private static final int TEXT_MIB = 48;
    private static final int TEXT_KINDS = 4096;
    private static final int SMALL_MIB = 8;
    private static final int PAGES = 2500;
    private static final int SYNC_EVERY = 10;
    private static final int FOLDERS = 12;
    private static final int FILES = 150;
    private static final int ROUNDS = 2;
    private static final int KIB_MOST = 24;
    private static final long SECONDS = 1_700_000_000L;
    private static final String ATTRIBUTE = "user.rehearsal";
    /** Asked for by the kernel or by ls, and mostly not there. */
    private static final String ACL = "system.posix_acl_access";

    private final Drive drive;
    private final Requester kernel;
    private final byte[] bytes = new byte[MIB];

    private Rehearsal(Drive drive) {
        this.drive = drive;
        kernel = new Requester(drive);
    }

    /** To a new drive: writes large files, and makes, changes, lists and deletes many small ones. */
    public static void write(OpenDrive open) {
        Rehearsal rehearsal = new Rehearsal(open.drive());
        rehearsal.writeLarge("random", RANDOM_MIB, false);
        rehearsal.writeLarge("text", TEXT_MIB, true);
        rehearsal.writeLarge("random again", RANDOM_MIB / 2, false);
        rehearsal.snapshot("large");
        rehearsal.writePages();
        for (int round = 0; round < ROUNDS; round++) {
            rehearsal.tree("tree" + round);
        }
        rehearsal.snapshot("small");
        for (int round = 0; round < ROUNDS - 1; round++) {
            rehearsal.removeTree("tree" + round);
        }
        open.drive().tick();
    }

    /** To the same drive, opened anew, which therefore has nothing in its memory: reads what {@link #write} left, in order and not, in the present and in the past. */
    public static void read(OpenDrive open) {
        Rehearsal rehearsal = new Rehearsal(open.drive());
        rehearsal.readTree(Inode.ROOT, "tree" + (ROUNDS - 1));
        rehearsal.readThrough(Inode.ROOT, "random");
        rehearsal.readThrough(Inode.ROOT, "text");
        rehearsal.readPages("text");
        rehearsal.readPages("random");
        long snapshots = rehearsal.kernel.lookup(Inode.ROOT, ".snapshots");
        rehearsal.kernel.list(snapshots);
        for (int round = 0; round < ROUNDS; round++) {
            rehearsal.readTree(rehearsal.kernel.lookup(snapshots, "small"), "tree" + round);
        }
        rehearsal.readThrough(rehearsal.kernel.lookup(snapshots, "large"), "random again");
    }

    /** A word that follows from its number and looks random: the finalizer of SplitMix64 (Steele, Lea, Flood, 2014). */
    private static long word(long number) {
        long z = number * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    private byte[] random(long place) {
        ByteBuffer into = ByteBuffer.wrap(bytes);
        for (long i = 0; into.hasRemaining(); i++) {
            into.putLong(word(place + i));
        }
        return bytes;
    }

    /** Compresses to somewhat less than half. */
    private byte[] text(long place) {
        ByteBuffer into = ByteBuffer.wrap(bytes);
        for (long i = 0; into.hasRemaining(); i++) {
            into.putLong(word(word(place + i) & TEXT_KINDS - 1));
        }
        return bytes;
    }

    private void writeLarge(String name, int mebibytes, boolean text) {
        Requester.Opened file = kernel.create(Inode.ROOT, name);
        for (int i = 0; i < mebibytes; i++) {
            long place = (long) i * MIB;
            kernel.write(file, place, text ? text(place) : random(place), MIB);
            if (i % 32 == 31) {
                drive.tick();
            }
        }
        kernel.fsync(file);
        kernel.release(file);
    }

    private void writePages() {
        Requester.Opened file = kernel.create(Inode.ROOT, "pages");
        for (int i = 0; i < SMALL_MIB; i++) {
            kernel.write(file, (long) i * MIB, text(i), MIB);
        }
        kernel.fsync(file);
        byte[] page = Arrays.copyOf(random(-1), PAGE);
        for (int i = 0; i < PAGES; i++) {
            page[i % PAGE]++;
            kernel.write(file, page(i, SMALL_MIB), page, PAGE);
            if (i % SYNC_EVERY == 0) {
                kernel.fsync(file);
            }
        }
        kernel.release(file);
        drive.tick();
    }

    /** Where the {@code i}th of the pages that are chosen at random lies. */
    private static long page(int i, int mebibytes) {
        return Math.floorMod(word(i), mebibytes * (MIB / PAGE)) * (long) PAGE;
    }

    private void snapshot(String name) {
        kernel.mkdir(kernel.lookup(Inode.ROOT, ".snapshots"), name);
    }

    /** As tar and cp make it, and somebody who looks and tidies up. */
    private void tree(String name) {
        long tree = kernel.mkdir(Inode.ROOT, name);
        for (int i = 0; i < FOLDERS; i++) {
            long folder = kernel.mkdir(tree, "folder" + i);
            kernel.lookup(tree, "folder" + (i + 1));
            for (int f = 0; f < FILES; f++) {
                make(folder, i, f);
            }
            kernel.symlink(folder, "link", "../folder0/file0");
            kernel.list(folder);
            for (int f = 0; f < FILES; f += 3) {
                kernel.rename(folder, "file" + f, f % 2 == 0 ? folder : tree, "moved" + i + "-" + f);
                kernel.getattr(folder);
            }
            drive.tick();
        }
        kernel.list(tree);
    }

    private void make(long folder, int i, int number) {
        String name = "file" + number;
        kernel.getxattr(folder, "security.capability");
        kernel.lookup(folder, name);
        Requester.Opened file = kernel.create(folder, name);
        int length = number % 5 == 0 ? 100 : (int) (1 + Math.floorMod(word(number), KIB_MOST * 1024L));
        kernel.write(file, 0, number == 0 ? text(i) : bytes, length);
        kernel.chown(file.node());
        kernel.touch(file.node(), SECONDS + number);
        kernel.getxattr(file.node(), ACL);
        if (number % 4 == 0) {
            kernel.setxattr(file.node(), ATTRIBUTE, name.getBytes(StandardCharsets.UTF_8));
            kernel.listxattr(file.node());
        }
        if (number % 8 == 0) {
            kernel.removexattr(file.node(), ATTRIBUTE);
        }
        kernel.getattr(file.node());
        kernel.release(file);
        kernel.forget(file.node());
    }

    private void removeTree(String name) {
        long tree = kernel.lookup(Inode.ROOT, name);
        for (int i = 0; i < FOLDERS; i++) {
            long folder = kernel.lookup(tree, "folder" + i);
            kernel.list(folder);
            for (int f = 0; f < FILES; f++) {
                boolean moved = f % 3 == 0;
                long parent = moved && f % 2 != 0 ? tree : folder;
                kernel.getattr(parent);
                kernel.unlink(parent, moved ? "moved" + i + "-" + f : "file" + f);
            }
            kernel.unlink(folder, "link");
            kernel.rmdir(tree, "folder" + i);
        }
        kernel.rmdir(Inode.ROOT, name);
        drive.tick();
    }

    private void readTree(long parent, String name) {
        long tree = kernel.lookup(parent, name);
        kernel.list(tree);
        for (int i = 0; i < FOLDERS; i++) {
            long folder = kernel.lookup(tree, "folder" + i);
            kernel.list(folder);
            for (int f = 0; f < FILES; f++) {
                long node = kernel.lookup(folder, "file" + f);
                if (node != 0) {
                    kernel.getattr(node);
                    kernel.getxattr(node, ACL);
                    Requester.Opened file = kernel.open(node, false);
                    kernel.read(file, 0, 32 * 1024);
                    kernel.release(file);
                }
            }
        }
    }

    private void readThrough(long folder, String name) {
        Requester.Opened file = kernel.open(kernel.lookup(folder, name), false);
        long offset = 0;
        int count = MIB;
        while (count > 0) {
            count = kernel.read(file, offset, MIB);
            offset += count;
        }
        kernel.release(file);
    }

    private void readPages(String name) {
        Requester.Opened file = kernel.open(kernel.lookup(Inode.ROOT, name), false);
        for (int i = 0; i < PAGES; i++) {
            kernel.read(file, page(i, TEXT_MIB), PAGE);
        }
        kernel.release(file);
        drive.tick();
    }
}
