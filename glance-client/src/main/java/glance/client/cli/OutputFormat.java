package glance.client.cli;

import glance.client.ClientException;
import glance.client.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The forms {@code -f} chooses from, and {@code -c}: not the reference's, but what users of the {@code openstack} command
 * are used to, in that command's shapes. Only a table is for people; the others give values as the service sent them.
 */
enum OutputFormat {
    TABLE,
    JSON,
    YAML,
    CSV,
    VALUE;

    private static final String FORMAT = "--format";
    private static final String COLUMN = "--column";

    static Grammar declare(Grammar grammar) {
        return grammar.addition(Grammar.text(FORMAT, "", "Form of the output: a table if not given.")
                        .named("-f")
                        .oneOf("csv", "json", "table", "value", "yaml"))
                .addition(Grammar.text(COLUMN, "COLUMN", "Show only this column. May be used multiple times.")
                        .named("-c")
                        .many());
    }

    private static OutputFormat chosen(Arguments given) {
        String name = given.text(FORMAT);
        return switch (name == null ? "table" : name) {
            case "csv" -> CSV;
            case "json" -> JSON;
            case "value" -> VALUE;
            case "yaml" -> YAML;
            default -> TABLE;
        };
    }

    /** The list in the form the user asked for, its last line ended. */
    static String text(Listing all, Arguments given) {
        List<String> wanted = wanted(all.titles(), given.texts(COLUMN));
        Listing list = wanted.equals(all.titles())
                ? all
                : all.only(IntStream.range(0, all.titles().size())
                        .filter(i -> wanted.contains(all.titles().get(i)))
                        .boxed()
                        .toList());
        return switch (chosen(given)) {
            case TABLE -> list.table();
            case JSON -> pretty(documents(list), "") + "\n";
            case YAML -> yaml(documents(list));
            case CSV -> csv(quotedTitles(list.titles()), list.rows());
            case VALUE -> lines(list.rows(), " ", OutputFormat::value);
        };
    }

    /** The properties in the form the user asked for, the last line ended. */
    static String text(Sheet all, Arguments given) {
        Sheet sheet = all.only(wanted(List.copyOf(all.fields().keySet()), given.texts(COLUMN)));
        List<Cell> cells = List.copyOf(sheet.fields().values());
        return switch (chosen(given)) {
            case TABLE -> sheet.table();
            case JSON -> pretty(document(sheet), "") + "\n";
            case YAML -> yaml(document(sheet));
            case CSV -> csv(quotedTitles(sheet.fields().keySet()), List.of(cells));
            case VALUE -> lines(cells.stream().map(List::of).toList(), "", OutputFormat::value);
        };
    }

    /** Upper and lower case are one; a name that is none is refused, so that no script reads the wrong column. */
    private static List<String> wanted(List<String> names, List<String> asked) {
        if (asked.isEmpty()) {
            return names;
        }
        for (String name : asked) {
            if (names.stream().noneMatch(name::equalsIgnoreCase)) {
                throw new ClientException("No column " + glance.client.Text.quoted(name) + " here; there are "
                        + String.join(", ", names));
            }
        }
        return names.stream()
                .filter(name -> asked.stream().anyMatch(name::equalsIgnoreCase))
                .toList();
    }

    private static ArrayNode documents(Listing list) {
        ArrayNode documents = Json.array();
        for (List<Cell> row : list.rows()) {
            ObjectNode document = documents.addObject();
            for (int column = 0; column < row.size(); column++) {
                document.set(list.titles().get(column), row.get(column).value());
            }
        }
        return documents;
    }

    private static ObjectNode document(Sheet sheet) {
        ObjectNode document = Json.object();
        sheet.fields().forEach((name, cell) -> document.set(name, cell.value()));
        return document;
    }

    /** JSON of two blanks for each level; members and items on lines of their own. */
    private static String pretty(JsonNode value, String indent) {
        if (!value.isContainer() || value.isEmpty()) {
            return Rendering.json(value);
        }
        String inner = indent + "  ";
        return value.isObject()
                ? value.properties().stream()
                        .map(each -> inner + Rendering.quote(each.getKey()) + ": " + pretty(each.getValue(), inner))
                        .collect(Collectors.joining(",\n", "{\n", "\n" + indent + "}"))
                : StreamSupport.stream(value.spliterator(), false)
                        .map(each -> inner + pretty(each, inner))
                        .collect(Collectors.joining(",\n", "[\n", "\n" + indent + "]"));
    }

    private static String yaml(JsonNode document) {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setWidth(4096) // one value, one line: what reads it may be grep
                .build();
        return new Dump(settings).dumpToString(plain(document));
    }

    private static @Nullable Object plain(JsonNode value) {
        if (value.isObject()) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            value.properties().forEach(each -> map.put(each.getKey(), plain(each.getValue())));
            return map;
        }
        if (value.isArray()) {
            List<@Nullable Object> items = new ArrayList<>();
            value.forEach(each -> items.add(plain(each)));
            return items;
        }
        if (value.isString()) {
            return value.stringValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        return value.isNumber() ? value.numberValue() : null;
    }

    private static String quotedTitles(Iterable<String> titles) {
        return StreamSupport.stream(titles.spliterator(), false)
                .map(OutputFormat::csvQuoted)
                .collect(Collectors.joining(","));
    }

    private static String csv(String titles, List<List<Cell>> rows) {
        return titles + "\n" + lines(rows, ",", OutputFormat::csv);
    }

    private static String lines(List<List<Cell>> rows, String separator, Function<JsonNode, String> form) {
        return rows.stream()
                .map(row -> row.stream().map(cell -> form.apply(cell.value())).collect(Collectors.joining(separator))
                        + "\n")
                .collect(Collectors.joining());
    }

    /** Numbers plain, everything else in quotes, nothing for null. */
    private static String csv(JsonNode value) {
        if (value.isNumber()) {
            return Rendering.json(value);
        }
        return csvQuoted(value.isNull() ? "" : Rendering.cell(value));
    }

    private static String csvQuoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    /** Never nothing, as columns are told apart by blanks: {@code None} stands for null. */
    private static String value(JsonNode value) {
        return Rendering.cell(value);
    }
}
