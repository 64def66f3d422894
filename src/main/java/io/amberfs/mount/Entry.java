package io.amberfs.mount;

import io.amberfs.model.Attr;

/**
 * What the kernel is told of a name: what it leads to, and for how many seconds it may go on believing that and the attributes. Immutable.
 *
 * @param id the node's number ({@link NodeIds})
 */
record Entry(long id, Attr attr, long attrSeconds, long seconds) {
}
