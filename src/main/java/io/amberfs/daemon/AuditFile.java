package io.amberfs.daemon;

import io.amberfs.codec.AuditCodec;
import io.amberfs.history.AuditCheck;
import io.amberfs.history.Instants;
import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Checks files of {@code audit export}, without a store. Stateless. */
public final class AuditFile {
    private AuditFile() {
    }

    /**
     * What the file proves; for each break of its chain an event.
     *
     * @param since an older one of the same drive, which it must go on from
     * @param key   the public key that must have signed it, in hexadecimal
     * @throws Refusal DAMAGE when one of them is no such file, cut off, or of another key, or {@code since} is broken itself or tells of other commits
     */
    public static Map<String, Object> check(Path file, Optional<Path> since, Optional<String> key, Reply reply) {
        AuditCheck.Result found = check(file, since);
        key.filter(wanted -> !wanted.equals(found.publicKey().toString())).ifPresent(wanted -> {
            throw new Refusal(ExitCode.DAMAGE, file + " is not signed by " + wanted + ", but by " + found.publicKey());
        });
        Instants instants = new Instants(ZoneId.systemDefault());
        for (AuditCheck.Break one : found.breaks()) {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("type", "break");
            event.put("epoch", one.epoch());
            event.put("time", instants.exact(one.time()));
            event.put("message", one.reason());
            reply.event(event);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("publicKey", found.publicKey().toString());
        result.put("commits", found.commits());
        result.put("kept", found.kept());
        result.put("first", found.commits() == 0 ? null : instants.exact(found.firstTime()));
        result.put("last", found.commits() == 0 ? null : instants.exact(found.lastTime()));
        result.put("digest", found.digest().toString());
        result.put("breaks", found.broken());
        return result;
    }

    private static AuditCheck.Result check(Path file, Optional<Path> since) {
        if (since.isEmpty()) {
            return check(file, 0);
        }
        AuditCheck.Result old = check(since.get(), 0);
        AuditCheck.Result now = check(file, old.lastEpoch());
        String reason = old.broken() > 0 ? "the chain in " + since.get() + " is broken itself"
            : !old.publicKey().equals(now.publicKey()) ? "they are signed by different keys"
            : old.lastEpoch() > 0 && now.watched().isEmpty() ? "commit " + old.lastEpoch() + " of " + since.get() + " is not in it"
            : old.lastEpoch() > 0 && !now.watched().get().equals(old.digest()) ? "up to commit " + old.lastEpoch() + " it tells of other commits" : "";
        if (!reason.isEmpty()) {
            throw new Refusal(ExitCode.DAMAGE, file + " does not go on from " + since.get() + ": " + reason);
        }
        return now;
    }

    private static AuditCheck.Result check(Path file, long watched) {
        AuditCheck check = new AuditCheck(watched);
        long number = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            for (Optional<String> line = line(in); line.isPresent(); line = line(in)) {
                number++;
                check.line(line.get());
            }
            return check.result();
        } catch (CorruptException e) {
            throw new Refusal(ExitCode.DAMAGE, file + " cannot be trusted: line " + number + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new Refusal(ExitCode.ERROR, "there is no file " + file, e);
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Without its end; empty at the end of the file. */
    private static Optional<String> line(InputStream in) throws IOException {
        byte[] line = new byte[AuditCodec.LINE_MAX];
        int length = 0;
        for (int read = in.read(); read >= 0; read = in.read()) {
            if (read == '\n') {
                return Optional.of(new String(line, 0, length, StandardCharsets.ISO_8859_1));
            } else if (length == line.length) {
                throw new CorruptException("it is longer than a line of an audit file");
            }
            line[length++] = (byte) read;
        }
        if (length > 0) {
            throw new CorruptException("the line is cut off");
        }
        return Optional.empty();
    }
}
