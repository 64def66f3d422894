package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users get wrong: each time one line that says what and what to do, the documented exit code, and nothing lost. The tests share a mounted drive and harm only their own. */
@Timeout(300)
class BadInputIT {
    private static MountedDrive drive;

    @BeforeAll
    static void mount() throws IOException {
        drive = MountedDrive.mounted();
        Files.writeString(drive.at("kept"), "kept");
        drive.snapshot("kept");
    }

    @AfterAll
    static void umount() {
        if (drive != null) {
            drive.close();
        }
    }

    private static void refused(Outcome outcome, int code, String... words) {
        String line = outcome.refused(code);
        for (String word : words) {
            assertTrue(line.contains(word), () -> "'" + word + "' is missing in: " + line);
        }
    }

    private static Path secret(MountedDrive of, String name, String text) throws IOException {
        Path file = Files.writeString(of.root().resolve(name), text + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static Path keyFile(MountedDrive of) throws IOException {
        try (Stream<Path> files = Files.list(of.root().resolve("config/amberfs"))) {
            return files.findFirst().orElseThrow();
        }
    }

    private static void flip(Path file, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[offset < 0 ? bytes.length + offset : offset] ^= 0x40;
        Files.write(file, bytes);
    }

    @Test
    void aWrongPassphraseIsToldApart() throws IOException {
        try (MountedDrive own = MountedDrive.withoutStore()) {
            Path right = secret(own, "right", "correct horse battery staple");
            Path wrong = secret(own, "wrong", "incorrect horse battery staple");
            own.amberfs("init", "--password-file", right).ok();
            refused(own.amberfs("mount", own.path(), "--password-file", wrong), 12);
            refused(own.amberfs("status", "--password-file", wrong), 12);
            refused(own.amberfs("status"), 12, "--password-file");
            refused(own.amberfs("status", "--password-file", own.root().resolve("none")), 1, "none");
            own.amberfs("mount", own.path(), "--password-file", right).ok();
        }
    }

    @Test
    void aStoreThatIsNotThereIsNamed() throws IOException {
        Path empty = Files.createDirectory(drive.root().resolve("empty"));
        Path nowhere = drive.root().resolve("nowhere");
        for (List<Object> command : List.<List<Object>>of(List.of("status"), List.of("mount", empty), List.of("ls"), List.of("check"))) {
            Object[] words = Stream.concat(Stream.of("-s", nowhere), command.stream()).toArray();
            refused(drive.amberfs(words), 10, nowhere.toString(), "init");
        }
    }

    @Test
    void aStoreInUseIsNotOpenedTwice() throws IOException {
        Path second = Files.createDirectory(drive.root().resolve("second"));
        refused(drive.amberfs("mount", second), 11, drive.path().toString(), drive.store().toString());
        Path hidden = drive.store().resolve("control.hidden");
        Files.move(drive.store().resolve("control"), hidden);
        try {
            refused(drive.amberfs("status"), 11, drive.store().toString());
            refused(drive.amberfs("mount", second), 11, drive.store().toString());
        } finally {
            Files.move(hidden, drive.store().resolve("control"));
        }
        assertEquals("kept", Files.readString(drive.at("kept")));
    }

    @Test
    void theMountpointMustBeAnEmptyDirectoryThatNothingIsMountedOn() throws IOException {
        try (MountedDrive own = MountedDrive.unmounted()) {
            Path missing = own.root().resolve("missing");
            refused(own.amberfs("mount", missing), 1, missing.toString(), "mkdir");
            refused(own.amberfs("mount", own.root()), 1, "not empty");
            refused(own.amberfs("mount", Files.writeString(own.root().resolve("file"), "")), 1, "not a directory");
            refused(own.amberfs("mount", drive.path()), 1, "already");
            refused(own.amberfs("mount", own.store()), 1, own.store().toString());
            refused(own.amberfs("umount", own.path()), 1, own.path().toString());
            refused(own.amberfs("umount", "/proc"), 1, "/proc");
            assertEquals(2, own.amberfs("mount").exit());
            assertEquals(2, own.amberfs("mount", own.path(), "--snapdir", "sometimes").exit());
            assertEquals(2, own.amberfs("mount", own.path(), "--commit-interval", "soon").exit());
        }
    }

    @Test
    void withoutDevFuseOrLibfuseTheLineSaysWhatToInstall() {
        try (MountedDrive own = MountedDrive.unmounted()) {
            assumeTrue(own.shell().run("unshare", "-m", "true").exit() == 0, "hiding a device takes a mount namespace, and that takes root");
            refused(own.shell().bash("unshare -m bash -c 'mount -t tmpfs none /dev && shift && exec \"$@\"' bash x \"$@\" 3>&1", MountedDrive.command("mount", own.path())),
                1, "/dev/fuse", "modprobe fuse");
            String hide = "for f in /lib/*/libfuse.so.2 /usr/lib/*/libfuse.so.2; do [[ -e $f ]] && mount --bind /dev/null $(readlink -f $f); done; exec \"$@\"";
            Object[] mount = MountedDrive.command("mount", own.path(), "--transport", "jnr-fuse");
            Outcome outcome = own.shell().run(Stream.concat(Stream.of("unshare", "-m", "bash", "-c", hide, "bash"), Arrays.stream(mount)).toArray());
            refused(outcome, 1, "libfuse");
        }
    }

    @Test
    void aTimeThatIsNoneIsAnsweredWithTheFormsThatAre() {
        for (String command : List.of("ls", "cat")) {
            refused(drive.amberfs(command, "last-tuesday:kept"), 2, "last-tuesday", "2024-06-18T10:10", "yesterday", "10min-ago");
        }
        refused(drive.amberfs("restore", "kept", "--at", "last-tuesday"), 2, "last-tuesday", "2024-06-18T10:10");
        refused(drive.amberfs("restore", "kept", "--at", "2001-01-01"), 1, "2001-01-01", "before the first commit");
        refused(drive.amberfs("ls", "2199-01-01:"), 2, "future");
        refused(drive.amberfs("snapshot", "create", "2024-06-18"), 2, "2024-06-18");
        refused(drive.amberfs("snapshot", "create", "a/b"), 2, "a/b");
        refused(drive.amberfs("snapshot", "create", "kept"), 1, "kept");
        refused(drive.amberfs("snapshot", "delete", "nothing"), 1, "nothing", "snapshot list");
    }

    @Test
    void aStoreOfANewerFormatIsLeftAloneAndBothVersionsAreNamed() throws IOException {
        try (MountedDrive own = MountedDrive.unmounted()) {
            for (String name : List.of("amberfs.store", "amberfs.store.copy")) {
                byte[] header = Files.readAllBytes(own.store().resolve(name));
                newerVersion(header);
                Files.write(own.store().resolve(name), header);
            }
            for (Outcome outcome : List.of(own.amberfs("status"), own.amberfs("mount", own.path()))) {
                String line = outcome.refused(17);
                assertTrue(line.matches(".*\\b6\\b.*\\b5\\b.*"), line);
            }
        }
    }

    @Test
    void oneDamagedCopyOfTheStoreHeaderHealsAndTwoAreNamed() throws IOException {
        try (MountedDrive own = MountedDrive.mounted()) {
            Files.writeString(own.at("file"), "contents");
            own.umount();
            Path first = own.store().resolve("amberfs.store");
            Path copy = own.store().resolve("amberfs.store.copy");
            byte[] good = Files.readAllBytes(first);
            flip(first, 60);
            own.mount();
            assertEquals("contents", Files.readString(own.at("file")));
            own.umount();
            assertEquals(-1, Arrays.mismatch(good, Files.readAllBytes(first)), "healed");
            try (var channel = Files.newByteChannel(copy, StandardOpenOption.WRITE)) {
                channel.truncate(10);
            }
            assertEquals("contents", own.amberfs("cat", "file").ok());
            assertEquals(10, Files.size(copy), "a command that only reads changes nothing");
            own.status();
            assertEquals(-1, Arrays.mismatch(good, Files.readAllBytes(copy)), "healed");
            flip(first, 60);
            Files.write(copy, new byte[0]);
            refused(own.amberfs("mount", own.path()), 13, own.store().toString());
            refused(own.amberfs("status"), 13, own.store().toString());
            Files.write(first, good);
            own.mount();
            assertEquals("contents", Files.readString(own.at("file")));
        }
    }

    @Test
    void aStoreWithoutItsDatabaseIsNotTakenForAnEmptyOne() throws IOException {
        try (MountedDrive own = MountedDrive.mounted()) {
            Files.writeString(own.at("file"), "contents");
            own.umount();
            Path aside = Files.createDirectory(own.root().resolve("aside"));
            for (String name : List.of("rows", "synced")) {
                Files.move(own.store().resolve(name), aside.resolve(name));
            }
            refused(own.amberfs("mount", own.path()), 13, own.store().resolve("rows").toString());
            refused(own.amberfs("check"), 13, own.store().resolve("rows").toString());
            for (String name : List.of("rows", "synced")) {
                Files.move(aside.resolve(name), own.store().resolve(name));
            }
            own.mount();
            assertEquals("contents", Files.readString(own.at("file")));
        }
    }

    @Test
    void aDamagedOrMissingKeyFileIsNamed() throws IOException {
        try (MountedDrive own = MountedDrive.unmounted()) {
            Path key = keyFile(own);
            byte[] good = Files.readAllBytes(key);
            Files.write(key, Arrays.copyOf(good, good.length / 2));
            refused(own.amberfs("mount", own.path()), 12, key.toString());
            Files.write(key, good);
            flip(key, -5);
            refused(own.amberfs("status"), 12, key.toString());
            Files.write(key, new byte[0]);
            refused(own.amberfs("status"), 12, key.toString());
            Files.write(key, good);
            refused(own.amberfs("status", "--key-file", keyFile(drive)), 12, keyFile(drive).toString());
            Path away = Files.move(key, own.root().resolve("away"));
            refused(own.amberfs("mount", own.path()), 12, "--key-file");
            own.amberfs("mount", own.path(), "--key-file", away).ok();
        }
    }

    @Test
    void aStoreThatMayNotBeWrittenToIsNamed() throws IOException {
        try (MountedDrive own = MountedDrive.unmounted()) {
            Path other = Files.createDirectory(own.root().resolve("other"));
            own.shell().bash("chmod 711 \"$1\"; chmod -R go+rX \"$1/config\" \"$1/store\"; chmod 777 \"$1/other\"; chown 65534 \"$1\"/config/amberfs/*; chmod 600 \"$1\"/config/amberfs/*", own.root()).ok();
            Shell nobody = own.shell();
            for (Object[] command : List.of(MountedDrive.command("mount", other), MountedDrive.command("status"))) {
                Outcome outcome = nobody.run(Stream.concat(Stream.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"), Arrays.stream(command)).toArray());
                refused(outcome, 1, own.store().toString());
            }
            refused(drive.amberfs("-s", "/proc/store", "init"), 1, "/proc");
        }
    }

    @Test
    void aFullDiskAnswersEnospcAndDeletingAndRemountingGoOn() throws IOException {
        try (MountedDrive own = MountedDrive.withoutStore()) {
            Files.createDirectory(own.store());
            own.shell().run("mount", "-t", "tmpfs", "-o", "size=160m,mode=700", "none", own.store()).ok();
            Path store = own.store().resolve("inner");
            Shell shell = own.shell().with(Map.of("AMBERFS_STORE", store.toString()));
            shell.run(MountedDrive.command("init")).ok();
            shell.run(MountedDrive.command("mount", own.path())).ok();
            shell.python("""
                os.chdir(sys.argv[1])
                write('kept', b'kept')
                fd = os.open('kept', os.O_RDONLY)
                os.fsync(fd)
                rng, full = random.Random(1), 0
                for i in range(400):
                    try:
                        write(f'file {i}', rng.randbytes(1 << 20))
                    except OSError as e:
                        assert e.errno == errno.ENOSPC, e
                        full += 1
                        if full > 3:
                            break
                assert full > 3, 'the disk was never full'
                written = i
                for i in range(written + 1):
                    if os.path.exists(f'file {i}'):
                        os.unlink(f'file {i}')
                assert os.listdir('.') == ['kept']
                assert read('kept') == b'kept'
                """, own.path()).ok();
            shell.run(MountedDrive.command("umount", own.path())).ok();
            shell.run(MountedDrive.command("mount", own.path())).ok();
            assertEquals("kept", Files.readString(own.at("kept")));
            try (Stream<Path> entries = Files.list(own.path())) {
                assertEquals(List.of(own.at("kept")), entries.toList());
            }
            shell.run(MountedDrive.command("check")).ok();
            shell.run(MountedDrive.command("umount", own.path())).ok();
        }
    }

    private static void newerVersion(byte[] header) {
        header[VERSION_OFFSET]++;
    }

    /** See docs/FORMAT.md. */
    private static final int VERSION_OFFSET = 9;
}
