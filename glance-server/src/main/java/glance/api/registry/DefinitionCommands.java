package glance.api.registry;

import glance.api.Json;
import glance.error.GlanceException;
import glance.metadef.Definition;
import glance.metadef.Definition.Kind;
import glance.metadef.DefinitionQuery;
import glance.metadef.DefinitionRepository;
import glance.metadef.DefinitionValues;
import glance.metadef.MetadefOrder;
import glance.metadef.Namespace;
import glance.registry.remote.CommandFailure;
import glance.registry.remote.RegistryRpc;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Upstream's commands about objects, properties and tags of namespaces, for one caller: the same for each, but for names. */
final class DefinitionCommands {
    /** How upstream names what concerns a kind. */
    private record Words(Kind kind, String name, String nameArgument, String idArgument, String dict) {
        private static final Words OBJECT = new Words(Kind.OBJECT, "object", "object_name", "object_id", "object_dict");
        private static final Words PROPERTY =
                new Words(Kind.PROPERTY, "property", "property_name", "property_id", "property_dict");
        private static final Words TAG = new Words(Kind.TAG, "tag", "name", "id", "tag_dict");

        private String errorName() {
            return Character.toUpperCase(name.charAt(0)) + name.substring(1);
        }

        CommandFailure duplicate(GlanceException.Conflict taken) {
            return CommandFailure.of("MetadefDuplicate" + errorName(), taken.reason());
        }

        CommandFailure notFound(String which, Namespace namespace) {
            return CommandFailure.of(
                    "Metadef" + errorName() + "NotFound",
                    "The metadata definition " + name + " " + which + " was not found in namespace "
                            + namespace.name());
        }
    }

    private static final CommandSet<DefinitionCommands> COMMANDS = commands();

    private final DefinitionRepository definitions;
    private final CallerNamespaces namespaces;

    private DefinitionCommands(DefinitionRepository definitions, CallerNamespaces namespaces) {
        this.definitions = definitions;
        this.namespaces = namespaces;
    }

    static RegistryRpc.Commands of(DefinitionRepository definitions, CallerNamespaces namespaces) {
        return COMMANDS.on(new DefinitionCommands(definitions, namespaces));
    }

    private static CommandSet<DefinitionCommands> commands() {
        List<CommandSet.Command<DefinitionCommands>> all = new ArrayList<>();
        for (Words words : List.of(Words.OBJECT, Words.PROPERTY, Words.TAG)) {
            all.addAll(commands(words));
        }
        all.add(CommandSet.command(
                "metadef_tag_create_tags", "namespace_name tag_list", "", DefinitionCommands::createTags));
        return CommandSet.of(all);
    }

    private static List<CommandSet.Command<DefinitionCommands>> commands(Words words) {
        String prefix = "metadef_" + words.name() + "_";
        boolean isPaged = words.kind() == Kind.TAG;
        return List.of(
                CommandSet.command(
                        prefix + "get_all",
                        "namespace_name",
                        isPaged ? "filters marker limit sort_key sort_dir" : "",
                        (self, arguments) -> self.getAll(words, arguments)),
                CommandSet.command(
                        prefix + "get",
                        "namespace_name " + words.nameArgument(),
                        "",
                        (self, arguments) -> self.get(words, arguments)),
                CommandSet.command(
                        prefix + "create",
                        "namespace_name " + words.dict(),
                        "",
                        (self, arguments) -> self.create(words, arguments)),
                CommandSet.command(
                        prefix + "update",
                        "namespace_name " + words.idArgument() + " " + words.dict(),
                        "",
                        (self, arguments) -> self.update(words, arguments)),
                CommandSet.command(
                        prefix + "delete",
                        "namespace_name " + words.nameArgument(),
                        "",
                        (self, arguments) -> self.delete(words, arguments)),
                CommandSet.command(
                        prefix + "delete_namespace_content",
                        "namespace_name",
                        "",
                        (self, arguments) -> self.definitions.deleteAll(
                                self.changed(arguments).id(), words.kind())),
                CommandSet.command(
                        prefix + "count",
                        "namespace_name",
                        "",
                        (self, arguments) ->
                                self.definitions.count(self.read(arguments).id(), words.kind())));
    }

    private Namespace read(Arguments arguments) {
        return namespaces.visible(arguments.text("namespace_name"));
    }

    private Namespace changed(Arguments arguments) {
        return namespaces.mutable(arguments.text("namespace_name"));
    }

    private Object getAll(Words words, Arguments arguments) {
        Namespace namespace = read(arguments);
        MetadefOrder order = words.kind() == Kind.TAG
                ? NamespaceCommands.order(arguments, DefinitionQuery.KEYS)
                : new MetadefOrder("id", true);
        String marker = arguments.findText("marker").orElse(null);
        DefinitionQuery query = new DefinitionQuery(
                namespace.id(), words.kind(), marker, CallerNamespaces.room(arguments.findLimit()), order);
        try {
            return documents(words, CallerNamespaces.bounded(definitions.list(query)));
        } catch (GlanceException.NotFound _) {
            throw words.notFound(String.valueOf(marker), namespace);
        }
    }

