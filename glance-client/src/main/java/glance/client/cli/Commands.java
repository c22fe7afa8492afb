package glance.client.cli;

import java.util.List;
import java.util.Optional;

/** All subcommands. Each is built only when it is asked for: most of a short run's time is class loading. */
final class Commands {
    private static final List<String> NAMES = List.of(
            "explain",
            "image-create",
            "image-deactivate",
            "image-delete",
            "image-download",
            "image-list",
            "image-reactivate",
            "image-show",
            "image-tag-delete",
            "image-tag-update",
            "image-tasks",
            "image-update",
            "image-upload",
            "import-info",
            "list-locations",
            "add-location",
            "location-add",
            "location-delete",
            "location-update",
            "member-create",
            "member-delete",
            "member-get",
            "member-list",
            "member-update",
            "stores-delete",
            "stores-info",
            "usage");

    private Commands() {}

    /** In the order of the help page. */
    static List<String> names() {
        return NAMES;
    }

    static Optional<Command> find(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "explain" -> InformationCommands.explain();
                    case "image-create" -> CreateCommand.create();
                    case "image-deactivate" -> ImageCommands.deactivate();
                    case "image-delete" -> ImageCommands.delete();
                    case "image-download" -> DataCommands.download();
                    case "image-list" -> ListCommand.list();
                    case "image-reactivate" -> ImageCommands.reactivate();
                    case "image-show" -> ImageCommands.show();
                    case "image-tag-delete" -> ImageCommands.tagDelete();
                    case "image-tag-update" -> ImageCommands.tagUpdate();
                    case "image-tasks" -> InformationCommands.tasks();
                    case "image-update" -> UpdateCommand.update();
                    case "image-upload" -> DataCommands.upload();
                    case "import-info" -> InformationCommands.importInfo();
                    case "list-locations" -> InformationCommands.listLocations();
                    case "add-location" -> InformationCommands.addLocation();
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
                    case "usage" -> InformationCommands.usage();
                    default -> null;
                });
    }
}
