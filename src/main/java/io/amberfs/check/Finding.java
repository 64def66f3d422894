package io.amberfs.check;

import java.util.List;

/** One defect of a store. There is one class for each kind; a caller prints {@link #where}, {@link #what}, {@link #paths} and {@link #instants}. Immutable. */
public sealed interface Finding permits
    BrokenChain, DamagedRow, UnreadableStretch, StrayRow, WrongLifetime, MissingVersion, DanglingEntry, MissingDirectory, NamelessInode, WrongLinks,
    WrongSubdirectories, Misplaced, DirectoryLoop, LeakedInode, StrayOrphan, StrayLink, UnownedRegions, MissingContents, WrongBody, WrongXattrs,
    MissingBlock, DamagedBlock, StrayIndex, MissingCommit, WrongTime, LostSnapshot, StrayChange, WrongCounter {

    Severity severity();

    /** What is wrong, in one clause. */
    String what();

    /** The object that it is wrong with. */
    String where();

    /** Whether it can be mended from what the store still has. */
    boolean mendable();

    Hit hit();

    /** The files hit, as paths from the drive's root in {@link io.amberfs.model.RawText raw text}; at most {@link Hit#PATHS_MAX}. */
    default List<String> paths() {
        return hit().paths();
    }

    /** Files hit beyond {@link #paths}. */
    default long morePaths() {
        return hit().more();
    }

    /** When they are hit. */
    default Span instants() {
        return hit().span();
    }

    /** The kind in words joined by hyphens, as in "missing-block"; for machines. */
    default String kind() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(java.util.Locale.ROOT);
    }
}
