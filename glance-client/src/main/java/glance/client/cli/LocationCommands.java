package glance.client.cli;

import glance.client.ClientException;
import glance.client.HttpFailure;
import glance.client.Json;
import glance.client.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Commands about where image data is: stores, and the locations that {@code show_multiple_locations} opens. */
final class LocationCommands {
    private static final String IMAGE = "<IMAGE_ID>";

    private LocationCommands() {}

    /**
     * The store the user names for data, or null. The service is asked for its stores, so that no image is made whose data
     * has nowhere to go; one without several stores takes no notice of the name.
     */
    static @Nullable String chosenStore(Invocation call) {
        String store = call.textOr("--store", "OS_IMAGE_STORE");
        if (store != null) {
            requireStores(call, List.of(store));
        }
        return store;
    }

    /** Refuses stores the service does not list; one without several stores is not asked twice. */
    static void requireStores(Invocation call, List<String> stores) {
        List<String> known = new ArrayList<>();
        try {
            call.client()
                    .info("stores")
                    .path("stores")
                    .forEach(each -> known.add(each.path("id").stringValue("")));
        } catch (HttpFailure refused) {
            if (refused.status() == 404) {
                return;
            }
            throw refused;
        }
        for (String store : stores) {
            if (!known.contains(store)) {
                throw new ClientException("Store '" + store
                        + "' is not valid for this cloud. Valid values can be retrieved with stores-info command.");
            }
        }
    }

    static Command storesDelete() {
        return new Command(
                "stores-delete",
                "Delete image from specific store.",
                grammar -> grammar.add(Grammar.text("--store", "<STORE_ID>", "Store to delete image from.")
                                .needed())
                        .argument(IMAGE, "ID of image to delete from the store."),
                LocationCommands::storesDelete);
    }

    private static void storesDelete(Invocation call) {
        String store = call.arguments().required("--store");
        String image = call.imageId(call.arguments().required(IMAGE));
        try {
            call.client().deleteFrom(store, image);
        } catch (HttpFailure refused) {
            throw new ClientException(
                    refused.status() == 404
                            ? "Multi Backend support is not enabled or Image/store not found."
                            : "Unable to delete image '" + image + "' from store '" + store + "'. ("
                                    + refused.getMessage() + ")",
                    refused);
        }
    }

    static Command add() {
        return new Command(
                "location-add",
                "Add a location (and related metadata) to an image.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--url", "<URL>", "URL of location to add.")
                                .needed())
                        .add(Grammar.text(
                                "--metadata", "<STRING>", "Metadata associated with the location, as a JSON object."))
                        .add(Grammar.text("--checksum", "<STRING>", "MD5 checksum of the image data."))
                        .add(Grammar.text("--hash-algo", "<STRING>", "Algorithm of --hash-value."))
                        .add(Grammar.text("--hash-value", "<STRING>", "Hash of the image data."))
                        .argument(IMAGE, "ID of image to which the location is to be added."),
                LocationCommands::add);
    }

    private static void add(Invocation call) {
        Arguments given = call.arguments();
        ObjectNode location = Json.object().put("url", given.required("--url"));
        location.set("metadata", metadata(given.text("--metadata")));
        promise(given, location);
        change(call, List.of(operation("add", "/locations/-", location)));
    }

    /** Both hash options or none; a checksum alone promises nothing the service would take. */
    private static void promise(Arguments given, ObjectNode location) {
        boolean algorithm = given.has("--hash-algo");
        if (algorithm != given.has("--hash-value")) {
            throw new ClientException("--hash-algo and --hash-value are given together or not at all");
        }
        if (!algorithm) {
            if (given.has("--checksum")) {
                throw new ClientException("--checksum needs --hash-algo and --hash-value");
            }
            return;
        }
        ObjectNode promise = location.putObject("validation_data");
        String checksum = given.text("--checksum");
        if (checksum != null) {
            promise.put("checksum", checksum);
        }
        promise.put("os_hash_algo", given.required("--hash-algo"));
        promise.put("os_hash_value", given.required("--hash-value"));
    }

    static Command update() {
        return new Command(
                "location-update",
                "Update metadata of an image's location.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--url", "<URL>", "URL of location to update.")
                                .needed())
                        .add(Grammar.text(
                                "--metadata", "<STRING>", "Metadata associated with the location, as a JSON object."))
                        .argument(IMAGE, "ID of image whose location is to be updated."),
                LocationCommands::update);
    }

    private static void update(Invocation call) {
        JsonNode metadata = metadata(call.arguments().text("--metadata"));
        String url = call.arguments().required("--url");
        ArrayNode locations = locations(call);
        boolean known = false;
        for (JsonNode location : locations) {
            if (location.path("url").stringValue("").equals(url)) {
                known = true;
                if (metadata.isEmpty() && !location.path("metadata").isEmpty()) {
                    call.terminal()
                            .err()
                            .println("WARNING -- The location's metadata will be updated to an empty JSON object.");
                }
                ((ObjectNode) location).set("metadata", metadata);
            }
        }
        if (!known) {
            throw new ClientException(
                    "HTTP Unknown URL: " + url + ", the URL must be one of existing locations of current image");
        }
        change(call, List.of(operation("replace", "/locations", locations)));
    }

    static Command delete() {
        return new Command(
                "location-delete",
                "Remove locations (and related metadata) from an image.",
                grammar -> grammar.add(
                                Grammar.text("--url", "<URL>", "URL of location to remove. May be used multiple times.")
                                        .many()
                                        .needed())
                        .argument(IMAGE, "ID of image whose locations are to be removed."),
                LocationCommands::delete);
    }

    private static void delete(Invocation call) {
        ArrayNode locations = locations(call);
        List<Integer> positions = new ArrayList<>();
        for (String url : call.arguments().texts("--url")) {
            int position = position(locations, url);
            if (position < 0) {
                throw new ClientException("HTTP Unknown URL(s): [" + Text.quoted(url) + "]");
            }
            if (!positions.contains(position)) {
                positions.add(position);
            }
        }
        // The last first, so that the positions of the others stay what they are.
        positions.sort(Comparator.reverseOrder());
        ArrayNode patch = Json.array();
        positions.forEach(position -> patch.add(operation("remove", "/locations/" + position, null)));
        call.client().update(call.imageId(call.arguments().required(IMAGE)), patch);
    }

    private static int position(ArrayNode locations, String url) {
        for (int i = 0; i < locations.size(); i++) {
            if (locations.path(i).path("url").stringValue("").equals(url)) {
                return i;
            }
        }
        return -1;
    }

    private static ArrayNode locations(Invocation call) {
        ObjectNode image = call.client().get(call.imageId(call.arguments().required(IMAGE)));
        if (image.path("locations") instanceof ArrayNode locations) {
            return locations;
        }
        throw new ClientException("The administrator has disabled API access to image locations");
    }

    private static void change(Invocation call, List<ObjectNode> operations) {
        String id = call.imageId(call.arguments().required(IMAGE));
        ArrayNode patch = Json.array();
        operations.forEach(patch::add);
        call.client().update(id, patch);
        call.print(Rendering.image(call.client().get(id), false, Rendering.MAX_COLUMNS));
    }

    private static ObjectNode operation(String verb, String path, @Nullable JsonNode value) {
        ObjectNode operation = Json.object().put("op", verb).put("path", path);
        if (value != null) {
            operation.set("value", value);
        }
        return operation;
    }

    private static JsonNode metadata(@Nullable String text) {
        return text == null ? Json.object() : JsonArgument.object("Metadata", text);
    }
}
