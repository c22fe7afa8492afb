package glance.client.cli;

import glance.client.ClientException;
import glance.client.Json;
import glance.client.MetadefClient.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The {@code md-namespace-…} commands but those about resource types. */
final class NamespaceCommands {
    static final String NAMESPACE = "<NAMESPACE>";
    private static final long PAGE_SIZE = 20;
    private static final List<String> READ_ONLY = List.of("self", "schema", "created_at", "updated_at");

    private NamespaceCommands() {}

    static Command create() {
        return new Command(
                "md-namespace-create",
                "Create a new metadata definitions namespace.",
                grammar -> fields(grammar.formatted()).argument(NAMESPACE, "Name of the namespace."),
                call -> {
                    ObjectNode namespace = values(call.arguments());
                    namespace.put("namespace", call.arguments().required(NAMESPACE));
                    call.print(sheet(call.metadefs().createNamespace(namespace), Rendering.MAX_COLUMNS));
                });
    }

    static Command importFile() {
        return new Command(
                "md-namespace-import",
                "Import a metadata definitions namespace from file or standard input.",
                grammar -> grammar.formatted()
                        .add(Grammar.text(
                                "--file",
                                "<FILEPATH>",
                                "Local file with the namespace as JSON. Alternatively, it comes from standard input.")),
                NamespaceCommands::importFile);
    }

    private static void importFile(Invocation call) throws IOException {
        try (ImageSource source = ImageSource.of(call.arguments().text("--file"), call.terminal())) {
            if (source == null) {
                throw new ClientException("No metadata definition namespace passed via stdin or --file argument.");
            }
            ObjectNode namespace = JsonArgument.object("Schema", source.data().readAllBytes());
            call.print(sheet(call.metadefs().createNamespace(namespace), Rendering.MAX_COLUMNS));
        }
    }

    static Command update() {
        return new Command(
                "md-namespace-update",
                "Update an existing metadata definitions namespace.",
                grammar -> fields(grammar.formatted())
                        .add(Grammar.text("--namespace", NAMESPACE, "New name of the namespace."))
                        .argument(NAMESPACE, "Name of namespace to update."),
                NamespaceCommands::update);
    }

    /** What is not named stays; the service replaces the whole, so all of it is sent. */
    private static void update(Invocation call) {
        String name = call.arguments().required(NAMESPACE);
        ObjectNode namespace = call.metadefs().namespace(name, null);
        namespace.remove(READ_ONLY);
        namespace.setAll(values(call.arguments()));
        String renamed = call.arguments().text("--namespace");
        if (renamed != null) {
            namespace.put("namespace", renamed);
        }
        namespace.path("resource_type_associations").forEach(each -> ((ObjectNode) each).remove(READ_ONLY));
        namespace.path("objects").forEach(each -> ((ObjectNode) each).remove(READ_ONLY));
        call.metadefs().replaceNamespace(name, namespace);
        call.print(sheet(call.metadefs().namespace(renamed == null ? name : renamed, null), Rendering.MAX_COLUMNS));
    }

    static Command show() {
        return new Command(
                "md-namespace-show",
                "Describe a specific metadata definitions namespace with what it holds.",
                grammar -> grammar.formatted()
                        .add(Grammar.text(
                                "--resource-type",
                                "<RESOURCE_TYPE>",
                                "Put the prefix of this resource type before the names of the properties."))
                        .add(Grammar.integer(
                                "--max-column-width", "<integer>", "The max column width of the printed table."))
                        .argument(NAMESPACE, "Name of namespace to describe."),
                call -> call.print(sheet(
                        call.metadefs()
                                .namespace(
                                        call.arguments().required(NAMESPACE),
                                        call.arguments().text("--resource-type")),
                        Rendering.width(call.arguments()))));
    }

    static Command list() {
        return new Command(
                "md-namespace-list",
                "List metadata definitions namespaces.",
                grammar -> grammar.formatted()
                        .add(Grammar.text(
                                        "--resource-types",
                                        "<RESOURCE_TYPES>",
                                        "Only namespaces for this resource type. May be used multiple times.")
                                .many())
                        .add(Grammar.text("--visibility", "<VISIBILITY>", "Only public, or only private namespaces."))
                        .add(Grammar.integer(
                                "--page-size", "<SIZE>", "Number of namespaces to request in each request.")),
                NamespaceCommands::list);
    }

    private static void list(Invocation call) {
        Arguments given = call.arguments();
        List<Map.Entry<String, String>> filters = new ArrayList<>();
        if (given.has("--resource-types")) {
            filters.add(Map.entry("resource_types", String.join(",", given.texts("--resource-types"))));
        }
        String visibility = given.text("--visibility");
        if (visibility != null) {
            filters.add(Map.entry("visibility", visibility));
        }
        long pageSize = Math.max(1, given.integer("--page-size").orElse(PAGE_SIZE));
        filters.add(Map.entry("limit", Long.toString(pageSize)));
        Listing list = new Listing("namespace");
        call.metadefs().namespaces(filters, each -> list.row(Cell.listed(each.path("namespace"))));
        call.print(list);
    }

    static Command delete() {
        return new Command(
                "md-namespace-delete",
                "Delete specified metadata definitions namespace with its contents.",
                grammar -> grammar.argument(NAMESPACE, "Name of namespace to delete."),
                call -> call.metadefs().deleteNamespace(call.arguments().required(NAMESPACE)));
    }

    static Command deleteAll(String name, String summary, Part part) {
        return new Command(
                name,
                summary,
                grammar -> grammar.argument(NAMESPACE, "Name of namespace."),
                call -> call.metadefs().deleteAll(call.arguments().required(NAMESPACE), part));
    }

    private static Grammar fields(Grammar grammar) {
        return grammar.add(Grammar.text("--owner", "<OWNER>", "Project that owns the namespace."))
                .add(Grammar.maybeTruth("--protected", "If true, the namespace cannot be deleted."))
                .add(Grammar.text("--visibility", "<VISIBILITY>", "Who can see the namespace: public or private."))
                .add(Grammar.text("--description", "<DESCRIPTION>", "What the namespace is about."))
                .add(Grammar.text("--display-name", "<DISPLAY_NAME>", "Name of the namespace for people."));
    }

    private static ObjectNode values(Arguments given) {
        ObjectNode values = Json.object();
        for (String option : List.of("--owner", "--visibility", "--description", "--display-name")) {
            String word = given.text(option);
            if (word != null) {
                values.put(option.substring(2).replace('-', '_'), word);
            }
        }
        Boolean isProtected = given.truth("--protected");
        if (isProtected != null) {
            values.put("protected", isProtected);
        }
        return values;
    }

    /** What the namespace holds is told by names. */
    private static Sheet sheet(ObjectNode namespace, int maxColumns) {
        namespace.remove("self");
        for (String member : List.of("properties", "resource_type_associations", "objects", "tags")) {
            if (namespace.has(member)) {
                namespace.set(member, names(namespace.path(member)));
            }
        }
        return Rendering.object(namespace, maxColumns);
    }

    /** The names of an object's members, or of a list's items. */
    static ArrayNode names(JsonNode container) {
        ArrayNode names = Json.array();
        if (container.isObject()) {
            container.properties().forEach(each -> names.add(each.getKey()));
        } else {
            container.forEach(each -> names.add(each.path("name")));
        }
        return names;
    }
}
