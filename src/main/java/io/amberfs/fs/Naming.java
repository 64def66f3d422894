package io.amberfs.fs;

/** Whether a file has names, as its last user and who wants to give it one need to know. Changed under the tree lock; thread-safe. */
final class Naming {
    private enum State {
        NAMED, UNLINKED, NOT_YET
    }

    private volatile State state;

    Naming(int links) {
        state = links > 0 ? State.NAMED : State.UNLINKED;
    }

    /** It has no name, so its last user has to delete it. */
    boolean isNameless() {
        return state != State.NAMED;
    }

    /** It was made without a name and has had none: it can be given one. */
    boolean isNotYetNamed() {
        return state == State.NOT_YET;
    }

    void madeNameless() {
        state = State.NOT_YET;
    }

    void unlinked() {
        state = State.UNLINKED;
    }

    void named() {
        state = State.NAMED;
    }
}
