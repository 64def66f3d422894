package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The main job on real input: a source tree and a JDK are copied in, worked in, damaged, and brought back in each of the ways there are.
 *
 * <ul>
 *   <li>The originals stay outside the drive; whatever comes back is compared with them, byte for byte, with modes, owners, times, links and xattrs.
 *   <li>Each test that damages brings everything back, so that the next one finds it whole.
 * </ul>
 */
@Timeout(600)
class MainJobIT {
    private static MountedDrive drive;
    private static Path original;
    private static TreeListing before;

    /** The sources of amberfs, one of everything that a file system can hold, and the JDK that runs this. */
    @BeforeAll
    static void copyIn() throws IOException {
        drive = MountedDrive.mounted();
        original = Files.createDirectory(drive.root().resolve("original"));
        Path project = Path.of(MountedDrive.launcher()).toRealPath().getParent();
        Specimen.make(original.resolve("specimen"), drive.shell());
        drive.shell().bash("mkdir \"$1/source\" && cd \"$2\" && cp -a pom.xml amberfs verify src docs \"$1/source\"", original, project).ok();
        drive.shell().run("cp", "-a", System.getProperty("java.home"), original.resolve("jdk")).ok();
        before = TreeListing.of(original, drive.shell());
        drive.shell().run(Duration.ofSeconds(300), "cp", "-a", original, drive.at("work")).ok();
        drive.snapshot("whole");
    }

    @AfterAll
    static void umount() {
        if (drive != null) {
            drive.close();
        }
    }

    /** What happens to people: a wrong rm -rf, an overwriting program, a wrong chmod -R, a truncated file, a file where a folder was. */
    private static void damage() {
        drive.shell().python("""
            import shutil
            os.chdir(sys.argv[1])
            shutil.rmtree('source/src/main')
            shutil.rmtree('jdk/bin')
            shutil.rmtree('specimen/folder 1')
            rng = random.Random(5)
            for folder, folders, files in os.walk('.'):
                folders.sort()
                for name in sorted(files):
                    path = os.path.join(folder, name)
                    if os.path.islink(path) or not os.path.isfile(path):
                        continue
                    what = rng.randrange(12)
                    if what == 0:
                        write(path, b'overwritten by a program', 0)
                    elif what == 1:
                        os.truncate(path, os.stat(path).st_size // 2)
                    elif what == 2:
                        os.chmod(path, 0o777)
                    elif what == 3:
                        os.unlink(path)
                    elif what == 4:
                        os.rename(path, path + '.encrypted')
                    elif what == 5:
                        os.chown(path, 1234, 1234)
            shutil.rmtree('specimen/folder 5')
            write('specimen/folder 5', b'a file where a folder was')
            if os.path.lexists('specimen/large'):
                os.unlink('specimen/large')
            os.mkdir('specimen/large')
            os.unlink('specimen/symlink')
            os.symlink('/etc', 'specimen/symlink')
            os.chmod('specimen/folder 3', 0o700)
            os.makedirs('specimen/new/folder')
            write('specimen/new/file', b'ransom note')
            """, drive.at("work")).ok();
        assertNotEquals(before, TreeListing.of(drive.at("work"), drive.shell()), "the damage is real");
    }

    private static void restoreInPlace() {
        drive.amberfs("restore", drive.at("work"), "--at", "whole", "--delete").ok();
    }

    @Test
    void whatWasCopiedInIsByteForByteWhatItWasAndSoIsItsPast() {
        before.requireSame(TreeListing.of(drive.at("work"), drive.shell()));
        before.requireSame(TreeListing.of(drive.past("whole").resolve("work"), drive.shell()));
    }

    @Test
    void theDamagedTreeComesBackByCopyingItFromThePast() {
        damage();
        drive.shell().run(Duration.ofSeconds(300), "rm", "-rf", drive.at("work")).ok();
        drive.shell().run(Duration.ofSeconds(300), "cp", "-a", drive.past("whole").resolve("work"), drive.at("work")).ok();
        before.requireSame(TreeListing.of(drive.at("work"), drive.shell()));
    }

    @Test
    void theDamagedTreeComesBackInPlaceAndADryRunOnlyTells() {
        damage();
        TreeListing damaged = TreeListing.of(drive.at("work"), drive.shell());
        String told = drive.amberfs("restore", drive.at("work"), "--at", "whole", "--delete", "--dry-run").ok();
        assertTrue(told.contains("specimen/new"), told);
        damaged.requireSame(TreeListing.of(drive.at("work"), drive.shell()));
        restoreInPlace();
        before.requireSame(TreeListing.of(drive.at("work"), drive.shell()));
        String again = drive.amberfs("restore", drive.at("work"), "--at", "whole", "--delete", "--dry-run").ok();
        assertTrue(again.matches("would be done: [\\d,]+ same\n"), again);
    }

    @Test
    void withoutDeleteWhatIsNewStaysThere() throws IOException {
        Path file = Files.writeString(drive.at("work/source/a new file"), "new");
        Files.delete(drive.at("work/source/pom.xml"));
        drive.amberfs("restore", drive.at("work/source"), "--at", "whole").ok();
        assertEquals("new", Files.readString(file));
        assertEquals(-1, Files.mismatch(original.resolve("source/pom.xml"), drive.at("work/source/pom.xml")));
        restoreInPlace();
        assertThrows(IOException.class, () -> Files.readString(file));
    }

