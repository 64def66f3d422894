package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drives mounted as other filesystems are: by mount(8), from /etc/fstab, by systemd. */
@Timeout(300)
class FstabIT {
    /** A view of the filesystem of its own, in which mount(8) finds what was installed below $1; the machine's own /usr/sbin stays as it is. */
    private static final String INSTALLED = """
        mount -t overlay overlay -o "lowerdir=$1/sbin:$(readlink -f /sbin)" "$(readlink -f /sbin)"
        """;

    private MountedDrive drive;
    private Path prefix;
    private Path key;

    @BeforeEach
    void install() throws IOException {
        drive = MountedDrive.unmounted();
        prefix = drive.root().resolve("prefix");
        drive.amberfs("install", "--prefix", prefix).ok();
        try (Stream<Path> keys = Files.list(drive.root().resolve("config/amberfs"))) {
            key = keys.findFirst().orElseThrow();
        }
    }

    @AfterEach
    void close() {
        drive.close();
    }

    private Path program() {
        return prefix.resolve("sbin/mount.amberfs");
    }

    /** Without anything of a user's surroundings, as early in a boot. */
    private Outcome mount(String options) {
        return drive.shell().run("env", "-i", "AMBERFS_JAVA_HOME=" + System.getProperty("java.home"), program(), "amberfs#" + drive.store(), drive.path(), "-o", options);
    }

    /** @param script bash; $1 the prefix, $2 the store, $3 the directory, $4 the key file, $5 a file to write */
    private Outcome unshared(String script) {
        return drive.shell().run("unshare", "--mount", "--propagation", "private", "bash", "-euo", "pipefail", "-c", INSTALLED + script, "bash", prefix, drive.store(),
            drive.path(), key, drive.root().resolve("fstab"));
    }

    private static void needsRoot() throws IOException {
        Assumptions.assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")), "only root mounts without a helper of its own");
    }

    @Test
    void theHelperMountsWithoutHomeLocaleOrTerminal() throws IOException {
        assertEquals("", mount("rw,key_file=" + key + ",nodev,noexec,commit=5,_netdev,x-systemd.automount").ok(), "mount(8) says nothing either");
        assertTrue(drive.isMounted());
        String line = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream().filter(each -> each.contains(" " + drive.path() + " ")).findFirst().orElseThrow();
        assertTrue(line.contains("nodev") && line.contains("noexec") && line.contains("noatime"), line);
        Files.writeString(drive.at("file"), "kept");
        assertEquals(0, mount("rw,key_file=" + key).exit(), "mount -a may ask again");
        drive.umount();
        assertEquals("kept", drive.amberfs("cat", "file").ok());
    }

    @Test
    void theHelperSaysWhatIsWrongInTheTermsOfFstab() {
        assertTrue(mount("rw").refused(32).contains("key_file="));
        assertTrue(mount("rw,key_file=" + key + ",strictatime").refused(1).contains("strictatime"));
        assertTrue(mount("rw,key_file=" + key + ",colour=red").refused(1).contains("'colour=red'"));
        assertTrue(mount("rw,key_file=/missing").refused(32).contains("/missing"));
        assertFalse(drive.isMounted());
    }

    @Test
    void mountAndUmountAreAllThatIsNeeded() throws IOException {
        needsRoot();
        Outcome outcome = unshared("""
            printf 'amberfs#%s %s amberfs key_file=%s,nofail,nodev,x-systemd.automount,noatime 0 0\\n' "$2" "$3" "$4" > "$5"
            mount -a -T "$5"
            mount -a -T "$5"
            echo first > "$3/file"
            umount "$3"
            until mount -t amberfs "$2" "$3" -o "ro,key_file=$4" 2> /dev/null; do sleep 0.1; done
            cat "$3/file"
            ! touch "$3/other" 2> /dev/null
            umount "$3"
            if mount -t amberfs "$2" "$3" -o strictatime; then exit 1; else echo "strictatime $?"; fi
            mount -s -f -t amberfs "$2" "$3" -o colour=red
            """);
        assertEquals("first\nstrictatime 1\n", outcome.ok());
        assertEquals("first\n", drive.amberfs("cat", "file").ok());
    }

