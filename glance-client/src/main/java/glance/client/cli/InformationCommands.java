package glance.client.cli;

import glance.client.ClientException;
import glance.client.HttpFailure;
import glance.client.Json;
import glance.client.Text;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Commands that ask what the service knows and offers. */
final class InformationCommands {
    private static final String IMAGE = "<IMAGE_ID>";

    private InformationCommands() {}

    static Command explain() {
        return new Command(
                "explain",
                "Describe a specific model.",
                grammar -> grammar.formatted().argument("<MODEL>", "Name of model to describe."),
                call -> {
                    Listing list = new Listing("Attribute", "Description");
                    JsonNode schema = schema(call, call.arguments().required("<MODEL>"));
                    for (Map.Entry<String, JsonNode> member :
                            schema.path("properties").properties()) {
                        list.row(
                                Cell.text(member.getKey()),
                                Cell.listed(member.getValue().path("description")));
                    }
                    call.print(list);
                });
    }

    private static JsonNode schema(Invocation call, String model) {
        try {
            return call.client().schema(model);
        } catch (HttpFailure refused) {
            if (refused.status() == 404) {
                throw new ClientException("Unable to find requested model " + Text.quoted(model), refused);
            }
            throw refused;
        }
    }

    static Command tasks() {
        return new Command(
                "image-tasks",
                "Get tasks associated with image.",
                grammar -> grammar.formatted().argument(IMAGE, "Image to list the tasks of."),
                InformationCommands::tasks);
    }

    private static void tasks(Invocation call) {
        if (!call.client().hasVersion("v2.12")) {
            throw new ClientException("The service does not list the tasks of an image (API v2.12).");
        }
        List<String> members = call.verbose()
                ? List.of(
                        "image_id",
                        "id",
                        "message",
                        "status",
                        "updated_at",
                        "user_id",
                        "request_id",
                        "result",
                        "owner",
                        "input",
                        "expires_at")
                : List.of("message", "status", "updated_at");
        List<String> titles = call.verbose()
                ? List.of(
                        "Image Id",
                        "Task Id",
                        "Message",
                        "Status",
                        "Updated at",
                        "User Id",
                        "Request Id",
                        "Result",
                        "Owner",
                        "Input",
                        "Expires at")
                : List.of("Message", "Status", "Updated at");
        Listing list = new Listing(titles);
        String image = call.imageId(call.arguments().required(IMAGE));
        for (ObjectNode task : tasks(call, image)) {
            list.row(members.stream()
                    .map(member -> Cell.plain(task.path(member)))
                    .toList());
        }
        call.print(list);
    }

    private static List<ObjectNode> tasks(Invocation call, String image) {
        try {
            return call.client().tasks(image);
        } catch (HttpFailure refused) {
            if (refused.status() == 404) {
                throw new ClientException("Image " + image + " not found.", refused);
            }
            throw refused;
        }
    }

    static Command importInfo() {
        return new Command(
                "import-info",
                "Print import methods available from Glance.",
                grammar -> grammar.formatted(),
                call -> print(call, info(call, "import", "Target Glance does not support Image Import workflow")));
    }

    static Command storesInfo() {
        return new Command(
                "stores-info",
                "Print available stores of the service.",
                grammar -> grammar.formatted().add(Grammar.flag("--detail", "Show details for admins.")),
                call -> print(
                        call,
                        info(
                                call,
                                call.arguments().has("--detail") ? "stores/detail" : "stores",
                                "Multi Backend support is not enabled")));
    }

    private static ObjectNode info(Invocation call, String what, String whenMissing) {
        try {
            return call.client().info(what);
        } catch (HttpFailure refused) {
            throw refused.status() == 404 ? new ClientException(whenMissing, refused) : refused;
        }
    }

    private static void print(Invocation call, ObjectNode document) {
        call.print(Rendering.object(document, Rendering.MAX_COLUMNS));
    }

    static Command usage() {
        return new Command("usage", "Get quota usage information.", grammar -> grammar.formatted(), call -> {
            Listing list = new Listing("Quota", "Limit", "Usage");
            for (Map.Entry<String, JsonNode> quota :
                    call.client().info("usage").path("usage").properties()) {
                list.row(
                        Cell.text(quota.getKey()),
                        Cell.plain(quota.getValue().path("limit")),
                        Cell.plain(quota.getValue().path("usage")));
            }
            call.print(list);
        });
    }

    static Command listLocations() {
        return new Command(
                "list-locations",
                "List the locations of an image.",
                grammar -> grammar.formatted().argument(IMAGE, "Image to list the locations of."),
                call -> {
                    JsonNode locations = call.client()
                            .locations(call.imageId(call.arguments().required(IMAGE)));
                    Listing list = new Listing("URL", "Metadata");
                    for (JsonNode location : locations) {
                        list.row(Cell.listed(location.path("url")), Cell.of(location.path("metadata")));
                    }
                    call.print(list);
                });
    }

    static Command addLocation() {
        return new Command(
                "add-location",
                "Add a location to an image.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--url", "<URL>", "URL of location to add.")
                                .needed())
                        .add(Grammar.text(
                                "--validation-data", "<STRING>", "JSON object with os_hash_algo and os_hash_value."))
                        .argument(IMAGE, "Image to which to add the location."),
                InformationCommands::addLocation);
    }

    private static void addLocation(Invocation call) {
        if (!call.client().hasVersion("v2.17")) {
            throw new ClientException("The service has no location API (API v2.17).");
        }
        ObjectNode location = Json.object().put("url", call.arguments().required("--url"));
        String validation = call.arguments().text("--validation-data");
        if (validation != null) {
            location.set("validation_data", JsonArgument.object("Validation data", validation));
        }
        String id = call.imageId(call.arguments().required(IMAGE));
        call.client().addLocation(id, location);
        call.print(Rendering.image(call.client().get(id), false, Rendering.MAX_COLUMNS));
    }
}
