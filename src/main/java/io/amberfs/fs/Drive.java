package io.amberfs.fs;

import io.amberfs.block.BlockStore;
import io.amberfs.chunk.Chunker;
import io.amberfs.crypto.Keys;
import io.amberfs.history.Head;
import io.amberfs.history.Instants;
import io.amberfs.history.Past;
import io.amberfs.history.SteadyClock;
import io.amberfs.history.Volume;
import io.amberfs.model.Attr;
import io.amberfs.model.Body;
import io.amberfs.model.Clock;
import io.amberfs.model.Commit;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.model.Snapshot;
import io.amberfs.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A volume as a filesystem: what transports call. The present can be changed; every change in the past is EROFS, but that making and removing a folder in
 * {@code .snapshots} makes and deletes a snapshot.
 *
 * <p>Methods throw {@link FsException} with the errno for the caller, and {@link io.amberfs.model.Fault} when the store is damaged or failed. Permissions are the
 * kernel's to check. Thread-safe. {@link #tick} is to be called about once a second.
 */
public final class Drive implements AutoCloseable {
    /** What the drive is made of. */
    record Parts(Records records, Volume volume, Head head, Contents contents, Sealers sealers, Space space, Slabs slabs, Files files, Journaling journaling, Health health,
                 PastGate pastGate, Whole whole, boolean snapdirVisible, Consumer<OpenFile> release) {
    }

    /** What a drive is opened with. {@code rootUid} and {@code rootGid} own the root directory of a new one. */
    public record Setup(Store store, Volume volume, BlockStore blocks, Keys keys, Chunker chunker, Clock clock, Instants instants,
                        boolean readOnly, boolean snapdirVisible, int rootUid, int rootGid) {
    }

    private final Gate gate = new Gate();
    private final Files files = new Files();
    private final Parts parts;
    private final Clock clock;
    private final SteadyClock steady;
    private final Tree tree;
    private final PresentReads present;
    private final XattrChanges xattrChanges;
    private final AttrChanges attrChanges;
    private final PastNames past;
    private final Snapshots snapshots;
    private final Recorder recorder;
    private final Writes writes;
    private final Spans spans;
    private final Changeable changeable;
    private final Moves moves;
    private final Reaper reaper;
    private final Splinters splinters = new Splinters();
    private final Restores restores;
    private final History history;
    private final Retainer retainer;
    private final Store store;
    private final BlockStore blocks;
    private volatile Upstream upstream = () -> { };

    public Drive(Setup setup) {
        store = setup.store();
        blocks = setup.blocks();
        clock = setup.clock();
        Volume volume = setup.volume();
        Records records = new Records(setup.keys(), volume.number());
        Sealers sealers = new Sealers(setup.chunker(), blocks);
        Contents contents = new Contents(new FileMap(records, volume, blocks, splinters), blocks, sealers);
        parts = new Parts(records, volume, volume.head(), contents, sealers, new Space(store), new Slabs(), files,
            new Journaling(store, volume, blocks), new Health(setup.readOnly()), new PastGate(volume), new Whole(), setup.snapdirVisible(), file -> writes().release(file));
        tree = new Tree(parts, clock);
        present = new PresentReads(parts, tree);
        xattrChanges = new XattrChanges(parts, tree, clock);
        attrChanges = new AttrChanges(parts, tree, clock);
        steady = new SteadyClock(clock, volume.timeline().newest());
        past = new PastNames(parts, clock, steady, setup.instants());
        recorder = new Recorder(parts, store, blocks, gate, steady);
        snapshots = new Snapshots(parts, past, recorder, steady, this::prepare);
        writes = new Writes(parts, gate, tree, attrChanges, recorder, clock);
        spans = new Spans(parts, gate, writes, clock);
        changeable = new Changeable(parts.health(), writes);
        moves = new Moves(parts, tree, clock);
        reaper = new Reaper(parts, gate);
        retainer = new Retainer(parts, recorder, reaper, store, blocks, steady);
        restores = new Restores(parts, gate, tree, past, writes, changeable, new TreeRestore(parts, tree, clock));
        history = new History(store, parts, tree, recorder, retainer, clock, this::prepare);
        if (volume.isNew()) {
            tree.makeRoot(setup.rootUid(), setup.rootGid());
            recorder.commit(Optional.empty());
        }
        writes.replay();
        history.resume();
        if (parts.health().reason().isEmpty()) {
            tree.deleteOrphans();
        }
    }

    public Node lookup(Node parent, Name name) {
        return parent instanceof Node.Present dir ? present.lookup(dir.ino(), name) : past.lookup(parent, name);
    }

