package glance.client.cli;

import glance.client.ClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code image-list}. */
final class ListCommand {
    private static final String[] SORT_KEYS = {
        "name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at"
    };
    private static final long PAGE_SIZE = 200;

    /** A column: its title and the member it shows. */
    private record Column(String title, String member) {}

    private ListCommand() {}

    static Command list() {
        return new Command("image-list", "List images you can access.", ListCommand::declare, ListCommand::run);
    }

    private static Grammar declare(Grammar grammar) {
        return grammar.formatted()
                .add(Grammar.integer("--limit", "<LIMIT>", "Maximum number of images to get."))
                .add(Grammar.integer("--page-size", "<SIZE>", "Number of images to request in each request."))
                .add(Grammar.text("--visibility", "<VISIBILITY>", "The visibility of the images to display."))
                .add(Grammar.text(
                        "--member-status", "<MEMBER_STATUS>", "The member status of the shared images to display."))
                .add(Grammar.text("--owner", "<OWNER>", "Display images owned by <OWNER>."))
                .add(Grammar.text("--property-filter", "<KEY=VALUE>", "Filter images by a property of your own.")
                        .many())
                .add(Grammar.text("--checksum", "<CHECKSUM>", "Display images that match the MD5 checksum."))
                .add(Grammar.text("--hash", "<HASH_VALUE>", "Display images that match the hash value."))
                .add(Grammar.text("--tag", "<TAG>", "Filter images by a tag.").many())
                .add(Grammar.text("--sort-key", "", "Sort by these fields. May be used multiple times.")
                        .oneOf(SORT_KEYS)
                        .many())
                .add(Grammar.text("--sort-dir", "", "Sort in these directions.")
                        .oneOf("asc", "desc")
                        .many())
                .add(Grammar.text(
                        "--sort",
                        "<key>[:<direction>]",
                        "Comma-separated sort keys and directions, <key>[:<asc|desc>]. Valid keys: "
                                + String.join(", ", SORT_KEYS) + "."))
                .add(Grammar.maybeTruth("--hidden", "Filter by hidden status."))
                .add(Grammar.maybeTruth("--include-stores", "Print the stores that hold the image."))
                .legacy(Grammar.text("--name", "<NAME>", ""))
                .legacy(Grammar.text("--status", "<STATUS>", ""))
                .legacy(Grammar.text("--changes-since", "<CHANGES_SINCE>", ""))
                .legacy(Grammar.text("--container-format", "<CONTAINER_FORMAT>", ""))
                .legacy(Grammar.text("--disk-format", "<DISK_FORMAT>", ""))
                .legacy(Grammar.integer("--size-min", "<SIZE>", ""))
                .legacy(Grammar.integer("--size-max", "<SIZE>", ""))
                .legacy(Grammar.truth("--is-public", ""))
                .legacy(Grammar.flag("--all-tenants", ""))
                .legacy(Grammar.flag("--human-readable", ""));
    }

    private static void run(Invocation call) {
        Arguments given = call.arguments();
        List<Map.Entry<String, String>> filters = new ArrayList<>(filters(given));
        filters.addAll(sorting(given));
        List<Column> columns = columns(call);
        Listing list = new Listing(columns.stream().map(Column::title).toList());
        boolean humanReadable = given.has("--human-readable");
        call.client()
                .list(
                        filters,
                        given.integer("--limit"),
                        Math.max(1, given.integer("--page-size").orElse(PAGE_SIZE)),
                        image -> list.row(columns.stream()
                                .map(column -> cell(image, column, humanReadable))
                                .toList()));
        call.print(list);
    }

    private static Cell cell(ObjectNode image, Column column, boolean humanReadable) {
        JsonNode value = image.path(column.member());
        return humanReadable && column.member().equals("size") && value.isNumber()
                ? Cell.text(HumanSize.of(value.longValue()))
                : Cell.listed(value);
    }

