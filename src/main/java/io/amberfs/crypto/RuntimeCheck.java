package io.amberfs.crypto;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.lang.management.ManagementFactory;
import java.util.function.UnaryOperator;

/**
 * Refuses the Java versions whose AES-GCM is known to be wrong.
 *
 * <p>JDK-8337632 gave JDK 24 a new AES-GCM intrinsic for x86-64; JDK-8371864 found it wrong for some sizes, on processors with AVX2 and with AVX-512.
 * The fix is in JDK 26 and in the update branch of 25. It was picked for Amazon Corretto 25.0.2 on top of OpenJDK 25.0.2, which therefore did not
 * have it; 25.0.3 is the first OpenJDK release taken to be right. JDK 24 got no fix. Other architectures and virtual machines without that intrinsic
 * are not affected, nor is one that runs without it: {@code -XX:+UnlockDiagnosticVMOptions -XX:DisableIntrinsic=_galoisCounterMode_AESCrypt} (leaves
 * the intrinsics of AES and GHASH, which are right, on), {@code -XX:-UseAESIntrinsics} or {@code -XX:-UseAES}.
 *
 * <p>Stateless.
 */
final class RuntimeCheck {
    private static final String INTRINSIC = "_galoisCounterMode_AESCrypt";

    private RuntimeCheck() {
    }

    static void run() {
        Runtime.Version version = Runtime.version();
        // Asked in this order because the management classes take a while to load.
        if (isAffected(version, System.getProperty("os.arch", ""), System.getProperty("java.vendor.version", ""))) {
            refuseUnlessDisabled(version, RuntimeCheck::vmOption);
        }
    }

    static boolean isAffected(Runtime.Version version, String architecture, String vendorVersion) {
        boolean x86 = architecture.equals("amd64") || architecture.equals("x86_64");
        boolean old25 = version.feature() == 25 && version.interim() == 0 && version.update() < 3;
        boolean fixedByVendor = vendorVersion.startsWith("Corretto-25.0.2.");
        return x86 && !fixedByVendor && (version.feature() == 24 || old25);
    }

    /** @param vmOption gives the value of an option of the virtual machine, "" for one that it does not have */
    static void refuseUnlessDisabled(Runtime.Version version, UnaryOperator<String> vmOption) {
        boolean disabled = vmOption.apply("UseAES").equals("false") || vmOption.apply("UseAESIntrinsics").equals("false")
            || vmOption.apply("DisableIntrinsic").contains(INTRINSIC);
        boolean hasIntrinsics = !vmOption.apply("UseAESIntrinsics").isEmpty();
        if (hasIntrinsics && !disabled) {
            throw new Refusal(ExitCode.ERROR, "Java " + version + " encrypts wrongly (JDK-8371864): use Java 25.0.3 or newer, or Java 17 or 21; "
                + "or start it with -XX:+UnlockDiagnosticVMOptions -XX:DisableIntrinsic=" + INTRINSIC);
        }
    }

    private static String vmOption(String name) {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (machine == null) {
            return "";
        }
        try {
            return machine.getVMOption(name).getValue();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
