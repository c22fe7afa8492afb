package glance.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A service on loopback that answers from a table and remembers what it was asked. */
public final class FakeService implements AutoCloseable {
    /** What was asked, body included; header names in lower case. */
    public record Seen(String call, Map<String, String> headers, String body) {
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** Answers one exchange. */
    public interface Answer {
        void to(HttpExchange exchange, Seen seen) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService workers;
    private final Map<String, Answer> answers = new LinkedHashMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    public FakeService() throws IOException {
        this(1);
    }

    /** @param threads how many exchanges it answers at once */
    FakeService(int threads) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        workers = Executors.newFixedThreadPool(threads);
        server.setExecutor(workers);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Everything asked so far, in order. */
    public List<Seen> seen() {
        return new ArrayList<>(seen);
    }

    /** Methods and paths of everything asked so far. */
    public List<String> calls() {
        return seen.stream().map(Seen::call).toList();
    }

    /** @param call method and path, such as {@code GET /v2/images}; the query is left out when matching */
    public FakeService on(String call, Answer answer) {
        answers.put(call, answer);
        return this;
    }

    public FakeService json(String call, int status, String document) {
        return on(
                call,
                (exchange, _) -> send(exchange, status, "application/json", document.getBytes(StandardCharsets.UTF_8)));
    }

    /** An error as the service words it for {@code Accept: *}{@code /*}. */
    public FakeService error(String call, int status, String title, String text) {
        String page = "<html>\n <head>\n  <title>" + status + " " + title + "</title>\n </head>\n <body>\n  <h1>"
                + status + " " + title + "</h1>\n  " + text + "<br /><br />\n\n\n </body>\n</html>";
        return on(
                call,
                (exchange, _) ->
                        send(exchange, status, "text/html; charset=UTF-8", page.getBytes(StandardCharsets.UTF_8)));
    }

    public FakeService empty(String call) {
        return on(call, (exchange, _) -> exchange.sendResponseHeaders(204, -1));
    }

    /** Sends a whole answer. */
    public static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new LinkedHashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
            String body;
            try (InputStream in = exchange.getRequestBody()) {
                body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            Seen asked = new Seen(exchange.getRequestMethod() + " " + exchange.getRequestURI(), headers, body);
            seen.add(asked);
            Answer answer = answers.get(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath());
            if (answer == null) {
                send(exchange, 404, "text/plain", ("nothing at " + asked.call()).getBytes(StandardCharsets.UTF_8));
            } else {
                answer.to(exchange, asked);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}
