package io.amberfs.daemon;

import io.amberfs.fs.Drive;
import io.amberfs.history.AuditTrail;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code audit}: sends the chain of commits as a file, as bytes. Thread-safe. */
final class AuditRequest {
    private static final int SEND = 64 << 10;

    private final Drive drive;
    private final Store store;

    AuditRequest(OpenDrive open) {
        drive = open.drive();
        store = open.store();
    }

    Map<String, Object> run(Reply reply) {
        if (drive.readOnly().isEmpty()) {
            drive.sync();
        }
        byte[] buffer = new byte[SEND];
        int[] length = new int[1];
        AuditTrail.Written written;
        try (Reading reading = store.reading()) {
            written = drive.volume().auditTrail().write(reading, line -> {
                if (length[0] + line.length > SEND) {
                    reply.bytes(buffer, 0, length[0]);
                    length[0] = 0;
                }
                System.arraycopy(line, 0, buffer, length[0], line.length);
                length[0] += line.length;
            });
        }
        reply.bytes(buffer, 0, length[0]);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("commits", written.commits());
        result.put("unreadable", written.unreadable());
        result.put("publicKey", written.publicKey().toString());
        return result;
    }
}
