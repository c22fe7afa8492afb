package glance.store.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An S3 of one bucket in the heap that says, once or more often, what real servers cannot be made to say. */
final class ScriptedS3 implements AutoCloseable {
    private static final String UPLOAD =
            "<InitiateMultipartUploadResult><UploadId>u1</UploadId>" + "</InitiateMultipartUploadResult>";

    private final HttpServer server;
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final Map<Integer, byte[]> parts = new ConcurrentHashMap<>();
    private final Deque<Said> script = new ArrayDeque<>();
    private final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
    /** Whether GET answers everything whatever the range. */
    volatile boolean ignoresRanges;

    /** What is said instead to a request whose line begins so, so many times. */
    private record Said(String line, int status, String body, int times) {}

    ScriptedS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    synchronized void say(String line, int status, String body, int times) {
        script.add(new Said(line, status, body, times));
    }

    /** Request lines so far. */
    List<String> calls() {
        return new ArrayList<>(calls);
    }

    Map<String, byte[]> objects() {
        return objects;
    }

    private synchronized @Nullable Said scripted(String line) {
        for (Said said : script) {
            if (line.startsWith(said.line())) {
                script.remove(said);
                if (said.times() > 1) {
                    script.addFirst(new Said(said.line(), said.status(), said.body(), said.times() - 1));
                }
                return said;
            }
        }
        return null;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            String line = exchange.getRequestMethod() + " "
                    + exchange.getRequestURI().getPath() + (query == null ? "" : "?" + query);
            calls.add(line);
            byte[] body = exchange.getRequestBody().readAllBytes();
            Said said = scripted(line);
            if (said != null) {
                answer(exchange, said.status(), said.body().getBytes(StandardCharsets.UTF_8));
            } else {
                serve(exchange, exchange.getRequestURI().getPath(), query == null ? "" : query, body);
            }
        }
    }

    private void serve(HttpExchange exchange, String path, String query, byte[] body) throws IOException {
        boolean bucket = path.indexOf('/', 1) < 0;
        switch (exchange.getRequestMethod()) {
            case "HEAD" -> {
                byte[] object = objects.get(path);
                if (!bucket && object != null) {
                    exchange.getResponseHeaders().set("Content-Length", Integer.toString(object.length));
                }
                exchange.sendResponseHeaders(bucket || object != null ? 200 : 404, -1);
            }
            case "GET" -> get(exchange, objects.get(path));
            case "PUT" -> put(exchange, path, query, body);
            case "POST" -> post(exchange, path, query);
            default -> {
                objects.remove(path);
                answer(exchange, 204, new byte[0]);
            }
        }
    }

    private void get(HttpExchange exchange, byte @Nullable [] object) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (object == null) {
            answer(exchange, 404, new byte[0]);
        } else if (ignoresRanges || range == null) {
            answer(exchange, 200, object);
        } else {
            String[] ends = range.substring("bytes=".length()).split("-", 2);
            int first = Integer.parseInt(ends[0]);
            int last = Math.min(object.length - 1, Integer.parseInt(ends[1]));
            exchange.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + last + "/" + object.length);
            answer(exchange, 206, Arrays.copyOfRange(object, first, last + 1));
        }
    }

    private void put(HttpExchange exchange, String path, String query, byte[] body) throws IOException {
        if (query.contains("partNumber=")) {
            parts.put(Integer.parseInt(query.replaceAll(".*partNumber=([0-9]+).*", "$1")), body);
        } else {
            objects.put(path, body);
        }
        exchange.getResponseHeaders().set("ETag", "\"e\"");
        answer(exchange, 200, new byte[0]);
    }

    private void post(HttpExchange exchange, String path, String query) throws IOException {
        if (query.startsWith("uploads")) {
            answer(exchange, 200, UPLOAD.getBytes(StandardCharsets.UTF_8));
            return;
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : new TreeMap<>(parts).values()) {
            whole.write(part);
        }
        objects.put(path, whole.toByteArray());
        answer(exchange, 200, "<CompleteMultipartUploadResult/>".getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
