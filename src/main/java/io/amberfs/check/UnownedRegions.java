package io.amberfs.check;

/** Region records that no file names and that are not marked for deletion: they take space. */
public record UnownedRegions(long map, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public String what() {
        return "no file names these regions, and they are not marked for deletion";
    }

    @Override
    public String where() {
        return "region map " + map;
    }

    @Override
    public boolean mendable() {
        return true;
    }
}
