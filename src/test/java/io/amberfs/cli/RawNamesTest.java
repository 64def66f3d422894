package io.amberfs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.amberfs.crypto.Credential;
import io.amberfs.crypto.KeyFile;
import io.amberfs.crypto.StoreHeader;
import io.amberfs.crypto.Unlocked;
import io.amberfs.daemon.ControlServer;
import io.amberfs.daemon.ControlSocket;
import io.amberfs.daemon.DriveService;
import io.amberfs.daemon.OpenDrive;
import io.amberfs.fs.Caller;
import io.amberfs.fs.Drive;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.fs.RenameMode;
import io.amberfs.model.Name;
import io.amberfs.model.RawText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are not UTF-8, from the drive through the commands and back, with a daemon and without. Latin-1 text here stands for bytes. */
@Timeout(120)
class RawNamesTest {
    /** A directory that holds a file, a link and a directory; none of them, nor the link's target, is UTF-8. */
    private static final Caller CALLER = new Caller(0, 0, 0);
    private static final String FOLDER = "d\u00ff";
    private static final String FILE = "caf\u00e9\n";
    private static final String LINK = "\u00fe";
    private static final String TARGET = "\u00c3/\u00ff";
    private static final String INNER = "\u00ed\u00a0\u0080";

    @TempDir
    Path root;
    private Path store;
    private Path key;
    private final List<MountPoint> mounts = new ArrayList<>();
    private Path directory;
    private byte[] out = {};
    private String err = "";
    private Optional<OpenDrive> daemon = Optional.empty();
    private Optional<ControlServer> server = Optional.empty();

    @BeforeEach
    void makeStore() {
        directory = root;
        store = root.resolve("store");
        key = root.resolve("key");
        new StoreBackend().init(store, new Secret.KeyFile(key), Owner.OF_STORE);
        try (OpenDrive open = open()) {
            Drive drive = open.drive();
            Node folder = drive.mkdir(Node.ROOT, name(FOLDER), 0755, CALLER);
            write(drive, drive.create(folder, name(FILE), 0644, CALLER), "then");
            drive.symlink(folder, name(LINK), bytes(TARGET), CALLER);
            drive.mkdir(folder, name(INNER), 0755, CALLER);
            drive.snapshot("first");
        }
    }

    @AfterEach
    void stop() {
        server.ifPresent(ControlServer::close);
        daemon.ifPresent(OpenDrive::close);
    }

    private OpenDrive open() {
        StoreHeader header = StoreHeader.open(store);
        try (Credential credential = KeyFile.load(key, header.storeId()).key(); Unlocked unlocked = header.unlock(credential)) {
            return new OpenDrive(store, header, unlocked.master().clone(), new OpenDrive.Options(false, false, false, false, 0, 0));
        }
    }

    /** From now on a daemon owns the store, if one is wanted: what a command does must not depend on it. */
    private void serve(boolean wanted) {
        if (wanted) {
            daemon = Optional.of(open());
            server = Optional.of(new ControlServer(ControlSocket.pathFor(store), new DriveService(daemon.get(), Optional.empty())));
        }
    }

    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Name name(String latin) {
        return Name.of(bytes(latin));
    }

    private static String raw(String latin) {
        return RawText.of(bytes(latin));
    }

    private static String base64(String latin) {
        return Base64.getEncoder().encodeToString(bytes(latin));
    }

    private static void write(Drive drive, Node file, String text) {
        try (FileHandle handle = drive.open(file, true, false, true)) {
            handle.write(0, text.getBytes(StandardCharsets.UTF_8), 0, text.length());
        }
    }

