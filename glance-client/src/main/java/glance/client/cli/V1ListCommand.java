package glance.client.cli;

import glance.client.ClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code image-list} of API v1. */
final class V1ListCommand {
    private static final String[] SORT_KEYS = {
        "name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at"
    };
    private static final long PAGE_SIZE = 20;
    private static final List<String> COLUMNS =
            List.of("ID", "Name", "Disk Format", "Container Format", "Size", "Status");

    private V1ListCommand() {}

    static Command list() {
        return new Command("image-list", "List images you can access.", V1ListCommand::declare, V1ListCommand::run);
    }

    private static Grammar declare(Grammar grammar) {
        return grammar.formatted()
                .add(Grammar.text("--name", "<NAME>", "Only images of this name."))
                .add(Grammar.text("--status", "<STATUS>", "Only images of this status."))
                .add(Grammar.text(
                        "--changes-since",
                        "<CHANGES_SINCE>",
                        "Only images changed since this time; deleted ones are among them."))
                .add(Grammar.text("--container-format", "<CONTAINER_FORMAT>", "Only images of this container format."))
                .add(Grammar.text("--disk-format", "<DISK_FORMAT>", "Only images of this disk format."))
                .add(Grammar.integer("--size-min", "<SIZE>", "Only images of at least this many bytes."))
                .add(Grammar.integer("--size-max", "<SIZE>", "Only images of at most this many bytes."))
                .add(Grammar.text("--property-filter", "<KEY=VALUE>", "Only images with this property.")
                        .many())
                .add(Grammar.integer("--page-size", "<SIZE>", "Number of images to request in each request."))
                .add(Grammar.flag("--human-readable", "Print image size in a human-friendly format."))
                .add(Grammar.text("--sort-key", "", "Sort by this field; by name if not given.")
                        .oneOf(SORT_KEYS))
                .add(Grammar.text("--sort-dir", "", "Sort in this direction.").oneOf("asc", "desc"))
                .add(V1WriteCommands.truth("--is-public", "Only public, or only other images."))
                .add(Grammar.text(
                        "--owner",
                        "<TENANT_ID>",
                        "Only images of this project, '' for those of none, picked here from all the service lists."
                                + " Overrides --is-public."))
                .add(Grammar.flag("--all-tenants", "The images of all projects, for administrators."));
    }

    private static void run(Invocation call) {
        Arguments given = call.arguments();
        String owner = given.text("--owner");
        boolean humanReadable = given.has("--human-readable");
        Listing list = new Listing(COLUMNS);
        call.clientV1().list(filters(given), given.integer("--page-size").orElse(PAGE_SIZE), image -> {
            if (owner == null || owner.equals(image.path("owner").stringValue(""))) {
                list.row(row(image, humanReadable));
            }
            return true;
        });
        call.print(list);
    }

    private static List<Cell> row(ObjectNode image, boolean humanReadable) {
        JsonNode size = image.path("size");
        return List.of(
                Cell.listed(image.path("id")),
                Cell.listed(image.path("name")),
                Cell.listed(image.path("disk_format")),
                Cell.listed(image.path("container_format")),
                humanReadable ? Cell.text(HumanSize.of(size.longValue(0))) : Cell.listed(size),
                Cell.listed(image.path("status")));
    }

    private static List<Map.Entry<String, String>> filters(Arguments given) {
        List<Map.Entry<String, String>> filters = new ArrayList<>();
        add(filters, "sort_key", given.text("--sort-key"), "name");
        add(filters, "sort_dir", given.text("--sort-dir"), "asc");
        List<String> wanted = given.texts("--property-filter");
        if (wanted.stream().anyMatch(word -> word.indexOf('=') < 0)) {
            throw new ClientException("Argument --property-filter requires properties in the format KEY=VALUE");
        }
        ImageFields.properties(wanted).forEach((key, value) -> filters.add(Map.entry("property-" + key, value)));
        for (String option : List.of("--name", "--status", "--container-format", "--disk-format")) {
            add(filters, option.substring(2).replace('-', '_'), given.text(option), null);
        }
        add(filters, "changes-since", given.text("--changes-since"), null);
        given.integer("--size-min").ifPresent(bytes -> add(filters, "size_min", Long.toString(bytes), null));
        given.integer("--size-max").ifPresent(bytes -> add(filters, "size_max", Long.toString(bytes), null));
        add(filters, "is_public", publicity(given), null);
        return filters;
    }

    /** {@code None} asks an administrator's question: whether public or not. */
    private static @Nullable String publicity(Arguments given) {
        if (given.has("--owner") || given.has("--all-tenants")) {
            return "None";
        }
        Boolean isPublic = given.truth("--is-public");
        return isPublic == null ? null : V1WriteCommands.word(isPublic);
    }

    private static void add(
            List<Map.Entry<String, String>> filters, String name, @Nullable String value, @Nullable String otherwise) {
        String sent = value == null ? otherwise : value;
        if (sent != null) {
            filters.add(Map.entry(name, sent));
        }
    }
}
