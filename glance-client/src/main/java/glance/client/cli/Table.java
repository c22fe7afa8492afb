package glance.client.cli;

import java.util.ArrayList;
import java.util.List;

/** Boxes of ASCII, as every client of this family prints them. */
final class Table {
    private final List<String> header;
    private final int[] limits;
    private final boolean centred;
    private final List<List<String>> rows = new ArrayList<>();

    /** @param maxColumns cells of more characters are wrapped; 0: never */
    Table(List<String> header, int maxColumns) {
        this(header, header.stream().mapToInt(_ -> maxColumns).toArray(), false);
    }

    /**
     * @param limits for each column, of how many characters cells may be before they are wrapped; 0: any
     * @param centred cells stand in the middle, not at the left
     */
    Table(List<String> header, int[] limits, boolean centred) {
        this.header = List.copyOf(header);
        this.limits = limits.clone();
        this.centred = centred;
    }

    void row(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    /** The whole table, each line ended. */
    String text() {
        List<List<List<String>>> wrapped = rows.stream().map(this::wrapped).toList();
        int[] widths = header.stream().mapToInt(DisplayWidth::of).toArray();
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], Math.min(unwrapped(row.get(column)), limits[column]));
            }
        }
        for (List<List<String>> row : wrapped) {
            for (int column = 0; column < widths.length; column++) {
                for (String line : row.get(column)) {
                    widths[column] = Math.max(widths[column], DisplayWidth.of(line));
                }
            }
        }
        StringBuilder out = new StringBuilder();
        border(out, widths);
        line(out, widths, header);
        border(out, widths);
        for (List<List<String>> row : wrapped) {
            int height = row.stream().mapToInt(List::size).max().orElse(1);
            for (int i = 0; i < height; i++) {
                int at = i;
                line(
                        out,
                        widths,
                        row.stream()
                                .map(cell -> at < cell.size() ? cell.get(at) : "")
                                .toList());
            }
        }
        border(out, widths);
        return out.toString();
    }

    /** A column whose cells had to be wrapped has its full width, however short the pieces turned out. */
    private static int unwrapped(String cell) {
        return cell.lines().mapToInt(DisplayWidth::of).max().orElse(0);
    }

    private List<List<String>> wrapped(List<String> row) {
        List<List<String>> cells = new ArrayList<>();
        for (int column = 0; column < header.size(); column++) {
            int limit = Math.max(limits[column], DisplayWidth.of(header.get(column))); // a header is never wrapped
            cells.add(lines(row.get(column), limits[column] == 0 ? 0 : limit));
        }
        return cells;
    }

    private static List<String> lines(String cell, int limit) {
        if (limit == 0) {
            return List.of(cell.split("\n", -1));
        }
        List<String> lines = new ArrayList<>();
        for (String line : cell.split("\n", -1)) {
            if (TextWrap.length(line) <= limit) {
                lines.add(line);
            } else {
                lines.addAll(TextWrap.wrap(line, limit));
            }
        }
        return lines;
    }

    private static void border(StringBuilder out, int[] widths) {
        for (int width : widths) {
            out.append('+').append("-".repeat(width + 2));
        }
        out.append("+\n");
    }

    private void line(StringBuilder out, int[] widths, List<String> cells) {
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            int wide = DisplayWidth.of(cell);
            int spare = widths[column] - wide;
            int left = centred ? (spare + 1 - wide % 2) / 2 : 0; // the odd blank is left of even texts
            out.append("| ").append(" ".repeat(left)).append(cell).append(" ".repeat(spare - left + 1));
        }
        out.append("|\n");
    }
}
