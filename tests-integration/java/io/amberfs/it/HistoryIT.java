package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The questions that people ask of the past, on a real mount. */
@Timeout(300)
class HistoryIT {
    private MountedDrive drive;

    @BeforeEach
    void mount() {
        drive = MountedDrive.mounted();
    }

    @AfterEach
    void umount() {
        drive.close();
    }

    private void write(String path, String text) throws IOException {
        Files.createDirectories(drive.at(path).getParent());
        Files.writeString(drive.at(path), text);
    }

    private List<String> lines(Object... arguments) {
        return Arrays.asList(drive.amberfs(arguments).ok().split("\n"));
    }

    @Test
    void diffShowsWhatIsNewGoneChangedAndMoved() throws IOException {
        write("docs/letter", "one\ntwo\nthree\n");
        write("docs/gone", "gone");
        write("docs/moved", "moved");
        write("src/main.c", "int main;");
        drive.snapshot("before");
        write("docs/letter", "one\n2\nthree\n");
        Files.delete(drive.at("docs/gone"));
        Files.move(drive.at("docs/moved"), drive.at("docs/Moved"));
        Files.move(drive.at("src"), drive.at("source"));
        write("source/new", "new");
        List<String> all = List.of("R docs/moved -> docs/Moved", "- docs/gone  (4 B)", "M docs/letter  (14 B -> 12 B)", "R src/ -> source/", "+ source/new  (3 B)");
        assertEquals(all, lines("diff", "before"));
        assertEquals(all.subList(3, 5), lines("diff", "before", "now", "source"));
        assertEquals("1 new, 1 gone, 1 changed, 2 moved; 3 B more, 6 B less\n", drive.amberfs("diff", "before", "now", "--stat").ok());
        assertEquals("", drive.amberfs("diff", "before", "before").ok());
        assertTrue(lines("diff", "now", "before").contains("+ docs/gone  (4 B)"));
        String line = drive.amberfs("diff", "before", "now", "nowhere").refused(1);
        assertTrue(line.contains("nowhere") && line.contains("before or now"), line);
        drive.amberfs("diff", "never").refused(2);
    }

    @Test
    void theLinesThatDifferAreShownAsPatchesAre() throws IOException {
        write("text", "one\ntwo\nthree\nfour\n");
        write("ends", "no newline");
        write("bytes", "\0\1\2");
        drive.snapshot("before");
        write("text", "zero\none\n2\nthree\nfour\nfive\n");
        write("ends", "no newline at all");
        write("bytes", "\0\1\2\3");
        assertEquals(String.join("\n", "M bytes  (3 B -> 4 B)", "  (no lines are shown: it is no text)",
            "M ends  (10 B -> 17 B)", "--- a/ends", "+++ b/ends", "@@ -1,1 +1,1 @@", "-no newline", "\\ No newline at end of file", "+no newline at all", "\\ No newline at end of file",
            "M text  (19 B -> 27 B)", "--- a/text", "+++ b/text", "@@ -1,4 +1,6 @@", "+zero", " one", "-two", "+2", " three", " four", "+five", ""),
            drive.amberfs("diff", "before", "now", "--content").ok());
    }

