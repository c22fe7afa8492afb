package glance.client.cli;

import glance.client.ClientException;
import glance.client.Credentials;
import glance.client.Download;
import glance.client.EndpointChoice;
import glance.client.HttpFailure;
import glance.client.ImageClient;
import glance.client.Json;
import glance.client.Progress;
import glance.client.Session;
import glance.client.TlsSettings;
import glance.client.Transport;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One of the image services of a replication. One thread. */
final class ReplicaService implements Closeable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int PAGE = 100;
    private static final int USUAL_PORT = 9292;

    /** Lists come by pages, between which the other one works. */
    private final Session listing;

    private final Session working;
    private final ImageClient client;

    private ReplicaService(Session listing, Session working) {
        this.listing = listing;
        this.working = working;
        this.client = new ImageClient(working);
    }

    /**
     * @param address {@code HOST}, {@code HOST:PORT}, or a URL of http or https
     * @param token null: none is needed
     * @param debug takes what goes over the wire, without secrets; or null
     */
    static ReplicaService at(
            String address, @Nullable String token, TlsSettings tls, @Nullable Consumer<String> debug) {
        EndpointChoice endpoint = new EndpointChoice(url(address), "image", "public", null);
        Credentials credentials = token == null ? new Credentials.Anonymous() : new Credentials.Token(token, false);
        Session.Login login = new Session.Login(credentials, new Credentials.Scope.Unscoped(), null);
        return new ReplicaService(
                new Session(new Transport(PATIENCE, tls, debug), login, endpoint),
                new Session(new Transport(PATIENCE, tls, debug), login, endpoint));
    }

    private static String url(String address) {
        if (address.startsWith("http://") || address.startsWith("https://")) {
            return address;
        }
        if (!address.matches("(\\[[0-9A-Fa-f:.]+]|[^/:@?#\\s]+)(:[0-9]{1,5})?")) {
            throw new UsageException("'" + address + "' is no HOST:PORT and no URL of http or https");
        }
        boolean hasPort = address.matches(".*:[0-9]{1,5}") && !address.endsWith("]");
        return "http://" + address + (hasPort ? "" : ":" + USUAL_PORT);
    }

    /** All images, hidden ones last, oldest first. */
    void each(Consumer<ObjectNode> each) {
        ImageClient lists = new ImageClient(listing);
        for (String hidden : List.of("false", "true")) {
            lists.list(
                    List.of(
                            Map.entry("visibility", "all"),
                            Map.entry("os_hidden", hidden),
                            Map.entry("sort_key", "created_at"),
                            Map.entry("sort_dir", "asc")),
                    OptionalLong.empty(),
                    PAGE,
                    each);
        }
    }

    Optional<ObjectNode> find(String id) {
        try {
            return Optional.of(client.get(id));
        } catch (HttpFailure absent) {
            if (absent.status() == 404) {
                return Optional.empty();
            }
            throw absent;
        }
    }

    /** Records an image of the same id; protection comes last, when its data is there. */
    ObjectNode create(ObjectNode source, Collection<String> left) {
        ObjectNode wanted = Json.object().put("id", ReplicaImage.id(source));
        wanted.setAll(ReplicaImage.settable(source, left));
        wanted.remove("protected");
        return client.create(wanted);
    }

    /**
     * Sends data, and compares what the service makes of it with what the source says: an image with other data is removed
     * again. Its id is taken there then, so data that are wrong before had better not end.
     *
     * @param size of the data
     */
    void upload(ObjectNode source, InputStream data, long size) {
        String id = ReplicaImage.id(source);
        client.upload(id, data, OptionalLong.of(size), null, Progress.NONE);
        ObjectNode target = client.get(id);
        for (String member : List.of("size", "checksum", "os_hash_value")) {
            boolean comparable = !member.equals("os_hash_value")
                    || source.path("os_hash_algo").equals(target.path("os_hash_algo"));
            JsonNode promised = source.path(member);
            if (comparable
                    && !promised.isMissingNode()
                    && !promised.isNull()
                    && !promised.equals(target.path(member))) {
                client.delete(id);
                throw new ClientException("the data that arrived has " + member + " " + Json.text(target.path(member))
                        + ", not " + Json.text(promised) + "; the copy was removed, and its id is taken there now");
            }
        }
    }

    /** Sets what of {@code target} differs from {@code source}; says what. */
    List<String> mend(ObjectNode source, ObjectNode target, Collection<String> left) {
        List<String> mendable = ReplicaImage.mendable(source, target, left);
        Map<String, JsonNode> settable = ReplicaImage.settable(source, left);
        settable.keySet().retainAll(mendable);
        List<String> removed = new ArrayList<>(mendable);
        removed.removeAll(settable.keySet());
        removed.retainAll(Properties.custom(target));
        if (!settable.isEmpty() || !removed.isEmpty()) {
            client.update(ReplicaImage.id(target), ImageFields.patch(target, settable, removed));
        }
        List<String> mended = new ArrayList<>(settable.keySet());
        mended.addAll(removed);
        return mended;
    }

    void deactivate(String id) {
        client.deactivate(id);
    }

    InputStream data(String id) {
        return client.data(id);
    }

    /** Into a file that has its name only when it is whole and verified; what a former try left is continued. */
    void fetch(String id, Path file) {
        new Download(client, id, new Download.Options(null, true), Progress.NONE).to(file);
    }

    @Override
    public void close() throws IOException {
        listing.close();
        working.close();
    }
}
