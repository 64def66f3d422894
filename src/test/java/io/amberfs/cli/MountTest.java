package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class MountTest {
    private static final String TABLE = """
        22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
        90 22 0:44 / /home/u/my\\040drive rw,nosuid shared:9 master:2 - fuse.amberfs amberfs\\043/srv/a\\040b\\134040c rw,user_id=0
        91 90 0:45 / /home/u/my\\040drive/sub rw - tmpfs tmpfs rw
        92 22 0:46 / /mnt/x rw - fuse.sshfs amberfs#/srv/s rw
        93 22 0:47 / /mnt/y rw - fuse.amberfs amberfs#/srv/plain rw
        garbage
        """;

    @TempDir
    Path root;

    @Test
    void theMountTableNamesTheStoreOfEachDrive() {
        List<MountPoint> mounts = MountPoint.parse(TABLE);
        assertEquals(5, mounts.size());
        assertEquals(Optional.of(Path.of("/srv/a b\\040c")), mounts.get(1).store());
        assertEquals(Path.of("/home/u/my drive"), mounts.get(1).path());
        assertEquals(Optional.empty(), mounts.get(3).store(), "of another type");
        assertEquals(List.of(mounts.get(4)), MountPoint.of(Path.of("/srv/plain"), mounts).toList());
    }

    @Test
    void aPathLiesInTheDeepestMountAndInTheLastOfSeveralThere() {
        List<MountPoint> mounts = MountPoint.parse(TABLE + "94 22 0:48 / /mnt/y rw - ext4 /dev/vdb rw\n");
        assertEquals("fuse.amberfs", MountPoint.holding(Path.of("/home/u/my drive/a"), mounts).orElseThrow().type());
        assertEquals("tmpfs", MountPoint.holding(Path.of("/home/u/my drive/sub/a"), mounts).orElseThrow().type());
        assertEquals("ext4", MountPoint.at(Path.of("/mnt/y"), mounts).orElseThrow().type());
        assertEquals(Optional.empty(), MountPoint.at(Path.of("/mnt"), mounts));
    }

    @Test
    void theRealMountTableIsRead() {
        assertTrue(MountPoint.at(Path.of("/"), MountPoint.all()).isPresent());
    }

    @Test
    void escapesAreBytes() {
        assertEquals("a ä\\", MountPoint.unescape("a\\040\\303\\244\\134"));
        assertEquals("\\04", MountPoint.unescape("\\04"));
    }

    @Test
    void theStoreIsTheOneNamedElseThatOfTheDriveElseTheDefault() {
        List<MountPoint> mounts = MountPoint.parse(TABLE);
        Map<String, String> home = Map.of("HOME", "/home/u");
        Path in = Path.of("/mnt/y/sub");
        assertEquals(Path.of("/mnt/y/sub/s"), StoreLocation.find(Optional.of("s"), Map.of("AMBERFS_STORE", "/srv/e"), in, mounts).path());
        assertEquals(Path.of("/srv/e"), StoreLocation.find(Optional.empty(), Map.of("AMBERFS_STORE", "/srv/e"), in, mounts).path());
        assertEquals(Path.of("/srv/plain"), StoreLocation.find(Optional.empty(), home, in, mounts).path());
        StoreLocation byDefault = StoreLocation.find(Optional.empty(), home, Path.of("/home/u"), mounts);
        assertEquals(new StoreLocation(Path.of("/home/u/.local/share/amberfs/store"), true), byDefault);
        assertTrue(StoreLocation.forNew(Optional.empty(), home, in).isDefault(), "a new store is not that of the drive one stands in");
    }

    @Test
    void onlyAnEmptyDirectoryThatIsNoMountpointIsMountedOn() throws IOException {
        Path store = Files.createDirectories(root.resolve("store/inside")).getParent();
        Path empty = Files.createDirectory(root.resolve("empty"));
        Path full = Files.createDirectories(root.resolve("full/x")).getParent();
        Path file = Files.createFile(root.resolve("file"));
        Path link = Files.createSymbolicLink(root.resolve("link"), empty);
        assertEquals(empty.toRealPath(), MountTarget.check(empty, store, List.of()));
        assertEquals(empty.toRealPath(), MountTarget.check(link, store, List.of()));
        refused(root.resolve("missing"), store, List.of(), "mkdir -p " + root.resolve("missing"));
        refused(full, store, List.of(), "not empty");
        refused(file, store, List.of(), "not a directory");
        refused(store.resolve("inside"), store, List.of(), "lies in the store");
        refused(empty, store, List.of(new MountPoint(empty, "tmpfs", "tmpfs")), "already a mountpoint, of a tmpfs");
        refused(link, store, List.of(new MountPoint(empty, "fuse.amberfs", "amberfs#/srv/s")), "already a mountpoint, of the drive of the store /srv/s");
    }

    private static void refused(Path typed, Path store, List<MountPoint> mounts, String reason) {
        Refusal refusal = assertThrows(Refusal.class, () -> MountTarget.check(typed, store, mounts));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    @Test
    void whatIsMissingForMountingIsNamedWithItsPackage() throws IOException {
        FuseSetup setup = new FuseSetup(root);
        assertTrue(message(setup, false, false).contains("/dev/fuse"));
        Files.createDirectories(root.resolve("dev/fuse"));
        assertTrue(message(setup, false, false).contains("apt-get install libfuse2"));
        setup.check(false, false, true);
        Files.createDirectories(root.resolve("usr/lib/x86_64-linux-gnu/libfuse.so.2"));
        assertTrue(message(setup, false, false).contains("apt-get install fuse3"));
        setup.check(true, true, true);
        Files.createDirectories(root.resolve("usr/bin/fusermount3"));
        setup.check(true, false, false);
        assertTrue(message(setup, true, false).contains("user_allow_other"));
        Files.writeString(Files.createDirectories(root.resolve("etc")).resolve("fuse.conf"), "#user_allow_other\nuser_allow_other\n");
        setup.check(true, true, false);
    }

    private static String message(FuseSetup setup, boolean allowOther, boolean superuser) {
        return assertThrows(Refusal.class, () -> setup.check(true, allowOther, superuser)).getMessage();
    }

    @Test
    void processesThatStandInOrHoldAMountAreFound() throws Exception {
        Path mount = Files.createDirectory(root.resolve("mount"));
        Path file = Files.writeString(mount.resolve("f"), "x");
        Process standing = new ProcessBuilder("cat").directory(mount.toFile()).start();
        Process reading = new ProcessBuilder("sh", "-c", "exec 3<\"$0\"; echo; exec cat", file.toString()).start();
        Process beside = new ProcessBuilder("cat").directory(root.toFile()).start();
        try {
            reading.getInputStream().read();
            List<Long> found = Holders.of(mount, Path.of("/proc"), ProcessHandle.current().pid()).stream().map(Holders.Holder::pid).toList();
            assertTrue(found.contains(standing.pid()) && found.contains(reading.pid()), found::toString);
            assertFalse(found.contains(beside.pid()));
            assertFalse(Holders.of(mount, Path.of("/proc"), standing.pid()).stream().anyMatch(holder -> holder.pid() == standing.pid()));
        } finally {
            for (Process process : List.of(standing, reading, beside)) {
                process.destroy();
                process.waitFor();
            }
        }
    }

    @Test
    void aMappedFileKeepsAMountBusy() throws IOException {
        Path process = Files.createDirectories(root.resolve("proc/42/fd")).getParent();
        Files.writeString(process.resolve("comm"), "vim\n");
        Files.writeString(process.resolve("maps"), "7f00-7f01 r--p 00000000 00:2c 7          /mnt/drive/lib.so\n");
        assertEquals("[vim (42)]", Holders.of(Path.of("/mnt/drive"), root.resolve("proc"), 1).toString());
        assertEquals(List.of(), Holders.of(Path.of("/mnt/driv"), root.resolve("proc"), 1));
    }

    @Test
    void aDaemonThatIsReadyGetsItsSecretAndStays() throws Exception {
        Path seen = root.resolve("seen");
        long pid = DaemonProcess.start(script("cat > " + seen + "; echo noise; echo '{\"ready\":true}'; exec sleep 60"), root, new Secret.Recovery("R"), 30);
        ProcessHandle daemon = ProcessHandle.of(pid).orElseThrow();
        assertTrue(daemon.isAlive());
        assertEquals("rR", Files.readString(seen));
        daemon.destroy();
        daemon.onExit().get();
    }

    @Test
    void theWordOfADaemonThatFailsIsPassedOn() {
        Refusal refusal = start("cat > /dev/null; echo '{\"code\":12,\"message\":\"wrong passphrase\"}'; exit 12");
        assertEquals(ExitCode.WRONG_KEY, refusal.code());
        assertEquals("wrong passphrase", refusal.getMessage());
    }

    @Test
    void aDaemonThatDiesWithoutAWordIsReportedWithItsLog() throws IOException {
        Refusal refusal = start("echo trouble >&2; exit 7");
        assertTrue(refusal.getMessage().contains("exit code 7") && refusal.getMessage().contains(root.resolve("log").toString()), refusal.getMessage());
        assertEquals("trouble\n", Files.readString(root.resolve("log")));
    }

    @Test
    void aDaemonThatDoesNotAnswerIsEnded() throws IOException {
        Path file = root.resolve("pid");
        Refusal refusal = assertThrows(Refusal.class,
            () -> DaemonProcess.start(script("echo $$ > " + file + "; exec sleep 60"), root, new Secret.None(), 2));
        assertTrue(refusal.getMessage().contains("did not answer"), refusal.getMessage());
        long pid = Long.parseLong(Files.readString(file).strip());
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    private Refusal start(String script) {
        return assertThrows(Refusal.class, () -> DaemonProcess.start(script(script), root, new Secret.None(), 30));
    }

    private static List<String> script(String text) {
        return List.of("sh", "-c", text);
    }

    @Test
    void theDaemonIsStartedWithItsOptionsAndNoSecret() {
        List<String> command = DaemonJvm.command(Path.of("/srv/s"), Path.of("/mnt/d"), List.of("--read-only"), 1);
        assertEquals("setsid", command.get(0));
        assertEquals(List.of("--store", "/srv/s", "--verbose", "daemon", "--mount", "/mnt/d", "--read-only"), command.subList(command.size() - 7, command.size()));
    }

    @Test
    void theDaemonStartsFromTheCacheThatTheLauncherNamesElseFromItsArchive() throws IOException {
        Path cache = Files.createFile(root.resolve("cache"));
        Path archive = Files.createFile(root.resolve("archive"));
        System.setProperty("amberfs.cache", cache.toString());
        System.setProperty("amberfs.archive", archive.toString());
        try {
            assertTrue(command().contains("-XX:AOTCache=" + cache), () -> command().toString());
            assertFalse(command().toString().contains("SharedArchiveFile"), () -> command().toString());
            Files.delete(cache);
            assertTrue(command().contains("-XX:SharedArchiveFile=" + archive), () -> command().toString());
            assertFalse(command().toString().contains("AOTCache"), () -> command().toString());
        } finally {
            System.clearProperty("amberfs.cache");
            System.clearProperty("amberfs.archive");
        }
    }

    private static List<String> command() {
        return DaemonJvm.command(Path.of("/srv/s"), Path.of("/mnt/d"), List.of(), 0);
    }
}
