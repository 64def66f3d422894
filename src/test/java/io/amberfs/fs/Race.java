package io.amberfs.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Threads that run against each other. Those that work end by themselves; those that accompany them are run again and again until then. A race that hangs fails with all stacks.
 */
final class Race {
    private static final long BOUND = TimeUnit.SECONDS.toNanos(40);

    /** One piece of work of a thread. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    private final List<Thread> workers = new ArrayList<>();
    private final List<Thread> companions = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile BooleanSupplier enough = () -> true;

    /** Those that work go on, beyond their rounds, until it is so: a machine that is busy with others must not end a race before it has shown anything. */
    Race until(BooleanSupplier enough) {
        this.enough = enough;
        return this;
    }

    /** Runs {@code work} with the numbers 1 to {@code rounds}, and on if need be. */
    Race worker(String name, int rounds, IntConsumer work) {
        workers.add(thread(name, () -> {
            for (int i = 1; (i <= rounds || !enough.getAsBoolean()) && failure.get() == null && !over.get(); i++) {
                work.accept(i);
            }
        }));
        return this;
    }

    Race companion(String name, Work work) {
        companions.add(thread(name, () -> {
            while (!over.get() && failure.get() == null) {
                work.run();
            }
        }));
        return this;
    }

    void run() {
        companions.forEach(Thread::start);
        workers.forEach(Thread::start);
        long until = System.nanoTime() + BOUND;
        try {
            workers.forEach(thread -> join(thread, until));
        } finally {
            over.set(true);
        }
        companions.forEach(thread -> join(thread, until));
        if (failure.get() != null) {
            throw new AssertionError(failure.get().getMessage(), failure.get());
        }
    }

    private Thread thread(String name, Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        }, name);
        thread.setDaemon(true);
        return thread;
    }

    private static void join(Thread thread, long until) {
        try {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (thread.isAlive()) {
            StringBuilder stacks = new StringBuilder(thread.getName() + " does not end\n");
            for (Map.Entry<Thread, StackTraceElement[]> stack : Thread.getAllStackTraces().entrySet()) {
                stacks.append(stack.getKey()).append('\n');
                List.of(stack.getValue()).forEach(frame -> stacks.append("    ").append(frame).append('\n'));
            }
            throw new AssertionError(stacks.toString());
        }
    }
}
