package io.amberfs.daemon;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command asks of the owner of a store: a command and its named arguments, which are JSON values. Immutable.
 *
 * <ul><li>The arguments come over a socket: every accessor checks presence and type, and refuses as wrong usage.</li></ul>
 */
public record Request(String command, Map<String, Object> arguments) {
    public Request {
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }

    /** A request without arguments. */
    public Request(String command) {
        this(command, Map.of());
    }

    /** Whether the argument is there and not null. */
    public boolean has(String name) {
        return arguments.get(name) != null;
    }

    public String text(String name) {
        return arguments.get(name) instanceof String text ? text : refuse(name, "a text");
    }

    public Optional<String> optionalText(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    /** A name or path, as {@link io.amberfs.model.RawText raw text}: {@link Twin}. */
    public String path(String name) {
        return Twin.read(arguments, name).orElseGet(() -> refuse(name, "a path"));
    }

    /** A whole number. */
    public long number(String name) {
        Object value = arguments.get(name);
        return value instanceof Long || value instanceof Integer ? ((Number) value).longValue() : refuse(name, "a whole number");
    }

    public boolean flag(String name) {
        return arguments.get(name) instanceof Boolean flag ? flag : refuse(name, "true or false");
    }

    /** A list of texts. */
    public List<String> list(String name) {
        if (!(arguments.get(name) instanceof List<?> list)) {
            return refuse(name, "a list");
        }
        return list.stream().map(item -> item instanceof String text ? text : this.<String>refuse(name, "a list of texts")).toList();
    }

    private <T> T refuse(String name, String expected) {
        throw new Refusal(ExitCode.USAGE, "the request " + command + " needs " + expected + " as '" + name + "'"
            + (has(name) ? "" : ", which is missing") + ": use the same version of amberfs for the daemon and its commands");
    }
}
