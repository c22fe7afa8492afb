package glance.store.swift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Section;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Inventory;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.testkit.store.ObjectServer;
import glance.testkit.store.StoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwiftStoreTest {
    private static final int SEGMENT = 1_024_000;

    private final ObjectServer server = ObjectServer.shared();
    private final ImageId image = new ImageId(UUID.randomUUID().toString());

    @TempDir
    private Path directory;

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private SwiftStore inSegments(String container) {
        return SwiftStores.open(
                server, container, "swift_store_large_object_size = 1", "swift_store_large_object_chunk_size = 1");
    }

    private static List<String> names(SwiftStore store) throws StoreException {
        List<String> names = new ArrayList<>();
        ((Inventory) store).visitAll(stored -> names.add(stored.name() + " " + stored.size()));
        return names;
    }

    @Test
    void aLargeImageIsSegmentsAndAManifestWhichReadAsOne() throws IOException {
        try (SwiftStore store = inSegments(server.freshName())) {
            byte[] bytes = randomBytes(3 * SEGMENT + 7);
            StoreLocation saved = StoreContract.save(store, image, bytes);
            assertThat(names(store)).containsExactly(image + " " + bytes.length);
            ByteRange across = new ByteRange(SEGMENT - 5, SEGMENT + 10);
            assertThat(StoreContract.read(store, saved, across))
                    .isEqualTo(Arrays.copyOfRange(bytes, SEGMENT - 5, 2 * SEGMENT + 5));
            assertThat(store.delete(saved)).isTrue();
            assertThat(names(store)).isEmpty();
        }
    }

    @Test
    void anUploadGivenUpLeavesNoSegments() throws IOException {
        try (SwiftStore store = inSegments(server.freshName())) {
            try (WriteSession<StoreLocation> session = store.create(image, OptionalLong.of(9 * SEGMENT))) {
                session.write(ByteBuffer.wrap(randomBytes(5 * SEGMENT)));
            }
            assertThat(objects(store)).isEmpty();
        }
    }

    @Test
    void whatACrashedUploadLeftIsDeletedWithItsImage() throws IOException {
        String container = server.freshName();
        try (SwiftStore store = inSegments(container);
                SwiftStore crashed = inSegments(container)) {
            WriteSession<StoreLocation> never = crashed.create(image, OptionalLong.of(9 * SEGMENT));
            never.write(ByteBuffer.wrap(randomBytes(6 * SEGMENT)));
            assertThat(store.delete(store.candidates(image).iterator().next())).isFalse();
            never.close();
            assertThat(objects(store)).isEmpty();
        }
    }

    private List<SwiftClient.Listed> objects(SwiftStore store) throws IOException {
        return store.listed();
    }

    @Test
    void locationsAreWrittenAsTheReferenceWritesThem() {
        try (SwiftStore store = SwiftStores.open("""
                swift_store_auth_address = http://127.0.0.1:5000/v3/
                swift_store_user = test:te ster
                swift_store_key = a/b%c
                """)) {
            assertThat(store.candidates(image))
                    .extracting(StoreLocation::url)
                    .containsExactly("swift+http://test%3Ate%20ster:a%2Fb%25c@127.0.0.1:5000/v3/glance/" + image);
        }
    }

    @Test
    void anAccountFileIsNamedInLocationsAndAlsoAsNone() throws IOException {
        Path file = Files.writeString(directory.resolve("accounts"), """
                [here]
                auth_address = %s
                user = '%s'
                key = "%s"
                [broken]
                auth_address = http://127.0.0.1
                """.formatted(
                        server.fact("IDENTITY_URL"), server.fact("USER"), server.fact("KEY")));
        String container = server.freshName();
        try (SwiftStore store = SwiftStores.open("""
                swift_store_config_file = %s
                default_swift_reference = here
                swift_store_container = %s
                swift_store_create_container_on_put = true
                """.formatted(file, container))) {
            StoreLocation saved = StoreContract.save(store, image, new byte[] {1, 2});
            assertThat(saved.url()).isEqualTo("swift+config://here/" + container + "/" + image);
            StoreLocation none = StoreLocation.of("swift+config://None/" + container + "/" + image);
            assertThat(StoreContract.read(store, none, ByteRange.whole(2))).containsExactly(1, 2);
            StoreLocation unknown = StoreLocation.of("swift+config://broken/" + container + "/" + image);
            assertThatThrownBy(() -> store.size(unknown)).hasMessageContaining("there is no account 'broken'");
        }
    }

    @Test
    void aRefusedPasswordIsToldWithoutIt() {
        try (SwiftStore store = SwiftStores.open("""
                swift_store_auth_address = %s
                swift_store_user = test:tester
                swift_store_key = wrong-secret
                """.formatted(server.fact("IDENTITY_URL")))) {
            assertThatThrownBy(() -> store.create(image, OptionalLong.empty()))
                    .isInstanceOf(StoreException.Denied.class)
                    .hasMessageContaining("was refused with 401")
                    .message()
                    .doesNotContain("wrong-secret");
            assertThat(store.health().up()).isFalse();
        }
    }

    @Test
    void theFirstVersionOfTheLoginIsKnownAndTheSecondRefused() throws IOException {
        String options = """
                swift_store_auth_address = %s
                swift_store_user = test:tester
                swift_store_key = testing
                swift_store_container = %s
                swift_store_create_container_on_put = true
                """.formatted(server.fact("AUTH_URL"), server.freshName());
        try (SwiftStore store = SwiftStores.open(options + "swift_store_auth_version = 1\n")) {
            StoreLocation saved = StoreContract.save(store, image, new byte[] {5});
            assertThat(StoreContract.read(store, saved, ByteRange.whole(1))).containsExactly(5);
        }
        assertThatThrownBy(() -> SwiftStores.open(options + "swift_store_auth_version = 2\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("2 is not accepted");
    }

    @Test
    void keysOfTheAccountFileAreReplacedWithoutAnInterruption() throws IOException {
        Path file = directory.resolve("accounts");
        String account = "[here]\nauth_address = %s\nuser = %s\nkey = %%s\n"
                .formatted(server.fact("IDENTITY_URL"), server.fact("USER"));
        Files.writeString(file, account.formatted("outdated"));
        String options = """
                [glance_store]
                swift_store_config_file = %s
                default_swift_reference = here
                swift_store_container = %s
                swift_store_create_container_on_put = true
                """.formatted(file, server.freshName());
        Section section = Configuration.ofText(options).section("glance_store");
        try (SwiftStore store = SwiftStores.open(options.replace("[glance_store]\n", ""))) {
            assertThatThrownBy(() -> store.create(image, OptionalLong.of(1))).isInstanceOf(StoreException.Denied.class);
            Files.writeString(file, account.formatted(server.fact("KEY")));
            store.reconfigure(section);
            StoreLocation saved = StoreContract.save(store, image, new byte[] {4});
            assertThat(StoreContract.read(store, saved, ByteRange.whole(1))).containsExactly(4);
        }
    }

    @Test
    void aMissingContainerIsNamedWithTheOptionThatMakesIt() {
        try (SwiftStore store =
                SwiftStores.open(server, server.freshName(), "swift_store_create_container_on_put = false")) {
            assertThatThrownBy(() -> store.create(image, OptionalLong.empty()))
                    .hasMessageContaining("swift_store_create_container_on_put = true creates it");
        }
    }

    @Test
    void containersOfASeedAreNamedByTheBeginningOfTheId() {
        ImageId known = new ImageId("fdae39a1-ba46-4c5e-8ef4-1b2f2a1b2c3d");
        assertThat(container(3, known)).isEqualTo("glance_fda");
        assertThat(container(10, known)).isEqualTo("glance_fdae39a1-ba");
    }

    private static String container(int seed, ImageId id) {
        try (SwiftStore store = SwiftStores.open("""
                swift_store_auth_address = http://127.0.0.1:5000/v3
                swift_store_user = test:tester
                swift_store_key = testing
                swift_store_multiple_containers_seed = %d
                """.formatted(seed))) {
            String url = store.candidates(id).iterator().next().url();
            return url.substring(0, url.lastIndexOf('/')).replaceFirst(".*/", "");
        }
    }
}
