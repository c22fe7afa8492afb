package glance.store.swift;

import com.sun.net.httpserver.HttpExchange;
import glance.testkit.net.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Swift of one account in the heap, with the login of version 1, that says what real ones cannot be made to say. Any container
 * is there.
 */
final class ScriptedSwift extends ScriptedServer {
    static final String ACCOUNT = "/v1/AUTH_test";

    private final SortedMap<String, Stored> objects = new TreeMap<>();
    private final AtomicInteger logins = new AtomicInteger();
    private final Map<String, Boolean> tokens = new ConcurrentHashMap<>();
    /** Whether HEAD tells no length, as behind some proxies. */
    volatile boolean hidesLengths;
    /** Answers as releases of ten years ago did: 202 to PUT, 200 to DELETE, 204 to HEAD and to an empty list. */
    volatile boolean old;

    private static final class Stored {
        private final byte[] bytes;
        private final @Nullable String manifest;
        private final boolean staticLarge;

        Stored(byte[] bytes, @Nullable String manifest, boolean staticLarge) {
            this.bytes = bytes;
            this.manifest = manifest;
            this.staticLarge = staticLarge;
        }
    }

    ScriptedSwift() throws IOException {}

    /** No token that was given so far is good any more. */
    void revoke() {
        tokens.clear();
    }

    int logins() {
        return logins.get();
    }

    /** Names of the objects, without their container. */
    synchronized List<String> names() {
        return objects.keySet().stream()
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .toList();
    }

    synchronized void putStatic(String path, byte[] bytes) {
        objects.put(path, new Stored(bytes, null, true));
    }

    @Override
    protected void serve(HttpExchange exchange, String path, String query, byte[] body) throws IOException {
        if (path.startsWith("/auth")) {
            String token = "token-" + logins.incrementAndGet();
            tokens.put(token, true);
            exchange.getResponseHeaders().set("X-Auth-Token", token);
            exchange.getResponseHeaders().set("X-Storage-Url", url() + ACCOUNT);
            answer(exchange, old ? 204 : 200, new byte[0]);
            return;
        }
        String token = exchange.getRequestHeaders().getFirst("X-Auth-Token");
        if (token == null || !tokens.containsKey(token)) {
            answer(exchange, 401, new byte[0]);
        } else if (path.indexOf('/', ACCOUNT.length() + 1) < 0) {
            container(exchange, path, query);
        } else {
            object(exchange, path, body);
        }
    }

    private synchronized void container(HttpExchange exchange, String path, String query) throws IOException {
        if (!exchange.getRequestMethod().equals("GET")) {
            answer(exchange, exchange.getRequestMethod().equals("PUT") ? 202 : 204, new byte[0]);
            return;
        }
        String prefix = query.replaceAll(".*prefix=([^&]*).*", "$1");
        String after = query.replaceAll(".*marker=([^&]*).*", "$1");
        String list = objects.tailMap(path + "/" + after).entrySet().stream()
                .filter(one -> one.getKey().startsWith(path + "/" + prefix))
                .filter(one -> !one.getKey().equals(path + "/" + after))
                .map(one -> "{\"name\": \"%s\", \"bytes\": %d, \"last_modified\": \"2015-01-01T00:00:00.000000\"}"
                        .formatted(one.getKey().substring(path.length() + 1), one.getValue().bytes.length))
                .collect(Collectors.joining(", ", "[", "]"));
        if (old && list.equals("[]")) {
            answer(exchange, 204, new byte[0]);
            return;
        }
        exchange.sendResponseHeaders(200, 0); // in chunks, without a length
        exchange.getResponseBody().write(list.getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void object(HttpExchange exchange, String path, byte[] body) throws IOException {
        Stored found = objects.get(path);
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                objects.put(path, new Stored(body, exchange.getRequestHeaders().getFirst("X-Object-Manifest"), false));
                answer(exchange, old ? 202 : 201, new byte[0]);
            }
            case "DELETE" -> {
                objects.remove(path);
                answer(exchange, found == null ? 404 : old ? 200 : 204, new byte[0]);
            }
            case "HEAD" -> describe(exchange, found);
            default -> {
                if (found == null) {
                    answer(exchange, 404, new byte[0]);
                } else {
                    answerRange(exchange, whole(found));
                }
            }
        }
    }

    private void describe(HttpExchange exchange, @Nullable Stored found) throws IOException {
        if (found != null) {
            String manifest = found.manifest;
            if (manifest != null) {
                exchange.getResponseHeaders().set("X-Object-Manifest", manifest);
            }
            if (found.staticLarge) {
                exchange.getResponseHeaders().set("X-Static-Large-Object", "True");
                exchange.getResponseHeaders().set("ETag", "\"0123456789abcdef0123456789abcdef\"");
            }
            if (!hidesLengths) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(whole(found).length));
            }
        }
        answer(exchange, found == null ? 404 : old ? 204 : 200, new byte[0]);
    }

    private byte[] whole(Stored stored) {
        String manifest = stored.manifest;
        if (manifest == null) {
            return stored.bytes;
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        objects.forEach((path, one) -> {
            if (path.startsWith(ACCOUNT + "/" + manifest)) {
                whole.writeBytes(one.bytes);
            }
        });
        return whole.toByteArray();
    }
}
