package io.amberfs.cli;

import java.nio.file.Path;
import java.time.Duration;

/** How a drive is mounted. Immutable. @param store real path @param mount absolute @param acceptLoss mount although commits were lost to damage */
public record DaemonOptions(Path store, Path mount, Secret secret, boolean allowOther, boolean snapdirVisible, Duration commitInterval,
                            boolean acceptLoss, boolean readOnly, boolean foreground) {
}
