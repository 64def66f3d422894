package io.amberfs.check;

/** Counts what is done and tells the progress now and then. Confined to one thread. */
final class Pulse {
    private static final int EVERY = 2048;

    private final Progress progress;
    private String phase = "";
    private long total;
    private long done;

    Pulse(Progress progress) {
        this.progress = progress;
    }

    void phase(String phase, long total) {
        this.phase = phase;
        this.total = total;
        done = 0;
        tell();
    }

    /** One more is done. @throws Stopped */
    void step() {
        done++;
        if (done % EVERY == 0) {
            tell();
        }
    }

    private void tell() {
        if (!progress.at(phase, done, total)) {
            throw new Stopped();
        }
    }
}
