package io.amberfs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FstabOptionsTest {
    private static FstabOptions parse(String... texts) {
        return FstabOptions.parse(List.of(texts), false);
    }

    private static MountSettings settings(String... texts) {
        return MountOptions.of(parse(texts));
    }

    @CommandLine.Command
    private static final class Typed implements Runnable {
        @CommandLine.Mixin
        private MountOptions options;

        @Override
        public void run() {
        }
    }

    private static MountSettings typed(List<String> arguments) {
        Typed typed = new Typed();
        new CommandLine(typed).parseArgs(arguments.toArray(String[]::new));
        return typed.options.settings();
    }

    @Test
    void withoutOptionsADriveIsMountedAsByTheCommandLine() {
        assertEquals(typed(List.of()), settings("rw,defaults"));
        assertEquals("kernel", settings("").transport());
        assertEquals(Duration.ofSeconds(1), settings("").commitInterval());
    }

    @Test
    void eachOptionIsTaken() {
        MountSettings settings = settings("ro,allow_other,uid=1000,gid=4294967294", "commit=30,snapdir=visible,transport=jnr-fuse,nodev,nosuid,noexec");
        assertEquals(new MountSettings(true, true, Duration.ofSeconds(30), false, true, "jnr-fuse", List.of("nodev", "nosuid", "noexec"),
            new Owner(Optional.of(1000), Optional.of(-2)), Optional.empty()), settings);
    }

    @Test
    void ofSeveralTheLastCounts() {
        MountSettings settings = settings("ro,commit=5,nodev,nosuid", "dev,suid,nosuid,rw,commit=7");
        assertFalse(settings.readOnly());
        assertEquals(Duration.ofSeconds(7), settings.commitInterval());
        assertEquals(List.of("dev", "nosuid"), settings.flags());
    }

    @Test
    void anInstantIsReadOnlyAlsoWhereMountSaysRw() {
        MountSettings settings = settings("rw,at=2024-06-18T10:10:37");
        assertEquals(Optional.of("2024-06-18T10:10:37"), settings.at());
        assertTrue(settings.readOnly());
    }

    @Test
    void whatMountAndSystemdMeanForThemselvesIsPassedOver() {
        assertEquals(settings(""), settings("defaults,auto,noauto,user,user=ann,users,owner,group,nofail,_netdev,noatime,nodiratime,async,comment=x,x-systemd.automount,"
            + "x-systemd.requires=/srv,X-mount.mkdir"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"atime", "relatime", "strictatime", "lazytime"})
    void timesOfAccessAreRefusedByName(String name) {
        Refusal refusal = assertThrows(Refusal.class, () -> parse("ro," + name));
        assertEquals(ExitCode.USAGE, refusal.code());
        assertTrue(refusal.getMessage().contains("option " + name) && refusal.getMessage().contains("noatime"), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"noatim, 'noatim'", "ro=1, 'ro=1'", "size=5, 'size=5'", "uid, uid", "uid=, uid", "remount, remount", "uid=ann, uid", "uid=4294967295, uid", "gid=-1, gid",
        "commit=1s, commit", "commit=0, commit", "snapdir=on, --snapdir", "transport=tcp, --transport"})
    void whatCannotBeIsNamed(String option, String named) {
        Refusal refusal = assertThrows(Refusal.class, () -> settings("rw," + option));
        assertEquals(ExitCode.USAGE, refusal.code());
        assertTrue(refusal.getMessage().contains(named.replace("'", "")), refusal.getMessage());
    }

    @Test
    void sloppyMeansThatWhatNobodyKnowsIsPassedOver() {
        assertEquals(parse("ro"), FstabOptions.parse(List.of("ro,size=5,acl"), true));
        assertThrows(Refusal.class, () -> FstabOptions.parse(List.of("uid="), true));
    }

    @Test
    void aCommaInAValueHasABackslashBeforeIt() {
        assertEquals(Optional.of("/a,b\\c"), parse("key_file=/a\\,b\\\\c,ro").value("key_file"));
        assertEquals(Optional.of(true), parse("key_file=/a\\,b,ro").readOnly());
    }

    @Test
    void aSecretThatIsNamedHereCountsOverThoseOfTheCommandLine() {
        SecretOptions other = new SecretOptions(Optional.of("p"), Optional.empty(), Optional.empty());
        assertEquals(other, parse("ro").secrets(other));
        assertEquals(new SecretOptions(Optional.empty(), Optional.of("/k"), Optional.empty()), parse("key_file=/k").secrets(other));
        assertEquals(new SecretOptions(Optional.of("/p"), Optional.empty(), Optional.empty()), parse("password_file=/p").secrets(other));
    }

    @Test
    void theDaemonIsToldExactlyWhatWasTyped() {
        for (MountSettings settings : List.of(settings(""), settings("ro,allow_other,uid=4294967290,gid=0,at=10min ago,commit=3600,snapdir=visible,transport=jnr-fuse,nodev,exec"),
            typed(List.of("--accept-loss", "--commit-interval", "1500ms")), typed(List.of("--commit-interval", "999999999h")), typed(List.of("--commit-interval", "90s")))) {
            assertEquals(settings, typed(settings.arguments()));
        }
    }
}
