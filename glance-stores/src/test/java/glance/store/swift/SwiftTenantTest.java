package glance.store.swift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Caller;
import glance.auth.Secret;
import glance.auth.ServiceCatalog;
import glance.config.Configuration;
import glance.http.client.ControlClient;
import glance.http.client.TlsConfig;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Inventory;
import glance.store.Readers;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.TenantStore;
import glance.store.WriteSession;
import glance.testkit.store.ObjectServer;
import glance.testkit.store.StoreContract;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Images in callers' own accounts, on a real Swift that judges by its rules for Keystone's projects. */
class SwiftTenantTest {
    private static final int SEGMENT = 1_024_000;

    private final ObjectServer server = ObjectServer.shared();
    private final ImageId image = new ImageId(UUID.randomUUID().toString());
    private final ControlClient http = new ControlClient(
            ControlClient.Limits.of(Duration.ofSeconds(20)),
            new TlsConfig(Optional.empty(), Optional.empty(), Optional.empty(), true));
    private final String container = server.freshName();
    private final Store configured = new SwiftDriver(SwiftStores.BUDGET, InstantSource.system())
            .open(
                    new StoreId("swift"),
                    Configuration.ofText("""
                            [glance_store]
                            swift_store_multi_tenant = true
                            swift_store_create_container_on_put = true
                            swift_store_container = %s
                            swift_store_admin_tenants = p-admin
                            swift_store_large_object_size = 1
                            swift_store_large_object_chunk_size = 1
                            """.formatted(container)).section("glance_store"));
    private final TenantStore tenants = configured.ability(TenantStore.class).orElseThrow();
    private final Caller owner = caller("test", server.fact("USER"), server.fact("KEY"));
    private final Caller other = caller("demo", server.fact("OTHER_USER"), server.fact("OTHER_KEY"));

    @AfterEach
    void close() {
        configured.close();
        http.close();
    }

