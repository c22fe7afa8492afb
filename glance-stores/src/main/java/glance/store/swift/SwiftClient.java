package glance.store.swift;

import glance.store.StoreException;
import glance.store.remote.Retry;
import glance.store.remote.StoreHttp;
import glance.store.remote.StreamedCall;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The calls of the object storage that a store of images needs. A refused token is renewed, once a call. Thread-safe. */
final class SwiftClient {
    private static final JsonMapper JSON = new JsonMapper();

    /** Of an answer that is read whole: a page of ten thousand names at most. */
    private static final int ANSWER_BYTES = 16 << 20;

    /** At a time. */
    private static final int DELETIONS = 8;

    private final StoreHttp http;
    private final Retry retry;

    SwiftClient(StoreHttp http, Retry retry) {
        this.http = http;
        this.retry = retry;
    }

    /** An object; with an empty name its container, with an empty container the account. */
    record Target(SwiftSession session, String container, String object) {
        Target named(String other) {
            return new Target(session, container, other);
        }

        Target containerOnly() {
            return named("");
        }

        @Override
        public String toString() {
            return container + "/" + object;
        }
    }

    /**
     * What HEAD tells of an object.
     *
     * @param manifest {@code container/prefix} of the segments of a dynamic large object
     * @param staticLarge whether it is a static large object
     */
    record Described(long size, Optional<String> manifest, boolean staticLarge) {}

    /** An object as it is listed; the size of a large one is that of its manifest. */
    record Listed(String name, long size, String modifiedAt) {}

    /** The object's description; empty when there is none. */
    Optional<Described> head(Target target) throws IOException {
        return retry.run(() -> {
            try (StoreHttp.Answer answer = call("HEAD", target, "", Map.of())) {
                if (answer.status() == 404) {
                    return Optional.empty();
                }
                require(answer, target);
                OptionalLong length = answer.number("Content-Length");
                return Optional.of(new Described(
                        length.isPresent() ? length.getAsLong() : sizeOf(target),
                        answer.header("X-Object-Manifest"),
                        answer.header("X-Static-Large-Object").orElse("").equalsIgnoreCase("true")));
            }
        });
    }

    /** For servers and proxies that tell no length to HEAD: a size that nobody told must not pass for nothing. */
    private long sizeOf(Target target) throws IOException {
        try (StoreHttp.Answer answer = call("GET", target, "", Map.of("Range", "bytes=0-0"))) {
            String range = answer.header("Content-Range").orElse("");
            String size = answer.status() == 200
                    ? answer.header("Content-Length").orElse("")
                    : range.substring(range.lastIndexOf('/') + 1);
            if (!size.matches("[0-9]{1,18}")) {
                throw new IOException("Swift does not tell how long " + target + " is");
            }
            return Long.parseLong(size);
        }
    }

    /** Whether the container is there. */
    boolean containerExists(Target target) throws IOException {
        return retry.run(() -> {
            try (StoreHttp.Answer answer = call("HEAD", target.containerOnly(), "", Map.of())) {
                if (answer.status() == 404) {
                    return false;
                }
                require(answer, target.containerOnly());
                return true;
            }
        });
    }

    /** Makes the container; one that is there already is only given the headers. */
    void createContainer(Target target, Map<String, String> headers) throws IOException {
        changeContainer("PUT", target, headers);
    }

    /** Gives the container metadata and lists of who may read and write. */
    void describeContainer(Target target, Map<String, String> headers) throws IOException {
        changeContainer("POST", target, headers);
    }

    private void changeContainer(String method, Target target, Map<String, String> headers) throws IOException {
        retry.run(() -> {
            try (StoreHttp.Answer answer = call(method, target.containerOnly(), "", headers)) {
                require(answer, target.containerOnly());
                return true;
            }
        });
    }

    /** Removes the container unless something is in it; says whether it is gone. */
    boolean deleteContainer(Target target) throws IOException {
        return retry.run(() -> {
            try (StoreHttp.Answer answer = call("DELETE", target.containerOnly(), "", Map.of())) {
                if (answer.status() == 409) {
                    return false;
                }
                if (answer.status() != 404) {
                    require(answer, target.containerOnly());
                }
                return true;
            }
        });
    }

    /** Opens a slice; asks once. The caller closes the answer, whose status is 206 or 200. */
    StoreHttp.Answer get(Target target, long first, long last) throws IOException {
        StoreHttp.Answer answer = call("GET", target, "", Map.of("Range", "bytes=" + first + "-" + last));
        if (answer.status() == 206 || answer.status() == 200) {
            return answer;
        }
        try (answer) {
            if (answer.status() == 416) {
                throw new StoreException.NotFound("object has no bytes " + first + " to " + last);
            }
            throw failure(answer, target);
        }
    }

    /** Stores a body that can be sent again. */
    void put(Target target, Map<String, String> headers, StoreHttp.@Nullable Body body) throws IOException {
        retry.run(() -> {
            try (StoreHttp.Answer answer = call("PUT", target, "", headers, body)) {
                stored(answer, target);
                return true;
            }
        });
    }

    /** Begins to store an object whose bytes are written as they come. */
    StreamedCall beginPut(Target target, Map<String, String> headers, OptionalLong size) throws IOException {
        SwiftSession.Grant grant = target.session().grant();
        return new StreamedCall(http, "PUT", url(grant, target, ""), withToken(grant, headers), size);
    }

    /**
     * Sees to it that what is streamed next is not refused for the token, since it cannot be sent again: shows the token, and
     * gets another when that one is refused.
     */
    void renewToken(Target target) throws IOException {
        var _ = containerExists(target);
    }