    @Test
    void undoLeavesWhatWasDoneAfterItsEndAndSaysWhereItCannot() throws IOException {
        drive.shell().bash("cd \"$1\" && mkdir -p a/b c && echo 1 > a/b/f && echo 1 > a/g && echo 1 > c/gone && echo 1 > both && echo 1 > mode && ln -s x link", drive.path()).ok();
        drive.snapshot("one");
        String one = tree();
        drive.shell().bash("cd \"$1\" && echo 2 > a/g && echo 2 > both && mv a/b a/moved && rm c/gone && mkdir new && echo 2 > new/x && chmod 600 mode && rm link", drive.path()).ok();
        drive.snapshot("two");
        drive.amberfs("undo", "--since", "one", "--until", "two").ok();
        assertEquals(one, tree().replace("two", "one"));
        drive.amberfs("undo", "--last").ok();
        drive.shell().bash("cd \"$1\" && echo 3 > both && echo 3 > new/later && echo 3 > a/moved/f && echo 3 > after && mv mode elsewhere", drive.path()).ok();
        String before = tree();
        String line = drive.amberfs("undo", "--since", "one", "--until", "two").refused(1);
        assertTrue(line.contains("a/moved") && line.contains("both") && line.contains("mode") && line.contains("new") && line.contains("--force") && !line.contains("a/g"), line);
        assertEquals(before, tree());
        drive.amberfs("undo", "--since", "one", "--until", "two", drive.at("c"), "--dry-run").ok();
        assertEquals(before, tree());
        drive.amberfs("undo", "--since", "one", "--until", "two", drive.at("c")).ok();
        drive.amberfs("undo", "--since", "one", "--until", "two", drive.at("a/g")).ok();
        assertEquals("1\n", Files.readString(drive.at("c/gone")));
        assertEquals("1\n", Files.readString(drive.at("a/g")));
        assertEquals("3\n", Files.readString(drive.at("after")));
        drive.amberfs("undo", "--since", "one", "--until", "two", "--force").ok();
        assertEquals("a after both c elsewhere link mode\n", drive.shell().bash("cd \"$1\" && echo *", drive.path()).ok());
        assertEquals("1 3 1 1\n", drive.shell().bash("cd \"$1\" && echo $(cat both after mode c/gone)", drive.path()).ok());
        assertEquals("1\n", Files.readString(drive.at("a/b/f")));
        drive.amberfs("undo", "--since", "two", "--until", "one").refused(2);
        drive.amberfs("undo", "--last", "--until", "one").refused(2);
        drive.amberfs("undo", "--since", "one", "--force").refused(2);
        drive.amberfs("check").ok();
    }

    @Test
    void aPurgedSecretIsInNoInstantAndNotOnTheDisk() throws IOException {
        byte[] secret = new byte[3_000_000];
        new Random(5).nextBytes(secret);
        write("docs/letter", "dear all\n");
        drive.amberfs("snapshot", "create", "before").ok();
        Files.write(drive.at("docs/secret"), secret);
        drive.amberfs("snapshot", "create", "with").ok();
        Files.move(drive.at("docs/secret"), drive.at("docs/hidden"));
        drive.amberfs("snapshot", "create", "moved").ok();
        Files.delete(drive.at("docs/hidden"));
        long before = number(drive.amberfs("stats", "--json").ok(), "storedBytes");
        assertTrue(drive.amberfs("purge", "docs/hidden").refused(2).contains("--yes"));
        drive.amberfs("snapshot", "hold", "with").ok();
        assertTrue(drive.amberfs("purge", "docs/hidden", "--yes").refused(16).contains("'with'"));
        drive.amberfs("snapshot", "release", "with").ok();
        assertTrue(Files.exists(drive.at(".snapshots/with/docs/secret")));
        drive.amberfs("purge", "docs/hidden", "--yes").ok();
        assertFalse(Files.exists(drive.at(".snapshots/with/docs/secret")));
        assertFalse(Files.exists(drive.at(".snapshots/moved/docs/hidden")));
        assertEquals("dear all\n", Files.readString(drive.at(".snapshots/with/docs/letter")));
        assertTrue(number(drive.amberfs("stats", "--json").ok(), "storedBytes") <= before - 3_000_000);
        drive.amberfs("check", "--read-data", "--history").ok();
        assertTrue(drive.amberfs("purge", "--list", "docs/hidden", "--json").ok().contains("\"pathHash\""));
        assertEquals("[]", drive.amberfs("purge", "--list", "docs/letter", "--json").ok().replaceAll("\\s", ""));
    }

    @Test
    void aMomentOfThePastIsNamedAndHeldAfterwards() throws IOException {
        write("letter", "one\n");
        drive.amberfs("snapshot", "create", "first").ok();
        write("letter", "two\n");
        drive.amberfs("snapshot", "create", "second").ok();
        assertTrue(drive.amberfs("snapshot", "create", "same", "--at", "first").ok().contains("snapshot same made, of 2"));
        drive.amberfs("snapshot", "hold", "same").ok();
        drive.amberfs("snapshot", "delete", "first").ok();
        assertTrue(drive.amberfs("snapshot", "delete", "same").refused(16).contains("held"));
        assertEquals("one\n", Files.readString(drive.at(".snapshots/same/letter")));
        assertTrue(drive.amberfs("snapshot", "create", "second", "--at", "same").refused(1).contains("already"));
        assertTrue(drive.amberfs("snapshot", "create", "--at", "1999-01-01").refused(1).contains("before the first commit"));
        assertTrue(drive.amberfs("snapshot", "create", "--at", "nowhere").refused(2).contains("nowhere"));
    }