    public Attr attr(Node node) {
        return node instanceof Node.Present now ? inode(now.ino()).attr(now.ino()) : past.attr(node);
    }

    /** A present inode as users see it; one that was deleted lately has no link. */
    Inode inode(long ino) {
        return present.inode(ino);
    }

    public Attr setAttr(Node node, AttrChange change) {
        long ino = changeable.inode(node);
        change.size().ifPresent(size -> writes.truncate(ino, size));
        try (Gate.Pass pass = gate.enter()) {
            attrChanges.set(ino, change);
        }
        return attr(node);
    }

    public Node create(Node parent, Name name, int mode, Caller caller) {
        return mknod(parent, name, Mode.FILE | mode & Mode.PERMISSIONS, 0, caller);
    }

    /** @param mode with the type bits of a file, FIFO, socket or device */
    public Node mknod(Node parent, Name name, int mode, long rdev, Caller caller) {
        long dir = changeable.toAdd(parent, name);
        try (Gate.Pass pass = gate.enter()) {
            return new Node.Present(tree.make(dir, name, mode, Mode.isDevice(mode) ? rdev : 0, caller, Optional.empty()));
        }
    }

    /** In {@code .snapshots}: makes a snapshot of the whole drive. */
    public Node mkdir(Node parent, Name name, int mode, Caller caller) {
        if (parent instanceof Node.Snapshots snapshots) {
            this.snapshots.makeFolder(snapshots, name);
            return lookup(parent, name);
        }
        long dir = changeable.toAdd(parent, name);
        try (Gate.Pass pass = gate.enter()) {
            return new Node.Present(tree.make(dir, name, Mode.DIRECTORY | mode & Mode.PERMISSIONS, 0, caller, Optional.empty()));
        }
    }

    public Node symlink(Node parent, Name name, byte[] target, Caller caller) {
        long dir = changeable.toAdd(parent, name);
        if (target.length == 0 || target.length > Limits.TARGET_MAX) {
            throw new FsException(target.length == 0 ? Errno.ENOENT : Errno.ENAMETOOLONG);
        }
        try (Gate.Pass pass = gate.enter()) {
            return new Node.Present(tree.make(dir, name, Mode.LINK | 0777, 0, caller, Optional.of(target)));
        }
    }

    /** The contents of a file that had no name are installed before it gets one, as those of a file that is renamed. */
    public void link(Node node, Node parent, Name name) {
        long ino = changeable.inode(node);
        long dir = changeable.toAdd(parent, name);
        writes.installNameless(ino);
        try (Gate.Pass pass = gate.enter()) {
            tree.link(ino, dir, name);
        }
    }

    public void unlink(Node parent, Name name) {
        long dir = changeable.toRemove(parent, name);
        try (Gate.Pass pass = gate.enter()) {
            tree.unlink(dir, name);
        }
    }

    /** In {@code .snapshots}: deletes a snapshot. */
    public void rmdir(Node parent, Name name) {
        if (parent instanceof Node.Snapshots) {
            snapshots.removeFolder(name);
            return;
        }
        long dir = changeable.toRemove(parent, name);
        try (Gate.Pass pass = gate.enter()) {
            tree.rmdir(dir, name);
        }
    }

    /** The new contents of a file are installed before it gets its new name, so that no crash leaves the name with less. */
    public void rename(Node parent, Name name, Node toParent, Name toName, RenameMode mode) {
        boolean exchange = mode == RenameMode.EXCHANGE;
        long from = changeable.toRemove(parent, name);
        long to = exchange ? changeable.toRemove(toParent, toName) : changeable.toAdd(toParent, toName);
        writes.install(tree.lookup(from, name));
        if (exchange) {
            writes.install(tree.lookup(to, toName));
        }
        try (Gate.Pass pass = gate.enter()) {
            moves.rename(from, name, to, toName, mode);
        }
    }

    /** A regular file without a name (O_TMPFILE), open for reading and writing. It is gone once it is closed, or after a crash, unless {@link #link} gives it a name. */
    public FileHandle tmpfile(Node dir, int mode, Caller caller) {
        long parent = changeable.inode(dir);
        try (Gate.Pass pass = gate.enter()) {
            OpenFile file = tree.makeNameless(parent, mode & Mode.PERMISSIONS, caller);
            return new FileHandle(new Node.Present(file.ino()), this, file, false);
        }
    }

    public byte[] readlink(Node node) {
        Inode inode = node instanceof Node.Present now ? inode(now.ino()) : past.inode(node);
        if (!Mode.isLink(inode.mode()) || !(inode.body() instanceof Body.Inline target)) {
            throw new FsException(Errno.EINVAL);
        }
        return target.bytes();
    }

