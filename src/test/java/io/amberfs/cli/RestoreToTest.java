package io.amberfs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.posix.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole trees, made with the system's tools and compared with them. */
class RestoreToTest {
    private static final String TREE = """
            mkdir -p a/b/c empty; echo one > a/one; echo two > a/b/two; : > a/b/nothing; ln -s ../nowhere a/dangling; ln -s /etc/passwd a/outside
            head -c 700000 /dev/urandom > a/b/c/random; truncate -s 3M a/sparse; printf x | dd of=a/sparse bs=1 seek=2000000 conv=notrunc status=none
            truncate -s 1M a/hole; ln a/one a/b/one-again; ln a/one one-more; mkfifo a/fifo; ln -s two a/b/link; ln -P a/b/link a/b/link-again
            setfattr -n user.colour -v amber a/one; setfattr -n user.empty a/b/two; setfattr -n user.dir -v yes a/b; chmod 2775 a/b; chmod 4711 a/b/two
            chmod 0400 a/b/c/random; chmod 1777 empty
            touch -h -d '2001-02-03 04:05:06.123456789' a/dangling a/b/two a/sparse a/fifo; touch -d '1969-12-31 23:59:58.5 UTC' a/b/nothing
            touch -d '2011-11-11 11:11:11.111111111' a/b empty a .
            """;
    private Path base;
    private RestoreBench bench;

    @BeforeEach
    void open() throws IOException {
        base = Files.createTempDirectory("restore-to");
        bench = new RestoreBench(base);
    }

    @AfterEach
    void remove() {
        RestoreBench.shell(base, "chmod -R u+rwx . 2>/dev/null || true; rm -rf '" + base + "'");
    }

    private void assertRestored() {
        assertEquals(RestoreBench.look(bench.past), RestoreBench.look(bench.target));
        assertEquals("", RestoreBench.shell(bench.target, "find . -name '.amberfs-restore-*'"));
    }

    @Test
    void aTreeComesBackWithAllThatIsSeenOfIt() throws IOException {
        RestoreBench.shell(bench.past, TREE);
        RestoreTo.Summary summary = bench.restore(false, false);
        assertRestored();
        assertTrue(summary.complete());
        assertEquals(0, summary.same() + summary.deleted() + summary.attributes());
    }

    @Test
    void ownersDevicesAndCapabilitiesComeBackAsRoot() throws IOException {
        assumeTrue(Directory.asRoot(), "needs root to give files away and to make devices");
        RestoreBench.shell(bench.past, "echo x > file; chown 1234:2345 file; chmod 6755 file; mkdir d; chown 7:8 d; mknod null c 1 3; mknod disk b"
                + " 259 300; ln -s x link; chown -h 3:4 link;"
                + " cp /bin/true able; chown 5:6 able; setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 able; setfattr"
                + " -n trusted.amber -v 1 able");
        bench.restore(false, false);
        assertRestored();
        RestoreBench.shell(bench.target, "chown 9:9 able file; chown -h 9:9 link; chmod 0600 null");
        RestoreTo.Summary again = bench.restore(false, false);
        assertRestored();
        assertEquals(4, again.mended());
        assertEquals(0, again.restored());
    }

    @Test
    void anIdenticalTreeIsNotTouched() throws IOException {
        RestoreBench.shell(bench.past, TREE);
        bench.restore(false, false);
        String before = RestoreBench.traces(bench.target);
        RestoreTo.Summary again = bench.restore(true, false);
        assertEquals(before, RestoreBench.traces(bench.target));
        assertEquals(0, again.restored() + again.mended() + again.deleted() + again.skipped() + again.bytes());
        assertTrue(again.same() > 10);
    }

    @Test
    void aCopyMadeByOtherMeansIsNotTouchedEither() throws IOException {
        RestoreBench.shell(bench.past, TREE);
        RestoreBench.shell(base, "cp -a past/. target/");
        String before = RestoreBench.traces(bench.target);
        bench.restore(true, false);
        assertEquals(before, RestoreBench.traces(bench.target));
    }

