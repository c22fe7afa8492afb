package glance.api.registry;

import glance.error.GlanceException;
import glance.metadef.MetadefOrder;
import glance.metadef.Namespace;
import glance.metadef.NamespaceContent;
import glance.metadef.NamespaceQuery;
import glance.metadef.NamespaceValues;
import glance.registry.remote.CommandFailure;
import glance.registry.remote.RegistryRpc;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Upstream's commands about namespaces of metadata definitions, for one caller. */
final class NamespaceCommands {
    private static final CommandSet<NamespaceCommands> COMMANDS = CommandSet.of(
            CommandSet.command(
                    "metadef_namespace_get_all",
                    "",
                    "marker limit sort_key sort_dir filters",
                    NamespaceCommands::getAll),
            CommandSet.command("metadef_namespace_get", "namespace_name", "", NamespaceCommands::get),
            CommandSet.command("metadef_namespace_create", "values", "", NamespaceCommands::create),
            CommandSet.command(
                    "metadef_namespace_update", "namespace_id namespace_dict", "", NamespaceCommands::update),
            CommandSet.command("metadef_namespace_delete", "namespace_name", "", NamespaceCommands::delete));

    private final CallerNamespaces namespaces;

    private NamespaceCommands(CallerNamespaces namespaces) {
        this.namespaces = namespaces;
    }

    static RegistryRpc.Commands of(CallerNamespaces namespaces) {
        return COMMANDS.on(new NamespaceCommands(namespaces));
    }

    private Object getAll(Arguments arguments) {
        Arguments filters = arguments.object("filters");
        NamespaceQuery query = new NamespaceQuery(
                namespaces.scope(),
                filters.findText("visibility")
                        .map(NamespaceValues::requireVisibility)
                        .orElse(null),
                filters.find("resource_types").isPresent() ? filters.texts("resource_types") : null,
                arguments.findText("marker").orElse(null),
                CallerNamespaces.room(arguments.findLimit()),
                order(arguments, NamespaceQuery.KEYS));
        try {
            return CallerNamespaces.bounded(namespaces.all().list(query)).stream()
                    .map(NamespaceCommands::document)
                    .toList();
        } catch (GlanceException.NotFound unknown) {
            throw CommandFailure.of("MetadefNamespaceNotFound", unknown.reason());
        }
    }

    /**
     * The order a list is asked in.
     *
     * @throws CommandFailure InvalidSortKey when it is by something else
     */
    static MetadefOrder order(Arguments arguments, Set<String> keys) {
        String key = arguments.findText("sort_key").orElse("created_at");
        if (!keys.contains(key)) {
            throw CommandFailure.of("InvalidSortKey", "The list cannot be sorted by this key");
        }
        return new MetadefOrder(key, arguments.ascending());
    }

    private Object get(Arguments arguments) {
        return document(namespaces.visible(arguments.text("namespace_name")));
    }

    private Object create(Arguments arguments) {
        Arguments given = arguments.object("values");
        String owner = given.findText("owner")
                .or(() -> Optional.ofNullable(namespaces.caller().projectId()))
                .orElseThrow(() -> Arguments.invalid("owner", "of the namespace is missing"));
        if (!namespaces.caller().admin() && !owner.equals(namespaces.caller().projectId())) {
            throw CallerNamespaces.forbidden("You cannot make a namespace for another project");
        }
        NamespaceValues values =
                values(given, new NamespaceValues(given.text("namespace"), null, null, null, null, owner));
        return document(unlessTaken(() -> namespaces.all().create(values, NamespaceContent.NONE)));
    }

    private Object update(Arguments arguments) {
        long id =
                arguments.findNumber("namespace_id").orElseThrow(() -> Arguments.invalid("namespace_id", "is missing"));
        Namespace before = namespaces.mutable(id);
        NamespaceValues values = values(arguments.object("namespace_dict"), before.values());
        if (!namespaces.caller().admin()
                && !values.owner().equals(before.values().owner())) {
            throw CallerNamespaces.forbidden("You cannot give a namespace to another project");
        }
        return document(unlessTaken(() -> namespaces.all().update(id, values)));
    }

    /** What is named replaces what is there. */
    private static NamespaceValues values(Arguments given, NamespaceValues before) {
        return new NamespaceValues(
                given.findText("namespace").orElse(before.name()),
                given.names("display_name") ? given.findText("display_name").orElse(null) : before.displayName(),
                given.names("description") ? given.findText("description").orElse(null) : before.description(),
                given.findText("visibility")
                        .map(NamespaceValues::requireVisibility)
                        .orElse(before.visibility()),
                given.find("protected").isPresent() ? Boolean.valueOf(given.flag("protected")) : before.isProtected(),
                given.findText("owner").orElse(before.owner()));
    }

    private static Namespace unlessTaken(Supplier<Namespace> write) {
        try {
            return write.get();
        } catch (GlanceException.Conflict taken) {
            throw CommandFailure.of("MetadefDuplicateNamespace", taken.reason());
        } catch (GlanceException.NotFound gone) {
            throw CommandFailure.of("MetadefNamespaceNotFound", gone.reason());
        }
    }

    private Object delete(Arguments arguments) {
        Namespace namespace = namespaces.mutable(arguments.text("namespace_name"));
        if (!namespaces.all().delete(namespace.id())) {
            throw CommandFailure.of(
                    "MetadefNamespaceNotFound", "Metadata definition namespace " + namespace.name() + " is gone");
        }
        return document(namespace);
    }

    private static Map<String, @Nullable Object> document(Namespace namespace) {
        NamespaceValues values = namespace.values();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", namespace.id());
        document.put("namespace", values.name());
        document.put("display_name", values.displayName());
        document.put("description", values.description());
        document.put("visibility", values.visibility());
        document.put("protected", values.isProtected());
        document.put("owner", values.owner());
        document.put("created_at", Documents.rpcTime(namespace.createdAt()));
        document.put("updated_at", Documents.rpcTime(namespace.updatedAt()));
        return document;
    }
}
