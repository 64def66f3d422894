package io.amberfs.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of text with aligned columns; a column whose title starts with '>' is aligned to the right. Confined to one thread. */
final class Table {
    private final List<String> titles;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... titles) {
        this.titles = List.of(titles);
    }

    void row(String... cells) {
        if (cells.length != titles.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + titles.size() + " columns");
        }
        rows.add(List.of(cells));
    }

    /** The lines, without blanks at their ends. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line(titles.stream().map(title -> title.startsWith(">") ? title.substring(1) : title).toList()));
        rows.forEach(row -> lines.add(line(row)));
        return lines;
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String gap = " ".repeat(width(i) - length(cell));
            line.append(titles.get(i).startsWith(">") ? gap + cell : cell + gap).append("  ");
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        String title = titles.get(column);
        int width = title.length() - (title.startsWith(">") ? 1 : 0);
        for (List<String> row : rows) {
            width = Math.max(width, length(row.get(column)));
        }
        return width;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
