package glance.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The calls of the metadata definitions, below {@code /v2/metadefs}. Documents are JSON trees as the service sent them.
 * Failures are those of {@link ImageClient}. One thread.
 */
public final class MetadefClient {
    private static final String METADEFS = "/v2/metadefs";
    private static final String NAMESPACES = METADEFS + "/namespaces";

    /** What a namespace holds. */
    public enum Part {
        PROPERTY("properties", "properties"),
        OBJECT("objects", "objects"),
        TAG("tags", "tags"),
        RESOURCE_TYPE("resource_types", "resource_type_associations");

        private final String path;
        private final String member;

        Part(String path, String member) {
            this.path = path;
            this.member = member;
        }
    }

    private final Session session;

    public MetadefClient(Session session) {
        this.session = session;
    }

    /** Gives the namespaces to {@code each} as the pages arrive; the filters are query parameters. */
    public void namespaces(List<Map.Entry<String, String>> filters, Consumer<ObjectNode> each) {
        String first = NAMESPACES + "?" + Endpoint.query(filters);
        Pages.each(session, first, "namespaces", Long.MAX_VALUE, each);
    }

    /**
     * A namespace with all it holds.
     *
     * @param resourceType puts this type's prefix before the properties' names; or null
     */
    public ObjectNode namespace(String name, @Nullable String resourceType) {
        String query = resourceType == null ? "" : "?resource_type=" + Endpoint.encoded(resourceType);
        return get(path(name) + query);
    }

    public ObjectNode createNamespace(ObjectNode namespace) {
        return send("POST", NAMESPACES, namespace);
    }

    /** Replaces what a namespace says of itself, not what it holds. */
    public ObjectNode replaceNamespace(String name, ObjectNode namespace) {
        return send("PUT", path(name), namespace);
    }

    public void deleteNamespace(String name) {
        delete(path(name));
    }

    /** All resource types the service knows. */
    public List<ObjectNode> resourceTypes() {
        return items(get(METADEFS + "/resource_types").path("resource_types"));
    }

    /** The parts of one kind, in the service's order; properties with their names. */
    public List<ObjectNode> list(String namespace, Part part) {
        JsonNode parts = get(path(namespace, part)).path(part.member);
        if (parts.isObject()) {
            parts.properties()
                    .forEach(each -> ImageClient.object(each.getValue()).put("name", each.getKey()));
        }
        return items(parts);
    }

    public ObjectNode get(String namespace, Part part, String name) {
        return get(path(namespace, part, name));
    }

    public ObjectNode create(String namespace, Part part, ObjectNode document) {
        return send("POST", path(namespace, part), document);
    }

    public ObjectNode replace(String namespace, Part part, String name, ObjectNode document) {
        return send("PUT", path(namespace, part, name), document);
    }

    public void delete(String namespace, Part part, String name) {
        delete(path(namespace, part, name));
    }

    /** Deletes all parts of one kind. */
    public void deleteAll(String namespace, Part part) {
        delete(path(namespace, part));
    }

    public ObjectNode createTag(String namespace, String name) {
        return ImageClient.object(session.document(Request.of("POST", session.uri(path(namespace, Part.TAG, name)))));
    }

    /**
     * Creates tags.
     *
     * @param append keep those there are; otherwise these take their place
     */
    public List<ObjectNode> createTags(String namespace, List<String> names, boolean append) {
        ObjectNode document = Json.object();
        ArrayNode tags = document.putArray("tags");
        names.forEach(name -> tags.addObject().put("name", name));
        Request request =
                Request.of("POST", session.uri(path(namespace, Part.TAG))).json(document);
        return items(session.document(append ? request.with("x-openstack-append", "True") : request)
                .path("tags"));
    }

    private static List<ObjectNode> items(JsonNode container) {
        List<ObjectNode> items = new ArrayList<>();
        container.forEach(each -> items.add(ImageClient.object(each)));
        return items;
    }

    private ObjectNode get(String path) {
        return ImageClient.object(session.document(Request.get(session.uri(path))));
    }

    private ObjectNode send(String method, String path, ObjectNode document) {
        return ImageClient.object(
                session.document(Request.of(method, session.uri(path)).json(document)));
    }

    private void delete(String path) {
        session.call(Request.of("DELETE", session.uri(path)));
    }

    private static String path(String namespace) {
        return NAMESPACES + "/" + Endpoint.encoded(namespace);
    }

    private static String path(String namespace, Part part) {
        return path(namespace) + "/" + part.path;
    }

    private static String path(String namespace, Part part, String name) {
        return path(namespace, part) + "/" + Endpoint.encoded(name);
    }
}
