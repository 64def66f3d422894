package io.amberfs.model;

/** A command cannot be carried out: one line for the user that names the object and what to do, and the exit code. */
public final class Refusal extends RuntimeException {
    private final ExitCode code;

    public Refusal(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    public Refusal(ExitCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ExitCode code() {
        return code;
    }
}
