package glance.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the boxes that the command-line clients draw. */
final class Tables {
    private Tables() {}

    /** The rows of a table, header first. */
    static List<List<String>> rows(String printed) {
        List<List<String>> rows = new ArrayList<>();
        for (String line : printed.lines().toList()) {
            if (line.startsWith("|")) {
                List<String> cells = new ArrayList<>();
                for (String cell : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
                    cells.add(cell.strip());
                }
                rows.add(cells);
            }
        }
        return rows;
    }

    /** A table of the columns Property (or Field) and Value; continuation lines are joined. */
    static Map<String, String> properties(String printed) {
        Map<String, String> properties = new LinkedHashMap<>();
        String last = "";
        for (List<String> row : rows(printed)) {
            String name = row.getFirst();
            if (name.isEmpty()) {
                properties.merge(last, row.getLast(), String::concat);
            } else {
                properties.put(name, row.getLast());
                last = name;
            }
        }
        return properties;
    }
}