    /** Judges the answer to a PUT. */
    static void stored(StoreHttp.Answer answer, Target target) throws IOException {
        if (answer.status() == 412 || answer.status() == 409) {
            throw new StoreException.AlreadyExists("there is data at " + target + " already");
        }
        require(answer, target);
    }

    /** Removes the object; was it there? */
    boolean delete(Target target) throws IOException {
        return retry.run(() -> {
            try (StoreHttp.Answer answer = call("DELETE", target, "", Map.of())) {
                if (answer.status() == 404) {
                    return false;
                }
                require(answer, target);
                return true;
            }
        });
    }

    /**
     * Removes objects, several at a time; absent ones are no error.
     *
     * @throws IOException the first failure, when all others have been tried
     */
    void deleteAll(List<Target> targets) throws IOException {
        Queue<Target> left = new ConcurrentLinkedQueue<>(targets);
        Callable<Boolean> worker = () -> {
            IOException first = null;
            for (Target target = left.poll(); target != null; target = left.poll()) {
                try {
                    delete(target);
                } catch (IOException failure) {
                    first = first == null ? failure : first;
                }
            }
            if (first != null) {
                throw first;
            }
            return true;
        };
        int workers = Math.min(DELETIONS, targets.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> one : threads.invokeAll(Collections.nCopies(workers, worker))) {
                one.get();
            }
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException told ? told : new IOException(failed.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while objects are deleted");
        }
    }

    /** Removes a static large object and its segments; was it there? */
    boolean deleteWithSegments(Target target) throws IOException {
        return retry.run(() -> {
            try (StoreHttp.Answer answer =
                    call("DELETE", target, "multipart-manifest=delete", Map.of("Accept", "application/json"))) {
                if (answer.status() == 404) {
                    return false;
                }
                require(answer, target);
                return wentWell(answer, target);
            }
        });
    }

    /** The answer begins before the work does: how it went is told in its body. */
    private static boolean wentWell(StoreHttp.Answer answer, Target target) throws IOException {
        byte[] content = answer.content(ANSWER_BYTES);
        String status = content.length > 0 && content[0] == '{'
                ? document(content).path("Response Status").asString("")
                : "";
        if (status.isEmpty() || status.startsWith("2")) {
            return true;
        }
        if (status.startsWith("404")) {
            return false;
        }
        throw new StoreException.Unavailable(
                "Swift did not delete " + target + " with all its segments: " + status, null);
    }

    /**
     * A page of the names in a container, in their order.
     *
     * @param after the last name of the page before, or empty
     */
    List<Listed> list(Target container, String prefix, String after) throws IOException {
        String query = "format=json&prefix=" + encoded(prefix) + "&marker=" + encoded(after);
        return retry.run(() -> {
            try (StoreHttp.Answer answer = call("GET", container, query, Map.of())) {
                if (answer.status() == 404) {
                    return List.of();
                }
                require(answer, container);
                List<Listed> page = new ArrayList<>();
                for (JsonNode one : document(answer.content(ANSWER_BYTES))) {
                    page.add(new Listed(
                            one.path("name").asString(""),
                            one.path("bytes").asLong(0),
                            one.path("last_modified").asString("")));
                }
                return page;
            }
        });
    }

    private static JsonNode document(byte[] content) throws IOException {
        try {
            return JSON.readTree(content.length == 0 ? new byte[] {'[', ']'} : content);
        } catch (JacksonException malformed) {
            throw new IOException("the store's answer is no JSON", malformed);
        }
    }

    private StoreHttp.Answer call(String method, Target target, String query, Map<String, String> headers)
            throws IOException {
        return call(method, target, query, headers, null);
    }

    private StoreHttp.Answer call(
            String method, Target target, String query, Map<String, String> headers, StoreHttp.@Nullable Body body)
            throws IOException {
        SwiftSession.Grant grant = target.session().grant();
        StoreHttp.Answer answer = http.send(method, url(grant, target, query), withToken(grant, headers), body);
        if (answer.status() != 401) {
            return answer;
        }
        answer.close();
        target.session().forget(grant);
        SwiftSession.Grant renewed = target.session().grant();
        return http.send(method, url(renewed, target, query), withToken(renewed, headers), body);
    }

    private static Map<String, String> withToken(SwiftSession.Grant grant, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("X-Auth-Token", grant.token());
        return all;
    }

    private static URI url(SwiftSession.Grant grant, Target target, String query) {
        StringBuilder url = new StringBuilder(grant.storage());
        if (!target.container().isEmpty()) {
            url.append('/').append(encoded(target.container()));
        }
        if (!target.object().isEmpty()) {
            url.append('/').append(encoded(target.object()));
        }
        return URI.create(url + (query.isEmpty() ? "" : "?" + query));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void require(StoreHttp.Answer answer, Target target) throws IOException {
        if (answer.status() / 100 != 2) {
            throw failure(answer, target);
        }
    }

    private static IOException failure(StoreHttp.Answer answer, Target target) {
        int status = answer.status();
        String told = "Swift answered " + status + " for " + target;
        return switch (status) {
            case 404 -> new StoreException.NotFound(told);
            case 401, 403 -> new StoreException.Denied(told, null);
            case 413, 507 -> new StoreException.Full(told, null);
            default ->
                Retry.isTrouble(status) ? Retry.Trouble.of(answer, told) : new StoreException.Unavailable(told, null);
        };
    }
}
