package glance.client.cli;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Commands about the projects an image is shared with. */
final class MemberCommands {
    private static final String IMAGE = "<IMAGE_ID>";
    private static final String MEMBER = "<MEMBER_ID>";
    private static final String STATUS = "<MEMBER_STATUS>";

    private MemberCommands() {}

    static Command list() {
        return new Command(
                "member-list",
                "Describe sharing permissions by image.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--image-id", IMAGE, "Image to display members of.")
                                .needed()),
                call -> print(
                        call,
                        call.client().members(call.imageId(call.arguments().required("--image-id")))));
    }

    static Command get() {
        return new Command(
                "member-get",
                "Show details of an image member.",
                grammar -> grammar.formatted()
                        .argument(IMAGE, "Image from which the member belongs to.")
                        .argument(MEMBER, "Project to show."),
                call -> {
                    ObjectNode member =
                            call.client().member(image(call), call.arguments().required(MEMBER));
                    call.print(Rendering.object(member, Rendering.MAX_COLUMNS));
                });
    }

    static Command create() {
        return new Command(
                "member-create",
                "Create member for a given image.",
                grammar -> grammar.formatted()
                        .argument(IMAGE, "Image with which to create member.")
                        .argument(MEMBER, "Project to add as member."),
                call -> print(
                        call,
                        List.of(call.client()
                                .addMember(image(call), call.arguments().required(MEMBER)))));
    }

    static Command update() {
        return new Command(
                "member-update",
                "Update the status of a member for a given image.",
                grammar -> grammar.formatted()
                        .argument(IMAGE, "Image from which to update member.")
                        .argument(MEMBER, "Project to update.")
                        .argument(
                                STATUS,
                                "New status of the member: accepted, rejected or pending.",
                                "accepted",
                                "rejected",
                                "pending"),
                call -> print(
                        call,
                        List.of(call.client()
                                .updateMember(
                                        image(call),
                                        call.arguments().required(MEMBER),
                                        call.arguments().required(STATUS)))));
    }

    static Command delete() {
        return new Command(
                "member-delete",
                "Delete image member.",
                grammar -> grammar.argument(IMAGE, "Image from which to remove member.")
                        .argument(MEMBER, "Project to remove as member."),
                call -> call.client().removeMember(image(call), call.arguments().required(MEMBER)));
    }

    private static String image(Invocation call) {
        return call.imageId(call.arguments().required(IMAGE));
    }

    private static void print(Invocation call, List<ObjectNode> members) {
        Listing list = new Listing("Image ID", "Member ID", "Status");
        for (ObjectNode member : members) {
            list.row(
                    Cell.listed(member.path("image_id")),
                    Cell.listed(member.path("member_id")),
                    Cell.listed(member.path("status")));
        }
        call.print(list);
    }
}
