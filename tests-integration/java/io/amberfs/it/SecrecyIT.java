package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing that is in the drive, and no key, is ever found outside in the clear. */
@Timeout(300)
class SecrecyIT {
    private static final String PASSPHRASE = "correct-zebra-Quasar-staple-91";
    private static final String NEW_PASSPHRASE = "another-walrus-Pulsar-hinge-37";
    private static final Pattern RECOVERY = Pattern.compile("\\b[0-9A-Z]{6}(-[0-9A-Z]{6}){5}\\b");
    /** Of a sparse file; five bytes that hardly come together by chance. */
    private static final long SIZE = 0xb7_3d59_e1c7L;

    @Test
    void nothingInTheDriveIsFoundInTheStoreOrTheRuntimeDirectory() throws IOException {
        try (MountedDrive drive = MountedDrive.withoutStore()) {
            Path runtime = Files.createDirectory(drive.root().resolve("runtime"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Shell shell = drive.shell().with(Map.of("XDG_RUNTIME_DIR", runtime.toString()));
            amberfs(shell, "init").ok();
            amberfs(shell, "mount", drive.path()).ok();
            Map<String, byte[]> planted = plant(drive, shell);
            amberfs(shell, "snapshot", "create", "snapshot-narwhal-0x5eed").ok();
            search(List.of(drive.store(), runtime), planted, "mounted");
            shell.bash("rm -r \"$1\"/dir* && mv \"$1\"/small-* \"$1\"/small-axolotl-8d12", drive.path()).ok();
            planted.put("new file name", "small-axolotl-8d12".getBytes(StandardCharsets.UTF_8));
            drive.daemon().destroyForcibly();
            MountedDrive.await("the daemon is gone", () -> isDead(drive.path()));
            amberfs(shell, "mount", drive.path()).ok();
            amberfs(shell, "check", "--read-data").ok();
            amberfs(shell, "umount", drive.path()).ok();
            search(List.of(drive.store(), runtime), planted, "after a crash and an end");
        }
    }

    private static boolean isDead(Path mount) {
        try {
            Files.size(mount);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** @return what must not be found: its kind and its bytes */
    private static Map<String, byte[]> plant(MountedDrive drive, Shell shell) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("directory name", "dir-pangolin-77aa");
        texts.put("file name", "small-quokka-9c31");
        texts.put("name that is not ASCII", "größe-čaj-日本語-x7");
        texts.put("contents of a small file", "contents-okapi-b1b2b3 ");
        texts.put("contents of a large file", "contents-tapir-e4e5e6 ");
        texts.put("link target", "/nowhere/target-ocelot-4242");
        texts.put("xattr name", "user.attr-gecko-f00d");
        texts.put("xattr value", "value-lemur-c0de");
        texts.put("snapshot name", "snapshot-narwhal-0x5eed");
        shell.python("""
            import os, sys
            os.chdir(sys.argv[1])
            directory, small, other, contents, large, target, attribute, value, size = sys.argv[2:]
            os.mkdir(directory)
            os.symlink(target, directory + '/link')
            with open(small, 'w') as file:
                file.write(contents)
            os.setxattr(small, attribute, value.encode())
            with open(directory + '/' + other, 'w') as file:
                file.write(large * 20000)
            with open(directory + '/sized', 'wb') as file:
                file.truncate(int(size))
                file.seek(int(size) - len(large))
                file.write(large.encode())
            os.sync()
            """, drive.path(), texts.get("directory name"), texts.get("file name"), texts.get("name that is not ASCII"), texts.get("contents of a small file"),
            texts.get("contents of a large file"), texts.get("link target"), texts.get("xattr name"), texts.get("xattr value"), SIZE).ok();
        Map<String, byte[]> planted = new LinkedHashMap<>();
        texts.forEach((kind, text) -> planted.put(kind, text.strip().getBytes(StandardCharsets.UTF_8)));
        planted.put("file size, big endian", java.util.Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(SIZE).array(), 3, 8));
        planted.put("file size, little endian", java.util.Arrays.copyOf(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(SIZE).array(), 5));
        planted.put("file size in digits", String.valueOf(SIZE).getBytes(StandardCharsets.US_ASCII));
        return planted;
    }

    private static void search(List<Path> folders, Map<String, byte[]> planted, String when) throws IOException {
        List<String> found = new ArrayList<>();
        int files = 0;
        for (Path folder : folders) {
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path path : walk.toList()) {
                    planted.forEach((kind, bytes) -> note(found, kind, path, path.getFileName().toString().getBytes(StandardCharsets.UTF_8), bytes));
                    if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                        byte[] contents = Files.readAllBytes(path);
                        planted.forEach((kind, bytes) -> note(found, kind, path, contents, bytes));
                        files++;
                    }
                }
            }
        }
        assertTrue(files > 10, "the store was looked into");
        assertEquals(List.of(), found, when);
    }

    private static void note(List<String> found, String kind, Path path, byte[] contents, byte[] wanted) {
        String in = new String(contents, StandardCharsets.ISO_8859_1);
        if (in.contains(new String(wanted, StandardCharsets.ISO_8859_1))) {
            found.add(kind + " in " + path);
        }
    }

    @Test
    void noKeyIsSeenInProcessesLogsOrAnswers() throws IOException {
        try (MountedDrive drive = MountedDrive.withoutStore()) {
            Shell shell = drive.shell().with(Map.of("AMBERFS_PASSWORD", PASSPHRASE));
            Outcome init = amberfs(shell, "init");
            Matcher shown = RECOVERY.matcher(init.ok() + init.err());
            assertTrue(shown.find(), init::toString);
            String recovery = shown.group();
            assertFalse(shown.find() && !shown.group().equals(recovery), init::toString);
            List<String> answers = new ArrayList<>();
            answers.add(said(amberfs(shell, "-vv", "mount", drive.path(), "--json")));
            for (ProcessHandle process : Stream.concat(Stream.of(drive.daemon()), drive.daemon().descendants()).toList()) {
                for (String file : List.of("cmdline", "environ")) {
                    answers.add(Files.readString(Path.of("/proc", String.valueOf(process.pid()), file), StandardCharsets.ISO_8859_1));
                }
            }
            Path secret = Files.writeString(drive.root().resolve("secret"), NEW_PASSPHRASE);
            for (List<String> command : List.of(List.of("status"), List.of("key", "list"), List.of("key", "passwd", "--new-password-file", secret.toString()),
                List.of("snapshot", "create", "one"), List.of("snapshot", "list"), List.of("check"), List.of("version"))) {
                answers.add(said(amberfs(shell, Stream.concat(command.stream(), Stream.of("--json")).toArray())));
            }
            answers.add(said(amberfs(shell.with(Map.of("AMBERFS_PASSWORD", NEW_PASSPHRASE)), "umount", drive.path(), "--json")));
            answers.add(said(amberfs(shell.with(Map.of("AMBERFS_PASSWORD", "wrong-" + NEW_PASSPHRASE)), "-vv", "mount", drive.path(), "--json")));
            try (Stream<Path> walk = Files.walk(drive.store())) {
                for (Path path : walk.filter(file -> Files.isRegularFile(file)).toList()) {
                    answers.add(path + " " + Files.readString(path, StandardCharsets.ISO_8859_1));
                }
            }
            for (String answer : answers) {
                for (String key : List.of(PASSPHRASE, NEW_PASSPHRASE, recovery, recovery.replace("-", ""))) {
                    assertFalse(answer.contains(key), () -> "a key is in: " + answer.replace(key, "KEY"));
                }
            }
        }
    }

    private static String said(Outcome outcome) {
        return outcome.out() + outcome.err();
    }

    @Test
    void theStoreIsForItsOwnerAlone() throws IOException {
        try (MountedDrive drive = MountedDrive.mounted()) {
            Files.write(drive.at("file"), new byte[3_000_000]);
            drive.snapshot("one");
            privateOnly(drive.store());
            drive.remount();
            privateOnly(drive.store());
            drive.umount();
            drive.status();
            privateOnly(drive.store());
            privateOnly(drive.root().resolve("config/amberfs"));
        }
    }

    private static void privateOnly(Path folder) throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
                if (!mode.equals(Files.isDirectory(path) ? "rwx------" : "rw-------")) {
                    open.add(mode + " " + path);
                }
            }
        }
        assertEquals(List.of(), open);
    }

    private static Outcome amberfs(Shell shell, Object... arguments) {
        return shell.run(MountedDrive.command(arguments));
    }
}
