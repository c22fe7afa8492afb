package glance.api.registry;

import glance.api.Json;
import glance.auth.Caller;
import glance.fault.FailPoints;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.registry.sql.DatabaseConfig;
import glance.registry.sql.SqlRegistry;
import glance.store.Payload;
import glance.testkit.registry.MemoryRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The registry's routes over metadata in memory, driven without sockets. */
final class TestRegistry {
    static final Instant NOW = Instant.parse("2014-05-05T17:15:11Z");

    static final Caller RED = Caller.of("u-red", "red", Set.of("member"), false);
    static final Caller BLUE = Caller.of("u-blue", "blue", Set.of("member"), false);
    /** As the pipeline without authentication has it. */
    static final Caller ADMIN = new Caller(
            null, null, null, null, null, null, Set.of("admin"), Caller.ServiceIdentity.NONE, true, true, false, null);

    final MemoryRegistry registry = new MemoryRegistry(InstantSource.fixed(NOW));
    private final RegistryApi api;

    TestRegistry() {
        this(new RegistryConfig(true, true, 1000, 25));
    }

    TestRegistry(RegistryConfig config) {
        this(config, Definitions.DATABASE);
    }

    /** With tasks and metadata definitions in a database of the test's own. */
    TestRegistry(SqlRegistry database) {
        this(new RegistryConfig(true, true, 1000, 25), database);
    }

    private TestRegistry(RegistryConfig config, SqlRegistry database) {
        api = new RegistryApi(
                registry, database.tasks(), database.metadefs(), config, InstantSource.fixed(NOW), Set.of("service"));
    }

    /** For tests that touch neither tasks nor definitions. */
    private static final class Definitions {
        static final SqlRegistry DATABASE = open();

        private static SqlRegistry open() {
            try {
                return open(Files.createTempDirectory("registry").resolve("glance.sqlite"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static SqlRegistry open(Path file) {
            return SqlRegistry.open(DatabaseConfig.sqlite(file), InstantSource.fixed(NOW), FailPoints.INERT);
        }
    }

    static SqlRegistry database(Path directory) {
        return Definitions.open(directory.resolve("glance.sqlite"));
    }

    /** An answer, its body read. */
    record Answer(int status, Headers headers, String text) {
        JsonNode json() {
            return Json.parse(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    Answer call(Caller caller, String method, String target, Headers headers, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        int question = target.indexOf('?');
        Request request = new Request(
                method,
                "http",
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                headers.with("Host", "registry.example.test:9191"),
                new Body(content),
                content.length > 0,
                InetSocketAddress.createUnresolved("client", 1));
        try {
            return switch (api.handle(request, caller, "req-test")) {
                case Response.Empty empty -> new Answer(empty.status(), empty.headers(), "");
                case Response.Bytes bytes ->
                    new Answer(bytes.status(), bytes.headers(), new String(bytes.content(), StandardCharsets.UTF_8));
                case Response.Stream _ -> throw new IllegalStateException("the registry has no streams");
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer call(Caller caller, String method, String target, String body) {
        return call(caller, method, target, Headers.NONE, body);
    }

    Answer get(Caller caller, String target) {
        return call(caller, "GET", target, "");
    }

    /** A batch as it stands. */
    Answer rpc(Caller caller, String batch) {
        return call(caller, "POST", "/rpc", Headers.of("Content-Type", "application/json"), batch);
    }

    /** The result of one command; single quotes stand for double ones. */
    JsonNode command(Caller caller, String name, String arguments) {
        Answer answer =
                rpc(caller, "[{\"command\": \"" + name + "\", \"kwargs\": " + arguments.replace('\'', '"') + "}]");
        if (answer.status() != 200) {
            throw new AssertionError(answer.status() + " " + answer.text());
        }
        return answer.json().get(0);
    }

    /** The class of the error that a command gives; empty when it gives none. */
    String error(Caller caller, String name, String arguments) {
        return command(caller, name, arguments).path("_error").path("cls").asString("");
    }

    @SuppressWarnings("ArrayRecordComponent") // lives for one request and is never compared
    private record Body(byte[] content) implements Payload {
        @Override
        public OptionalLong length() {
            return OptionalLong.of(content.length);
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            return content.length == 0 ? 0 : sink.write(ByteBuffer.wrap(content));
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
