package glance.client.cli;

import java.util.ArrayList;
import java.util.List;

/** A list on its way to the user, in the service's order. */
final class Listing {
    private final List<String> titles;
    private final List<List<Cell>> rows = new ArrayList<>();
    private String limited = "";
    private int limit;
    private boolean centred;

    Listing(String... titles) {
        this(List.of(titles));
    }

    Listing(List<String> titles) {
        this.titles = List.copyOf(titles);
    }

    /** Wraps the column's longer cells when they are shown in a table. */
    Listing wrapping(String title, int columns) {
        limited = title;
        limit = columns;
        return this;
    }

    /** Shows the cells of a table in the middle of their columns. */
    Listing inTheMiddle() {
        centred = true;
        return this;
    }

    void row(Cell... cells) {
        row(List.of(cells));
    }

    void row(List<Cell> cells) {
        rows.add(List.copyOf(cells));
    }

    List<String> titles() {
        return titles;
    }

    List<List<Cell>> rows() {
        return rows;
    }

    /** The same list with those columns only. */
    Listing only(List<Integer> columns) {
        Listing some = new Listing(columns.stream().map(titles::get).toList());
        some.limited = limited;
        some.limit = limit;
        some.centred = centred;
        rows.forEach(row -> some.row(columns.stream().map(row::get).toList()));
        return some;
    }

    String table() {
        int[] limits = titles.stream()
                .mapToInt(title -> title.equals(limited) ? limit : 0)
                .toArray();
        Table table = new Table(titles, limits, centred);
        rows.forEach(row -> table.row(row.stream().map(Cell::text).toList()));
        return table.text();
    }
}
