package glance.client.cli;

import glance.client.ClientException;
import glance.client.Download;
import glance.client.HttpFailure;
import glance.client.ImageClientV1;
import tools.jackson.databind.node.ObjectNode;

/** Commands of API v1 about existing images. */
final class V1ImageCommands {
    private static final String IMAGE = "<IMAGE>";

    private V1ImageCommands() {}

    static Command show() {
        return new Command(
                "image-show",
                "Describe a specific image.",
                grammar -> grammar.formatted()
                        .add(Grammar.flag("--human-readable", "Print image size in a human-friendly format."))
                        .add(Grammar.integer(
                                "--max-column-width", "<integer>", "The max column width of the printed table."))
                        .argument(IMAGE, "Name or ID of image to describe."),
                V1ImageCommands::show);
    }

    private static void show(Invocation call) {
        Arguments given = call.arguments();
        String id = V1Lookup.id(V1Lookup.image(call.clientV1(), given.required(IMAGE)));
        ObjectNode image =
                call.clientV1().get(id); // what a list shows of it has nulls that this command does not print
        call.print(Rendering.imageV1(image, given.has("--human-readable"), Rendering.width(given)));
    }

    static Command delete() {
        return new Command(
                "image-delete",
                "Delete specified image(s).",
                grammar -> grammar.arguments(IMAGE, "Name or ID of image(s) to delete."),
                call -> call.forEach(call.arguments().texts(IMAGE), given -> delete(call, given)));
    }

    private static void delete(Invocation call, String given) {
        ImageClientV1 client = call.clientV1();
        ObjectNode image = V1Lookup.image(client, given);
        if (image.path("status").stringValue("").equals("deleted")) {
            throw new ClientException("No image with an ID of '" + V1Lookup.id(image) + "' exists.");
        }
        tell(call, "Requesting image delete for " + given + " ... ");
        try {
            client.delete(V1Lookup.id(image));
        } catch (HttpFailure refused) {
            tell(call, "[Fail]\n");
            throw new ClientException(refused.getMessage() + ": Unable to delete image " + given, refused);
        }
        tell(call, "[Done]\n");
    }

    private static void tell(Invocation call, String progress) {
        if (call.verbose()) {
            call.out().print(progress);
        }
    }

    static Command download() {
        return new Command(
                "image-download",
                "Download a specific image.",
                grammar -> grammar.add(Grammar.text(
                                "--file",
                                "<FILE>",
                                "Local file to save the image data to. Without it the data go to standard output,"
                                        + " which must not be a terminal."))
                        .add(Grammar.flag("--progress", "Show download progress bar."))
                        .argument(IMAGE, "Name or ID of image to download."),
                V1ImageCommands::download);
    }

    private static void download(Invocation call) {
        String file = DataCommands.requireSink(call);
        ObjectNode image = V1Lookup.image(call.clientV1(), call.arguments().required(IMAGE));
        Download download = new Download(
                call.clientV1(),
                image,
                ProgressBar.on(call.terminal(), call.arguments().has("--progress")));
        DataCommands.save(call, download, file);
    }
}
