package io.amberfs.model;

/** The exit codes of the command line; documented in docs/OPERATING.md. */
public enum ExitCode {
    OK(0), ERROR(1), USAGE(2), PARTLY(3), NO_STORE(10), IN_USE(11), WRONG_KEY(12), DAMAGE(13), UNREACHABLE(14), NO_SPACE(15), HELD(16), FORMAT(17), INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