    private Object get(Words words, Arguments arguments) {
        return document(words, require(words, read(arguments), arguments));
    }

    private Definition require(Words words, Namespace namespace, Arguments arguments) {
        String name = arguments.text(words.nameArgument());
        return definitions.find(namespace.id(), words.kind(), name).orElseThrow(() -> words.notFound(name, namespace));
    }

    private Object create(Words words, Arguments arguments) {
        Namespace namespace = changed(arguments);
        Arguments given = arguments.object(words.dict());
        DefinitionValues values = values(words, given, new DefinitionValues(given.text("name"), null, List.of(), null));
        return document(
                words,
                written(words, namespace, () -> definitions.create(namespace.id(), words.kind(), List.of(values)))
                        .getFirst());
    }

    private Object createTags(Arguments arguments) {
        Namespace namespace = changed(arguments);
        List<DefinitionValues> tags = arguments.objects("tag_list").stream()
                .map(tag -> DefinitionValues.tag(tag.text("name")))
                .toList();
        // As upstream has it: an empty list is not one that replaces all.
        return tags.isEmpty()
                ? List.of()
                : documents(
                        Words.TAG,
                        written(Words.TAG, namespace, () -> definitions.replaceAll(namespace.id(), Kind.TAG, tags)));
    }

    private Object update(Words words, Arguments arguments) {
        Namespace namespace = changed(arguments);
        long id = arguments
                .findNumber(words.idArgument())
                .orElseThrow(() -> Arguments.invalid(words.idArgument(), "is missing"));
        Definition before = definitions
                .find(namespace.id(), words.kind(), id)
                .orElseThrow(() -> words.notFound("number " + id, namespace));
        DefinitionValues values = values(words, arguments.object(words.dict()), before.values());
        return document(
                words, written(words, namespace, () -> definitions.update(namespace.id(), words.kind(), id, values)));
    }

    private static <T> T written(Words words, Namespace namespace, Supplier<T> write) {
        try {
            return write.get();
        } catch (GlanceException.Conflict taken) {
            throw words.duplicate(taken);
        } catch (GlanceException.NotFound _) {
            throw words.notFound("to be written", namespace);
        }
    }

    private Object delete(Words words, Arguments arguments) {
        Namespace namespace = changed(arguments);
        Definition definition = require(words, namespace, arguments);
        if (!definitions.delete(namespace.id(), words.kind(), definition.id())) {
            throw words.notFound(definition.name(), namespace);
        }
        return document(words, definition);
    }

    /** What is named replaces what is there. */
    private static DefinitionValues values(Words words, Arguments given, DefinitionValues before) {
        String name = given.findText("name").orElse(before.name());
        if (words.kind() == Kind.TAG) {
            return DefinitionValues.tag(name);
        }
        String schema = given.find("json_schema").isPresent()
                ? given.object("json_schema").values().toString()
                : before.schema();
        if (words.kind() == Kind.PROPERTY) {
            return DefinitionValues.property(name, schema == null ? "{}" : schema);
        }
        return new DefinitionValues(
                name,
                given.names("description") ? given.findText("description").orElse(null) : before.description(),
                given.names("required") ? required(given) : before.required(),
                schema);
    }

    /** Upstream's API sends the database's text with commas. */
    private static List<String> required(Arguments given) {
        return given.texts("required").stream()
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static List<Object> documents(Words words, List<Definition> all) {
        return all.stream().<Object>map(each -> document(words, each)).toList();
    }

    private static Map<String, @Nullable Object> document(Words words, Definition definition) {
        DefinitionValues values = definition.values();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", definition.id());
        document.put("namespace_id", definition.namespaceId());
        document.put("name", values.name());
        if (words.kind() == Kind.OBJECT) {
            document.put("description", values.description());
            document.put("required", values.required().isEmpty() ? null : String.join(",", values.required()));
        }
        if (words.kind() != Kind.TAG) {
            document.put("json_schema", schema(values));
        }
        document.put("created_at", Documents.rpcTime(definition.createdAt()));
        document.put("updated_at", Documents.rpcTime(definition.updatedAt()));
        return document;
    }

    /** What says nothing is an empty schema, as old rows have it in several ways. */
    private static JsonNode schema(DefinitionValues values) {
        return Optional.ofNullable(values.schema())
                .filter(text -> !text.isBlank())
                .map(text -> Json.parse(text.getBytes(StandardCharsets.UTF_8)))
                .filter(node -> !node.isNull())
                .orElseGet(JsonNodeFactory.instance::objectNode);
    }
}
