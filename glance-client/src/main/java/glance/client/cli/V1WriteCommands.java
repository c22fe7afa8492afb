package glance.client.cli;

import glance.client.ClientException;
import glance.client.ImageClientV1;
import glance.client.ImageHeaders;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code image-create} and {@code image-update} of API v1: one request each, data included. */
final class V1WriteCommands {
    private static final String IMAGE = "<IMAGE>";
    private static final List<String> TEXTS = List.of(
            "--id", "--name", "--store", "--disk-format", "--container-format", "--owner", "--location", "--checksum");
    private static final List<String> NUMBERS = List.of("--size", "--min-disk", "--min-ram");

    private V1WriteCommands() {}

    static Command create() {
        return new Command(
                "image-create",
                "Create a new image.",
                grammar -> declare(grammar.add(Grammar.text("--id", "<IMAGE_ID>", "ID of image to reserve."))
                        .add(Grammar.text("--store", "<STORE>", "Store to upload the image to."))
                        .add(Grammar.flag("--public", "").silent())),
                V1WriteCommands::create);
    }

    static Command update() {
        return new Command(
                "image-update",
                "Update a specific image.",
                grammar -> declare(grammar)
                        .add(Grammar.flag(
                                "--purge-props",
                                "Delete all custom properties not set by this command. Otherwise they stay."))
                        .argument(IMAGE, "Name or ID of image to modify."),
                V1WriteCommands::update);
    }

    private static Grammar declare(Grammar grammar) {
        return grammar.formatted()
                .add(Grammar.text("--name", "<NAME>", "Name of image."))
                .add(Grammar.text("--disk-format", "<DISK_FORMAT>", "Disk format of image."))
                .add(Grammar.text("--container-format", "<CONTAINER_FORMAT>", "Container format of image."))
                .add(Grammar.text("--owner", "<TENANT_ID>", "Project who should own image."))
                .add(Grammar.integer("--size", "<SIZE>", "Size in bytes of the image data."))
                .add(Grammar.integer("--min-disk", "<DISK_GB>", "Disk space in GB required to boot the image."))
                .add(Grammar.integer("--min-ram", "<DISK_RAM>", "Memory in MB required to boot the image."))
                .add(Grammar.text(
                        "--location",
                        "<IMAGE_URL>",
                        "Where the image data already are and shall stay. For an image without data."))
                .add(Grammar.text(
                        "--file",
                        "<FILE>",
                        "Local file with the image data. Alternatively, the data come from standard input."))
                .add(Grammar.text("--checksum", "<CHECKSUM>", "MD5 the service compares the data with."))
                .add(Grammar.text(
                        "--copy-from",
                        "<IMAGE_URL>",
                        "Where the service shall copy the image data from. For an image without data."))
                .add(truth("--is-public", "Make image accessible to the public."))
                .add(truth("--is-protected", "Prevent image from being deleted."))
                .add(Grammar.text("--property", "<key=value>", "Property of your own. May be used multiple times.")
                        .many())
                .add(Grammar.flag("--human-readable", "Print image size in a human-friendly format."))
                .add(Grammar.flag("--progress", "Show upload progress bar."));
    }

    /** A truth as the help pages of this API show it. */
    static Grammar.Option truth(String name, String help) {
        return Grammar.truth(name, help).shownAs("{True,False}");
    }

    /** How this API spells a truth. */
    static String word(boolean truth) {
        return truth ? "True" : "False";
    }

    private static void create(Invocation call) throws IOException {
        Arguments given = call.arguments();
        ImageHeaders image = headers(given);
        boolean elsewhere = dataElsewhere(given);
        try (ImageSource source = elsewhere ? null : source(call)) {
            if (elsewhere || source != null) {
                CreateCommand.requireFormats(given);
            }
            print(call, call.clientV1().create(image, data(call, source)));
        }
    }

    private static void update(Invocation call) throws IOException {
        Arguments given = call.arguments();
        ImageHeaders changes = headers(given);
        ImageClientV1 client = call.clientV1();
        ObjectNode image = V1Lookup.image(client, given.required(IMAGE));
        String status = image.path("status").stringValue("");
        boolean queued = status.equals("queued");
        if (!queued && bringsData(call)) {
            throw new ClientException("Unable to upload image data to an image which is " + status + ".");
        }
        try (ImageSource source = queued && !dataElsewhere(given) ? source(call) : null) {
            boolean purge = given.has("--purge-props");
            print(call, client.update(V1Lookup.id(image), changes, purge, data(call, source)));
        }
    }

    /** The data lie where the service can reach them; nothing is read here. */
    private static boolean dataElsewhere(Arguments given) {
        return given.has("--location") || given.has("--copy-from");
    }

    /** Standard input that is no terminal counts, were it empty: nobody can tell before reading it. */
    private static boolean bringsData(Invocation call) {
        Arguments given = call.arguments();
        return given.has("--file")
                || given.has("--copy-from")
                || (call.terminal().input() != null && !call.terminal().inputIsTerminal());
    }

    private static @Nullable ImageSource source(Invocation call) {
        return ImageSource.of(call.arguments().text("--file"), call.terminal());
    }

    private static ImageClientV1.@Nullable Data data(Invocation call, @Nullable ImageSource source) {
        return source == null
                ? null
                : new ImageClientV1.Data(
                        source.data(),
                        source.size(),
                        ProgressBar.on(call.terminal(), call.arguments().has("--progress")));
    }

    private static ImageHeaders headers(Arguments given) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String option : TEXTS) {
            putText(fields, option, given.text(option));
        }
        for (String option : NUMBERS) {
            given.integer(option).ifPresent(number -> putText(fields, option, Long.toString(number)));
        }
        putTruth(fields, "is_public", given.has("--public") ? Boolean.TRUE : given.truth("--is-public"));
        putTruth(fields, "protected", given.truth("--is-protected"));
        return new ImageHeaders(fields, ImageFields.properties(given.texts("--property")), given.text("--copy-from"));
    }

    private static void putText(Map<String, String> fields, String option, @Nullable String value) {
        if (value != null) {
            fields.put(option.substring(2).replace('-', '_'), value);
        }
    }

    private static void putTruth(Map<String, String> fields, String name, @Nullable Boolean value) {
        if (value != null) {
            fields.put(name, word(value));
        }
    }

    private static void print(Invocation call, ObjectNode image) {
        call.print(Rendering.imageV1(image, call.arguments().has("--human-readable"), Rendering.MAX_COLUMNS));
    }
}
