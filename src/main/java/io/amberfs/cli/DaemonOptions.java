package io.amberfs.cli;

import java.nio.file.Path;

/** What a daemon serves, and how. Immutable. @param store real path @param mount absolute */
public record DaemonOptions(Path store, Path mount, Secret secret, MountSettings settings, boolean foreground) {
}
