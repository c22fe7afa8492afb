package glance.client.cli;

import glance.client.ClientException;
import glance.client.Json;
import glance.client.MetadefClient.Part;
import glance.client.Text;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The commands about properties and objects of a metadata definitions namespace. */
final class MetadefCommands {
    private static final String NAMESPACE = NamespaceCommands.NAMESPACE;
    private static final String PROPERTY = "<PROPERTY>";
    private static final String OBJECT = "<OBJECT>";
    private static final int DESCRIPTION_COLUMNS = 50;
    private static final List<String> READ_ONLY = List.of("self", "schema", "created_at", "updated_at");

    private MetadefCommands() {}

    static Command propertyCreate() {
        return new Command(
                "md-property-create",
                "Create a new metadata definitions property inside a namespace.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--name", "<NAME>", "Internal name of the property.")
                                .needed())
                        .add(Grammar.text("--title", "<TITLE>", "Name of the property for people.")
                                .needed())
                        .add(Grammar.text("--type", "<TYPE>", "Type of the property, unless the schema names it."))
                        .add(Grammar.text("--schema", "<SCHEMA>", "JSON schema of the property.")
                                .needed())
                        .argument(NAMESPACE, "Name of namespace the property will belong."),
                call -> {
                    ObjectNode created = call.metadefs()
                            .create(call.arguments().required(NAMESPACE), Part.PROPERTY, values(call.arguments()));
                    call.print(property(created, Rendering.MAX_COLUMNS));
                });
    }

    static Command propertyUpdate() {
        return new Command(
                "md-property-update",
                "Update metadata definitions property inside a namespace.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--name", "<NAME>", "New name of the property."))
                        .add(Grammar.text("--title", "<TITLE>", "Name of the property for people."))
                        .add(Grammar.text("--type", "<TYPE>", "Type of the property."))
                        .add(Grammar.text("--schema", "<SCHEMA>", "JSON schema of the property."))
                        .argument(NAMESPACE, "Name of namespace the property belongs.")
                        .argument(PROPERTY, "Name of a property."),
                call -> call.print(property(update(call, Part.PROPERTY, PROPERTY), Rendering.MAX_COLUMNS)));
    }

    static Command propertyShow() {
        return new Command(
                "md-property-show",
                "Describe a specific metadata definitions property inside a namespace.",
                grammar -> widthOption(grammar.formatted())
                        .argument(NAMESPACE, "Name of namespace the property belongs.")
                        .argument(PROPERTY, "Name of a property."),
                call -> {
                    String name = call.arguments().required(PROPERTY);
                    ObjectNode found = call.metadefs().get(call.arguments().required(NAMESPACE), Part.PROPERTY, name);
                    found.put("name", name); // one that came with its namespace does not say it
                    call.print(property(found, Rendering.width(call.arguments())));
                });
    }

    static Command propertyList() {
        return new Command(
                "md-property-list",
                "List metadata definitions properties inside a specific namespace.",
                grammar -> grammar.formatted().argument(NAMESPACE, "Name of namespace."),
                call -> list(call, Part.PROPERTY, "name", "title", "type"));
    }

    static Command objectCreate() {
        return new Command(
                "md-object-create",
                "Create a new metadata definitions object inside a namespace.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--name", "<NAME>", "Internal name of the object.")
                                .needed())
                        .add(Grammar.text("--schema", "<SCHEMA>", "JSON schema of the object.")
                                .needed())
                        .argument(NAMESPACE, "Name of namespace the object will belong."),
                call -> {
                    ObjectNode created = call.metadefs()
                            .create(call.arguments().required(NAMESPACE), Part.OBJECT, values(call.arguments()));
                    call.print(object(created, Rendering.MAX_COLUMNS));
                });
    }

    static Command objectUpdate() {
        return new Command(
                "md-object-update",
                "Update metadata definitions object inside a namespace.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--name", "<NAME>", "New name of the object."))
                        .add(Grammar.text("--schema", "<SCHEMA>", "JSON schema of the object."))
                        .argument(NAMESPACE, "Name of namespace the object belongs.")
                        .argument(OBJECT, "Name of an object."),
                call -> call.print(object(update(call, Part.OBJECT, OBJECT), Rendering.MAX_COLUMNS)));
    }

    static Command objectShow() {
        return new Command(
                "md-object-show",
                "Describe a specific metadata definitions object inside a namespace.",
                grammar -> widthOption(grammar.formatted())
                        .argument(NAMESPACE, "Name of namespace the object belongs.")
                        .argument(OBJECT, "Name of an object."),
                call -> call.print(object(found(call), Rendering.width(call.arguments()))));
    }

    static Command objectPropertyShow() {
        return new Command(
                "md-object-property-show",
                "Describe a specific metadata definitions property inside an object.",
                grammar -> widthOption(grammar.formatted())
                        .argument(NAMESPACE, "Name of namespace the object belongs.")
                        .argument(OBJECT, "Name of an object.")
                        .argument(PROPERTY, "Name of a property."),
                call -> {
                    String name = call.arguments().required(PROPERTY);
                    if (!(found(call).path("properties").path(name) instanceof ObjectNode property)) {
                        throw new ClientException("Property " + name + " not found in object "
                                + call.arguments().required(OBJECT) + ".");
                    }
                    property.put("name", name);
                    call.print(property(property, Rendering.width(call.arguments())));
                });
    }

    static Command objectList() {
        return new Command(
                "md-object-list",
                "List metadata definitions objects inside a specific namespace.",
                grammar -> grammar.formatted().argument(NAMESPACE, "Name of namespace."),
                call -> list(call, Part.OBJECT, "name", "description"));
    }

    static Command delete(String name, String summary, Part part, String metavar) {
        return new Command(
                name,
                summary,
                grammar -> grammar.argument(NAMESPACE, "Name of namespace it belongs to.")
                        .argument(metavar, "Its name."),
                call -> call.metadefs()
                        .delete(
                                call.arguments().required(NAMESPACE),
                                part,
                                call.arguments().required(metavar)));
    }

    /** Prints the parts of a kind with these members, which are the titles, too. */
    static void list(Invocation call, Part part, String... members) {
        Listing list = new Listing(members).wrapping("description", DESCRIPTION_COLUMNS);
        for (ObjectNode each : call.metadefs().list(call.arguments().required(NAMESPACE), part)) {
            list.row(Stream.of(members)
                    .map(member -> Cell.listed(each.path(member)))
                    .toList());
        }
        call.print(list);
    }

    private static Grammar widthOption(Grammar grammar) {
        return grammar.add(
                Grammar.integer("--max-column-width", "<integer>", "The max column width of the printed table."));
    }

    private static ObjectNode found(Invocation call) {
        return call.metadefs()
                .get(
                        call.arguments().required(NAMESPACE),
                        Part.OBJECT,
                        call.arguments().required(OBJECT));
    }

    /** What is not named stays; the service replaces the whole, so all of it is sent. */
    private static ObjectNode update(Invocation call, Part part, String metavar) {
        String namespace = call.arguments().required(NAMESPACE);
        String name = call.arguments().required(metavar);
        ObjectNode document = call.metadefs().get(namespace, part, name);
        document.put("name", name);
        document.remove(READ_ONLY);
        document.setAll(values(call.arguments()));
        call.metadefs().replace(namespace, part, name, document);
        return call.metadefs().get(namespace, part, document.path("name").stringValue(name));
    }

    /** The schema's members, over those of the other options. */
    private static ObjectNode values(Arguments given) {
        ObjectNode values = Json.object();
        for (String option : List.of("--name", "--title", "--type")) {
            put(values, option.substring(2), given.text(option));
        }
        String schema = given.text("--schema");
        if (schema != null) {
            values.setAll(JsonArgument.object("Schema", schema));
        }
        return values;
    }

    private static void put(ObjectNode values, String name, @Nullable String word) {
        if (word != null) {
            values.put(name, word);
        }
    }

    private static Sheet property(ObjectNode property, int maxColumns) {
        property.remove("self");
        return Rendering.object(property, maxColumns);
    }

    private static Sheet object(ObjectNode object, int maxColumns) {
        object.remove("self");
        JsonNode properties = object.path("properties");
        if (!properties.isMissingNode()) {
            object.set("properties", NamespaceCommands.names(properties));
        }
        return Rendering.object(object, maxColumns);
    }

    /** A name that is more than blanks. */
    static String named(String word) {
        if (word.isBlank()) {
            throw new ClientException("Please supply at least one non-blank name, not " + Text.quoted(word) + ".");
        }
        return word.strip();
    }
}