    /** Six columns, or what the reference client of API version 2 shows. */
    private static List<Column> columns(Invocation call) {
        List<Column> columns = new ArrayList<>(List.of(new Column("ID", "id"), new Column("Name", "name")));
        if (!call.exact() || call.verbose()) {
            columns.add(new Column(call.exact() ? "Disk_format" : "Disk Format", "disk_format"));
            columns.add(new Column(call.exact() ? "Container_format" : "Container Format", "container_format"));
            columns.add(new Column("Size", "size"));
            columns.add(new Column("Status", "status"));
        }
        if (call.verbose()) {
            columns.add(new Column("Owner", "owner"));
        }
        if (Boolean.TRUE.equals(call.arguments().truth("--include-stores"))) {
            columns.add(new Column("Stores", "stores"));
        }
        return columns;
    }

    private static List<Map.Entry<String, String>> filters(Arguments given) {
        List<Map.Entry<String, String>> filters = new ArrayList<>();
        List<String> wanted = given.texts("--property-filter");
        if (!wanted.stream().allMatch(word -> word.contains("="))) {
            throw new ClientException("Argument --property-filter expected properties in the format KEY=VALUE");
        }
        ImageFields.properties(wanted).forEach((name, value) -> filters.add(Map.entry(name, value)));
        Boolean hidden = given.truth("--hidden");
        add(filters, "os_hidden", hidden == null ? null : hidden ? "True" : "False");
        add(filters, "visibility", visibility(given));
        add(filters, "member_status", given.text("--member-status"));
        add(filters, "owner", given.text("--owner"));
        add(filters, "checksum", given.text("--checksum"));
        add(filters, "os_hash_value", given.text("--hash"));
        given.texts("--tag").forEach(tag -> filters.add(Map.entry("tag", tag)));
        String name = given.text("--name");
        add(filters, "name", name == null ? null : Invocation.literal(name));
        add(filters, "status", given.text("--status"));
        String since = given.text("--changes-since");
        add(filters, "updated_at", since == null ? null : "gte:" + since);
        add(filters, "container_format", given.text("--container-format"));
        add(filters, "disk_format", given.text("--disk-format"));
        add(filters, "size_min", given.text("--size-min"));
        add(filters, "size_max", given.text("--size-max"));
        return filters;
    }

    private static @Nullable String visibility(Arguments given) {
        if (given.has("--visibility")) {
            return given.text("--visibility");
        }
        if (given.has("--all-tenants")) {
            return "all";
        }
        return Boolean.TRUE.equals(given.truth("--is-public")) ? "public" : null;
    }

    private static void add(List<Map.Entry<String, String>> filters, String name, @Nullable String value) {
        if (value != null) {
            filters.add(Map.entry(name, value));
        }
    }

    private static List<Map.Entry<String, String>> sorting(Arguments given) {
        List<String> keys = given.texts("--sort-key");
        List<String> directions = given.texts("--sort-dir");
        String sort = given.text("--sort");
        if (sort != null) {
            if (!keys.isEmpty() || !directions.isEmpty()) {
                throw new ClientException("The --sort argument is not allowed together with --sort-key or --sort-dir");
            }
            requireSortable(sort);
            return List.of(Map.entry("sort", sort));
        }
        List<String> by = keys.isEmpty() ? List.of("name") : keys;
        List<String> towards = directions.isEmpty() ? List.of("asc") : directions;
        if (towards.size() != 1 && towards.size() != by.size()) {
            throw new ClientException("HTTP Unexpected number of sort directions: either provide a single"
                    + " sort direction or an equal number of sort keys and sort directions.");
        }
        List<Map.Entry<String, String>> sorting = new ArrayList<>();
        by.forEach(key -> sorting.add(Map.entry("sort_key", key)));
        towards.forEach(direction -> sorting.add(Map.entry("sort_dir", direction)));
        return sorting;
    }

    private static void requireSortable(String sort) {
        for (String each : sort.split(",", -1)) {
            String[] parts = each.strip().split(":", 2);
            if (!List.of(SORT_KEYS).contains(parts[0])) {
                throw new ClientException("HTTP Invalid sort key: " + parts[0] + ". It must be one of the following: "
                        + String.join(", ", SORT_KEYS) + ".");
            }
            if (parts.length == 2 && !parts[1].equals("asc") && !parts[1].equals("desc")) {
                throw new ClientException(
                        "HTTP Invalid sort direction: " + parts[1] + ". It must be one of the following: asc, desc.");
            }
        }
    }
}
