package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeadTest {
    private final Lead lead = new Lead();

    @Test
    void whoIsNotInterruptedGoesOnLeading() {
        assertTrue(lead.isVacant());
        lead.take();
        long busy = lead.fetched();
        assertTrue(Lead.isBusy(busy));
        assertTrue(lead.goesOn(busy));
        assertFalse(Lead.isBusy(lead.now()));
        assertFalse(lead.isVacant());
    }

    @Test
    void whoLostTheLeadDoesNotGoOn() {
        lead.take();
        long busy = lead.fetched();
        assertTrue(lead.vacate(busy));
        assertTrue(lead.isVacant());
        assertFalse(lead.goesOn(busy));
        lead.take();
        assertFalse(lead.goesOn(busy));
        assertFalse(lead.vacate(busy));
    }

    /** Two who would take the lead from one that goes on: in each round exactly one of the three succeeds. */
    @Test
    void ofThoseWhoWantTheSameStateOneGetsIt() throws Exception {
        for (int round = 0; round < 2000; round++) {
            Lead contested = new Lead();
            contested.take();
            long busy = contested.fetched();
            AtomicInteger won = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                boolean leader = i == 0;
                threads.add(new Thread(() -> won.addAndGet((leader ? contested.goesOn(busy) : contested.vacate(busy)) ? 1 : 0)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(1, won.get());
        }
    }
}
