package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.Caller;
import io.amberfs.fs.Drive;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.model.Name;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names that are not UTF-8, typed into a real shell; in scripts as bash writes their bytes. */
@Timeout(300)
class RawNamesIT {
    private static final Caller CALLER = new Caller(0, 0, 0);

    private static Name name(String latin) {
        return Name.of(latin.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A drive with {@code d\xff/caf\xe9}, made below any transport. */
    private static void fill(MountedDrive drive) throws IOException {
        Path key;
        try (Stream<Path> keys = Files.list(drive.root().resolve("config/amberfs"))) {
            key = keys.findFirst().orElseThrow();
        }
        try (OpenedStore opened = new OpenedStore(drive.store(), key, false, false)) {
            Drive below = opened.drive();
            Node folder = below.mkdir(Node.ROOT, name("d\u00ff"), 0755, CALLER);
            try (FileHandle file = below.open(below.create(folder, name("caf\u00e9"), 0644, CALLER), true, false, true)) {
                file.write(0, "then".getBytes(StandardCharsets.UTF_8), 0, 4);
            }
            below.snapshot("first");
        }
    }

    /** Each command in the locale of the tests, and in one that is not UTF-8. */
    private static void commandsReachThem(MountedDrive drive) {
        for (String locale : new String[] {"C.UTF-8", "C"}) {
            Shell shell = drive.shell().with(java.util.Map.of("LC_ALL", locale, "AMBERFS", MountedDrive.launcher()));
            assertEquals("then", shell.bash("$AMBERFS cat $'first:d\\xff/caf\\xe9'").ok());
            assertTrue(shell.bash("$AMBERFS ls $'d\\xff'").ok().endsWith(" caf\\xe9\n"));
            assertEquals("Y2Fm6Q==", MountedDrive.jsonArray(shell.bash("$AMBERFS ls --json $'first:d\\xff'").ok()).get(0).get("name64"));
            assertTrue(shell.bash("$AMBERFS cat $'d\\xff/caf\\xe8'").refused(1).contains("'d\\xff/caf\\xe8'"));
            assertEquals("then", shell.bash("""
                $AMBERFS -q restore --at first --to $'to \\xfe' $'d\\xff'
                cat $'to \\xfe/caf\\xe9'
                rm -r $'to \\xfe'
                """).ok());
        }
    }

    @Test
    void commandsReachThemWithoutADaemon() throws IOException {
        try (MountedDrive drive = MountedDrive.unmounted()) {
            fill(drive);
            commandsReachThem(drive);
            drive.amberfs("check", "--read-data").ok();
        }
    }

    @Test
    void commandsReachThemThroughTheDaemonAndFromWithinTheDrive() throws IOException {
        try (MountedDrive drive = MountedDrive.unmounted()) {
            fill(drive);
            drive.mount();
            commandsReachThem(drive);
            assertEquals("then", drive.shell().bash("cd \"$1\" && \"$2\" cat $'./d\\xff/caf\\xe9'", drive.path(), MountedDrive.launcher()).ok());
            assertEquals("then", drive.shell().bash("\"$2\" cat first:\"$1\"/$'d\\xff/caf\\xe9'", drive.path(), MountedDrive.launcher()).ok());
            drive.shell().bash("cd \"$1\" && \"$2\" restore --at first --dry-run $'d\\xff'", drive.path(), MountedDrive.launcher()).ok();
        }
    }

    /** On the transport that carries such names; between the shell emptying a file and filling it there shall be no commit. */
    @Test
    void theyLiveInAMountedDrive() throws IOException {
        try (MountedDrive drive = MountedDrive.mounted("--transport", "kernel", "--commit-interval", "1h")) {
            drive.shell().python("os.mkdir(os.fsencode(sys.argv[1]) + b'/d\\xff')", drive.path()).ok();
            assertEquals("then,2,now", drive.shell().bash("""
                cd "$1"
                printf then > $'d\\xff/caf\\xe9'
                ln -s $'\\xc3/\\xfe' $'d\\xff/\\xfe'
                "$2" -q snapshot create first
                cd $'d\\xff'
                printf now > $'caf\\xe9'
                printf new > $'\\xf1'
                "$2" -q snapshot create second
                printf %s, "$("$2" cat $'first:caf\\xe9')"
                ls -d .versions/$'caf\\xe9'/* | wc -l | tr '\\n' ,
                cat .snapshots/second/$'caf\\xe9'
                """, drive.path(), MountedDrive.launcher()).ok());
            drive.shell().bash("""
                cd "$1"
                "$2" -q restore --delete --at first $'d\\xff'
                cd $'d\\xff'
                """, drive.path(), MountedDrive.launcher()).ok();
            drive.shell().python("""
                os.chdir(os.fsencode(sys.argv[1]) + b'/d\\xff')
                assert sorted(os.listdir(b'.')) == [b'caf\\xe9', b'\\xfe'], os.listdir(b'.')
                assert read(b'caf\\xe9') == b'then'
                assert os.readlink(b'\\xfe') == b'\\xc3/\\xfe'
                """, drive.path()).ok();
            drive.shell().bash("rm \"$1\"/$'d\\xff/\\xfe'", drive.path()).ok();
            commandsReachThem(drive);
            surviveARemountAndAreSeenInUse(drive);
        }
    }

    private static void surviveARemountAndAreSeenInUse(MountedDrive drive) throws IOException {
        drive.remount("--transport", "kernel");
        assertEquals("then", drive.shell().bash("cat \"$1\"/$'d\\xff/caf\\xe9'", drive.path()).ok());
        Process holder = drive.shell().start("bash", "-c", "cd \"$0\"/$'d\\xff' && echo in && read -r", drive.path());
        try {
            assertEquals('i', holder.getInputStream().read());
            assertTrue(drive.amberfs("umount", drive.path()).refused(1).contains(String.valueOf(holder.pid())));
        } finally {
            holder.getOutputStream().close();
            try {
                holder.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
        drive.umount();
        drive.amberfs("check", "--read-data").ok();
    }
}
