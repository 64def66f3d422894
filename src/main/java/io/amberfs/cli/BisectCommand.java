package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.daemon.Twin;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks for the version with which something began to fail. */
@Command(name = "bisect", description = {"Find the first version of a file or directory for which a command fails, by halving.",
    "Each version is copied to a temporary directory, in which COMMAND runs; {} in its arguments stands for the copy.",
    "An exit code of 1 to 126 is failure; 125 says that this version cannot be told, 127 and more end the search."},
    footerHeading = "%nExamples:%n", footer = {"  amberfs bisect config.json -- jq . {}", "  amberfs bisect src -- sh -c 'make && ./test'"})
final class BisectCommand implements Callable<Integer> {
    private static final int SKIP = 125;
    private static final int ENDS = 127;

    private final Context context;

    @Parameters(index = "0", paramLabel = "PATH", description = "A path under the mounted drive, or from its root; there need not be anything any more.")
    private String path;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "What to run, and its arguments, behind --.")
    private List<String> command;

    private List<Map<String, Object>> moments = List.of();
    private Context.Session session;
    private boolean directory;
    private final Map<Integer, Verdict> verdicts = new TreeMap<>();

    private enum Verdict { GOOD, BAD, UNTOLD }

    BisectCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (Context.Session opened = context.session(context.store())) {
            session = opened;
            moments = moments();
            int newest = moments.size() - 1;
            if (verdict(newest) != Verdict.BAD) {
                throw new Refusal(ExitCode.ERROR, "the command does not fail for the newest version, of " + time(newest) + ": there is nothing to look for");
            }
            int bad = verdict(0) == Verdict.BAD ? 0 : newest;
            int good = bad == 0 ? -1 : 0;
            for (int next = between(good, bad); next >= 0; next = between(good, bad)) {
                Verdict verdict = verdict(next);
                bad = verdict == Verdict.BAD ? next : bad;
                good = verdict == Verdict.GOOD ? next : good;
            }
            report(good, bad);
        }
        return ExitCode.OK.number();
    }

    private List<Map<String, Object>> moments() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        context.putPath(arguments, session.store(), path);
        List<Map<String, Object>> all = new ArrayList<>();
        Map<String, Object> result = session.call(new Request("moments", arguments), new Receiver(context.output(), all::add));
        directory = Boolean.TRUE.equals(result.get("directory"));
        return all;
    }

    /** The one nearest to the middle that was not tried; -1 if there is none. */
    private int between(int good, int bad) {
        int middle = (good + bad) / 2;
        for (int by = 0; middle - by > good || middle + by < bad; by++) {
            if (middle - by > good && !verdicts.containsKey(middle - by)) {
                return middle - by;
            } else if (middle + by < bad && !verdicts.containsKey(middle + by)) {
                return middle + by;
            }
        }
        return -1;
    }

    private Verdict verdict(int at) {
        Verdict known = verdicts.get(at);
        if (known != null) {
            return known;
        }
        Path folder = temporary();
        Verdict verdict;
        try {
            verdict = told(at, folder);
        } finally {
            delete(folder.toFile());
        }
        verdicts.put(at, verdict);
        context.output().info(time(at) + ": " + (verdict == Verdict.GOOD ? "good" : verdict == Verdict.BAD ? "fails" : "cannot be told"));
        return verdict;
    }

    private Verdict told(int at, Path folder) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("at", time(at));
        arguments.put("epoch", moments.get(at).get("epoch"));
        String there = Twin.read(moments.get(at), "path").orElseThrow();
        Twin.put(arguments, "path", there);
        try (Backend.Export export = context.backend().exportTo(folder, false, false, event -> { })) {
            session.call(new Request("export", arguments), export);
            if (Boolean.FALSE.equals(export.finish().get("complete"))) {
                context.output().warn("warning: of the version of " + time(at) + " something could not be copied");
            }
        } catch (Refusal e) {
            if (e.code() != ExitCode.ERROR) {
                throw e;
            }
            context.output().warn("warning: " + e.getMessage()); // such as a directory that was not there in between
            return Verdict.UNTOLD;
        }
        Path copy = directory ? folder : RawPath.resolve(folder, there.substring(there.lastIndexOf('/') + 1));
        int code = run(at, folder, RawPath.text(copy));
        if (code >= ENDS) {
            throw new Refusal(ExitCode.ERROR, "the command ended with " + code + " for the version of " + time(at) + (code == ENDS ? ": it was not found" : "")
                + "; the search ends here");
        }
        return code == 0 ? Verdict.GOOD : code == SKIP ? Verdict.UNTOLD : Verdict.BAD;
    }

    private int run(int at, Path folder, String copy) {
        List<String> words = command.stream().map(word -> word.replace("{}", copy)).toList();
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile()).inheritIO();
        if (context.output().json()) {
            builder.redirectOutput(new File("/dev/stderr"));
        }
        Secrets.withoutSecrets(builder);
        builder.environment().put("AMBERFS_COPY", copy);
        builder.environment().put("AMBERFS_TIME", String.valueOf(moments.get(at).get("time")));
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            throw new Refusal(ExitCode.USAGE, "the command cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(ExitCode.INTERRUPTED, "interrupted");
        }
    }

    private void report(int good, int bad) {
        long untold = verdicts.entrySet().stream().filter(entry -> entry.getKey() > good && entry.getKey() < bad).count();
        Output output = context.output();
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>(moments.get(bad));
            result.remove("type");
            result.put("lastGood", good < 0 ? null : moments.get(good).get("time"));
            result.put("untold", untold);
            result.put("runs", verdicts.size());
            output.json(result);
            return;
        }
        String at = Show.text(String.valueOf(moments.get(bad).get("path")));
        output.line(time(bad) + "  " + (at.isEmpty() ? "." : at) + "  is the first version that fails"
            + (good < 0 ? ", and the oldest that is kept" : untold > 0 ? ", or one of the " + Show.count(untold) + " before it that cannot be told" : ""));
    }

    private String time(int at) {
        return Show.time(moments.get(at).get("time"), context.surroundings().offsets());
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("amberfs-bisect");
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "no temporary directory can be made: " + e.getMessage(), e);
        }
    }

    /** Never follows a link. What cannot be deleted is left to who cleans temporary directories. */
    private static void delete(File file) {
        if (file.isDirectory() && !Files.isSymbolicLink(file.toPath())) {
            file.setWritable(true, true);
            file.setExecutable(true, true);
            File[] children = file.listFiles();
            for (File child : children == null ? new File[0] : children) {
                delete(child);
            }
        }
        file.delete();
    }
}
