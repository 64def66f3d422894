package io.amberfs.daemon;

import jdk.net.ExtendedSocketOptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/** Who is at the other end of a Unix socket, and who we are; the JDK's user principals compare by uid. */
final class Peer {
    private static final Path SELF = Path.of("/proc/self");

    private Peer() {
    }

    /** Whether the other end runs as our user or as root. */
    static boolean isTrusted(SocketChannel channel) throws IOException {
        UserPrincipal user = of(channel);
        return user.equals(self()) || user.equals(root());
    }

    /** The user at the other end. */
    static UserPrincipal of(SocketChannel channel) throws IOException {
        return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    }

    /** The user this process acts as. */
    static UserPrincipal self() throws IOException {
        return Files.getOwner(SELF);
    }

    private static UserPrincipal root() throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("0");
    }

    static int ownUid() {
        try {
            return (Integer) Files.getAttribute(SELF, "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + SELF + ": is /proc mounted?", e);
        }
    }
}