    private Caller caller(String project, String account, String key) {
        try {
            String user = account.substring(account.indexOf(':') + 1);
            ControlClient.Answer answer = http.post(
                    URI.create(server.fact("IDENTITY_URL") + "/auth/tokens"),
                    Map.of(),
                    "application/json",
                    """
                    {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "%s", "password": "%s",
                     "domain": {"id": "default"}}}}, "scope": {"project": {"name": "%s", "domain": {"id": "default"}}}}}
                    """.formatted(user, key, project).getBytes(StandardCharsets.UTF_8));
            Secret token = new Secret(answer.headers().getOrDefault("x-subject-token", ""));
            String storage = server.fact("STORAGE_URL").replace("AUTH_test", "AUTH_" + project);
            return new Caller(
                            user,
                            null,
                            project,
                            null,
                            null,
                            null,
                            Set.of("member"),
                            Caller.ServiceIdentity.NONE,
                            true,
                            false,
                            false,
                            token)
                    .withCatalog(new ServiceCatalog(
                            List.of(new ServiceCatalog.Endpoint("object-store", "public", "RegionOne", storage))));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private StoreLocation saved(byte[] bytes) throws IOException {
        return StoreContract.save(tenants.actingFor(owner), image, bytes);
    }

    private void requireReadable(StoreLocation at, Caller caller) throws IOException {
        assertThat(StoreContract.read(tenants.actingFor(caller), at, ByteRange.whole(3)))
                .containsExactly(1, 2, 3);
    }

    private void requireClosed(StoreLocation at, Caller caller) {
        assertThatThrownBy(() -> tenants.actingFor(caller).open(at, ByteRange.whole(3)))
                .isInstanceOf(StoreException.Denied.class);
    }

    private int status(String url) throws IOException {
        return http.get(URI.create(url), Map.of()).status();
    }

    private String place(StoreLocation at) {
        return at.url().replaceFirst("^swift\\+", "");
    }

    private void share(StoreLocation at, Readers readers) throws StoreException {
        tenants.share(owner, at, readers);
    }

    private static Readers projects(String... ids) {
        return new Readers.Projects(new TreeSet<>(List.of(ids)));
    }

    @Test
    void anImageIsInAContainerOfItsOwnInTheCallersAccount() throws IOException {
        StoreLocation at = saved(new byte[] {1, 2, 3});
        assertThat(at.url())
                .isEqualTo("swift+" + server.fact("STORAGE_URL") + "/" + container + "_" + image + "/" + image);
        requireReadable(at, owner);
        assertThat(tenants.actingFor(owner).size(at)).isEqualTo(3);
        assertThat(configured.ability(Inventory.class)).isEmpty();
    }

    @Test
    void nobodyElseReadsItBeforeTheOwnerSaysSo() throws IOException {
        StoreLocation at = saved(new byte[] {1, 2, 3});
        requireClosed(at, other);
        assertThat(status(place(at))).isEqualTo(401);
        assertThatThrownBy(() -> configured.open(at, ByteRange.whole(3)))
                .isInstanceOf(StoreException.Denied.class)
                .hasMessageContaining("swift_store_user is not set");
    }

    @Test
    void membersReadUntilTheyAreTakenOffTheList() throws IOException {
        StoreLocation at = saved(new byte[] {1, 2, 3});
        share(at, projects("another", "demo"));
        requireReadable(at, other);
        share(at, projects("another"));
        requireClosed(at, other);
        share(at, projects());
        requireClosed(at, other);
    }

    @Test
    void whatIsPublicEveryProjectReadsAndNobodyWithoutAToken() throws IOException {
        StoreLocation at = saved(new byte[] {1, 2, 3});
        share(at, new Readers.Everybody());
        requireReadable(at, other);
        assertThat(status(place(at))).isEqualTo(401);
        assertThatThrownBy(() -> tenants.actingFor(other).delete(at)).isInstanceOf(StoreException.Denied.class);
        requireReadable(at, owner);
    }

    @Test
    void aMembersNameCannotOpenTheListToOthers() throws IOException {
        StoreLocation at = saved(new byte[] {1, 2, 3});
        share(at, projects("x,.r:*", "*", "y,demo", "demo:*"));
        requireClosed(at, other);
        assertThat(status(place(at))).isEqualTo(401);
    }

    @Test
    void theListIsTheOwnersToWrite() throws IOException {
        StoreLocation at = saved(new byte[] {1, 2, 3});
        assertThatThrownBy(() -> tenants.share(other, at, new Readers.Everybody()))
                .isInstanceOf(StoreException.Denied.class);
    }

    @Test
    void aDeletedImageLeavesNeitherSegmentsNorContainer() throws IOException {
        byte[] bytes = new byte[2 * SEGMENT + 5];
        new Random(1).nextBytes(bytes);
        StoreLocation at = saved(bytes);
        Store mine = tenants.actingFor(owner);
        assertThat(StoreContract.read(mine, at, ByteRange.whole(bytes.length))).isEqualTo(bytes);
        assertThat(mine.delete(at)).isTrue();
        requireNoContainer();
        assertThat(mine.delete(at)).isFalse();
        assertThatThrownBy(() -> share(at, projects())).isInstanceOf(StoreException.NotFound.class);
    }

    private void requireNoContainer() throws IOException {
        ControlClient.Answer answer = http.get(
                URI.create(server.fact("STORAGE_URL") + "/" + container + "_" + image),
                Map.of("X-Auth-Token", Objects.requireNonNull(owner.token()).reveal()));
        assertThat(answer.status()).isEqualTo(404);
    }

    @Test
    void anUploadGivenUpLeavesNoContainer() throws IOException {
        try (WriteSession<StoreLocation> session = tenants.actingFor(owner).create(image, OptionalLong.empty())) {
            session.write(ByteBuffer.wrap(new byte[3 * SEGMENT]));
        }
        requireNoContainer();
    }

    @Test
    void aTokenIsShownAtNoHostOutsideTheCatalog() {
        StoreLocation elsewhere = StoreLocation.of("swift+http://192.0.2.1/v1/AUTH_x/" + container + "/" + image);
        assertThatThrownBy(() -> tenants.actingFor(owner).size(elsewhere))
                .isInstanceOf(StoreException.Denied.class)
                .hasMessageContaining("no token is shown at http://192.0.2.1");
    }

    @Test
    void aCallerWithoutAnAccountIsToldWhatIsMissing() {
        Caller homeless = owner.withCatalog(ServiceCatalog.EMPTY);
        assertThatThrownBy(() -> tenants.actingFor(homeless).create(image, OptionalLong.empty()))
                .isInstanceOf(StoreException.Denied.class)
                .hasMessageContaining("no public endpoint of type object-store");
        assertThatThrownBy(() -> configured.create(image, OptionalLong.empty()))
                .isInstanceOf(StoreException.Denied.class);
    }
}