    @Test
    void onlyWhatDiffersIsWritten() throws IOException {
        RestoreBench.shell(bench.past, TREE);
        bench.restore(false, false);
        RestoreBench.shell(bench.target, "printf y | dd of=a/b/c/random bs=1 seek=650000 conv=notrunc status=none; echo more >> a/b/two; rm"
                + " a/b/nothing; chmod 600 a/hole; rm a/fifo; ln -sfn elsewhere a/outside;"
                + " printf z | dd of=a/hole bs=1 seek=500000 conv=notrunc status=none; setfattr -n user.new -v 1 a/sparse; setfattr -x user.dir a/b");
        RestoreTo.Summary summary = bench.restore(false, false);
        assertRestored();
        assertEquals(java.util.Set.of("a/b/c/random", "a/b/two", "a/b/nothing", "a/hole", "a/fifo", "a/outside", "a/sparse"),
                bench.told("restored").stream().filter(path -> !Files.isDirectory(bench.target.resolve((String) path),
                LinkOption.NOFOLLOW_LINKS)).collect(java.util.stream.Collectors.toSet()));
        assertEquals(6, summary.restored());
    }

    @Test
    void holesStayHoles() throws IOException {
        RestoreBench.shell(bench.past, "truncate -s 100M big; printf x | dd of=big bs=1 seek=50000000 conv=notrunc status=none");
        RestoreBench.shell(base, "cp --sparse=always past/big target/big; printf y | dd of=target/big bs=1 seek=90000000 conv=notrunc status=none");
        bench.restore(false, false);
        assertRestored();
        assertTrue(Long.parseLong(RestoreBench.shell(bench.target, "stat -c %b big").strip()) < 1000);
    }

    @Test
    void aFileThatIsSharedWithAnotherNameIsNotChangedInPlace() throws IOException {
        RestoreBench.shell(bench.past, "echo same > a; echo same > b; chmod 600 a b");
        RestoreBench.shell(bench.target, "echo same > ../outside; chmod 644 ../outside; ln ../outside a; ln ../outside b");
        String outside = RestoreBench.shell(base, "stat -c '%a %y %s' outside");
        bench.restore(false, false);
        assertRestored();
        assertEquals(outside, RestoreBench.shell(base, "stat -c '%a %y %s' outside"));
    }

    @Test
    void hardLinksAreJoinedAndParted() throws IOException {
        RestoreBench.shell(bench.past, "mkdir d; echo 1 > x; ln x y; ln x d/z; echo 1 > lone; touch -d 2020-02-02 x lone");
        RestoreBench.shell(bench.target, "mkdir d; echo 1 > x; cp x y; cp x d/z; ln x lone; touch -d 2020-02-02 x");
        bench.restore(false, false);
        assertRestored();
        assertEquals("1\n", RestoreBench.shell(bench.target, "stat -c %i x y d/z | sort -u | wc -l"));
    }

    @Test
    void deleteRemovesWhatWasNotThereAndNothingOutside() throws IOException {
        RestoreBench.shell(bench.past, "mkdir -p d/sub; echo 1 > d/keep");
        RestoreBench.shell(base, "mkdir -p outside/deep; echo precious > outside/deep/file; cd target; mkdir -p d/sub d/extra/x/y; echo 1 >"
                + " d/extra/x/y/f; echo 2 > other; ln -s ../outside door; ln -s ../../../outside d/extra/door; mkfifo p");
        bench.restore(false, false);
        assertTrue(Files.exists(bench.target.resolve("d/extra/x/y/f")));
        RestoreTo.Summary summary = bench.restore(true, false);
        assertRestored();
        assertEquals("precious\n", Files.readString(base.resolve("outside/deep/file")));
        assertEquals(8, summary.deleted());
    }

    @Test
    void aSymlinkWhereADirectoryBelongsIsReplacedNotFollowed() throws IOException {
        RestoreBench.shell(bench.past, "mkdir -p a/b; echo past > a/b/f; echo past > g");
        RestoreBench.shell(base, "mkdir -p outside/b; echo precious > outside/b/f; echo precious > outside/g; ln -s ../outside target/a; ln -s"
                + " ../outside/g target/g");
        bench.restore(true, false);
        assertRestored();
        assertEquals("precious\nprecious\n", RestoreBench.shell(base, "cat outside/b/f outside/g"));
    }

    @Test
    void aDirectoryInTheWayOfAFileStaysUnlessItIsEmptyOrToBeDeleted() throws IOException {
        RestoreBench.shell(bench.past, "echo 1 > full; echo 2 > bare; ln -s x link");
        RestoreBench.shell(bench.target, "mkdir -p full/sub bare link/sub; echo precious > full/sub/f");
        RestoreTo.Summary summary = bench.restore(false, false);
        assertEquals(2, summary.skipped());
        assertFalse(summary.complete());
        assertEquals("precious\n", Files.readString(bench.target.resolve("full/sub/f")));
        assertEquals("2\n", Files.readString(bench.target.resolve("bare")));
        assertTrue(bench.restore(true, false).complete());
        assertRestored();
    }

