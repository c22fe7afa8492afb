package glance.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The calls of the Images API v2, one method each. Documents are JSON trees as the service sent them: custom properties
 * sit beside the defined ones, and a newer service may add members. Failures are {@link HttpFailure} for an answer that
 * is an error, {@link ClientException} for no answer. One thread.
 */
public final class ImageClient {
    private static final String IMAGES = "/v2/images";
    private static final String PATCH_TYPE = "application/openstack-images-v2.1-json-patch";

    private final Session session;

    public ImageClient(Session session) {
        this.session = session;
    }

    public ObjectNode get(String id) {
        return object(session.document(Request.get(session.uri(imagePath(id)))));
    }

    /**
     * Gives the images to {@code each} as the pages arrive.
     *
     * @param filters query parameters in wire order, repeated names allowed
     * @param limit most images to give; empty: all
     * @param pageSize images asked for per request
     */
    public void list(
            List<Map.Entry<String, String>> filters, OptionalLong limit, long pageSize, Consumer<ObjectNode> each) {
        long left = limit.orElse(Long.MAX_VALUE);
        List<Map.Entry<String, String>> query = new ArrayList<>();
        query.add(Map.entry("limit", Long.toString(Math.min(pageSize, left))));
        query.addAll(filters);
        Pages.each(session, IMAGES + "?" + Endpoint.query(query), "images", left, each);
    }

    public ObjectNode create(ObjectNode image) {
        return object(session.document(Request.of("POST", session.uri(IMAGES)).json(image)));
    }

    /** Applies a JSON patch in the v2.1 dialect. */
    public ObjectNode update(String id, ArrayNode patch) {
        Request request = Request.of("PATCH", session.uri(imagePath(id))).json(patch);
        return object(session.document(request.with("content-type", PATCH_TYPE)));
    }

    public void delete(String id) {
        session.call(empty("DELETE", imagePath(id)));
    }

    /**
     * Sends the image's data. {@code data} is lent, and read to its end unless the service refuses.
     *
     * @param size bytes to come, when known
     * @param store the store to use, or null
     * @param progress told the bytes of each piece that is on its way
     */
    public void upload(String id, InputStream data, OptionalLong size, @Nullable String store, Progress progress) {
        send(id, "/file", data, size, store, progress);
    }

    /** Sends data to where an import can take them from; otherwise as {@link #upload}. */
    public void stage(String id, InputStream data, OptionalLong size, Progress progress) {
        send(id, "/stage", data, size, null, progress);
    }

    private void send(
            String id, String where, InputStream data, OptionalLong size, @Nullable String store, Progress progress) {
        Request request = Request.of("PUT", session.uri(imagePath(id) + where))
                .with("content-type", "application/octet-stream")
                .body(new Request.Body.Stream(data, progress));
        progress.start(size);
        if (size.isPresent()) {
            request = request.with("x-openstack-image-size", Long.toString(size.getAsLong()));
        }
        if (store != null) {
            request = request.with("x-image-meta-store", store);
        }
        session.call(request);
    }

    /**
     * The image's data from {@code offset} on. The caller closes it.
     *
     * @param prefer stores to read from first, comma separated; or null
     * @param offset bytes to leave out
     */
    ImageData data(String id, @Nullable String prefer, long offset) {
        String query = prefer == null ? "" : "?prefer=" + Endpoint.encoded(prefer);
        Request request = Request.get(session.uri(imagePath(id) + "/file" + query));
        return data(id, offset, offset > 0 ? request.with("range", "bytes=" + offset + "-") : request);
    }

    /** The image's whole data. The caller closes it. */
    public InputStream data(String id) {
        return data(id, null, 0).bytes();
    }

    /** The image's data from {@code start} to before {@code end}, if the service knows ranges; else as {@link #data}. */
    ImageData range(String id, @Nullable String prefer, long start, long end) {
        String query = prefer == null ? "" : "?prefer=" + Endpoint.encoded(prefer);
        Request request = Request.get(session.uri(imagePath(id) + "/file" + query));
        return data(id, start, request.with("range", "bytes=" + start + "-" + (end - 1)));
    }

    private ImageData data(String id, long offset, Request request) {
        try {
            return ImageData.of(id, offset, session.send(request));
        } catch (HttpFailure refused) {
            throw ImageData.refused(id, refused);
        }
    }

    /** One for another thread, in the same user's name. Whoever asks for it closes it. */
    ImageClient another() {
        return new ImageClient(session.another());
    }

    void close() {
        session.close();
    }

    public void deactivate(String id) {
        session.call(empty("POST", imagePath(id) + "/actions/deactivate"));
    }

    public void reactivate(String id) {
        session.call(empty("POST", imagePath(id) + "/actions/reactivate"));
    }

