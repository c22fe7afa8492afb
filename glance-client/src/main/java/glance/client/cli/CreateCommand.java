package glance.client.cli;

import glance.client.ClientException;
import glance.client.ImageClient;
import glance.client.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code image-create}: makes an image and, when data are at hand, uploads them. */
final class CreateCommand {
    private CreateCommand() {}

    static Command create() {
        return new Command(
                "image-create",
                "Create a new image.",
                grammar -> ImageFields.declare(grammar.formatted(), true)
                        .add(Grammar.text(
                                "--file",
                                "<FILE>",
                                "Local file with the image data. Alternatively, the data come from standard input."))
                        .add(Grammar.integer("--size", "<IMAGE_SIZE>", "Size in bytes of the image data."))
                        .add(Grammar.flag("--progress", "Show upload progress bar."))
                        .add(Grammar.text("--store", "<STORE>", "Store to upload the image to."))
                        .legacy(Grammar.text("--location", "<IMAGE_URL>", ""))
                        .legacy(Grammar.text("--copy-from", "<IMAGE_URL>", ""))
                        .legacy(Grammar.text("--checksum", "<CHECKSUM>", "")),
                CreateCommand::run);
    }

    private static void run(Invocation call) throws IOException {
        Arguments given = call.arguments();
        ObjectNode wanted = Json.object();
        wanted.setAll(ImageFields.values(given, true));
        String location = given.text("--location");
        String copyFrom = given.text("--copy-from");
        if (location != null || copyFrom != null) {
            requireFormats(given);
            ObjectNode image = call.client().create(wanted);
            String id = image.path("id").stringValue("");
            if (location != null) {
                registerLocation(call.client(), id, location);
            } else if (copyFrom != null) {
                importFrom(call.client(), id, copyFrom);
            }
            print(call, call.client().get(id));
            return;
        }
        try (ImageSource source = ImageSource.of(given.text("--file"), call.terminal())) {
            if (source != null) {
                requireFormats(given);
            }
            String store = LocationCommands.chosenStore(call);
            ObjectNode image = call.client().create(wanted);
            if (source == null) {
                print(call, image);
            } else {
                upload(call, image, source, store);
            }
        }
    }

    /** Data without formats would only be refused after they were sent. */
    static void requireFormats(Arguments given) {
        List<String> missing = new ArrayList<>();
        for (String option : List.of("--disk-format", "--container-format")) {
            if (given.text(option) == null) {
                missing.add(option);
            }
        }
        if (!missing.isEmpty()) {
            throw new ClientException(
                    "error: Must provide " + String.join(", ", missing) + " when using " + source(given) + ".");
        }
    }

    private static String source(Arguments given) {
        for (String option : List.of("--location", "--copy-from", "--file")) {
            if (given.has(option)) {
                return option;
            }
        }
        return "stdin";
    }

    /** The image is shown even when its data did not arrive, so that the user knows what is left. */
    private static void upload(Invocation call, ObjectNode image, ImageSource source, @Nullable String store) {
        Arguments given = call.arguments();
        String id = image.path("id").stringValue("");
        try {
            OptionalLong size = given.has("--size") ? given.integer("--size") : source.size();
            call.client()
                    .upload(id, source.data(), size, store, ProgressBar.on(call.terminal(), given.has("--progress")));
            requireChecksum(call.client(), id, given.text("--checksum"));
        } catch (ChecksumDiffers gone) {
            throw gone.failure();
        } catch (ClientException failed) {
            print(call, image);
            throw failed;
        }
        print(call, call.client().get(id));
    }

    private static final class ChecksumDiffers extends Exception {
        private static final long serialVersionUID = 1;

        ChecksumDiffers(String message) {
            super(message);
        }

        ClientException failure() {
            return new ClientException(String.valueOf(getMessage()), this);
        }
    }

    /** The 2014 service compared on upload; here the wrong image is taken away again. */
    private static void requireChecksum(ImageClient client, String id, @Nullable String promised)
            throws ChecksumDiffers {
        if (promised == null) {
            return;
        }
        String computed = client.get(id).path("checksum").stringValue("");
        if (!computed.equals(promised.toLowerCase(Locale.ROOT))) {
            client.delete(id);
            throw new ChecksumDiffers("The checksum of the uploaded data is " + computed + ", not " + promised
                    + "; the image was deleted.");
        }
    }

    private static void registerLocation(ImageClient client, String id, String url) {
        ObjectNode location = Json.object().put("url", url);
        if (client.hasVersion("v2.17")) {
            client.addLocation(id, location);
            return;
        }
        location.putObject("metadata");
        ObjectNode operation = Json.object().put("op", "add").put("path", "/locations/-");
        operation.set("value", location);
        client.update(id, Json.array().add(operation));
    }

    private static void importFrom(ImageClient client, String id, String url) {
        ObjectNode order = Json.object();
        order.putObject("method").put("name", "web-download").put("uri", url);
        client.startImport(id, order, null);
    }

    private static void print(Invocation call, ObjectNode image) {
        call.print(Rendering.image(image, call.arguments().has("--human-readable"), Rendering.MAX_COLUMNS));
    }
}
