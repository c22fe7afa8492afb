package glance.client.cli;

import glance.client.ClientException;
import glance.client.Json;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Commands that have the service take image data in the background. */
final class ImportCommands {
    private static final String IMAGE = "<IMAGE_ID>";
    private static final String GLANCE_DIRECT = "glance-direct";

    private ImportCommands() {}

    static Command stage() {
        return new Command(
                "image-stage",
                "Upload data for a specific image to staging.",
                grammar -> grammar.add(Grammar.text(
                                "--file",
                                "<FILE>",
                                "Local file with the image data. Alternatively, the data come from standard input."))
                        .add(Grammar.integer("--size", "<IMAGE_SIZE>", "Size in bytes of the image data."))
                        .add(Grammar.flag("--progress", "Show upload progress bar."))
                        .argument(IMAGE, "ID of image to upload data to."),
                ImportCommands::stage);
    }

    private static void stage(Invocation call) throws IOException {
        try (ImageSource source = ImageSource.of(call.arguments().text("--file"), call.terminal())) {
            if (source == null) {
                throw new ClientException("No image data: give --file or redirect standard input");
            }
            stage(call, call.imageId(call.arguments().required(IMAGE)), source);
        }
    }

    private static void stage(Invocation call, String id, ImageSource source) {
        Arguments given = call.arguments();
        OptionalLong size = given.has("--size") ? given.integer("--size") : source.size();
        call.client().stage(id, source.data(), size, ProgressBar.on(call.terminal(), given.has("--progress")));
    }

    static Command start() {
        return new Command(
                "image-import",
                "Initiate the image import taskflow.",
                grammar -> ImportOrder.declare(
                                grammar.formatted(),
                                "How to import; glance-direct, which takes what image-stage uploaded, if not given."
                                        + " What the service offers is told by import-info.")
                        .argument(IMAGE, "ID of image to import."),
                ImportCommands::start);
    }

    private static void start(Invocation call) {
        String method = call.arguments().or("--import-method", GLANCE_DIRECT);
        ImportOrder order = ImportOrder.of(call, method);
        order.requireSources();
        if (method.equals("copy-image") && !order.namesStores()) {
            throw new ClientException("Provide either --stores or --all-stores for 'copy-image' import method.");
        }
        String id = call.imageId(call.arguments().required(IMAGE));
        requireReady(call.client().get(id), method);
        call.client().startImport(id, order.document(), order.store());
        call.print(Rendering.image(call.client().get(id), false, Rendering.MAX_COLUMNS));
    }

    /** What the service would refuse too, only later and in other words. */
    private static void requireReady(ObjectNode image, String method) {
        if (image.path("container_format").stringValue("").isEmpty()
                || image.path("disk_format").stringValue("").isEmpty()) {
            throw new ClientException("The 'container_format' and 'disk_format' properties must be set on an image"
                    + " before it can be imported.");
        }
        String needed = switch (method) {
            case GLANCE_DIRECT -> "uploading";
            case "web-download" -> "queued";
            case "copy-image" -> "active";
            default -> "";
        };
        String status = image.path("status").stringValue("");
        if (!needed.isEmpty() && !status.equals(needed)) {
            throw new ClientException("The '" + method + "' import method can only be applied to an image in status '"
                    + needed + "', not '" + status + "'");
        }
    }

    static Command create() {
        return new Command(
                "image-create-via-import",
                "Create a new image and import its data: those of --file or standard input by glance-direct,"
                        + " or whatever --import-method names; without either only the image is made.",
                grammar -> ImportOrder.declare(
                        ImageFields.declare(grammar.formatted(), true)
                                .add(Grammar.text(
                                        "--file",
                                        "<FILE>",
                                        "Local file with the image data. Alternatively, the data come from standard"
                                                + " input."))
                                .add(Grammar.flag("--progress", "Show upload progress bar.")),
                        "How to import. Defaults to env[OS_IMAGE_IMPORT_METHOD] or, with data, glance-direct."),
                ImportCommands::create);
    }

    private static void create(Invocation call) throws IOException {
        Arguments given = call.arguments();
        try (ImageSource source = ImageSource.of(given.text("--file"), call.terminal())) {
            if (source != null || given.has("--uri")) {
                CreateCommand.requireFormats(given);
            }
            String named = call.textOr("--import-method", "OS_IMAGE_IMPORT_METHOD");
            String method = named == null && source != null ? GLANCE_DIRECT : named;
            if ("copy-image".equals(method)) {
                throw new ClientException("Import method 'copy-image' cannot be used while creating the image.");
            }
            ImportOrder order = ImportOrder.of(call, method);
            order.requireSources();
            requireData(method, source, given);
            ObjectNode wanted = Json.object();
            wanted.setAll(ImageFields.values(given, true));
            ObjectNode image = call.client().create(wanted);
            if (method != null) {
                image = importInto(call, image, source, order);
            }
            call.print(Rendering.image(image, false, Rendering.MAX_COLUMNS));
        }
    }

    private static void requireData(@Nullable String method, @Nullable ImageSource source, Arguments given) {
        if (GLANCE_DIRECT.equals(method)) {
            if (source == null) {
                throw new ClientException(
                        "You must specify a --file or provide data via stdin for the glance-direct import method.");
            }
        } else if (source != null) {
            throw new ClientException("You cannot " + (given.has("--file") ? "specify a --file" : "pass data via stdin")
                    + " with the " + method + " import method.");
        }
    }

    /** The image is shown even when its data did not arrive, so that the user knows what is left. */
    private static ObjectNode importInto(
            Invocation call, ObjectNode image, @Nullable ImageSource source, ImportOrder order) {
        String id = image.path("id").stringValue("");
        try {
            if (source != null) {
                stage(call, id, source);
            }
            call.client().startImport(id, order.document(), order.store());
        } catch (ClientException failed) {
            call.print(Rendering.image(image, false, Rendering.MAX_COLUMNS));
            throw failed;
        }
        return call.client().get(id);
    }
}
