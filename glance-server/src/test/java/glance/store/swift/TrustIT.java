package glance.store.swift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import glance.auth.Caller;
import glance.auth.Secret;
import glance.auth.ServiceCatalog;
import glance.config.Configuration;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.TenantStore;
import glance.store.WriteSession;
import glance.store.remote.PartBudget;
import glance.testkit.auth.Keystone;
import glance.testkit.net.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Transfers that outlive the token they began with, at a real Keystone; the object storage takes any token but one. */
@Timeout(120)
class TrustIT {
    private static final int SEGMENT = 1_024_000;

    private final Keystone keystone = Keystone.shared();
    private final Storage storage = started();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final ImageId image = new ImageId("11111111-2222-3333-4444-555555555555");
    private final String token = keystone.token("red_member", "red");
    private Store store = open("");

    /** An object storage that keeps what it is given and sees with which tokens. */
    private static final class Storage extends ScriptedServer {
        private final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
        private final Map<String, Boolean> tokens = new ConcurrentHashMap<>();
        private volatile String refused = "";

        Storage() throws IOException {}

        @Override
        protected void serve(HttpExchange exchange, String path, String query, byte[] body) throws IOException {
            String shown = Objects.requireNonNull(exchange.getRequestHeaders().getFirst("X-Auth-Token"));
            tokens.put(shown, true);
            if (shown.equals(refused)) {
                answer(exchange, 401, new byte[0]);
                return;
            }
            byte[] found = objects.get(path);
            switch (exchange.getRequestMethod()) {
                case "PUT" -> {
                    objects.put(path, body);
                    answer(exchange, 201, new byte[0]);
                }
                case "HEAD" -> {
                    if (found != null) {
                        exchange.getResponseHeaders().set("Content-Length", Integer.toString(found.length));
                    }
                    answer(exchange, found == null ? 404 : 200, new byte[0]);
                }
                case "GET" -> {
                    if (found != null) {
                        answerRange(exchange, found);
                    } else {
                        answer(exchange, 200, "[]".getBytes(StandardCharsets.UTF_8));
                    }
                }
                default -> answer(exchange, objects.remove(path) == null ? 404 : 204, new byte[0]);
            }
        }

        byte[] joined() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            new TreeMap<>(objects).forEach((path, bytes) -> {
                if (path.contains("-0000")) {
                    all.writeBytes(bytes);
                }
            });
            return all.toByteArray();
        }
    }

    private static Storage started() {
        try {
            return new Storage();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Store open(String more) {
        return new SwiftDriver(new PartBudget(16 << 20), now::get)
                .open(
                        new StoreId("swift"),
                        Configuration.ofText("""
                                [glance_store]
                                swift_store_multi_tenant = true
                                swift_store_create_container_on_put = true
                                swift_store_auth_address = %s
                                swift_store_user = service:glance
                                swift_store_key = %s
                                swift_store_large_object_size = 1
                                swift_store_large_object_chunk_size = 1
                                %s
                                """.formatted(keystone.url(), keystone.fact("USER_PASSWORD"), more))
                                .section("glance_store"));
    }

    @AfterEach
    void close() {
        store.close();
        storage.close();
    }

    private Store acting() {
        Caller caller = new Caller(
                        "u",
                        null,
                        keystone.fact("PROJECT_RED_ID"),
                        null,
                        null,
                        null,
                        Set.of("member"),
                        Caller.ServiceIdentity.NONE,
                        true,
                        false,
                        false,
                        new Secret(token))
                .withCatalog(new ServiceCatalog(List.of(new ServiceCatalog.Endpoint(
                        "object-store", "public", "RegionOne", storage.url() + "/v1/AUTH_red"))));
        return store.ability(TenantStore.class).orElseThrow().actingFor(caller);
    }

    private int trusts() {
        String admin = keystone.token("admin", "admin");
        return keystone.call("GET", "/OS-TRUST/trusts", admin, "").split("\"trustee_user_id\"", -1).length - 1;
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    @Test
    void aLongUploadOutlivesTheTokenItBeganWithAndLeavesNoTrust() throws IOException {
        byte[] bytes = randomBytes(4 * SEGMENT);
        try (WriteSession<StoreLocation> session = acting().create(image, OptionalLong.empty())) {
            session.write(ByteBuffer.wrap(bytes, 0, 2 * SEGMENT));
            pass(Duration.ofSeconds(31));
            session.write(ByteBuffer.wrap(bytes, 2 * SEGMENT, SEGMENT + 1));
            while (trusts() == 0) {
                Thread.onSpinWait();
            }
            storage.refused = token;
            session.write(ByteBuffer.wrap(bytes, 3 * SEGMENT + 1, SEGMENT - 1));
            session.commit();
        }
        assertThat(storage.joined()).isEqualTo(bytes);
        assertThat(storage.tokens.keySet()).contains(token).hasSize(2);
        assertThat(trusts()).isZero();
    }

    @Test
    void aLongDownloadGoesOnTooUnlessThereAreToBeNoTrusts() throws IOException {
        byte[] bytes = randomBytes(9 * SEGMENT);
        String path = "/v1/AUTH_red/glance_" + image + "/" + image;
        storage.objects.put(path, bytes);
        StoreLocation at = StoreLocation.of("swift+" + storage.url() + path);
        assertThat(download(at)).isEqualTo(bytes);
        assertThat(trusts()).isZero();
        storage.refused = "";
        store.close();
        store = open("swift_store_use_trusts = false");
        assertThatThrownBy(() -> download(at)).isInstanceOf(StoreException.Denied.class);
    }

    private byte[] download(StoreLocation at) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (Payload payload = acting().open(at, ByteRange.whole(9 * SEGMENT))) {
            pass(Duration.ofSeconds(31));
            storage.refused = token;
            // The trust is made with the token's last request to the identity service, which still knows it.
            payload.transferTo(Channels.newChannel(read));
        }
        return read.toByteArray();
    }
}
