package io.amberfs.mount;

import io.amberfs.kernel.FuseDevice;
import io.amberfs.kernel.Incoming;
import io.amberfs.kernel.Seat;
import io.amberfs.model.Errno;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that fetch requests from the kernel and carry them out, each from start to end.
 *
 * <ul>
 * <li>One thread leads: it alone fetches, so that it can wait by polling, and no other is woken for nothing. It goes on leading while it carries out what is quick.
 * <li>The lead is handed on ahead of what takes long, and by a thread that watches when something takes long after all.
 * <li>Who leads sends its reply and fetches the next request in one call; who does not, sends its reply alone and follows.
 * <li>When the mount ends they all end, and the last one runs the ending: no thread is at the device then.
 * </ul>
 *
 * <p>{@code this} guards who follows, how many there are and the seats; {@link Lead} is changed without.
 */
final class KernelWorkers {
    private static final Logger LOG = LoggerFactory.getLogger(KernelWorkers.class);
    /** Each has two buffers of a megabyte. */
    private static final int MOST = 24;
    /** A few may stay. */
    private static final int IDLE_MOST = 12;
    /** How long a request may take until the lead is taken from its thread: between one and two of these, in nanoseconds. */
    private static final long PATIENCE = 2_000_000;
    /** The watch sleeps when nothing was asked for so many times {@link #PATIENCE}. */
    private static final int QUIET = 100;
    /** A read of so much is one of several, even if the next one is not there yet: the kernel makes room for each before it asks. */
    private static final int LARGE = 256 << 10;
    private static final int ENODEV = 19;

    /** Carries requests out. Called by many threads. */
    interface Server {
        /** A request has arrived. Called ahead of its answer, and before the next one is fetched. */
        void fetched(Seat seat);

        void answer(Seat seat, KernelReply reply);
    }

    private final FuseDevice device;
    private final Server server;
    private final Runnable ending;
    private final Lead lead = new Lead();
    private final Thread watch = new Thread(this::watch, "amberfs-mount-watch");
    private final Deque<Worker> followers = new ArrayDeque<>();
    /** Of threads that have ended, for others: buffers outside of the heap are given back late. */
    private final Deque<Seat> seats = new ArrayDeque<>();
    private int alive;
    private int started;
    private volatile boolean ended;
    private volatile boolean watchSleeps;

    KernelWorkers(FuseDevice device, Server server, Runnable ending) {
        this.device = device;
        this.server = server;
        this.ending = ending;
        watch.setDaemon(true);
    }

    /** To be called once; they go on by themselves. */
    void start() {
        watch.start();
        handOn();
    }

    private final class Worker implements Runnable {
        private final Seat seat;
        private final KernelReply reply;
        private final Thread thread;
        private volatile boolean leads = true;

        Worker(int number, Seat seat) {
            this.seat = seat;
            reply = new KernelReply(seat.outgoing());
            thread = new Thread(this, "amberfs-mount-" + number);
            thread.setDaemon(true);
        }

        @Override
        public void run() {
            try {
                serve();
            } catch (Throwable e) {
                LOG.error("A thread of the mount ended unexpectedly; unmount the drive and mount it again if it does not answer", e);
            } finally {
                gone(seat);
            }
        }

        private void serve() {
            int length = 0;
            while (true) {
                long received = seat.exchange(length);
                if (length > 0 && seat.replyFailed()) {
                    reply.failed();
                }
                if (received < 0) {
                    end((int) -received);
                    return;
                }
                long busy = lead.fetched();
                if (watchSleeps) {
                    LockSupport.unpark(watch);
                }
                length = answer(received, busy);
                if (!lead.goesOn(busy)) {
                    if (length > 0 && !seat.reply(length)) {
                        reply.failed();
                    }
                    length = 0;
                    if (!follow(this)) {
                        return;
                    }
                }
            }
        }