    @Test
    void anInstantIsMountedReadOnlyAsTheDriveWasThen() throws IOException {
        drive.mount();
        Files.createDirectory(drive.at("folder"));
        Files.writeString(drive.at("folder/file"), "then");
        drive.snapshot("first");
        Files.writeString(drive.at("folder/file"), "now");
        Files.writeString(drive.at("new"), "now");
        drive.umount();
        drive.mount("-o", "at=first");
        assertEquals("then", Files.readString(drive.at("folder/file")));
        drive.shell().python("""
            assert os.listdir(sys.argv[1]) == ['folder'], os.listdir(sys.argv[1])
            assert os.path.samefile(sys.argv[1] + '/folder/..', sys.argv[1])
            refused(errno.EROFS, write, sys.argv[1] + '/new', b'')
            refused(errno.EROFS, os.unlink, sys.argv[1] + '/folder/file')
            refused(errno.ENOENT, os.stat, sys.argv[1] + '/.snapshots')
            """, drive.path()).ok();
        drive.umount();
        assertTrue(drive.amberfs("mount", drive.path(), "--at", "2001-01-01").refused(1).contains("before the first commit"));
        assertEquals("now", drive.amberfs("cat", "folder/file").ok());
    }

    @Test
    void theRootDirectoryOfANewStoreBelongsToWhomItIsSaid() throws IOException {
        needsRoot();
        try (MountedDrive other = MountedDrive.withoutStore()) {
            Shell shell = other.shell().with(java.util.Map.of("AMBERFS_STORE", ""));
            shell.run(MountedDrive.command("mount", other.path(), "-o", "uid=1234,gid=567")).ok();
            assertEquals(List.of(1234, 567), List.of(Files.getAttribute(other.path(), "unix:uid"), Files.getAttribute(other.path(), "unix:gid")));
            shell.run(MountedDrive.command("umount", other.path())).ok();
            shell.run(MountedDrive.command("mount", other.path(), "-o", "uid=4321")).ok();
            assertEquals(1234, Files.getAttribute(other.path(), "unix:uid"), "it is not new any more");
            String log = Files.readString(other.root().resolve(".local/share/amberfs/store/log"));
            assertTrue(log.contains("belongs to 1234:567"), log);
        }
    }

    /** An @ stands for a name that is no path. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void systemdIsToldWhenTheDriveAnswers(boolean named) {
        drive.shell().python("""
            import subprocess
            listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            listening.bind(sys.argv[1].replace('@', '\\0'))
            listening.settimeout(100)
            daemon = subprocess.Popen(sys.argv[2:], env={**os.environ, 'NOTIFY_SOCKET': sys.argv[1]}, stdout=subprocess.DEVNULL)
            try:
                said = listening.recv(4096).decode().split('\\n')
                assert said == ['READY=1', f'MAINPID={daemon.pid}'], said
                write(sys.argv[-1] + '/file', b'it answers')
            finally:
                daemon.terminate()
            assert daemon.wait() == 143
            """, Stream.concat(Stream.of((named ? "@" : "") + drive.root().resolve("notify")), Stream.of(MountedDrive.command("mount", "--foreground", drive.path()))).toArray()).ok();
        assertEquals("it answers", drive.amberfs("cat", "file").ok());
    }

    @Test
    void systemdTakesTheUnit() throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/systemd-analyze")), "systemd is not here");
        Path template = prefix.resolve("usr/local/lib/systemd/user/amberfs@.service");
        Path instance = Files.copy(template, drive.root().resolve("amberfs@drive.service"));
        Outcome outcome = drive.shell().with(java.util.Map.of("XDG_RUNTIME_DIR", drive.root().toString())).run("systemd-analyze", "verify", "--user", instance);
        assertEquals("", outcome.ok() + outcome.err());
    }

    @Test
    void whatWasInstalledIsTakenAwayAgain() throws IOException {
        drive.amberfs("install", "--prefix", prefix, "--remove").ok();
        try (Stream<Path> walk = Files.walk(prefix)) {
            assertEquals(List.of(), walk.filter(path -> !Files.isDirectory(path)).toList());
        }
    }
}
