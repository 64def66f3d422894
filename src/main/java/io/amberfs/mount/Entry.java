package io.amberfs.mount;

import io.amberfs.fs.Node;
import io.amberfs.model.Attr;

/**
 * What the kernel is told of a name: what it leads to, and for how many seconds it may go on believing that and the attributes. Immutable.
 *
 * @param id the node's number ({@link NodeIds})
 */
record Entry(long id, Attr attr, double attrSeconds, double seconds) {
    /**
     * The present changes through the kernel, or with word to it ({@link KernelMemory}), and the past not at all: what the kernel knows of them stays true. This
     * is a bound for the case that a word got lost.
     */
    static final double LASTING = 60;

    /** The mountpoint's own: so that those of a dead drive are not shown for longer. */
    static final double MOUNTPOINT = 1;

    static double attrSeconds(Node node) {
        if (node.equals(Node.ROOT)) {
            return MOUNTPOINT;
        }
        return isLasting(node) ? LASTING : 0;
    }

    /** A name in a virtual directory can mean something else, or nothing, at the next commit or when a snapshot goes. */
    static double seconds(Node parent, Node node) {
        return isLasting(parent) || node instanceof Node.Snapshots || node instanceof Node.Versions ? LASTING : 0;
    }

    /** For how long a name that is not in {@code parent} may be believed to be missing. */
    static double missingSeconds(Node parent) {
        return isLasting(parent) ? LASTING : 0;
    }

    private static boolean isLasting(Node node) {
        return node instanceof Node.Present || node instanceof Node.Past;
    }
}
