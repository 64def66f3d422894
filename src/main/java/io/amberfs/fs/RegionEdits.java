package io.amberfs.fs;

import io.amberfs.history.Head;
import io.amberfs.model.Extent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Regions that one change of the head makes anew, each row once, however often it is edited. Confined to one thread. */
final class RegionEdits {
    private record Place(long map, long index) {
    }

    private final Records records;
    private final Head head;
    private final Head.Change change;
    private final Map<Place, List<Extent>> edited = new LinkedHashMap<>();

    RegionEdits(Records records, Head head, Head.Change change) {
        this.records = records;
        this.head = head;
        this.change = change;
    }

    List<Extent> get(long map, long index) {
        List<Extent> extents = edited.get(new Place(map, index));
        return extents != null ? extents : records.region(head, map, index);
    }

    void put(long map, long index, List<Extent> extents) {
        edited.put(new Place(map, index), extents);
    }

    /** Puts what was edited so far into the change. */
    void apply() {
        edited.forEach((place, extents) -> records.putRegion(change, place.map(), place.index(), extents));
        edited.clear();
    }
}
