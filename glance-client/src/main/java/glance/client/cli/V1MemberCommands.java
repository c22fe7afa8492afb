package glance.client.cli;

import glance.client.ClientException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Commands of API v1 about the projects an image is shared with. */
final class V1MemberCommands {
    private static final String IMAGE = "<IMAGE>";
    private static final String TENANT = "<TENANT_ID>";

    private V1MemberCommands() {}

    static Command list() {
        return new Command(
                "member-list",
                "Describe sharing permissions by image or project.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--image-id", "<IMAGE_ID>", "Image to display members of."))
                        .add(Grammar.text("--tenant-id", TENANT, "Project to display the images of.")),
                V1MemberCommands::list);
    }

    private static void list(Invocation call) {
        String image = call.arguments().text("--image-id");
        String tenant = call.arguments().text("--tenant-id");
        if (image != null && tenant != null) {
            throw new ClientException("Unable to filter members by both --image-id and --tenant-id.");
        }
        if (image != null) {
            print(call, image, tenant, call.clientV1().members(image));
        } else if (tenant != null) {
            print(call, image, tenant, call.clientV1().sharedImages(tenant));
        } else {
            throw new ClientException("Unable to list all members. Specify --image-id or --tenant-id");
        }
    }

    /** Each row has the side that was asked for and the side the service told. */
    private static void print(
            Invocation call, @Nullable String image, @Nullable String tenant, List<ObjectNode> memberships) {
        Listing list = new Listing("Image ID", "Member ID", "Can Share");
        for (ObjectNode each : memberships) {
            list.row(
                    image == null ? Cell.listed(each.path("image_id")) : Cell.text(image),
                    tenant == null ? Cell.listed(each.path("member_id")) : Cell.text(tenant),
                    Cell.listed(each.path("can_share")));
        }
        call.print(list);
    }

    static Command create() {
        return new Command(
                "member-create",
                "Share a specific image with a project.",
                grammar -> grammar.add(Grammar.flag("--can-share", "Allow the project to share this image further."))
                        .argument(IMAGE, "Image to add member to.")
                        .argument(TENANT, "Project to add as member."),
                call -> call.clientV1()
                        .putMember(
                                image(call),
                                call.arguments().required(TENANT),
                                call.arguments().has("--can-share")));
    }

    static Command delete() {
        return new Command(
                "member-delete",
                "Remove a shared image from a project.",
                grammar -> grammar.argument(IMAGE, "Image from which to remove member.")
                        .argument(TENANT, "Project to remove as member."),
                call -> call.clientV1()
                        .removeMember(image(call), call.arguments().required(TENANT)));
    }

    private static String image(Invocation call) {
        return V1Lookup.id(V1Lookup.image(call.clientV1(), call.arguments().required(IMAGE)));
    }
}
