package glance.crash;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The few calls of the Images API the campaign makes, on one server process. Thread-safe. */
final class Wire implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private final URI server;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    Wire(URI server) {
        this.server = server;
    }

    /** An image as the list shows it. */
    record Seen(String status, ImageState state) {}

    /** An answer with another status than the call allows. The server lives and misbehaves: never a consequence of a crash. */
    static final class Unexpected extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unexpected(String call, int status, String body) {
            super(call + " was answered " + status + ": " + body.strip().replace('\n', ' '));
        }
    }

    void create(String id, String name) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(
                Map.of("id", id, "name", name, "serial", "0", "disk_format", "raw", "container_format", "bare"));
        expect(201, json("POST", "/v2/images", "application/json", body));
    }

    void patch(String id, String name, String serial) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(java.util.List.of(
                Map.of("op", "replace", "path", "/name", "value", name),
                Map.of("op", "replace", "path", "/serial", "value", serial)));
        expect(200, json("PATCH", "/v2/images/" + id, "application/openstack-images-v2.1-json-patch", body));
    }

    void tag(String method, String id, String tag) throws IOException, InterruptedException {
        expect(204, request("/v2/images/" + id + "/tags/" + tag).method(method, BodyPublishers.noBody()));
    }

    void delete(String id) throws IOException, InterruptedException {
        expect(204, request("/v2/images/" + id).DELETE());
    }

    void upload(String id, byte[] bytes, boolean chunked) throws IOException, InterruptedException {
        HttpRequest.BodyPublisher body = chunked
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
                : BodyPublishers.ofByteArray(bytes);
        expect(
                204,
                request("/v2/images/" + id + "/file")
                        .header("Content-Type", "application/octet-stream")
                        .PUT(body));
    }

    /** Announces {@code bytes} and sends half of them; closing the connection hangs up. */
    Socket beginUpload(String id, byte[] bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
        try {
            OutputStream out = socket.getOutputStream();
            String head = "PUT /v2/images/" + id + "/file HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/octet-stream\r\nContent-Length: " + bytes.length + "\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, 0, bytes.length / 2);
            out.flush();
            return socket;
        } catch (IOException broken) {
            socket.close();
            throw broken;
        }
    }

    /** Status and body of a download. */
    HttpResponse<byte[]> download(String id) throws IOException, InterruptedException {
        return client.send(request("/v2/images/" + id + "/file").GET().build(), BodyHandlers.ofByteArray());
    }

    String status(String id) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.send(request("/v2/images/" + id).GET().build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new Unexpected("show " + id, answer.statusCode(), answer.body());
        }
        return JSON.readTree(answer.body()).path("status").asString();
    }

    /** All images there are. */
    Map<String, Seen> list() throws IOException, InterruptedException {
        Map<String, Seen> images = new HashMap<>();
        String next = "/v2/images?limit=1000";
        while (!next.isEmpty()) {
            HttpResponse<String> answer = client.send(request(next).GET().build(), BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new Unexpected("list", answer.statusCode(), answer.body());
            }
            JsonNode page = JSON.readTree(answer.body());
            for (JsonNode image : page.path("images")) {
                images.put(image.path("id").asString(), seen(image));
            }
            next = page.path("next").asString("");
        }
        return images;
    }

    private static Seen seen(JsonNode image) {
        Set<String> tags = new TreeSet<>();
        image.path("tags").forEach(tag -> tags.add(tag.asString()));
        JsonNode hash = image.path("os_hash_value");
        ImageState.Data data = hash.isNull() || hash.isMissingNode()
                ? null
                : new ImageState.Data(0, image.path("size").asInt(), hash.asString());
        return new Seen(
                image.path("status").asString(),
                new ImageState(
                        true,
                        image.path("name").asString(),
                        image.path("serial").asString(""),
                        tags,
                        data));
    }

    private HttpRequest.Builder json(String method, String path, String type, String body) {
        return request(path).header("Content-Type", type).method(method, BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(ANSWER_LIMIT);
    }

    private void expect(int status, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest sent = request.build();
        HttpResponse<String> answer = client.send(sent, BodyHandlers.ofString());
        if (answer.statusCode() != status) {
            throw new Unexpected(sent.method() + " " + sent.uri().getPath(), answer.statusCode(), answer.body());
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
