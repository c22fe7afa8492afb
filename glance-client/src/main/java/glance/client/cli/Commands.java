package glance.client.cli;

import glance.client.MetadefClient.Part;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All subcommands. Each is built only when it is asked for: most of a short run's time is class loading. */
final class Commands {
    private static final List<String> NAMES = List.of(
            "add-location",
            "cache-clear",
            "cache-delete",
            "cache-list",
            "cache-queue",
            "explain",
            "image-create",
            "image-create-via-import",
            "image-deactivate",
            "image-delete",
            "image-download",
            "image-import",
            "image-list",
            "image-reactivate",
            "image-show",
            "image-stage",
            "image-tag-delete",
            "image-tag-update",
            "image-tasks",
            "image-update",
            "image-upload",
            "import-info",
            "list-locations",
            "location-add",
            "location-delete",
            "location-update",
            "md-namespace-create",
            "md-namespace-delete",
            "md-namespace-import",
            "md-namespace-list",
            "md-namespace-objects-delete",
            "md-namespace-properties-delete",
            "md-namespace-resource-type-list",
            "md-namespace-show",
            "md-namespace-tags-delete",
            "md-namespace-update",
            "md-object-create",
            "md-object-delete",
            "md-object-list",
            "md-object-property-show",
            "md-object-show",
            "md-object-update",
            "md-property-create",
            "md-property-delete",
            "md-property-list",
            "md-property-show",
            "md-property-update",
            "md-resource-type-associate",
            "md-resource-type-deassociate",
            "md-resource-type-list",
            "md-tag-create",
            "md-tag-create-multiple",
            "md-tag-delete",
            "md-tag-list",
            "md-tag-show",
            "md-tag-update",
            "member-create",
            "member-delete",
            "member-get",
            "member-list",
            "member-update",
            "stores-delete",
            "stores-info",
            "task-create",
            "task-list",
            "task-show",
            "usage");

    private Commands() {}

    /** In the order of the help page. */
    static List<String> names() {
        return NAMES;
    }

    static Optional<Command> find(String name) {
        return Optional.ofNullable(name.startsWith("md-") ? metadef(name) : other(name));
    }

    private static @Nullable Command other(String name) {
        return switch (name) {
            case "add-location" -> InformationCommands.addLocation();
            case "cache-clear" -> CacheCommands.clear();
            case "cache-delete" -> CacheCommands.delete();
            case "cache-list" -> CacheCommands.list();
            case "cache-queue" -> CacheCommands.queue();
            case "explain" -> InformationCommands.explain();
            case "image-create" -> CreateCommand.create();
            case "image-create-via-import" -> ImportCommands.create();
            case "image-deactivate" -> ImageCommands.deactivate();
            case "image-delete" -> ImageCommands.delete();
            case "image-download" -> DataCommands.download();
            case "image-import" -> ImportCommands.start();
            case "image-list" -> ListCommand.list();
            case "image-reactivate" -> ImageCommands.reactivate();
            case "image-show" -> ImageCommands.show();
            case "image-stage" -> ImportCommands.stage();
            case "image-tag-delete" -> ImageCommands.tagDelete();
            case "image-tag-update" -> ImageCommands.tagUpdate();
            case "image-tasks" -> InformationCommands.tasks();
            case "image-update" -> UpdateCommand.update();
            case "image-upload" -> DataCommands.upload();
            case "import-info" -> InformationCommands.importInfo();
            case "list-locations" -> InformationCommands.listLocations();
            case "location-add" -> LocationCommands.add();
            case "location-delete" -> LocationCommands.delete();
            case "location-update" -> LocationCommands.update();
            case "member-create" -> MemberCommands.create();
            case "member-delete" -> MemberCommands.delete();
            case "member-get" -> MemberCommands.get();
            case "member-list" -> MemberCommands.list();
            case "member-update" -> MemberCommands.update();
            case "stores-delete" -> LocationCommands.storesDelete();
            case "stores-info" -> InformationCommands.storesInfo();
            case "task-create" -> TaskCommands.create();
            case "task-list" -> TaskCommands.list();
            case "task-show" -> TaskCommands.show();
            case "usage" -> InformationCommands.usage();
            default -> null;
        };
    }

    private static @Nullable Command metadef(String name) {
        return switch (name) {
            case "md-namespace-create" -> NamespaceCommands.create();
            case "md-namespace-delete" -> NamespaceCommands.delete();
            case "md-namespace-import" -> NamespaceCommands.importFile();
            case "md-namespace-list" -> NamespaceCommands.list();
            case "md-namespace-objects-delete" ->
                NamespaceCommands.deleteAll(
                        "md-namespace-objects-delete",
                        "Delete all metadata definitions objects inside a specific namespace.",
                        Part.OBJECT);
            case "md-namespace-properties-delete" ->
                NamespaceCommands.deleteAll(
                        "md-namespace-properties-delete",
                        "Delete all metadata definitions properties inside a specific namespace.",
                        Part.PROPERTY);
            case "md-namespace-resource-type-list" -> ResourceTypeCommands.ofNamespace();
            case "md-namespace-show" -> NamespaceCommands.show();
            case "md-namespace-tags-delete" ->
                NamespaceCommands.deleteAll(
                        "md-namespace-tags-delete",
                        "Delete all metadata definitions tags inside a specific namespace.",
                        Part.TAG);
            case "md-namespace-update" -> NamespaceCommands.update();
            case "md-object-create" -> MetadefCommands.objectCreate();
            case "md-object-delete" ->
                MetadefCommands.delete(
                        "md-object-delete",
                        "Delete a specific metadata definitions object inside a namespace.",
                        Part.OBJECT,
                        "<OBJECT>");
            case "md-object-list" -> MetadefCommands.objectList();
            case "md-object-property-show" -> MetadefCommands.objectPropertyShow();
            case "md-object-show" -> MetadefCommands.objectShow();
            case "md-object-update" -> MetadefCommands.objectUpdate();
            case "md-property-create" -> MetadefCommands.propertyCreate();
            case "md-property-delete" ->
                MetadefCommands.delete(
                        "md-property-delete",
                        "Delete a specific metadata definitions property inside a namespace.",
                        Part.PROPERTY,
                        "<PROPERTY>");
            case "md-property-list" -> MetadefCommands.propertyList();
            case "md-property-show" -> MetadefCommands.propertyShow();
            case "md-property-update" -> MetadefCommands.propertyUpdate();
            case "md-resource-type-associate" -> ResourceTypeCommands.associate();
            case "md-resource-type-deassociate" -> ResourceTypeCommands.deassociate();
            case "md-resource-type-list" -> ResourceTypeCommands.list();
            case "md-tag-create" -> TagCommands.create();
            case "md-tag-create-multiple" -> TagCommands.createMultiple();
            case "md-tag-delete" ->
                MetadefCommands.delete(
                        "md-tag-delete",
                        "Delete a specific metadata definitions tag inside a namespace.",
                        Part.TAG,
                        TagCommands.TAG);
            case "md-tag-list" -> TagCommands.list();
            case "md-tag-show" -> TagCommands.show();
            case "md-tag-update" -> TagCommands.update();
            default -> null;
        };
    }
}
