package io.amberfs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.daemon.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InstallCommandTest {
    @TempDir
    Path root;
    private CommandBench bench;
    private Path prefix;
    private Path fstab;
    private Path unit;

    @BeforeEach
    void start() {
        bench = new CommandBench(root);
        prefix = root.resolve("prefix");
        fstab = prefix.resolve("sbin/mount.amberfs");
        unit = prefix.resolve("usr/local/lib/systemd/user/amberfs@.service");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private int install(String... more) {
        return bench.run(Stream.concat(Stream.of("install", "--prefix", "prefix"), Stream.of(more)).toArray(String[]::new));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> walk = Files.walk(prefix)) {
            return walk.filter(path -> !Files.isDirectory(path)).sorted().toList();
        }
    }

    @Test
    void bothFilesAreMadeNamedAndTakenAway() throws Exception {
        assertEquals(0, install(), bench.err);
        assertEquals(List.of(fstab, unit), files(), "and nothing else");
        assertTrue(bench.out.contains("installed  " + fstab + "\ninstalled  " + unit + "\n"), bench.out);
        assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(fstab)));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(unit)));
        assertTrue(Files.readString(fstab).endsWith("\nexec '/opt/amberfs/amberfs' fstab-mount -- \"$@\"\n"), Files.readString(fstab));
        assertTrue(Files.readString(unit).contains("\nExecStart=\"/opt/amberfs/amberfs\" mount --foreground \"%h/%I\"\n"), Files.readString(unit));
        assertEquals(0, install(), "once more: " + bench.err);
        assertEquals(0, install("--remove", "--json"), bench.err);
        assertEquals(List.of(fstab.toString(), unit.toString()), bench.jsonObject().get("removed"));
        assertEquals(List.of(), files());
        assertEquals(0, install("--remove"), bench.err);
        assertEquals("nothing was installed there\n", bench.out);
    }

    @Test
    void aFileOfSomebodyElseStaysUnlessForced() throws Exception {
        Files.createDirectories(unit.getParent());
        Files.writeString(unit, "[Unit]\n");
        assertEquals(1, install());
        assertTrue(bench.err.contains(unit + " was not made by amberfs install") && bench.err.contains("--force"), bench.err);
        assertEquals(List.of(unit), files(), "nothing was changed");
        assertEquals(1, install("--remove"));
        assertEquals("[Unit]\n", Files.readString(unit));
        assertEquals(0, install("--force"), bench.err);
        assertTrue(Files.readString(unit).contains("ExecStart"));
        Files.delete(fstab);
        Files.createSymbolicLink(fstab, unit);
        assertEquals(1, install(), "a link is not ours either, whatever it leads to");
        assertTrue(Files.isSymbolicLink(fstab));
        assertEquals(0, install("--force"), bench.err);
        assertFalse(Files.isSymbolicLink(fstab));
        assertTrue(Files.isRegularFile(unit, LinkOption.NOFOLLOW_LINKS), "nor is it written through");
    }

    @Test
    void aUserInstallsTheUnitAloneWhereSystemdLooksForIt() throws Exception {
        assertEquals(0, bench.run("install", "--user", "--json"), bench.err);
        Path own = root.resolve(".config/systemd/user/amberfs@.service");
        assertEquals(List.of(own.toString()), Json.read(bench.out.getBytes()).get("installed"));
        assertTrue(Files.exists(own));
        assertEquals(0, bench.run("install", "--user", "--remove"), bench.err);
        assertFalse(Files.exists(own));
        bench.environment.put("XDG_CONFIG_HOME", root.resolve("config").toString());
        assertEquals(0, bench.run("install", "--user", "--prefix", "prefix"), bench.err);
        assertEquals(List.of(prefix.resolve(Path.of("/").relativize(root)).resolve("config/systemd/user/amberfs@.service")), files());
    }

    @Test
    void aLauncherWithAnOddPathIsQuotedForShellAndSystemd() {
        assertTrue(Installer.fstab(root, "/it's $here").text().contains("exec '/it'\\''s $here' fstab-mount"));
        assertTrue(Installer.unit(root, "/a \"b\" 5% $x\\").text().contains("ExecStart=\"/a \\\"b\\\" 5%% $$x\\\\\" mount "));
    }
}
