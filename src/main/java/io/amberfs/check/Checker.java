package io.amberfs.check;

import io.amberfs.block.BlockStore;
import io.amberfs.crypto.Sealer;
import io.amberfs.fs.Records;
import io.amberfs.history.RowSeal;
import io.amberfs.history.Volume;
import io.amberfs.model.Commit;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * Checks a store without changing it.
 *
 * <ul>
 * <li>One frozen state is read: what was recorded when {@link #run} began. The drive may be in use meanwhile; to have all that was done before in it, sync the drive first.
 * <li>The quick check reads every row, and of each block its row but not its contents; with {@code contents} the chosen blocks that records name are
 * opened, and with {@code history} the chain of commits is followed.
 * <li>Memory: 33 bytes for each inode that ever was, 16 for each directory and each file with region rows, 12 (with {@code contents} 16) for each block.
 * </ul>
 *
 * <p>Thread-safe: each run stands for itself.
 */
public final class Checker {
    private final Store store;
    private final Opener opener;
    private final Volume volume;
    private final Records records;
    private final BlockStore blocks;

    /** @param sealer one that has opened nothing yet also notices sessions that were damaged since the drive was opened */
    public Checker(Store store, Sealer sealer, RowSeal seal, Volume volume, Records records, BlockStore blocks) {
        this.store = store;
        opener = new Opener(sealer, seal);
        this.volume = volume;
        this.records = records;
        this.blocks = blocks;
    }

    /**
     * How much is looked at beyond the rows.
     *
     * @param contents which blocks are opened, by number
     * @param history  whether the chain of all commits is followed, with all that each changed
     */
    public record Depth(Optional<LongPredicate> contents, boolean history) {
        /** All blocks, or none. */
        public Depth(boolean readData, boolean history) {
            this(readData ? Optional.of(number -> true) : Optional.empty(), history);
        }
    }

    /**
     * @param found    is given the findings, once the files that they hit are known
     * @param progress may stop the check; what was found until then is given out without paths
     * @throws io.amberfs.model.StoreFailedException when the device fails
     */
    public Verdict run(Depth depth, Consumer<Finding> found, Progress progress) {
        try (Reading reading = store.reading()) {
            Commits commits = new Commits(reading, opener, volume.number());
            Scope scope = new Scope(reading, opener, records, commits, new Suspects(), new Pulse(progress));
            Lives lives = new Lives(scope);
            Blocks all = new Blocks(scope, blocks, depth.contents().isPresent());
            InodeCheck inodes = new InodeCheck(scope, lives, all);
            long opened = 0;
            boolean complete = true;
            List<Trace> traces = new ArrayList<>();
            try {
                opened = check(scope, lives, all, inodes, depth);
                traces = new Paths(scope).find(scope.suspects().kept());
            } catch (Stopped e) {
                complete = false;
            }
            long damages = scope.suspects().beyond();
            long warnings = 0;
            for (int i = 0; i < scope.suspects().kept().size(); i++) {
                Suspect suspect = scope.suspects().kept().get(i);
                Trace trace = i < traces.size() ? traces.get(i) : new Trace(suspect.from(), suspect.until());
                Hit hit = new Hit(List.copyOf(trace.paths()), trace.more(), commits.span(trace.time().from(), trace.time().until()));
                Finding finding = suspect.make().apply(hit);
                damages += finding.severity() == Severity.DAMAGE ? 1 : 0;
                warnings += finding.severity() == Severity.WARNING ? 1 : 0;
                found.accept(finding);
            }
            return new Verdict(complete, depth.contents().isPresent(), commits.newest(), lives.rows(), inodes.files(), inodes.logicalBytes(), all.count(), opened,
                damages, warnings, scope.suspects().beyond());
        }
    }

    private long check(Scope scope, Lives lives, Blocks all, InodeCheck inodes, Depth depth) {
        CommitCheck commits = new CommitCheck(scope);
        commits.run();
        all.load();
        long expected = volume.totals().files();
        inodes.run(expected);
        new DirentCheck(scope, lives, inodes.table()).run(expected);
        LinkCheck links = new LinkCheck(scope, inodes.table());
        links.run();
        links.loops(inodes.directories());
        new RegionCheck(scope, lives, all, inodes.maps()).run();
        new XattrCheck(scope, lives, inodes.table()).run();
        new MarkCheck(scope, lives, inodes.table()).run();
        commits.changes();
        all.tellMissing();
        all.index();
        Optional<Commit> newest = lives.uncommitted() ? Optional.empty() : commits.newest();
        new CounterCheck(scope, inodes).run(newest);
        if (depth.history()) {
            new ChainCheck(scope, volume.chain()).run();
        }
        return depth.contents().map(all::open).orElse(0L);
    }
}
