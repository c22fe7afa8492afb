package glance.api.registry;

import glance.error.GlanceException;
import glance.metadef.Association;
import glance.metadef.AssociationValues;
import glance.metadef.Namespace;
import glance.metadef.ResourceType;
import glance.metadef.ResourceTypeRepository;
import glance.registry.remote.CommandFailure;
import glance.registry.remote.RegistryRpc;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Upstream's commands about resource types and what applies to them, for one caller. */
final class ResourceTypeCommands {
    private static final String ASSOCIATION = "metadef_resource_type_association_";

    private static final CommandSet<ResourceTypeCommands> COMMANDS = CommandSet.of(
            CommandSet.command("metadef_resource_type_create", "values", "", ResourceTypeCommands::create),
            CommandSet.command("metadef_resource_type_get", "resource_type_name", "", ResourceTypeCommands::get),
            CommandSet.command("metadef_resource_type_delete", "resource_type_name", "", ResourceTypeCommands::delete),
            CommandSet.command("metadef_resource_type_get_all", "", "", ResourceTypeCommands::getAll),
            CommandSet.command(
                    ASSOCIATION + "get", "namespace_name resource_type_name", "", ResourceTypeCommands::getAssociation),
            CommandSet.command(
                    ASSOCIATION + "delete", "namespace_name resource_type_name", "", ResourceTypeCommands::dissociate),
            CommandSet.command(ASSOCIATION + "create", "namespace_name values", "", ResourceTypeCommands::associate),
            CommandSet.command(
                    ASSOCIATION + "get_all_by_namespace", "namespace_name", "", ResourceTypeCommands::getAssociations));

    private final ResourceTypeRepository types;
    private final CallerNamespaces namespaces;

    private ResourceTypeCommands(ResourceTypeRepository types, CallerNamespaces namespaces) {
        this.types = types;
        this.namespaces = namespaces;
    }

    static RegistryRpc.Commands of(ResourceTypeRepository types, CallerNamespaces namespaces) {
        return COMMANDS.on(new ResourceTypeCommands(types, namespaces));
    }

    private Object create(Arguments arguments) {
        namespaces.requireAdministrator();
        Arguments values = arguments.object("values");
        try {
            return document(types.create(values.text("name"), values.flag("protected")));
        } catch (GlanceException.Conflict taken) {
            throw CommandFailure.of("MetadefDuplicateResourceType", taken.reason());
        }
    }

    private ResourceType require(Arguments arguments) {
        String name = arguments.text("resource_type_name");
        return types.find(name)
                .orElseThrow(() -> CommandFailure.of(
                        "MetadefResourceTypeNotFound",
                        "The metadata definition resource type " + name + " was not found"));
    }

    private Object get(Arguments arguments) {
        return document(require(arguments));
    }

    private Object delete(Arguments arguments) {
        namespaces.requireAdministrator();
        ResourceType type = require(arguments);
        if (type.isProtected()) {
            throw CommandFailure.of(
                    "ProtectedMetadefResourceTypeSystemDelete",
                    "The metadata definition resource type " + type.name() + " came with the system and stays");
        }
        try {
            if (!types.delete(type.id())) {
                throw CommandFailure.of("MetadefResourceTypeNotFound", "The resource type is gone");
            }
            return document(type);
        } catch (GlanceException.Conflict used) {
            throw CommandFailure.of("MetadefIntegrityError", used.reason());
        }
    }

    private Object getAll(Arguments arguments) {
        return types.list().stream().map(ResourceTypeCommands::document).toList();
    }

    private Association require(Namespace namespace, Arguments arguments) {
        String type = require(arguments).name();
        return types.findAssociation(namespace.id(), type).orElseThrow(() -> notAssociated(type, namespace));
    }

    private static CommandFailure notAssociated(String type, Namespace namespace) {
        return CommandFailure.of(
                "MetadefResourceTypeAssociationNotFound",
                "Resource type " + type + " is not associated with namespace " + namespace.name());
    }

    private Object getAssociation(Arguments arguments) {
        return document(require(namespaces.visible(arguments.text("namespace_name")), arguments));
    }

    private Object getAssociations(Arguments arguments) {
        Namespace namespace = namespaces.visible(arguments.text("namespace_name"));
        return types.associations(namespace.id()).stream()
                .map(ResourceTypeCommands::document)
                .toList();
    }

    private Object associate(Arguments arguments) {
        Namespace namespace = namespaces.mutable(arguments.text("namespace_name"));
        Arguments values = arguments.object("values");
        try {
            return document(types.associate(
                    namespace.id(),
                    new AssociationValues(
                            values.text("name"),
                            values.findText("prefix").orElse(null),
                            values.findText("properties_target").orElse(null))));
        } catch (GlanceException.Conflict present) {
            throw CommandFailure.of("MetadefDuplicateResourceTypeAssociation", present.reason());
        } catch (GlanceException.NotFound gone) {
            throw CommandFailure.of("MetadefNamespaceNotFound", gone.reason());
        }
    }

    private Object dissociate(Arguments arguments) {
        Namespace namespace = namespaces.mutable(arguments.text("namespace_name"));
        Association association = require(namespace, arguments);
        String type = association.values().resourceType();
        if (!types.dissociate(namespace.id(), type)) {
            throw notAssociated(type, namespace);
        }
        return document(association);
    }

    private static Map<String, @Nullable Object> document(ResourceType type) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", type.id());
        document.put("name", type.name());
        document.put("protected", type.isProtected());
        document.put("created_at", Documents.rpcTime(type.createdAt()));
        document.put("updated_at", Documents.rpcTime(type.updatedAt()));
        return document;
    }

    private static Map<String, @Nullable Object> document(Association association) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("name", association.values().resourceType());
        document.put("properties_target", association.values().propertiesTarget());
        document.put("prefix", association.values().prefix());
        document.put("created_at", Documents.rpcTime(association.createdAt()));
        document.put("updated_at", Documents.rpcTime(association.updatedAt()));
        return document;
    }
}