    @Test
    void aDryRunTouchesNothingAndListsWhatARunDoes() throws IOException {
        RestoreBench.shell(bench.past, TREE);
        bench.restore(false, false);
        RestoreBench.shell(bench.target, "echo x >> a/one; rm -r a/b; mkdir extra; echo 1 > extra/f; chmod 700 empty; rm a/dangling; mkdir"
                + " a/dangling; : > .amberfs-restore-0123456789abcdef");
        String before = RestoreBench.traces(bench.target);
        RestoreTo.Summary dry = bench.restore(true, true);
        assertEquals(before, RestoreBench.traces(bench.target));
        var wouldRestore = java.util.Set.copyOf(bench.told("restored"));
        var wouldDelete = java.util.Set.copyOf(bench.told("deleted"));
        assertTrue(dry.dryRun());
        bench.restore(true, false);
        var did = new java.util.HashSet<>(bench.told("restored"));
        did.removeAll(wouldRestore);
        assertTrue(java.util.Set.of("a", ".").containsAll(did), "only times of directories that the run itself changed: " + did);
        var deleted = new java.util.HashSet<>(bench.told("deleted"));
        deleted.remove("a/dangling");
        assertEquals(wouldDelete, deleted);
        assertRestored();
    }

    @Test
    void aDryRunIntoADirectoryThatIsMissingMakesNothing() throws IOException {
        RestoreBench.shell(bench.past, "mkdir d; echo 1 > d/f; ln d/f g");
        Files.delete(bench.target);
        RestoreTo.Summary dry = bench.restore(true, true);
        assertFalse(Files.exists(bench.target));
        assertEquals(3, dry.restored() - 1, "and the target itself");
        assertTrue(bench.restore(false, false).complete());
        assertRestored();
    }

    @Test
    void theTargetMayBeReachedThroughSymlinks() throws IOException {
        RestoreBench.shell(bench.past, "echo 1 > f");
        Path door = Files.createSymbolicLink(base.resolve("door"), bench.target);
        try (RestoreTo to = new RestoreTo(door, false, false, event -> { })) {
            bench.stream(to);
            assertTrue(to.finish().complete());
        }
        assertRestored();
        assertTrue(Files.isSymbolicLink(door));
    }

    @Test
    void aDefaultAclOfTheTargetDoesNotOpenWhatWasClosed() throws IOException {
        assumeTrue(Files.exists(Path.of("/usr/bin/setfacl")) || Files.exists(Path.of("/bin/setfacl")), "needs setfacl");
        RestoreBench.shell(bench.target, "setfacl -d -m u:1234:rwx .");
        RestoreBench.shell(bench.past, "mkdir d; echo 1 > d/f; chmod 600 d/f");
        bench.restore(false, false);
        assertRestored();
    }

    @Test
    void whatIsMountedInTheTargetIsNotDeleted() throws IOException {
        assumeTrue(Directory.asRoot(), "needs root to mount");
        RestoreBench.shell(bench.past, "echo 1 > f");
        RestoreBench.shell(bench.target, "mkdir -p extra/mnt; mount -t tmpfs none extra/mnt; echo precious > extra/mnt/f");
        try {
            RestoreTo.Summary summary = bench.restore(true, false);
            assertTrue(summary.skipped() > 0);
            assertEquals("precious\n", Files.readString(bench.target.resolve("extra/mnt/f")));
        } finally {
            RestoreBench.shell(bench.target, "umount extra/mnt");
        }
    }

    @Test
    void aFullDiskEndsTheRunAndLeavesOldContents() throws IOException {
        assumeTrue(Directory.asRoot(), "needs root to mount a small filesystem");
        RestoreBench.shell(bench.past, "head -c 3000000 /dev/urandom > f");
        RestoreBench.shell(base, "mount -t tmpfs -o size=2m none target; echo old > target/f");
        try {
            Refusal refusal = assertThrows(Refusal.class, () -> bench.restore(false, false));
            assertEquals(ExitCode.NO_SPACE, refusal.code());
            assertEquals("f\nold\n", RestoreBench.shell(bench.target, "ls -A; cat f"));
        } finally {
            RestoreBench.shell(base, "umount target");
        }
    }

    @Test
    void twoRunsIntoOneTargetDoNotMeet() throws IOException {
        try (RestoreTo first = new RestoreTo(bench.target, false, false, event -> { })) {
            new RestoreStream(first).directory("");
            Refusal refusal = assertThrows(Refusal.class, () -> bench.restore(false, false));
            assertEquals(ExitCode.IN_USE, refusal.code());
        }
        assertTrue(bench.restore(false, false).complete());
    }