    public FileHandle open(Node node, boolean write, boolean append, boolean truncate) {
        if (!(node instanceof Node.Present now)) {
            if (write || truncate) {
                throw new FsException(Errno.EROFS);
            }
            return past.open(node, this);
        }
        if (write || truncate) {
            parts.health().requireWritable();
        }
        FileHandle handle = new FileHandle(node, this, present.open(now.ino()), append);
        if (truncate) {
            try {
                handle.truncate(0);
            } catch (RuntimeException e) {
                handle.close();
                throw e;
            }
        }
        return handle;
    }

    public DirHandle openDir(Node node) {
        return new DirHandle(node, this, parts);
    }

    public byte[] xattr(Node node, byte[] name) {
        return node instanceof Node.Present now ? present.xattr(now.ino(), name) : past.xattr(node, name, tree.xattrs());
    }

    /** @param dropSetgid whether an access ACL that is set takes setgid away: the caller is not of the group */
    public void setXattr(Node node, byte[] name, byte[] value, boolean mustNotExist, boolean mustExist, boolean dropSetgid) {
        long ino = changeable.inode(node);
        try (Gate.Pass pass = gate.enter()) {
            xattrChanges.set(ino, name, value, mustNotExist, mustExist, dropSetgid);
        }
    }

    public void removeXattr(Node node, byte[] name) {
        long ino = changeable.inode(node);
        try (Gate.Pass pass = gate.enter()) {
            xattrChanges.remove(ino, name);
        }
    }

    public List<byte[]> xattrs(Node node) {
        return node instanceof Node.Present now ? present.xattrs(now.ino()) : past.xattrs(node, tree.xattrs());
    }

    public StatFs statFs() {
        return new StatFs(store.totalBytes(), parts.space().free(), parts.volume().totals().files());
    }

    /** Who is to be asked for what the drive has not seen yet. */
    public void upstream(Upstream upstream) {
        this.upstream = upstream;
    }

    /** On return the drive has seen every write that had returned. As {@link Upstream#passOn}. */
    public void gather() {
        upstream.passOn();
    }

    private void prepare() {
        gather();
        reaper.steps();
    }

    /** Makes names, links and attributes durable, those of all files and directories, without what is written to files. */
    public void syncNames() {
        recorder.fsync(Optional.empty());
    }

    /** Makes all that was done before durable. */
    public void sync() {
        recorder.sync();
    }

    /** Makes a snapshot of all that was done before. @throws io.amberfs.model.Refusal when there is one of that name */
    public Snapshot snapshot(String name) {
        return snapshots.make(name);
    }

    public Snapshots snapshots() {
        return snapshots;
    }

    /** The drive's own chores: commits what has changed, deletes what nothing names, looks at the free space. @return the new commit, if there is one */
    public Optional<Commit> tick() {
        if (parts.health().reason().isPresent()) {
            return Optional.empty();
        }
        gather();
        parts.space().refresh();
        reaper.step();
        splinters.step(parts, gate, tree::open);
        return recorder.isDirty() ? Optional.of(recorder.commit(Optional.empty())) : Optional.empty();
    }

    public Restores restores() {
        return restores;
    }

    public History history() {
        return history;
    }

    public Retainer retainer() {
        return retainer;
    }

    public Volume volume() {
        return parts.volume();
    }

    public Records records() {
        return parts.records();
    }

    public Contents contents() {
        return parts.contents();
    }

    public BlockStore blocks() {
        return blocks;
    }

    /** Why the drive is read-only; empty while it is not. */
    public Optional<String> readOnly() {
        return parts.health().reason();
    }

    /** The directory or file at a path of names from the root, in the present or in a commit. */
    public Node resolve(Optional<Long> epoch, List<Name> path) {
        Node root = epoch.<Node>map(e -> new Node.Past(e, Inode.ROOT)).orElse(Node.ROOT);
        return path.stream().reduce(root, this::lookup, (first, second) -> second);
    }

    Writes writes() {
        return writes;
    }

    Spans spans() {
        return spans;
    }

    Parts parts() {
        return parts;
    }

    PastNames past() {
        return past;
    }

    Past at(long epoch) {
        return parts.volume().at(epoch);
    }

    /** Everything is made durable; no call may be under way. The store stays open. */
    @Override
    public void close() {
        try {
            retainer.stop();
            recorder.commitDirty();
            // What it was at may take a while to end, and may have changed something.
            retainer.close();
            recorder.commitDirty();
        } finally {
            parts.sealers().close();
        }
    }
}
