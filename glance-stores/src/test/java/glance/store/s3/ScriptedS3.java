package glance.store.s3;

import com.sun.net.httpserver.HttpExchange;
import glance.testkit.net.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An S3 of one bucket in the heap that says, once or more often, what real servers cannot be made to say. */
final class ScriptedS3 extends ScriptedServer {
    private static final String UPLOAD =
            "<InitiateMultipartUploadResult><UploadId>u1</UploadId>" + "</InitiateMultipartUploadResult>";

    private static final String REFUSAL = "<Error><Code>XAmzContentSHA256Mismatch</Code></Error>";

    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final Map<Integer, byte[]> parts = new ConcurrentHashMap<>();
    /** Whether GET answers everything whatever the range. */
    volatile boolean ignoresRanges;

    /** Whether a body must be part of its signature. */
    volatile boolean wantsSignedBodies;

    ScriptedS3() throws IOException {}

    Map<String, byte[]> objects() {
        return objects;
    }

    @Override
    protected void serve(HttpExchange exchange, String path, String query, byte[] body) throws IOException {
        if (wantsSignedBodies && !hash(body).equals(exchange.getRequestHeaders().getFirst("x-amz-content-sha256"))) {
            answer(exchange, 400, REFUSAL.getBytes(StandardCharsets.UTF_8));
            return;
        }
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

    private static String hash(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void get(HttpExchange exchange, byte @Nullable [] object) throws IOException {
        if (object == null) {
            answer(exchange, 404, new byte[0]);
        } else if (ignoresRanges) {
            answer(exchange, 200, object);
        } else {
            answerRange(exchange, object);
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
}
