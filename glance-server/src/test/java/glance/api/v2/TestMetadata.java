package glance.api.v2;

import glance.api.registry.RegistryApi;
import glance.api.registry.RegistryConfig;
import glance.auth.Credentials;
import glance.auth.NoAuthentication;
import glance.fault.FailPoints;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Registry;
import glance.registry.remote.RegistryLine;
import glance.registry.remote.RemoteRegistry;
import glance.registry.sql.DatabaseConfig;
import glance.registry.sql.SqlRegistry;
import glance.store.Payload;
import glance.testkit.registry.MemoryRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Where the API's metadata is in these tests: in memory, or, with {@code -Dglance.tests.metadata=registry}, behind the routes
 * of {@code glance-registry} in a database of each test's own.
 */
final class TestMetadata {
    private static final String PLACE = "glance.tests.metadata";

    private TestMetadata() {}

    static Registry open(InstantSource clock) {
        String place = System.getProperty(PLACE, "memory");
        return switch (place) {
            case "memory" -> new MemoryRegistry(clock);
            case "registry" -> new RemoteRegistry(new Line(clock));
            default -> throw new IllegalArgumentException(PLACE + " is '" + place + "', not memory or registry");
        };
    }

    /** The registry's routes, called without a socket. */
    private static final class Line implements RegistryLine {
        private static final InetSocketAddress CLIENT = InetSocketAddress.createUnresolved("api", 1);
        private static final Credentials NONE = new Credentials(null, null, "POST", "/rpc", _ -> null);

        private final Path directory;
        private final SqlRegistry database;
        private final RegistryApi api;

        Line(InstantSource clock) {
            try {
                directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", "metadata")), "api");
                Path file = Files.write(directory.resolve("glance.sqlite"), EmptyDatabase.FILE);
                database = SqlRegistry.open(DatabaseConfig.sqlite(file), clock, FailPoints.INERT);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            api = new RegistryApi(database, new RegistryConfig(true, true, 1000, 25), clock, Set.of("service"));
        }

        @Override
        public byte[] post(byte[] batch) {
            Request request = new Request(
                    "POST", "http", "/rpc", "", Headers.of("Host", "registry"), new Body(batch), true, CLIENT);
            try {
                Response answer = api.handle(request, new NoAuthentication().authenticate(NONE), "req-test");
                if (answer instanceof Response.Bytes bytes && bytes.status() == 200) {
                    return bytes.content();
                }
                throw new AssertionError("the registry answered " + answer.status());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            database.close();
            try (var files = Files.list(directory)) {
                for (Path each : List.copyOf(files.toList())) {
                    Files.delete(each);
                }
                Files.delete(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Made once: the schema takes longer than most tests. */
    private static final class EmptyDatabase {
        static final byte[] FILE = make();

        private static byte[] make() {
            try {
                Path file = Files.createTempDirectory(Files.createDirectories(Path.of("target", "metadata")), "empty")
                        .resolve("glance.sqlite");
                SqlRegistry.open(DatabaseConfig.sqlite(file), InstantSource.system(), FailPoints.INERT)
                        .close();
                byte[] content = Files.readAllBytes(file);
                return content;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // lives for one call and is never compared
    private record Body(byte[] content) implements Payload {
        @Override
        public OptionalLong length() {
            return OptionalLong.of(content.length);
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            return sink.write(ByteBuffer.wrap(content));
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
