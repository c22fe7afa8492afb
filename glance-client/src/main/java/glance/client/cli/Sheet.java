package glance.client.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The properties of one thing on their way to the user.
 *
 * @param fields in the order they are shown
 * @param maxColumns widest cell of a table
 */
record Sheet(Map<String, Cell> fields, int maxColumns) {
    Sheet {
        fields = new LinkedHashMap<>(fields);
    }

    /** The same sheet with those properties only. */
    Sheet only(List<String> names) {
        Map<String, Cell> some = new LinkedHashMap<>(fields);
        some.keySet().retainAll(names);
        return new Sheet(some, maxColumns);
    }

    String table() {
        Table table = new Table(List.of("Property", "Value"), maxColumns);
        fields.forEach((name, cell) -> table.row(List.of(name, cell.text())));
        return table.text();
    }
}
