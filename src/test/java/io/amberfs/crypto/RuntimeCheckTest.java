package io.amberfs.crypto;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuntimeCheckTest {
    private static final Runtime.Version BROKEN = Runtime.Version.parse("25.0.1+8-LTS");
    private static final Map<String, String> DEFAULTS = Map.of("UseAES", "true", "UseAESIntrinsics", "true", "DisableIntrinsic", "");

    @ParameterizedTest
    @CsvSource({"17.0.15+6, false", "21.0.9+10, false", "23.0.2+7, false", "24+36, true", "24.0.2+12, true", "25+36, true", "25.0.1+8, true", "25.0.2+10, true",
        "25.0.3+9, false", "26+35, false"})
    void knowsTheBrokenVersions(String version, boolean affected) {
        assertEquals(affected, RuntimeCheck.isAffected(Runtime.Version.parse(version), "amd64", ""));
    }

    @Test
    void otherProcessorsAndAPatchedBuildAreNotAffected() {
        assertEquals(false, RuntimeCheck.isAffected(BROKEN, "aarch64", ""));
        assertEquals(false, RuntimeCheck.isAffected(Runtime.Version.parse("25.0.2+10-LTS"), "amd64", "Corretto-25.0.2.10.1"));
        assertEquals(true, RuntimeCheck.isAffected(BROKEN, "amd64", "Corretto-25.0.1.9.1"));
    }

    @Test
    void theRefusalNamesTheFixedVersion() {
        Refusal refusal = assertThrows(Refusal.class, () -> check(DEFAULTS));
        assertEquals(ExitCode.ERROR, refusal.code());
        assertTrue(refusal.getMessage().contains("25.0.1+8") && refusal.getMessage().contains("25.0.3"), refusal.getMessage());
    }

    @Test
    void runsWithTheIntrinsicDisabled() {
        assertDoesNotThrow(() -> check(Map.of("UseAES", "false", "UseAESIntrinsics", "false", "DisableIntrinsic", "")));
        assertDoesNotThrow(() -> check(Map.of("UseAES", "true", "UseAESIntrinsics", "false", "DisableIntrinsic", "")));
        assertDoesNotThrow(() -> check(Map.of("UseAES", "true", "UseAESIntrinsics", "true", "DisableIntrinsic", "_x,_galoisCounterMode_AESCrypt")));
    }

    @Test
    void runsOnAMachineThatHasNoSuchIntrinsics() {
        assertDoesNotThrow(() -> check(Map.of()));
    }

    private static void check(Map<String, String> options) {
        RuntimeCheck.refuseUnlessDisabled(BROKEN, name -> options.getOrDefault(name, ""));
    }
}
