package io.amberfs.mount;

import io.amberfs.fs.Node;

/**
 * For how many seconds the kernel may go on believing what it is told. The present changes through the kernel, or with word to it ({@link KernelMemory}), and
 * the past not at all: what it knows of them stays true. Immutable.
 *
 * @param root    what is mounted
 * @param lasting for these; a bound for the case that a word got lost, where a transport can lose one
 */
record Validity(long lasting, Node root) {
    /** The mountpoint's own attributes: so that those of a dead drive are not shown for longer. */
    static final long MOUNTPOINT = 1;

    long attr(Node node) {
        if (node.equals(root)) {
            return Math.min(MOUNTPOINT, lasting);
        }
        return isLasting(node) ? lasting : 0;
    }

    /** A name in a virtual directory can mean something else, or nothing, at the next commit or when a snapshot goes. */
    long name(Node parent, Node node) {
        return isLasting(parent) || node instanceof Node.Snapshots || node instanceof Node.Versions ? lasting : 0;
    }

    /** For how long a name that is not in {@code parent} may be believed to be missing. */
    long missing(Node parent) {
        return isLasting(parent) ? lasting : 0;
    }

    private static boolean isLasting(Node node) {
        return node instanceof Node.Present || node instanceof Node.Past;
    }
}
