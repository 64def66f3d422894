package io.amberfs.posix;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Runs a call until it was not interrupted, and turns -1 into an exception. Stateless. */
final class Calls {
    private Calls() {
    }

    static int run(IntSupplier call, String act, byte[] object) throws PosixException {
        while (true) {
            int result = call.getAsInt();
            if (result != -1) {
                return result;
            }
            int errno = Libc.errno();
            if (errno != PosixException.EINTR) {
                throw new PosixException(errno, act, object);
            }
        }
    }

    static long runLong(LongSupplier call, String act, byte[] object) throws PosixException {
        while (true) {
            long result = call.getAsLong();
            if (result != -1) {
                return result;
            }
            int errno = Libc.errno();
            if (errno != PosixException.EINTR) {
                throw new PosixException(errno, act, object);
            }
        }
    }
}