    public void addTag(String id, String tag) {
        session.call(empty("PUT", imagePath(id) + "/tags/" + Endpoint.encoded(tag)));
    }

    public void removeTag(String id, String tag) {
        session.call(empty("DELETE", imagePath(id) + "/tags/" + Endpoint.encoded(tag)));
    }

    public List<ObjectNode> members(String id) {
        List<ObjectNode> members = new ArrayList<>();
        session.document(Request.get(session.uri(imagePath(id) + "/members")))
                .path("members")
                .forEach(each -> members.add(object(each)));
        return members;
    }

    public ObjectNode member(String id, String member) {
        return object(session.document(Request.get(session.uri(memberPath(id, member)))));
    }

    public ObjectNode addMember(String id, String member) {
        return object(session.document(Request.of("POST", session.uri(imagePath(id) + "/members"))
                .json(Json.object().put("member", member))));
    }

    /** @param status accepted, rejected or pending */
    public ObjectNode updateMember(String id, String member, String status) {
        return object(session.document(Request.of("PUT", session.uri(memberPath(id, member)))
                .json(Json.object().put("status", status))));
    }

    public void removeMember(String id, String member) {
        session.call(empty("DELETE", memberPath(id, member)));
    }

    /** The schema of {@code image}, {@code member}, {@code metadefs/namespace} … */
    public ObjectNode schema(String model) {
        return object(session.document(Request.get(session.uri("/v2/schemas/" + model))));
    }

    /** Documents of the service about itself: {@code import}, {@code stores}, {@code stores/detail}, {@code usage}. */
    public ObjectNode info(String what) {
        return object(session.document(Request.get(session.uri("/v2/info/" + what))));
    }

    /** The tasks that worked on an image. */
    public List<ObjectNode> tasks(String id) {
        List<ObjectNode> tasks = new ArrayList<>();
        session.document(Request.get(session.uri(imagePath(id) + "/tasks")))
                .path("tasks")
                .forEach(each -> tasks.add(object(each)));
        return tasks;
    }

    /** Whether the service lists exactly this minor version, such as {@code v2.17}, as usable. */
    public boolean hasVersion(String version) {
        try (Reply reply = session.send(Request.get(session.uri("/versions")))) {
            if (reply.status() != 200 && reply.status() != 300) {
                throw reply.failure();
            }
            return versions(reply).contains(version);
        } catch (IOException broken) {
            throw Session.unusable(broken);
        }
    }

    /** Whether the service lists any version of API v1; not when it lists none at all. */
    public boolean hasFirstVersion() {
        try (Reply reply = session.send(Request.get(session.uri("/versions")))) {
            return (reply.status() == 200 || reply.status() == 300)
                    && versions(reply).stream().anyMatch(version -> version.startsWith("v1"));
        } catch (IOException broken) {
            throw Session.unusable(broken);
        }
    }

    private static List<String> versions(Reply reply) throws IOException {
        List<String> versions = new ArrayList<>();
        for (JsonNode offered : reply.json().path("versions")) {
            versions.add(offered.path("id").stringValue(""));
        }
        return versions;
    }

    /** Registers a place that already holds the image's data; {@code location} has {@code url} and maybe validation_data. */
    public void addLocation(String id, ObjectNode location) {
        session.call(
                Request.of("POST", session.uri(imagePath(id) + "/locations")).json(location));
    }

    /** Removes the image's data from one of its stores. */
    public void deleteFrom(String store, String id) {
        session.call(empty("DELETE", "/v2/stores/" + Endpoint.encoded(store) + "/" + Endpoint.encoded(id)));
    }

    /** The places that hold the image's data. */
    public JsonNode locations(String id) {
        return session.document(Request.get(session.uri(imagePath(id) + "/locations")));
    }

    /**
     * Starts an import; the image's status tells how it goes.
     *
     * @param store the one store to import to; null when the order names them, or the service's own choice will do
     */
    public void startImport(String id, ObjectNode order, @Nullable String store) {
        Request request =
                Request.of("POST", session.uri(imagePath(id) + "/import")).json(order);
        session.call(store == null ? request : request.with("x-image-meta-store", store));
    }

    private static String imagePath(String id) {
        return IMAGES + "/" + Endpoint.encoded(id);
    }

    private static String memberPath(String id, String member) {
        return imagePath(id) + "/members/" + Endpoint.encoded(member);
    }

    private Request empty(String method, String path) {
        return Request.of(method, session.uri(path));
    }

    static ObjectNode object(JsonNode document) {
        if (document instanceof ObjectNode object) {
            return object;
        }
        throw new ClientException("The image service answered with something that is not an object");
    }
}
