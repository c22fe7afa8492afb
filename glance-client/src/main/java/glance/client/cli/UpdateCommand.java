package glance.client.cli;

import glance.client.ImageClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code image-update}: changes members of an image. */
final class UpdateCommand {
    private UpdateCommand() {}

    static Command update() {
        return new Command(
                "image-update",
                "Update an existing image.",
                grammar -> ImageFields.declare(grammar.formatted(), false)
                        .add(Grammar.text(
                                        "--remove-property",
                                        "key",
                                        "Name of a property of your own to remove from the image.")
                                .many())
                        .legacy(Grammar.flag("--purge-props", ""))
                        .argument("<IMAGE_ID>", "ID of image to update."),
                UpdateCommand::run);
    }

    private static void run(Invocation call) {
        Arguments given = call.arguments();
        ImageClient client = call.client();
        String id = call.imageId(given.required("<IMAGE_ID>"));
        Map<String, JsonNode> wanted = ImageFields.values(given, false);
        ObjectNode image = client.get(id);
        List<String> removed = new ArrayList<>(given.texts("--remove-property"));
        if (given.has("--purge-props")) {
            removed.addAll(Properties.custom(image));
        }
        client.update(id, ImageFields.patch(image, wanted, removed));
        call.print(Rendering.image(client.get(id), given.has("--human-readable"), Rendering.MAX_COLUMNS));
    }
}
