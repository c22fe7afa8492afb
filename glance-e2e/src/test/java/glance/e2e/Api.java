package glance.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plain HTTP calls of one caller. */
final class Api {
    static final String PATCH_TYPE = "application/openstack-images-v2.1-json-patch";
    static final String DATA_TYPE = "application/octet-stream";
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI server;
    private final @Nullable String token;

    /** @param token sent as {@code X-Auth-Token}; null without authentication */
    Api(URI server, @Nullable String token) {
        this.server = server;
        this.token = token;
    }

    URI server() {
        return server;
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return text(request(path, headers).GET());
    }

    HttpResponse<byte[]> bytes(String path, String... headers) throws IOException, InterruptedException {
        return CLIENT.send(request(path, headers).GET().build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return text(request(path).DELETE());
    }

    HttpResponse<String> method(String method, String path, String... headers)
            throws IOException, InterruptedException {
        return text(request(path, headers).method(method, BodyPublishers.noBody()));
    }

    HttpResponse<String> post(String path, Map<String, ?> document) throws IOException, InterruptedException {
        return text(request(path, "Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(document))));
    }

    HttpResponse<String> put(String path, Map<String, ?> document) throws IOException, InterruptedException {
        return text(request(path, "Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(JSON.writeValueAsString(document))));
    }

    HttpResponse<String> patch(String id, Object operations) throws IOException, InterruptedException {
        return text(request("/v2/images/" + id, "Content-Type", PATCH_TYPE)
                .method("PATCH", BodyPublishers.ofString(JSON.writeValueAsString(operations))));
    }

    HttpResponse<String> upload(String id, BodyPublisher data, String... headers)
            throws IOException, InterruptedException {
        return text(request("/v2/images/" + id + "/file", headers)
                .header("Content-Type", DATA_TYPE)
                .PUT(data));
    }

    /** Creates an image and returns its id. */
    String create(String name, String diskFormat) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                post("/v2/images", Map.of("name", name, "disk_format", diskFormat, "container_format", "bare"));
        if (answer.statusCode() != 201) {
            throw new AssertionError("create was answered " + answer.statusCode() + ": " + answer.body());
        }
        return json(answer).path("id").asString();
    }

    /** The image as the service shows it now. */
    JsonNode show(String id) throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/v2/images/" + id);
        if (answer.statusCode() != 200) {
            throw new AssertionError("show was answered " + answer.statusCode() + ": " + answer.body());
        }
        return json(answer);
    }

    String status(String id) throws IOException, InterruptedException {
        return show(id).path("status").asString();
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    private static HttpResponse<String> text(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(60));
        if (token != null) {
            request.header("X-Auth-Token", token);
        }
        return headers.length == 0 ? request : request.headers(headers);
    }
}
