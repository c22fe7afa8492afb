package glance.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The calls of the header-based Images API v1, one method each. An image is a JSON object with its custom properties
 * below {@code properties}, whether the service told it in a document or in headers; headers leave out what is null.
 * Failures as in {@link ImageClient}. One thread.
 */
public final class ImageClientV1 {
    private static final String IMAGES = "/v1/images";
    private static final String NONE = "None"; // how this API spells null

    private final Session session;

    public ImageClientV1(Session session) {
        this.session = session;
    }

    /**
     * Image data to send along. The stream is lent, and read to its end unless the service refuses.
     *
     * @param size bytes to come, when known
     * @param progress told the bytes of each piece that is on its way
     */
    public record Data(InputStream bytes, OptionalLong size, Progress progress) {}

    public ObjectNode get(String id) {
        Request request = Request.of("HEAD", session.uri(imagePath(id)));
        try (Reply reply = session.send(request)) {
            if (reply.status() != 200) {
                throw reply.failure();
            }
            return ImageHeaders.read(reply.headers());
        } catch (IOException broken) {
            throw Session.unusable(broken);
        }
    }

    /** As {@link #get}, empty when there is no such image for this caller. */
    public Optional<ObjectNode> find(String id) {
        try {
            return Optional.of(get(id));
        } catch (HttpFailure refused) {
            if (refused.status() == 404) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /**
     * Gives the images to {@code each} as the pages arrive, until it says false.
     *
     * @param filters query parameters but {@code limit} and {@code marker}
     * @param pageSize images asked for per request; 0 gets nothing
     */
    public void list(List<Map.Entry<String, String>> filters, long pageSize, Predicate<ObjectNode> each) {
        Set<String> markers = new HashSet<>();
        String marker = null;
        while (marker == null || markers.add(marker)) {
            int count = 0;
            for (JsonNode image : page(filters, pageSize, marker)) {
                if (!each.test(ImageClient.object(image))) {
                    return;
                }
                marker = image.path("id").stringValue("");
                count++;
            }
            if (count == 0 || count < pageSize) {
                return;
            }
        }
        throw new ClientException("The image list does not end: the service repeats the page after " + marker);
    }

    private JsonNode page(List<Map.Entry<String, String>> filters, long pageSize, @Nullable String marker) {
        List<Map.Entry<String, String>> query = new ArrayList<>();
        query.add(Map.entry("limit", Long.toString(pageSize)));
        query.addAll(filters);
        if (marker != null) {
            query.add(Map.entry("marker", marker));
        }
        return session.document(Request.get(session.uri(IMAGES + "/detail?" + Endpoint.query(query))))
                .path("images");
    }

    /** Makes an image, from {@code data} when there are any. An image whose publicity is left open is asked as such. */
    public ObjectNode create(ImageHeaders image, @Nullable Data data) {
        Request request = image.onto(
                Request.of("POST", session.uri(IMAGES)).with(ImageHeaders.FIELD + ImageHeaders.IS_PUBLIC, NONE));
        return send(request, data);
    }

    /**
     * Changes what {@code image} names.
     *
     * @param purge take away the custom properties it does not name
     * @param data for an image that has none yet
     */
    public ObjectNode update(String id, ImageHeaders image, boolean purge, @Nullable Data data) {
        Request request = Request.of("PUT", session.uri(imagePath(id)))
                .with("x-glance-registry-purge-props", Boolean.toString(purge));
        return send(image.onto(request), data);
    }

    private ObjectNode send(Request request, @Nullable Data data) {
        Request ready = request.with("content-type", "application/octet-stream");
        if (data != null) {
            ready = ready.body(new Request.Body.Stream(data.bytes(), data.progress()));
            if (data.size().isPresent() && !ready.headers().containsKey(ImageHeaders.SIZE)) {
                ready = ready.with(ImageHeaders.SIZE, Long.toString(data.size().getAsLong()));
            }
            data.progress().start(data.size());
        }
        return ImageClient.object(session.document(ready).path("image"));
    }

    public void delete(String id) {
        session.call(Request.of("DELETE", session.uri(imagePath(id))));
    }

    /** The image's data from its first byte. The caller closes it. */
    ImageData data(String id) {
        return ImageData.of(id, 0, session.send(Request.get(session.uri(imagePath(id)))));
    }

    /** The projects an image is shared with: {@code member_id}, {@code can_share}. */
    public List<ObjectNode> members(String id) {
        return objects(imagePath(id) + "/members", "members");
    }

    /** The images shared with a project: {@code image_id}, {@code can_share}. */
    public List<ObjectNode> sharedImages(String member) {
        return objects("/v1/shared-images/" + Endpoint.encoded(member), "shared_images");
    }

    private List<ObjectNode> objects(String path, String name) {
        List<ObjectNode> objects = new ArrayList<>();
        session.document(Request.get(session.uri(path)))
                .path(name)
                .forEach(each -> objects.add(ImageClient.object(each)));
        return objects;
    }

    /** Shares an image with a project, which may share it further if {@code canShare}. */
    public void putMember(String id, String member, boolean canShare) {
        ObjectNode document = Json.object();
        document.putObject("member").put("can_share", canShare);
        session.call(Request.of("PUT", session.uri(memberPath(id, member))).json(document));
    }

    public void removeMember(String id, String member) {
        session.call(Request.of("DELETE", session.uri(memberPath(id, member))));
    }

    private static String imagePath(String id) {
        return IMAGES + "/" + Endpoint.encoded(id);
    }

    private static String memberPath(String id, String member) {
        return imagePath(id) + "/members/" + Endpoint.encoded(member);
    }
}