    @Test
    void aTreeOfTwoThousandLevelsComesBackAndIsDeletedAgain() throws IOException {
        int levels = 2000;
        for (int run = 0; run < 2; run++) {
            try (RestoreTo to = new RestoreTo(bench.target, false, false, event -> { })) {
                RestoreStream stream = new RestoreStream(to).directory("");
                StringBuilder path = new StringBuilder();
                for (int i = 0; i < levels; i++) {
                    path.append(i == 0 ? "level" : "/level");
                    stream.directory(path.toString());
                }
                stream.file(path + "/deep", "deep down");
                for (int i = levels; i > 0; i--) {
                    stream.file(path + "/late", "late");
                    stream.leave(path.toString());
                    path.setLength(Math.max(0, path.length() - (i == 1 ? 5 : 6)));
                }
                RestoreTo.Summary summary = stream.leave("").finish();
                assertTrue(summary.complete());
                assertEquals(run == 0 ? 2 * levels + 1 : 0, summary.restored());
            }
        }
        try (RestoreTo to = new RestoreTo(bench.target, true, false, event -> { })) {
            assertEquals(2 * levels + 1, new RestoreStream(to).directory("").leave("").finish().deleted());
        }
        assertEquals("", RestoreBench.shell(bench.target, "ls -A"));
        assertTrue(Long.parseLong(RestoreBench.shell(base, "ls /proc/" + ProcessHandle.current().pid() + "/fd | wc -l").strip()) < 200);
    }

    @Test
    void withoutRootOwnersAreCountedAndSetuidIsNotLent() throws IOException {
        assumeTrue(Directory.asRoot(), "needs root to become somebody else");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        RestoreBench.shell(base, "chmod 755 .; chown 65534 target; mkdir lib");
        for (String part : System.getProperty("java.class.path").split(":")) {
            if (Files.isDirectory(Path.of(part)) || part.matches(".*/(jnr|jffi|asm)[^/]*")) {
                RestoreBench.shell(base, Files.isDirectory(Path.of(part)) ? "cp -r '" + part + "/.' lib" : "cp '" + part + "' lib");
            }
        }
        String out = RestoreBench.shell(base, "chmod -R a+rX lib; setpriv --reuid=65534 --regid=65534 --clear-groups '" + java + "' -cp 'lib:lib/*'"
                + " io.amberfs.cli.RestoreAsNobody target");
        assertTrue(out.contains("owners=4 complete=true"), out);
        assertEquals("755 f\n555 d\n644 d/inner\n", RestoreBench.shell(bench.target, "stat -c '%a %n' f d d/inner"));
        assertTrue(out.contains("again owners=4 same=4 restored=0 mended=0"), out);
    }

    @Test
    void killedAtAnyMomentEachFileIsOldOrNewAndTheNextRunCleansUp() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        byte[] old = RestoreStream.filled(200_000, 'o');
        byte[] fresh = RestoreStream.filled(200_000, 'n');
        int torn = 0;
        int caught = 0;
        for (int run = 0; run < 6; run++) {
            for (int i = 0; i < 300; i++) {
                Files.write(bench.target.resolve("f" + i), old);
            }
            Process process = new ProcessBuilder(java.toString(), "-cp", System.getProperty("java.class.path"), "io.amberfs.cli.RestoreUntilKilled",
                bench.target.toString()).start();
            java.io.BufferedReader lines = new java.io.BufferedReader(new java.io.InputStreamReader(process.getInputStream()));
            for (int i = 0; i <= 30 * run + 90; i++) {
                lines.readLine();
            }
            process.destroyForcibly().waitFor();
            int renewed = 0;
            for (int i = 0; i < 300; i++) {
                byte[] found = Files.readAllBytes(bench.target.resolve("f" + i));
                boolean isNew = Arrays.equals(found, fresh);
                boolean isOld = Arrays.equals(found, old);
                torn += isNew || isOld ? 0 : 1;
                renewed += isNew ? 1 : 0;
            }
            caught += renewed > 0 && renewed < 300 ? 1 : 0;
        }
        assertEquals(0, torn);
        assertTrue(caught >= 4, "killed while at work in " + caught + " of 6 runs");
        Files.write(bench.target.resolve(".amberfs-restore-0123456789abcdef"), old);
        Files.write(bench.target.resolve(".amberfs-restore-mine"), old);
        try (RestoreTo to = new RestoreTo(bench.target, false, false, event -> { })) {
            new RestoreStream(to).directory("").leave("").finish();
        }
        assertEquals(".amberfs-restore-mine\n", RestoreBench.shell(bench.target, "ls -A | grep '^\\.'"));
    }
}