    @Test
    void namesOfOneFileAreOneFileAgainWhicheverOfThemWasLeft() throws IOException {
        Path folder = Files.createDirectory(drive.at("names"));
        drive.shell().python("""
            os.chdir(sys.argv[1])
            os.makedirs('a/b')
            write('one', b'one file')
            os.link('one', 'a/two')
            os.link('one', 'a/b/three')
            """, folder).ok();
        drive.snapshot("names");
        TreeListing whole = TreeListing.of(folder, drive.shell());
        List<String> names = List.of("one", "a/two", "a/b/three");
        for (String left : names) {
            for (String gone : names) {
                if (!gone.equals(left)) {
                    Files.delete(folder.resolve(gone));
                }
            }
            drive.amberfs("restore", folder, "--at", "names").ok();
            whole.requireSame(TreeListing.of(folder, drive.shell()));
        }
    }

    @Test
    void theDamagedTreeComesBackOutsideTheDrive() {
        damage();
        Path target = drive.root().resolve("restored");
        drive.shell().run(Duration.ofSeconds(300), MountedDrive.command("restore", drive.at("work"), "--at", "whole", "--to", target)).ok();
        before.requireSame(TreeListing.of(target, drive.shell()));
        drive.shell().run("rm", "-rf", target.resolve("specimen")).ok();
        drive.shell().run(Duration.ofSeconds(300), MountedDrive.command("restore", drive.at("work"), "--at", "whole", "--to", target, "--delete")).ok();
        before.requireSame(TreeListing.of(target, drive.shell()));
        restoreInPlace();
        before.requireSame(TreeListing.of(drive.at("work"), drive.shell()));
    }

    @Test
    void gitWorksInTheDrive() throws IOException {
        Path folder = Files.createDirectory(drive.at("git"));
        Outcome git = drive.shell().bash("""
            export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
            cd "$1"
            cp -a "$2" repository && cd repository
            git init -q && git add . && git commit -q -m first
            test -z "$(git status --porcelain)"
            echo more >> pom.xml
            test "$(git status --porcelain)" = ' M pom.xml'
            git commit -q -a -m second
            git branch side HEAD~1 && git checkout -q side && echo other > other && git add other && git commit -q -m third
            git merge -q -m merged master 2> /dev/null || git merge -q -m merged main
            git clone -q . ../clone
            git clone -q --no-local . ../copied
            git gc -q --aggressive --prune=now
            git fsck --strict
            cd ../clone && git status --porcelain && git log --oneline | wc -l
            diff -r --exclude=.git . ../repository
            git fsck
            """, folder, original.resolve("source"));
        assertEquals("4", git.ok().strip(), git::toString);
    }

    @Test
    void aJavaBuildRunsInTheDriveWithTheJdkThatLiesThere() throws IOException {
        Path folder = Files.createDirectory(drive.at("build"));
        assertEquals("120 classes\n", drive.shell().bash("""
            cd "$1"
            mkdir -p src/app out
            for i in $(seq 120); do
                echo "package app; final class C$i { static int value() { return $i; } }" > src/app/C$i.java
            done
            { echo 'package app; public class Main { public static void main(String[] a) { int n = 0;'
              for i in $(seq 120); do echo "if (C$i.value() == $i) n++;"; done
              echo 'System.out.println(n + " classes"); } }'; } > src/app/Main.java
            "$2/bin/javac" -d out src/app/*.java
            "$2/bin/jar" --create --file app.jar --main-class app.Main -C out .
            "$2/bin/java" -XX:TieredStopAtLevel=1 -jar app.jar
            """, folder, drive.at("work/jdk")).ok());
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete", "wal"})
    void sqliteKeepsItsPromisesInBothJournalModes(String mode) throws IOException {
        Path folder = Files.createDirectory(drive.at("sqlite-" + mode));
        drive.shell().python("""
            import sqlite3
            path, mode = sys.argv[1] + '/data.db', sys.argv[2]
            def connect():
                db = sqlite3.connect(path, timeout=60, isolation_level=None)
                db.execute('pragma synchronous=full')
                return db
            db = connect()
            assert db.execute('pragma journal_mode=' + mode).fetchone()[0] == mode
            db.execute('create table t (who int, n int, data blob, unique (who, n))')
            def work(who):
                db = connect()
                for n in range(60):
                    db.execute('begin immediate')
                    db.execute('insert into t values (?, ?, ?)', (who, n, bytes([who]) * (n * 50)))
                    db.execute('rollback' if n % 10 == 9 else 'commit')
                db.close()
            db.close()
            joined(*[in_child(lambda who=who: work(who)) for who in (1, 2)])
            db = connect()
            assert db.execute('pragma integrity_check').fetchone()[0] == 'ok'
            assert db.execute('select count(*) from t').fetchone()[0] == 108
            """, folder, mode).ok();
        drive.snapshot("sqlite-" + mode);
        drive.shell().python("""
            import shutil, sqlite3
            for suffix in ('', '-wal'):
                if os.path.exists(sys.argv[1] + '/data.db' + suffix):
                    shutil.copy(sys.argv[1] + '/data.db' + suffix, sys.argv[2] + '/copy.db' + suffix)
            db = sqlite3.connect(sys.argv[2] + '/copy.db')
            assert db.execute('pragma integrity_check').fetchone()[0] == 'ok'
            assert db.execute('select count(*) from t').fetchone()[0] == 108
            """, drive.past("sqlite-" + mode).resolve("sqlite-" + mode), folder).ok();
    }
}
