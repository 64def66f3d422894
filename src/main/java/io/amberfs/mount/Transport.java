package io.amberfs.mount;

/** How the kernel is reached. */
public enum Transport {
    /** Its own protocol, at /dev/fuse. */
    KERNEL("kernel"),
    /** libfuse 2.9, with the struct layouts of jnr-fuse. */
    JNR_FUSE("jnr-fuse");

    private final String text;

    Transport(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException if there is none of this name */
    public static Transport of(String text) {
        for (Transport transport : values()) {
            if (transport.text.equals(text)) {
                return transport;
            }
        }
        throw new IllegalArgumentException("no transport is called " + text);
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return text;
    }
}
