package io.amberfs;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who may use whom. The picture and the reasons are in docs/ARCHITECTURE.md. */
class ArchitectureTest {
    /** The packages that each package may use. */
    private static final Map<String, Set<String>> LAYERS = Map.ofEntries(
        entry("model", Set.of()),
        entry("codec", Set.of("model")),
        entry("crypto", Set.of("model", "posix")),
        entry("chunk", Set.of()),
        entry("store", Set.of("model", "posix")),
        entry("posix", Set.of("model")),
        entry("block", Set.of("model", "codec", "posix", "crypto", "store")),
        entry("history", Set.of("model", "codec", "crypto", "store")),
        entry("fs", Set.of("model", "codec", "crypto", "chunk", "store", "block", "history")),
        entry("check", Set.of("model", "codec", "crypto", "chunk", "store", "block", "history", "fs")),
        entry("kernel", Set.of("model", "posix")),
        entry("mount", Set.of("model", "posix", "fs", "kernel")),
        entry("daemon", Set.of("model", "codec", "crypto", "chunk", "store", "block", "history", "fs", "check", "mount")),
        entry("cli", Set.of("model", "crypto", "posix", "mount", "daemon")));

    private static final JavaClasses MAIN = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .withImportOption(location -> !location.contains("bench")).importPackages("io.amberfs");

    private static String[] packages(Set<String> names) {
        return names.stream().map(name -> "io.amberfs." + name + "..").toArray(String[]::new);
    }

    private static DescribedPredicate<JavaClass> ours() {
        return resideInAPackage("io.amberfs..");
    }

    @Test
    void aPackageUsesOnlyThoseBelowIt() {
        LAYERS.forEach((name, below) -> {
            Set<String> allowed = new TreeSet<>(below);
            allowed.add(name);
            classes().that().resideInAPackage("io.amberfs." + name + "..").should()
                .onlyDependOnClassesThat(DescribedPredicate.not(ours()).or(resideInAnyPackage(packages(allowed))).as("lie in %s or outside amberfs", allowed))
                .allowEmptyShould(name.equals("check")).check(MAIN);
        });
    }

    @Test
    void everyPackageHasItsPlaceInTheLayers() {
        Set<String> found = MAIN.stream().map(c -> c.getPackageName().replaceFirst("^io\\.amberfs\\.?", "")).collect(Collectors.toCollection(TreeSet::new));
        found.removeAll(LAYERS.keySet());
        assertEquals(Set.of(), found, "packages without a place");
    }

    @Test
    void noPackagesUseEachOtherInACircle() {
        slices().matching("io.amberfs.(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void onlyCryptoTouchesCiphers() {
        only("crypto", "javax.crypto..", "org.bouncycastle..");
    }

    @Test
    void onlyStoreTouchesTheDatabase() {
        only("store", "org.rocksdb..");
    }

    @Test
    void onlyBlockTouchesTheCompressor() {
        only("block", "com.github.luben.zstd..");
    }

    @Test
    void onlyMountKernelAndPosixTouchNativeCalls() {
        noClasses().that(ours().and(DescribedPredicate.not(resideInAnyPackage("io.amberfs.mount..", "io.amberfs.kernel..", "io.amberfs.posix.."))))
            .should().dependOnClassesThat().resideInAnyPackage("jnr..", "com.kenai..", "ru.serce..").check(MAIN);
    }

    @Test
    void onlyMountTouchesFuse() {
        only("mount", "ru.serce..");
    }

    @Test
    void onlyTheCommandLineParsesCommandLines() {
        only("cli", "picocli..");
    }

    /** A command that a daemon answers must not load the store: only these classes know both sides. */
    @Test
    void commandsUseTheClientSideOfTheDaemon() {
        noClasses().that().resideInAPackage("io.amberfs.cli..").and().doNotHaveSimpleName("StoreBackend").and().doNotHaveSimpleName("LocalStore")
            .should().dependOnClassesThat().haveNameMatching("io\\.amberfs\\.daemon\\.(OpenDrive|Serving|DriveService).*").check(MAIN);
        noClasses().that().resideInAPackage("io.amberfs.cli..").and().doNotHaveSimpleName("Warmup")
            .should().dependOnClassesThat().haveSimpleName("ControlServer").check(MAIN);
        noClasses().that().resideInAPackage("io.amberfs.cli..").and().doNotHaveSimpleName("StoreBackend")
            .should().dependOnClassesThat().resideInAPackage("io.amberfs.mount..").check(MAIN);
        noClasses().that().resideInAPackage("io.amberfs.cli..").and().haveNameNotMatching("io\\.amberfs\\.cli\\.Store(Backend|Keys)(\\$.*)?")
            .should().dependOnClassesThat().resideInAPackage("io.amberfs.crypto..").check(MAIN);
    }

    @Test
    void onlyTheStoreAndTheRestoreIntoADirectoryUsePosix() {
        noClasses().that(ours()).and().haveNameNotMatching("io\\.amberfs\\.(posix\\..*|cli\\.(Restore.*|StoreBackend))")
            .should().dependOnClassesThat(resideInAPackage("io.amberfs.posix..")
                .and(DescribedPredicate.not(nameMatching(".*\\.(NativeLibrary|OwnLibrary|HmacLanes)(\\$.*)?"))).as("make system calls by path"))
            .check(MAIN);
    }

    @Test
    void timeComesFromTheClock() {
        noClasses().that().haveNameNotMatching("io\\.amberfs\\.model\\.Clock(\\$.*)?").should().callMethod(System.class, "currentTimeMillis")
            .orShould().callMethodWhere(target(name("now")).and(target(owner(resideInAPackage("java.time.."))))).check(MAIN);
    }

    @Test
    void randomnessComesFromEntropy() {
        noClasses().that().haveNameNotMatching("io\\.amberfs\\.model\\.Entropy(\\$.*)?").should().dependOnClassesThat().areAssignableTo(Random.class).check(MAIN);
        noClasses().should().callMethod(Math.class, "random").check(MAIN);
    }

    @Test
    void stackTracesArePrintedByTheCommandLineAlone() {
        noClasses().that().doNotHaveFullyQualifiedName("io.amberfs.cli.Main").should().callMethodWhere(target(name("printStackTrace"))).check(MAIN);
        noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err").check(MAIN);
    }

    @Test
    void nothingIsNamedByWhatItIsNot() {
        noClasses().should().haveNameMatching(".*(Impl|Util|Utils|Manager|Helper)$").orShould().haveSimpleNameStartingWith("Abstract").check(MAIN);
    }

    private static void only(String name, String... packages) {
        noClasses().that(ours().and(DescribedPredicate.not(resideInAPackage("io.amberfs." + name + "..")))).should().dependOnClassesThat().resideInAnyPackage(packages).check(MAIN);
    }
}
