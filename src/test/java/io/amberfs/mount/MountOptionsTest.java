package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountOptionsTest {
    private static final MountOptions PLAIN = new MountOptions(Path.of("/home/ann/drive"), Path.of("/srv/store"), false, false, Transport.JNR_FUSE);

    @Test
    void commasAndBackslashesOfTheStoresPathAreEscaped() {
        MountOptions options = new MountOptions(Path.of("/m"), Path.of("/srv/a,b\\c"), false, false, Transport.JNR_FUSE);
        assertTrue(joined(options, false).startsWith("fsname=amberfs#/srv/a\\,b\\\\c,subtype=amberfs,"), joined(options, false));
    }

    @Test
    void permissionsAreLeftToTheKernel() {
        assertTrue(options(PLAIN, false).contains("default_permissions"));
    }

    @Test
    void onlyRootGetsDeviceNodesAndSetuidPrograms() {
        assertTrue(options(PLAIN, true).containsAll(List.of("dev", "suid")));
        assertFalse(options(PLAIN, false).contains("dev"));
        assertFalse(options(PLAIN, false).contains("suid"));
    }

    @Test
    void otherUsersAndReadOnlyAreAskedForOnlyWhenWanted() {
        assertFalse(options(PLAIN, true).contains("allow_other"));
        assertFalse(options(PLAIN, true).contains("ro"));
        List<String> both = options(new MountOptions(Path.of("/m"), Path.of("/s"), true, true, Transport.JNR_FUSE), true);
        assertTrue(both.containsAll(List.of("allow_other", "ro")));
    }

    @Test
    void openFilesAreHiddenInsteadOfRemovedAndNothingIsMountedOver() {
        assertFalse(options(PLAIN, true).contains("hard_remove"));
        assertFalse(options(PLAIN, true).contains("nonempty"));
        assertFalse(options(PLAIN, true).contains("nopath"));
    }

    @Test
    void theKernelIsAskedForNoTimesOfAccessAndHoldsToWhatTheMountForbids() {
        assertTrue(options(PLAIN, false).contains("noatime"));
        MountOptions options = new MountOptions(Path.of("/m"), Path.of("/s"), false, false, Transport.JNR_FUSE, List.of("nodev", "noexec"));
        List<String> passed = options(options, true);
        assertTrue(passed.containsAll(List.of("nodev", "noexec")), passed::toString);
        assertTrue(passed.indexOf("nodev") > passed.indexOf("dev"), "of both, libfuse takes the later");
    }

    private static List<String> options(MountOptions options, boolean root) {
        return List.of(joined(options, root).split(","));
    }

    private static String joined(MountOptions options, boolean root) {
        List<String> arguments = options.arguments(root);
        return arguments.get(arguments.indexOf("-o") + 1);
    }
}
