package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The fields of one event of the stream, checked as they are read. What is missing or of another kind ends the restore. */
record RestoreFields(Map<String, Object> event) {
    static Refusal broken(String what) {
        return new Refusal(ExitCode.ERROR, "the drive's answer does not make sense: " + what + "; what was restored so far is whole, run the restore again");
    }

    String type() {
        if (event.get("type") instanceof String type) {
            return type;
        }
        throw broken("an event without a type");
    }

    long number(String key) {
        Object value = event.get(key);
        if (value instanceof Integer || value instanceof Long || value instanceof BigInteger big && big.bitLength() < Long.SIZE) {
            return ((Number) value).longValue();
        }
        throw broken(key + " is " + value);
    }

    long number(String key, long otherwise) {
        return event.get(key) == null ? otherwise : number(key);
    }

    byte[] base64(String key) {
        return base64IfAny(key).orElseThrow(() -> broken(key + " is missing"));
    }

    Optional<byte[]> base64IfAny(String key) {
        Object value = event.get(key);
        return value == null ? Optional.empty() : Optional.of(decode(key, value));
    }

    RestorePath path() {
        return new RestorePath(base64("path64"));
    }

    Map<String, byte[]> xattrs() {
        Map<String, byte[]> out = new LinkedHashMap<>();
        if (event.get("xattrs") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> out.put(RestoreAttributes.key(decode("xattrs", name)), decode("xattrs", value)));
        }
        return out;
    }

    private static byte[] decode(String key, Object value) {
        try {
            return Base64.getDecoder().decode(value instanceof String text ? text : "?");
        } catch (IllegalArgumentException e) {
            throw broken(key + " is " + value);
        }
    }
}
