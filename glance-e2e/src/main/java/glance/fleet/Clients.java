package glance.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients that store images and read them back, many at once. With patience they do what a client must when a server dies: look
 * what became of the request, and make it again. Without, everything but success is a failure.
 */
final class Clients {
    private static final Pattern STATUS = Pattern.compile("\"status\": ?\"([a-z_]+)\"");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MOST_BYTES = 3_000_000;

    private final URI service;
    private final boolean patient;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** Seeds of the data of images whose upload was acknowledged. */
    private final Map<String, Long> stored;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger uploads = new AtomicInteger();
    private final AtomicInteger downloads = new AtomicInteger();
    private final AtomicInteger repeats = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /**
     * @param stored images that are known already, and where those go that are stored now
     */
    Clients(URI service, boolean patient, Map<String, Long> stored) {
        this.service = service;
        this.patient = patient;
        this.stored = stored;
    }

    static Map<String, Long> nothingStored() {
        return new ConcurrentHashMap<>();
    }

    private interface Turn {
        void run() throws IOException, InterruptedException;
    }

    void start(int uploaders, int downloaders) {
        for (int i = 0; i < uploaders; i++) {
            threads.add(loop(this::store));
        }
        for (int i = 0; i < downloaders; i++) {
            threads.add(loop(this::fetchSome));
        }
    }

    private Thread loop(Turn turn) {
        return Thread.ofVirtual().start(() -> {
            while (!stopping) {
                try {
                    turn.run();
                } catch (IOException | RuntimeException | AssertionError failed) { // other bytes are an AssertionError
                    failures.add(String.valueOf(failed));
                } catch (InterruptedException stop) {
                    return;
                }
            }
        });
    }

    /** Lets everybody finish what he is at. */
    void stop() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    String counts() {
        return uploads + " uploads, " + downloads + " downloads, " + repeats + " requests repeated";
    }

    static byte[] data(long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[random.nextInt(1, MOST_BYTES)];
        random.nextBytes(bytes);
        return bytes;
    }

    private void store() throws IOException, InterruptedException {
        String id = UUID.randomUUID().toString();
        long seed = ThreadLocalRandom.current().nextLong();
        byte[] data = data(seed);
        String document = "{\"id\": \"" + id
                + "\", \"name\": \"fleet\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}";
        // 409: an attempt whose answer was lost has done it.
        attempt("POST " + id, () -> {
            int status = send(request("/v2/images")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(document)))
                    .statusCode();
            return status == 201 || (patient && status == 409) ? "" : "status " + status;
        });
        attempt("PUT " + id, () -> {
            int status = send(request("/v2/images/" + id + "/file")
                            .header("Content-Type", "application/octet-stream")
                            .PUT(BodyPublishers.ofByteArray(data)))
                    .statusCode();
            return status == 204 || (patient && status(id).equals("active")) ? "" : "status " + status;
        });
        stored.put(id, seed);
        uploads.incrementAndGet();
    }

    private void fetchSome() throws IOException, InterruptedException {
        List<String> known = List.copyOf(stored.keySet());
        if (known.isEmpty()) {
            Thread.sleep(20);
            return;
        }
        fetch(known.get(ThreadLocalRandom.current().nextInt(known.size())));
        downloads.incrementAndGet();
    }

    /** Downloads an image that was stored and compares every byte. */
    void fetch(String id) throws IOException, InterruptedException {
        byte[] expected = data(Objects.requireNonNull(stored.get(id)));
        attempt("GET " + id, () -> {
            HttpResponse<byte[]> answer =
                    http.send(request("/v2/images/" + id + "/file").GET().build(), BodyHandlers.ofByteArray());
            if (answer.statusCode() == 200 && !Arrays.equals(answer.body(), expected)) {
                throw new AssertionError("GET " + id + ": other bytes than were stored");
            }
            return answer.statusCode() == 200 ? "" : "status " + answer.statusCode();
        });
    }

    /** As the service shows it; empty when it does not answer. */
    String status(String id) throws InterruptedException {
        try {
            Matcher found =
                    STATUS.matcher(send(request("/v2/images/" + id).GET()).body());
            return found.find() ? found.group(1) : "";
        } catch (IOException silent) {
            return "";
        }
    }

    private interface Request {
        /** Empty for success, else what was wrong. */
        String make() throws IOException, InterruptedException;
    }

    private void attempt(String what, Request request) throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (true) {
            String wrong;
            try {
                wrong = request.make();
            } catch (IOException broken) {
                wrong = broken.toString();
            }
            if (wrong.isEmpty()) {
                return;
            }
            if (!patient || System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new IOException(what + ": " + wrong);
            }
            repeats.incrementAndGet();
            Thread.sleep(ThreadLocalRandom.current().nextInt(50, 250));
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(service.resolve(path)).timeout(Duration.ofSeconds(60));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
