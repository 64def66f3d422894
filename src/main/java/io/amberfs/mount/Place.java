package io.amberfs.mount;

import io.amberfs.fs.Node;
import io.amberfs.model.Name;

/** A name in a directory; whether anything is there is another question. Immutable. */
record Place(Node parent, Name name) {
}