    private static long number(String json, String field) {
        Matcher matcher = Pattern.compile("\"" + field + "\": *(\\d+)").matcher(json);
        assertTrue(matcher.find(), json);
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void theChainCanBeCheckedWithoutTheStore() throws IOException {
        Files.writeString(drive.at("one"), "1");
        String older = drive.root().resolve("older.audit").toString();
        String key = drive.amberfs("audit", "export", older).ok().replaceAll(".*signed by ", "").strip();
        Files.writeString(drive.at("one"), "2");
        String newer = drive.root().resolve("newer.audit").toString();
        assertTrue(drive.amberfs("audit", "export", newer, "--json").ok().contains("\"publicKey\":\"" + key + "\""));
        assertTrue(drive.amberfs("audit", "export", newer).refused(2).contains("there already"));
        assertTrue(drive.amberfs("audit", "export", "-").ok().startsWith("amberfs-audit 1 1 " + key + "\n"));
        drive.umount();
        try (MountedDrive elsewhere = MountedDrive.withoutStore()) {
            assertTrue(elsewhere.amberfs("audit", "verify", newer, "--since", older, "--key", key).ok().contains("one chain, signed by " + key));
            assertTrue(elsewhere.amberfs("audit", "verify", older, "--since", newer).refused(13).contains("does not go on"));
            Files.writeString(Path.of(newer), Files.readString(Path.of(newer)).replaceFirst("\nkept 1 ", "\nkept 2 "));
            elsewhere.amberfs("audit", "verify", newer).refused(13);
            assertTrue(elsewhere.amberfs("audit", "verify", "nowhere").refused(1).contains("no file"));
        }
    }

    @Test
    void bisectFindsTheVersionWithWhichACommandBeganToFail() throws IOException {
        for (int i = 1; i <= 9; i++) {
            write("docs/number", i + "\n");
            write("docs/other" + i, "other");
            if (i == 4) {
                Files.move(drive.at("docs"), drive.at("texts"));
                Files.move(drive.at("texts"), drive.at("docs"));
            }
            drive.snapshot("s" + i);
        }
        String line = drive.amberfs("bisect", "docs/number", "--", "sh", "-c", "test $(cat {}) -lt 6").ok();
        assertTrue(line.contains("docs/number  is the first version that fails"), line);
        String time = line.lines().filter(l -> l.contains("is the first")).findFirst().orElseThrow().substring(0, 19);
        assertTrue(lines("snapshot", "list").stream().anyMatch(l -> l.startsWith("s6 ") && l.contains(time)), line);
        String json = drive.amberfs("bisect", drive.at("docs"), "--json", "--", "sh", "-c", "echo noise; test ! -e other3").ok();
        assertTrue(json.contains("\"path\":\"docs\"") && !json.contains("noise"), json);
        String untold = drive.amberfs("bisect", "docs/number", "--", "sh", "-c", "n=$(cat number); test $n -gt 3 -a $n -lt 7 && exit 125; test $n -lt 5").ok();
        assertTrue(untold.contains("or one of the 3 before it that cannot be told"), untold);
        assertTrue(drive.amberfs("bisect", "docs/number", "--", "false").ok().contains("the oldest that is kept"));
        assertTrue(drive.amberfs("bisect", "docs/number", "--", "true").refused(1).contains("nothing to look for"));
        assertTrue(drive.amberfs("bisect", "docs/number", "--", "sh", "-c", "exit 127").refused(1).contains("127"));
        assertTrue(drive.amberfs("bisect", "docs/number", "--", "no-such-program").refused(2).contains("cannot be run"));
        assertTrue(drive.amberfs("bisect", "never", "--", "true").refused(1).contains("never"));
        drive.amberfs("bisect", "docs/number").refused(2);
    }

    private String tree() {
        return drive.shell().bash("cd \"$1\" && find . -printf '%p %y %m %U:%G %s %l\\n' | sort && find . -type f | sort | xargs sha256sum", drive.path()).ok();
    }

    /** What the kernel remembers of names, attributes and contents does not outlive the way back. */
    @Test
    void aRollbackIsSeenAtOnceByWhoHasLookedBefore() throws IOException {
        drive.shell().bash("cd \"$1\" && mkdir -p a/b c && for i in $(seq 50); do echo $i > a/b/$i; done && ln a/b/1 c/one && ln -s ../a c/link && chmod 700 a && head -c 3000000 /dev/urandom > big",
            drive.path()).ok();
        String before = tree();
        drive.snapshot("before");
        drive.shell().bash("cd \"$1\" && rm a/b/3 a/b/1 && mv a/b a/moved && echo other > a/moved/7 && chmod 755 a && echo new > new && mkdir d && mv c/link d/ && printf x | dd of=big bs=1 seek=1000000 conv=notrunc",
            drive.path()).ok();
        String after = tree();
        String dry = drive.amberfs("rollback", "before", "--dry-run").ok();
        assertTrue(dry.contains("R a/moved/ -> a/b/\n") && dry.contains("- new") && dry.contains("nothing was changed"), dry);
        assertEquals(after, tree());
        String said = drive.amberfs("rollback", "before").ok();
        assertTrue(said.startsWith("the drive is as at "), said);
        assertEquals(before, tree());
        assertEquals("", drive.amberfs("diff", "before").ok());
        assertTrue(drive.amberfs("rollback", "before").ok().contains("already"));
        drive.amberfs("undo", "--last").ok();
        assertEquals(after, tree());
        drive.amberfs("undo", "--last").ok();
        drive.remount();
        assertEquals(before, tree());
        drive.amberfs("check", "--read-data").ok();
    }

    /** A kernel that caches writes keeps the sizes of files that it knows, whatever it is told of them. */
    @Test
    void theSizesThatTheKernelRemembersDoNotOutliveTheWayBack() throws IOException {
        drive.shell().bash("cd \"$1\" && mkdir d && printf 1234567890 > d/shrinks && printf 12 > d/grows && printf 12 > d/cut && ln d/grows d/linked", drive.path()).ok();
        drive.snapshot("before");
        drive.shell().bash("cd \"$1\" && printf 1234 > d/shrinks && printf 1234567 >> d/grows && : > d/cut && stat d/* && cat d/*", drive.path()).ok();
        drive.snapshot("after");
        drive.amberfs("rollback", "before").ok();
        assertEquals("cut 2\ngrows 2\nlinked 2\nshrinks 10\n", drive.shell().bash("cd \"$1/d\" && stat -c '%n %s' *", drive.path()).ok());
        drive.shell().bash("cd \"$1/d\" && printf + >> shrinks && printf + >> grows && printf + >> cut", drive.path()).ok();
        assertEquals("12+12+12+1234567890+", drive.shell().bash("cd \"$1/d\" && cat *", drive.path()).ok());
        drive.amberfs("rollback", "after").ok();
        assertEquals("cut 0\ngrows 9\nlinked 9\nshrinks 4\n", drive.shell().bash("cd \"$1/d\" && stat -c '%n %s' *", drive.path()).ok());
        drive.shell().bash("cd \"$1/d\" && printf + >> shrinks && printf + >> linked && printf + >> cut", drive.path()).ok();
        assertEquals("+121234567+121234567+1234+", drive.shell().bash("cd \"$1/d\" && cat *", drive.path()).ok());
        drive.remount();
        assertEquals("+121234567+121234567+1234+", drive.shell().bash("cd \"$1/d\" && cat *", drive.path()).ok());
    }

    @Test
    void aDirectoryThatComesBackCanBeUsedAgain() throws IOException {
        write("dir/sub/file", "file");
        drive.snapshot("before");
        drive.shell().bash("cd \"$1/dir/sub\" && exec 3< . && rm -r \"$1/dir\" && \"$2\" rollback before && cd \"$1/dir/sub\" && cat file && echo new > new && mkdir more && touch more/x && chmod 700 . && ls",
            drive.path(), MountedDrive.launcher()).ok();
        assertEquals("new\n", Files.readString(drive.at("dir/sub/new")));
        drive.remount();
        drive.amberfs("check").ok();
        assertEquals("new\n", Files.readString(drive.at("dir/sub/new")));
    }

    @Test
    void aProgramGoesOnWithTheFileThatItHasOpen() throws IOException {
        write("log", "one\n");
        drive.snapshot("before");
        drive.shell().bash("exec 3>> \"$1/log\"; echo two >&3; \"$2\" rollback before; echo three >&3; sync -f \"$1\"; test \"$(cat \"$1/log\")\" = one; echo four >> \"$1/log\"; exec 3>&-",
            drive.path(), MountedDrive.launcher()).ok();
        assertEquals("one\nfour\n", Files.readString(drive.at("log")));
        drive.umount();
        drive.amberfs("check").ok();
        drive.mount();
    }

    @Test
    void undoTakesBackWhatWasDoneInOnePlace() throws IOException {
        write("docs/a", "one");
        write("other/b", "one");
        drive.snapshot("before");
        write("docs/a", "two");
        write("docs/new", "new");
        write("other/b", "two");
        drive.amberfs("undo", "--since", "before", drive.at("docs"), "--dry-run").ok();
        assertEquals("two", Files.readString(drive.at("docs/a")));
        drive.amberfs("undo", "--since", "before", drive.at("docs")).ok();
        assertEquals(List.of("M other/b  (3 B -> 3 B)"), lines("diff", "before"));
        write("later", "later");
        drive.amberfs("undo", "--since", "before", drive.at("later")).ok();
        assertEquals(List.of("M other/b  (3 B -> 3 B)"), lines("diff", "before"));
        drive.amberfs("undo", "--last", "docs").refused(2);
        drive.amberfs("undo").refused(2);
        drive.amberfs("undo", "--since", "before", "nowhere").refused(1);
        drive.amberfs("rollback", "never").refused(2);
        drive.umount();
        drive.amberfs("undo", "--since", "before").ok();
        drive.mount();
        assertEquals("one", Files.readString(drive.at("other/b")));
    }

    @Test
    void theLogFollowsAFileThroughMovesAndSaves() throws IOException {
        write("docs/letter", "one");
        drive.snapshot("first");
        for (String step : List.of("sed -i s/one/two/ docs/letter", "mv docs/letter post", "chmod 600 post", "rm post")) {
            drive.shell().bash("cd \"$1\" && $2", drive.path(), step).ok();
            drive.snapshot(step.replaceAll("\\W", "-"));
        }
        List<String> lines = lines("log", "post").stream().map(line -> line.replaceFirst("^\\S+ +", "")).toList();
        assertEquals(List.of("-  deleted  post", "3 B  mode 0600", "3 B  moved from docs/letter", "3 B  contents  docs/letter", "3 B  first seen"), lines);
        List<Map<String, Object>> json = MountedDrive.jsonArray(drive.amberfs("log", drive.at("post"), "--json").ok());
        assertEquals(List.of("gone"), json.get(0).get("events"));
        assertEquals("docs/letter", json.get(2).get("from"));
        drive.amberfs("log", "never").refused(1);
        drive.umount();
        assertEquals(5, lines("log", "post").size());
        drive.mount();
    }

    @Test
    void namesAreFoundInAllOfHistory() throws IOException {
        write("docs/letter.odt", "letter");
        write("docs/table.ods", "table");
        drive.snapshot("before");
        Files.delete(drive.at("docs/letter.odt"));
        drive.snapshot("after");
        assertEquals(List.of("docs/letter.odt", "docs/table.ods"), found("--name", "*.od[st]"));
        assertEquals(List.of("docs/letter.odt"), found("--name", "*.od?", "--deleted"));
        assertEquals(List.of("docs/table.ods"), found("--name", "*.od?", "--between", "after", "now"));
        assertEquals(List.of("docs/"), found("--name", "doc[!x]"));
        assertEquals(List.of("docs/letter.odt", "docs/table.ods"), MountedDrive.jsonArray(drive.amberfs("find", "--name", "*.od*", "--json").ok()).stream()
            .map(found -> (String) found.get("path")).sorted().toList());
        drive.amberfs("find", "--name", "x", "--between", "after", "before").refused(2);
        drive.amberfs("find").refused(2);
    }

    private List<String> found(Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = "find";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return lines(all).stream().map(line -> line.substring(line.lastIndexOf(' ') + 1)).sorted().toList();
    }
}
