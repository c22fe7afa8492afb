package glance.client.cli;

import java.util.List;
import java.util.Optional;

/** All subcommands of API v1, each built when it is asked for, as in {@link Commands}. */
final class V1Commands {
    private static final List<String> NAMES = List.of(
            "image-create",
            "image-delete",
            "image-download",
            "image-list",
            "image-show",
            "image-update",
            "member-create",
            "member-delete",
            "member-list");

    private V1Commands() {}

    /** In the order of the help page. */
    static List<String> names() {
        return NAMES;
    }

    static Optional<Command> find(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "image-create" -> V1WriteCommands.create();
                    case "image-delete" -> V1ImageCommands.delete();
                    case "image-download" -> V1ImageCommands.download();
                    case "image-list" -> V1ListCommand.list();
                    case "image-show" -> V1ImageCommands.show();
                    case "image-update" -> V1WriteCommands.update();
                    case "member-create" -> V1MemberCommands.create();
                    case "member-delete" -> V1MemberCommands.delete();
                    case "member-list" -> V1MemberCommands.list();
                    default -> null;
                });
    }
}
