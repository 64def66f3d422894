package io.amberfs.mount;

import io.amberfs.fs.StatFs;
import io.amberfs.model.Attr;

import java.nio.ByteBuffer;

/** The answer to one request, whichever way it goes to the kernel: exactly one method that answers is called, as the last thing that an operation does. Confined to one thread. */
interface Reply {
    void error(int errno);

    void done();

    /** To what the kernel expects no answer to. */
    void nothing();

    void entry(Entry entry);

    /** That there is no such name, which the kernel may go on believing for so many seconds. */
    void absent(long seconds);

    /** @param unwanted run if the kernel does not want it any more, and so will not close it */
    void opened(Opened opened, Runnable unwanted);

    /** @param unwanted run if the kernel does not want it any more, and so will not close it */
    void created(Entry entry, Opened opened, Runnable unwanted);

    void attr(Attr attr, long seconds);

    void target(byte[] target);

    void written(int count);

    /** Room of this thread for {@code size} bytes, to be given to {@link #data}. */
    ByteBuffer room(int size);

    /** The first {@code length} bytes of the room. */
    void data(int length);

    default void bytes(byte[] bytes) {
        room(bytes.length).put(bytes);
        data(bytes.length);
    }

    /** A place in a file. */
    void offset(long offset);

    /** All statistics, also the time of birth. */
    void statx(Attr attr, long seconds);

    /** To who only asks how many bytes an attribute has. */
    void length(int length);

    void statFs(StatFs statFs);

    /**
     * What was opened.
     *
     * @param handle    our number of it
     * @param keepPages whether what the kernel knows of its contents is still right
     * @param directory whether it is a directory, whose listing the kernel may keep
     */
    record Opened(long handle, boolean keepPages, boolean directory) {
    }
}
