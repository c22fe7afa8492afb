package glance.testkit.net;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on loopback that behaves, unless it was told to say something else: what real servers cannot be made to say.
 * Thread-safe.
 */
public abstract class ScriptedServer implements AutoCloseable {
    private final HttpServer server;
    private final Deque<Said> script = new ArrayDeque<>();
    private final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
    private boolean started;

    private record Said(String line, int status, Map<String, String> headers, String body, int times) {}

    /** Takes a free port. */
    protected ScriptedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    /** Where it listens, from now on, without a slash at its end. */
    public final synchronized String url() {
        if (!started) {
            started = true;
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", this::handle);
            server.start();
        }
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Says this to so many requests whose line (method, path, query) begins so; a blank at the end means the whole line. */
    public final void say(String line, int status, String body, int times) {
        say(line, status, Map.of(), body, times);
    }

    /** The same with headers. */
    public final synchronized void say(String line, int status, Map<String, String> headers, String body, int times) {
        script.add(new Said(line, status, headers, body, times));
    }

    /** Request lines so far. */
    public final List<String> calls() {
        return new ArrayList<>(calls);
    }

    private synchronized @Nullable Said scripted(String line) {
        for (Said said : script) {
            if ((line + " ").startsWith(said.line())) {
                script.remove(said);
                if (said.times() > 1) {
                    script.addFirst(
                            new Said(said.line(), said.status(), said.headers(), said.body(), said.times() - 1));
                }
                return said;
            }
        }
        return null;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            String path = exchange.getRequestURI().getPath();
            String line = exchange.getRequestMethod() + " " + path + (query == null ? "" : "?" + query);
            calls.add(line);
            byte[] body = exchange.getRequestBody().readAllBytes();
            Said said = scripted(line);
            if (said != null) {
                said.headers().forEach(exchange.getResponseHeaders()::set);
                answer(exchange, said.status(), said.body().getBytes(StandardCharsets.UTF_8));
            } else {
                serve(exchange, path, query == null ? "" : query, body);
            }
        }
    }

    /** Answers as such a server does. */
    protected abstract void serve(HttpExchange exchange, String path, String query, byte[] body) throws IOException;

    /** Sends an answer; to HEAD without its body. */
    protected static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean bare = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, bare ? -1 : body.length);
        if (!bare) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Sends an object, or the part that {@code Range} asks for. */
    protected static void answerRange(HttpExchange exchange, byte[] object) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            answer(exchange, 200, object);
            return;
        }
        String[] ends = range.substring("bytes=".length()).split("-", 2);
        int first = Integer.parseInt(ends[0]);
        int last = Math.min(object.length - 1, Integer.parseInt(ends[1]));
        if (first > last) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + object.length);
            answer(exchange, 416, new byte[0]);
            return;
        }
        exchange.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + last + "/" + object.length);
        answer(exchange, 206, Arrays.copyOfRange(object, first, last + 1));
    }

    @Override
    public final void close() {
        server.stop(0);
    }
}
