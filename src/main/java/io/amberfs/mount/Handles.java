package io.amberfs.mount;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** What the kernel has open, by the number it was told. Numbers count up and never come again. Thread-safe. */
final class Handles<H> {
    private final Map<Long, H> byNumber = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    long add(H handle) {
        long number = last.incrementAndGet();
        byNumber.put(number, handle);
        return number;
    }

    /** @throws FsException EBADF */
    H at(long number) {
        H handle = byNumber.get(number);
        if (handle == null) {
            throw new FsException(Errno.EBADF);
        }
        return handle;
    }

    /** @throws FsException EBADF */
    H remove(long number) {
        H handle = byNumber.remove(number);
        if (handle == null) {
            throw new FsException(Errno.EBADF);
        }
        return handle;
    }

    boolean any(Predicate<H> condition) {
        return byNumber.values().stream().anyMatch(condition);
    }

    Iterable<Long> numbers() {
        return List.copyOf(byNumber.keySet());
    }
}