        /** Whatever goes wrong, the request gets its answer and this thread goes on: nobody else may be there to fetch the next one. @return bytes of the reply */
        private int answer(long received, long busy) {
            if (!seat.incoming().arrived(received)) {
                LOG.error("the kernel sent {} bytes that are no request", received);
                return 0;
            }
            reply.begin(seat.incoming().unique());
            try {
                server.fetched(seat);
                if (takesLong(seat.incoming(), seat.hasMore())) {
                    leave(busy);
                }
                server.answer(seat, reply);
            } catch (Throwable e) {
                LOG.error("a mistake in amberfs: a {} request could not be answered", seat.incoming().opcode().text(), e);
                if (!seat.incoming().opcode().isSilent()) {
                    reply.error(Errno.EIO.number());
                }
            }
            return reply.length();
        }

        /** @return false if the mount has ended */
        private boolean awaitLead() {
            while (!leads && !ended) {
                LockSupport.park(this);
            }
            return leads && !ended;
        }
    }

    /** Longer than it takes to wake a thread for the next request, if there is one. */
    static boolean takesLong(Incoming request, boolean more) {
        return switch (request.opcode()) {
            case FSYNCDIR -> true;
            case READ -> more || request.wanted() >= LARGE;
            case FSYNC, READDIR, READDIRPLUS, COPY_FILE_RANGE, FALLOCATE -> more;
            default -> false;
        };
    }

    /** The lead of that state goes to somebody else, unless it has already. */
    private void leave(long busy) {
        if (lead.vacate(busy)) {
            handOn();
        }
    }

    /** If nobody leads, a follower does from now on, or a new thread; if there may be none, whoever is done first. */
    private synchronized void handOn() {
        if (!lead.isVacant() || ended) {
            return;
        }
        Worker next = followers.pollFirst();
        if (next != null) {
            lead.take();
            next.leads = true;
            LockSupport.unpark(next.thread);
        } else if (alive < MOST) {
            add();
        }
    }

    private void add() {
        Seat seat = Optional.ofNullable(seats.pollFirst()).orElseGet(() -> new Seat(device));
        Worker worker = new Worker(++started, seat);
        alive++;
        lead.take();
        try {
            worker.thread.start();
        } catch (OutOfMemoryError e) {
            // The system gives no more threads: those that there are go on.
            LOG.warn("No further thread for the mount could be started: {}", e.getMessage());
            alive--;
            lead.vacate(lead.now());
        }
    }

    /** Waits until {@code worker} leads. @return false if it is to end */
    private boolean follow(Worker worker) {
        synchronized (this) {
            worker.leads = false;
            if (lead.isVacant()) {
                lead.take();
                worker.leads = true;
            } else if (followers.size() >= IDLE_MOST || ended) {
                return false;
            } else {
                followers.addFirst(worker);
            }
        }
        return worker.awaitLead();
    }

    private void gone(Seat seat) {
        boolean last;
        synchronized (this) {
            seats.addFirst(seat);
            alive--;
            last = alive == 0;
        }
        if (last) {
            ended = true;
            LockSupport.unpark(watch);
            ending.run();
        }
    }

    /** ENODEV is an unmount. Anything else, such as an abort of the connection, ends the mount as well: the kernel has let go of it. */
    private void end(int errno) {
        if (errno != ENODEV) {
            LOG.warn("The kernel ended the mount with error {}", errno);
        }
        ended = true;
        synchronized (this) {
            followers.forEach(follower -> LockSupport.unpark(follower.thread));
        }
    }

    /** Takes the lead from who has been at one request for too long. Sleeps while nothing is asked for. */
    private void watch() {
        long before = lead.now();
        int quiet = 0;
        while (!ended) {
            LockSupport.parkNanos(this, PATIENCE);
            long now = lead.now();
            quiet = now == before ? quiet + 1 : 0;
            if (now == before && Lead.isBusy(now)) {
                takeOver(now);
            } else if (quiet >= QUIET) {
                sleep(now);
                quiet = 0;
            }
            before = lead.now();
        }
    }

    /** If there is no room for another thread, the one that is busy goes on leading when it is done. */
    private void takeOver(long busy) {
        try {
            leave(busy);
        } catch (OutOfMemoryError e) {
            LOG.warn("No further thread for the mount could be started: {}", e.getMessage());
        }
    }

    private void sleep(long state) {
        watchSleeps = true;
        while (lead.now() == state && !ended) {
            LockSupport.park(this);
        }
        watchSleeps = false;
    }
}
