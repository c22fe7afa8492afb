package glance.client.cli;

import glance.client.ClientException;
import glance.client.ImageClientV1;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Which image an argument of API v1 means: one of that id, else the only one of that name the list shows. */
final class V1Lookup {
    private static final long PAGE_SIZE = 20;

    /** Some services number their images. */
    private static final String NUMBER = "[0-9]+";

    private static final String UUID = "(?i)(urn:)?(uuid:)?\\{*([0-9a-f]-*){32}\\}*";

    private V1Lookup() {}

    /** The image as the service describes it: headers leave out what is null, list entries do not. */
    static ObjectNode image(ImageClientV1 client, String given) {
        if (given.matches(NUMBER) || given.matches(UUID)) {
            Optional<ObjectNode> found = client.find(given);
            if (found.isPresent()) {
                return found.get();
            }
        }
        List<ObjectNode> named = new ArrayList<>();
        client.list(List.of(Map.entry("name", given)), PAGE_SIZE, image -> {
            named.add(image);
            return named.size() < 2;
        });
        if (named.isEmpty()) {
            throw new ClientException("No image with a name or ID of '" + given + "' exists.");
        }
        if (named.size() > 1) {
            throw new ClientException(
                    "Multiple image matches found for '" + given + "', use an ID to be more specific.");
        }
        return named.getFirst();
    }

    static String id(ObjectNode image) {
        return image.path("id").stringValue("");
    }
}
