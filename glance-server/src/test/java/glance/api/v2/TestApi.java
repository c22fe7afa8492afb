package glance.api.v2;

import glance.api.ApiConfig;
import glance.api.Json;
import glance.api.UseCases;
import glance.api.v1.ApiV1;
import glance.api.v1.RemoteSources;
import glance.auth.Caller;
import glance.fault.FailPoints;
import glance.format.ImageFormats;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Copies;
import glance.image.CopyConfig;
import glance.image.Downloads;
import glance.image.ExternalData;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageAccess;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.Images;
import glance.image.LocationImports;
import glance.image.Members;
import glance.image.Recovery;
import glance.image.Registry;
import glance.image.Scope;
import glance.image.Sharing;
import glance.image.StoreReaders;
import glance.image.Uploads;
import glance.image.Visibility;
import glance.image.Worker;
import glance.image.transfer.HashAlgorithm;
import glance.image.transfer.Transfer;
import glance.metadef.Metadefs;
import glance.policy.Policy;
import glance.policy.RulePolicy;
import glance.quota.Quotas;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreId;
import glance.store.Stores;
import glance.testkit.store.MemoryStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** The API v2 over parts in memory, driven without sockets. */
final class TestApi implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-03-04T10:20:30.123456Z");

    static final String V20 = "application/openstack-images-v2.0-json-patch";
    static final String V21 = "application/openstack-images-v2.1-json-patch";

    static final Caller RED = project("p-red", "member", "reader");
    static final Caller BLUE = project("p-blue", "member", "reader");
    static final Caller BLUE_READER = project("p-blue", "reader");
    static final Caller NO_ROLE = project("p-green", "observer");
    static final Caller ADMIN = Caller.of("u-admin", "p-admin", Set.of("admin", "member", "reader"), true);

    static final Quotas DEFAULT_QUOTAS = new Quotas(1L << 40, 0, 128, 128, 128, 10);

    final Registry registry;
    private final TestMetadata.Definitions definitions;
    final MemoryStore store = new MemoryStore(new StoreId("memory"));
    final UnreliableStore unreliable = new UnreliableStore(store);
    private final Transfer transfer = new Transfer(HashAlgorithm.SHA512);
    private final ApiV2 api;
    private final ApiV1 first;
    private final Copies copies;
    final LocationImports locations;
    final Stores stores;
    final Recovery recovery;

    TestApi() {
        this(DEFAULT_QUOTAS, config(false));
    }

    TestApi(Quotas quotas, ApiConfig config) {
        this(quotas, config, ImageSchema.of(config));
    }

    TestApi(Quotas quotas, ApiConfig config, ImageSchema schema) {
        this(new Images.Rules(RulePolicy.builtIn(), quotas), config, schema);
    }

    TestApi(Images.Rules rules, ApiConfig config, ImageSchema schema) {
        this(rules, config, schema, Stores::of);
    }

    /** @param choose makes the stores, of which the unreliable one may be one */
    TestApi(Images.Rules rules, ApiConfig config, ImageSchema schema, Function<Store, Stores> choose) {
        InstantSource clock = InstantSource.fixed(NOW);
        registry = TestMetadata.open(clock);
        definitions = TestMetadata.definitions(registry, clock);
        Policy policy = rules.policy();
        Quotas quotas = rules.quotas();
        ImageAccess access = new ImageAccess(registry.images(), policy);
        stores = choose.apply(unreliable);
        Worker worker = new Worker("test", FailPoints.INERT);
        locations = new LocationImports(
                registry,
                access,
                stores,
                rules.locations(),
                worker,
                () -> UUID.randomUUID().toString());
        recovery = new Recovery(registry, stores, worker, Duration.ofMinutes(10), locations);
        UseCases useCases = new UseCases(
                new Images(
                        registry,
                        stores,
                        rules,
                        new Images.Environment(clock, () -> UUID.randomUUID().toString(), worker)),
                new Uploads(
                        registry,
                        access,
                        stores,
                        transfer,
                        new Uploads.Rules(
                                quotas,
                                new ImageFormats(List.of(), ImageFormats.Matching.REQUIRED, Set.of("mbr")),
                                rules.limits()),
                        worker),
                new Downloads(registry, access, stores),
                new Members(registry, access, rules, new StoreReaders(registry, stores)),
                new Sharing(registry, access, rules, new StoreReaders(registry, stores)),
                locations,
                Metadefs.of(definitions, policy),
                stores,
                policy);
        api = new ApiV2(useCases, config, schema);
        copies =
                new Copies(useCases.uploads(), registry, stores, new CopyConfig(2, 2, Duration.ofSeconds(10)), _ -> {});
        first = new ApiV1(
                useCases, config, new RemoteSources(new ExternalData(registry, access, stores), copies, policy));
    }

    static ApiConfig config(boolean showLocations) {
        return new ApiConfig(
                1000,
                25,
                showLocations,
                showLocations,
                List.of("ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"),
                List.of("ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"),
                null);
    }

    private static Caller project(String project, String... roles) {
        return Caller.of("u-" + project, project, Set.of(roles), false);
    }

    @Override
    public void close() {
        copies.close();
        locations.close();
        transfer.close();
        definitions.close();
        registry.close();
    }

    /** An answer, its body read. */
    @SuppressWarnings("ArrayRecordComponent") // lives for one assertion and is never compared
    record Answer(int status, Headers headers, byte[] bytes) {
        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return Json.parse(bytes);
        }

        String header(String name) {
            return String.valueOf(headers.first(name));
        }
    }

    /** A request without body. */
    Answer call(Caller caller, String method, String target) {
        return call(caller, method, target, Headers.NONE, "");
    }

    /** A request with a body in the usual content type of its route. */
    Answer call(Caller caller, String method, String target, String body) {
        return call(caller, method, target, Headers.NONE, body);
    }

    /** A PATCH in a dialect. */
    Answer patch(Caller caller, String target, String mediaType, String body) {
        return call(caller, "PATCH", target, Headers.of("Content-Type", mediaType), body);
    }

    /** Data for an image. */
    Answer upload(Caller caller, String id, String data) {
        return call(
                caller,
                "PUT",
                "/v2/images/" + id + "/file",
                Headers.of("Content-Type", "application/octet-stream"),
                data);
    }

    Answer call(Caller caller, String method, String target, Headers headers, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        return call(caller, method, target, headers, new Body(content), content.length > 0);
    }

    /** A request whose body may be of unknown length, or break. */
    Answer call(Caller caller, String method, String target, Headers headers, Payload body, boolean announced) {
        int question = target.indexOf('?');
        Request request = new Request(
                method,
                "http",
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                headers.has("Host") ? headers : headers.with("Host", "img.example.test:9292"),
                body,
                announced,
                InetSocketAddress.createUnresolved("client", 1));
        try {
            return read(
                    ApiV1.owns(request)
                            ? first.handle(request, caller, "req-test")
                            : api.handle(request, caller, "req-test"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An image in any status, straight in the registry; those with data have it in the store. */
    String imageIn(ImageStatus status, Visibility visibility) {
        ImageId id = new ImageId(UUID.randomUUID().toString());
        Image image = new Image(
                id,
                "any",
                status.hasData() ? ImageStatus.QUEUED : status,
                visibility,
                false,
                false,
                "p-red",
                "raw",
                "bare",
                0,
                0,
                null,
                null,
                null,
                null,
                null,
                NOW,
                NOW,
                new LinkedHashSet<>(),
                new LinkedHashMap<>(),
                List.of());
        registry.images().create(image);
        if (status.hasData()) {
            if (upload(RED, id.value(), "0123456789").status() != 204) {
                throw new IllegalStateException("cannot upload");
            }
        }
        if (status == ImageStatus.DEACTIVATED) {
            registry.images().update(id, ImageChange.status(status), Guard.always());
        }
        return id.value();
    }

    Image stored(String id) {
        return registry.images().get(new ImageId(id), Scope.EVERYTHING);
    }

    private static Answer read(Response response) throws IOException {
        return switch (response) {
            case Response.Empty empty -> new Answer(empty.status(), empty.headers(), new byte[0]);
            case Response.Bytes bytes -> new Answer(bytes.status(), bytes.headers(), bytes.content());
            case Response.Stream stream -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (Payload payload = stream.payload();
                        WritableByteChannel sink = Channels.newChannel(out)) {
                    payload.transferTo(sink);
                }
                yield new Answer(stream.status(), stream.headers(), out.toByteArray());
            }
        };
    }

    /** A request body. */
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
