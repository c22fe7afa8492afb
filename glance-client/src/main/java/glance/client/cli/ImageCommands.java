package glance.client.cli;

import glance.client.ClientException;
import glance.client.HttpFailure;
import glance.client.Text;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.ObjectNode;

/** Commands about one existing image. */
final class ImageCommands {
    private static final String IMAGE = "<IMAGE_ID>";

    private ImageCommands() {}

    static Command show() {
        return new Command(
                "image-show",
                "Describe a specific image.",
                grammar -> grammar.formatted()
                        .add(Grammar.flag("--human-readable", "Print image size in a human-friendly format."))
                        .add(Grammar.integer(
                                "--max-column-width", "<integer>", "The max column width of the printed table."))
                        .argument(IMAGE, "ID of image to describe."),
                ImageCommands::show);
    }

    private static void show(Invocation call) {
        Arguments given = call.arguments();
        ObjectNode image = call.client().get(call.imageId(given.required(IMAGE)));
        call.print(Rendering.image(image, given.has("--human-readable"), Rendering.width(given)));
    }

    static Command delete() {
        return new Command(
                "image-delete",
                "Delete specified image.",
                grammar -> grammar.arguments(IMAGE, "ID of image(s) to delete."),
                ImageCommands::delete);
    }

    private static void delete(Invocation call) {
        call.forEach(call.arguments().texts(IMAGE), given -> {
            try {
                call.client().delete(call.imageId(given));
            } catch (HttpFailure refused) {
                throw new ClientException(deleteFailure(given, refused), refused);
            }
        });
    }

    private static String deleteFailure(String id, HttpFailure refused) {
        return switch (refused.status()) {
            case 403 -> "You are not permitted to delete the image '" + id + "'.";
            case 404 -> "No image with an ID of '" + id + "' exists.";
            case 409 -> "Unable to delete image '" + id + "' because it is in use.";
            default -> "'" + refused.getMessage() + "': Unable to delete image '" + id + "'";
        };
    }

    static Command deactivate() {
        return onImage(
                "image-deactivate",
                "Deactivate specified image.",
                "ID of image to deactivate.",
                (call, id) -> call.client().deactivate(id));
    }

    static Command reactivate() {
        return onImage(
                "image-reactivate",
                "Reactivate specified image.",
                "ID of image to reactivate.",
                (call, id) -> call.client().reactivate(id));
    }

    private static Command onImage(String name, String summary, String help, BiConsumer<Invocation, String> action) {
        return new Command(
                name,
                summary,
                grammar -> grammar.argument(IMAGE, help),
                call -> action.accept(call, call.imageId(call.arguments().required(IMAGE))));
    }

    static Command tagUpdate() {
        return new Command(
                "image-tag-update",
                "Update an image with the given tag.",
                grammar -> grammar.formatted()
                        .argument(IMAGE, "Image to be updated with the given tag.")
                        .argument("<TAG_VALUE>", "Value of the tag."),
                call -> {
                    String id = call.imageId(call.arguments().required(IMAGE));
                    call.client().addTag(id, call.arguments().required("<TAG_VALUE>"));
                    ObjectNode image = call.client().get(id);
                    Listing list = new Listing("ID", "Tags");
                    list.row(Cell.listed(image.path("id")), Cell.listed(image.path("tags")));
                    call.print(list);
                });
    }

    static Command tagDelete() {
        return new Command(
                "image-tag-delete",
                "Delete the tag associated with the given image.",
                grammar -> grammar.argument(IMAGE, "ID of the image from which to delete tag.")
                        .argument("<TAG_VALUE>", "Value of the tag."),
                call -> {
                    String tag = call.arguments().required("<TAG_VALUE>");
                    if (tag.isEmpty()) {
                        throw new ClientException("The tag is empty: " + Text.quoted(tag));
                    }
                    call.client().removeTag(call.imageId(call.arguments().required(IMAGE)), tag);
                });
    }
}