    /** As a user does; what is typed is raw text, as Main makes it of the process's arguments. */
    private int run(String... arguments) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        ByteArrayOutputStream notes = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(Map.of("HOME", root.toString(), "AMBERFS_STORE", store.toString(), "AMBERFS_KEY_FILE", key.toString()), directory,
            new ByteArrayInputStream(new byte[0]), Terminal.system(), at -> ZoneOffset.UTC, () -> mounts, new FuseSetup(root), Optional.empty());
        int exit = Main.run(arguments, surroundings, new Output(data, new PrintStream(notes, true, StandardCharsets.UTF_8)), new StoreBackend());
        out = data.toByteArray();
        err = notes.toString(StandardCharsets.UTF_8);
        return exit;
    }

    private String text() {
        return new String(out, StandardCharsets.UTF_8);
    }

    private List<Map<String, Object>> lines() {
        return text().lines().map(line -> {
            try {
                return JSON.std.mapFrom(line.replaceAll("^\\[|[],]$", ""));
            } catch (IOException e) {
                throw new AssertionError(line, e);
            }
        }).toList();
    }

    private static Map<String, Object> of(List<Map<String, Object>> objects, String key, String value) {
        return objects.stream().filter(object -> value.equals(object.get(key))).findFirst().orElseThrow(() -> new AssertionError(value + " is not in " + objects));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void listsShowThemAndHaveTheirBytesInJson(boolean served) {
        serve(served);
        assertEquals(0, run("ls", "first:" + raw(FOLDER)), err);
        assertTrue(text().contains(" caf\\xe9\\x0a\n"), text());
        assertTrue(text().contains(" \\xfe -> \\xc3/\\xff\n"), text());
        assertTrue(text().contains(" \\xed\\xa0\\x80\n"), text());
        assertEquals(0, run("ls", "--json", raw(FOLDER)), err);
        assertEquals(3, lines().size(), text());
        Map<String, Object> file = of(lines(), "name64", base64(FILE));
        assertEquals("caf\\xe9\n", file.get("name"));
        Map<String, Object> link = of(lines(), "name64", base64(LINK));
        assertEquals(base64(TARGET), link.get("target64"));
        assertEquals("\\xc3/\\xff", link.get("target"));
        assertEquals(0, run("ls", "--json", "first:"), err);
        assertEquals(base64(FOLDER), lines().get(0).get("name64"));
        assertEquals(0, run("ls", "--json", "first:" + raw(FOLDER + "/" + FILE)), err);
        assertEquals(base64(FILE), lines().get(0).get("name64"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theirContentsAreRead(boolean served) {
        serve(served);
        assertEquals(0, run("cat", "first:" + raw(FOLDER + "/./" + FILE)), err);
        assertEquals("then", text());
        assertEquals(1, run("cat", raw(FOLDER + "/\u00fd")));
        assertTrue(err.contains("there is no 'd\\xff/\\xfd' in the drive"), err);
        assertEquals(1, run("cat", raw(FOLDER)));
        assertTrue(err.contains("'d\\xff' is not a regular file"), err);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPathUnderAMountIsFoundFromWhereOneStands(boolean served) {
        serve(served);
        Path drive = root.resolve("drive");
        mounts.add(new MountPoint(drive, "fuse.amberfs", "amberfs#" + store));
        directory = RawPath.resolve(drive, raw(FOLDER));
        assertEquals(0, run("cat", raw(FILE)), err);
        assertEquals("then", text());
        assertEquals(0, run("cat", raw("../" + FOLDER + "/" + FILE)), err);
        assertEquals(0, run("cat", "first:" + drive + "/" + raw(FOLDER + "/" + FILE)), err);
        assertEquals("then", text());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRestoreInPlaceBringsTheVeryBytesBack(boolean served) {
        try (OpenDrive open = open()) {
            Drive drive = open.drive();
            Node folder = drive.lookup(Node.ROOT, name(FOLDER));
            drive.unlink(folder, name(LINK));
            drive.rename(folder, name(FILE), folder, name("caf\u00ea"), RenameMode.REPLACE);
            drive.rmdir(folder, name(INNER));
            write(drive, drive.create(folder, name("\u00f1new"), 0644, CALLER), "now");
        }
        serve(served);
        assertEquals(0, run("restore", "--json", "--dry-run", "--delete", "--at", "first", raw(FOLDER)), err);
        Map<String, Object> planned = of(lines(), "path64", base64(FOLDER + "/\u00f1new"));
        assertEquals(Map.of("type", "deleted", "path", "d\\xff/\\xf1new"), Map.of("type", planned.get("type"), "path", planned.get("path")));
        assertEquals(0, run("restore", "--dry-run", "--delete", "--at", "first", raw(FOLDER)), err);
        assertTrue(text().contains("deleted   d\\xff/\\xf1new\n"), text());
        assertEquals(0, run("restore", "--json", "--delete", "--at", "first", raw(FOLDER)), err);
        for (String each : List.of(FILE, LINK, INNER)) {
            assertEquals("restored", of(lines(), "path64", base64(FOLDER + "/" + each)).get("type"));
        }
        stop();
        daemon = Optional.empty();
        server = Optional.empty();
        try (OpenDrive open = open()) {
            Drive drive = open.drive();
            Node folder = drive.lookup(Node.ROOT, name(FOLDER));
            List<String> names = new ArrayList<>();
            try (var handle = drive.openDir(folder)) {
                handle.read(2, (bytes, mode, ino, number, cookie) -> names.add(new String(bytes, StandardCharsets.ISO_8859_1)));
            }
            assertEquals(Stream.of(FILE, LINK, INNER).sorted().toList(), names.stream().sorted().toList());
            assertArrayEquals(bytes(TARGET), drive.readlink(drive.lookup(folder, name(LINK))));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRestoreIntoADirectoryMakesTheVeryBytes(boolean served) {
        serve(served);
        String target = raw("to \u00ff");
        RestoreBench.shell(root, "mkdir $'to \\xff' && touch $'to \\xff/\\xfcold'");
        assertEquals(0, run("restore", "--json", "--delete", "--at", "first", "--to", target, raw(FOLDER)), err);
        assertEquals("deleted", of(lines(), "path64", base64("\u00fcold")).get("type"));
        assertEquals("restored", of(lines(), "path64", base64(FILE)).get("type"));
        assertEquals(new String(bytes(String.join("|", Stream.of(FILE, LINK, INNER).sorted().toList())), StandardCharsets.ISO_8859_1) + "|",
            RestoreBench.shell(root, "cd $'to \\xff' && printf '%s|' *"));
        assertEquals(TARGET, RestoreBench.shell(root, "readlink -n $'to \\xff/\\xfe'"));
        assertEquals(0, run("restore", "--at", "first", "--to", root.resolve("new").toString(), raw(FOLDER + "/" + FILE)), err);
        assertEquals("then", RestoreBench.shell(root, "cat $'new/caf\\xe9\\n'"));
    }

    @Test
    void theVersionsOfSuchAFileAreThere() {
        try (OpenDrive open = open()) {
            Drive drive = open.drive();
            Node folder = drive.lookup(Node.ROOT, name(FOLDER));
            Node versions = drive.lookup(drive.lookup(folder, Name.of(".versions")), name(FILE));
            List<byte[]> names = new ArrayList<>();
            try (var handle = drive.openDir(versions)) {
                handle.read(2, (bytes, mode, ino, number, cookie) -> names.add(bytes.clone()));
            }
            assertEquals(1, names.size());
            assertEquals(4, drive.attr(drive.lookup(versions, Name.of(names.get(0)))).size());
        }
    }

    @Test
    void timesAndSnapshotsAreUtf8() {
        serve(true);
        for (String[] command : new String[][] {{"ls", raw("\u00ff:x")}, {"restore", "x", "--at", raw("\u00ff")}, {"snapshot", "create", raw("\u00ff")}}) {
            assertEquals(2, run(command), Arrays.toString(command));
            assertTrue(err.contains("'\\xff' is not UTF-8"), err);
        }
    }

    @Test
    void aStoreAndAMountpointAreUtf8AndItIsSaidWhere() throws IOException {
        assertEquals(2, run("-s", raw("s\u00ff"), "init"));
        assertTrue(err.contains("s\\xff is not UTF-8"), err);
        RestoreBench.shell(root, "mkdir -p dev usr/lib usr/bin && touch dev/fuse usr/lib/libfuse.so.2 usr/bin/fusermount3 && mkdir $'m\\xff'");
        assertEquals(2, run("mount", raw("m\u00ff")));
        assertTrue(err.contains("m\\xff is not UTF-8"), err);
        assertFalse(err.contains("unexpected"), err);
    }
}
