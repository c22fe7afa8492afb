package glance.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Section;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.testkit.process.Script;
import glance.testkit.store.ObjectServer;
import glance.testkit.store.StoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Keys are refused, replaced and revoked while a store is in use. */
class S3CredentialsTest {
    private static final int PART_BYTES = 5 << 20;

    private static ImageId anImage() {
        return new ImageId(UUID.randomUUID().toString());
    }

    private static Section section(ObjectServer server, String bucket, String access, String secret) {
        return Configuration.ofText("""
                [glance_store]
                s3_store_host = %s
                s3_store_bucket = %s
                s3_store_access_key = %s
                s3_store_secret_key = %s
                s3_store_create_bucket_on_put = true
                s3_store_large_object_chunk_size = 5
                """.formatted(server.s3(), bucket, access, secret))
                .section("glance_store");
    }

    @Test
    void wrongKeysAreDeniedUntilTheyAreReplaced() throws IOException {
        ObjectServer server = ObjectServer.shared();
        String bucket = server.freshName();
        String access = server.fact("S3_ACCESS_KEY");
        try (S3Store store = S3Stores.open(server, bucket)) {
            StoreLocation saved = StoreContract.save(store, anImage(), new byte[] {1, 2, 3});
            store.reconfigure(section(server, bucket, access, "wrong"));
            assertThatThrownBy(() -> store.open(saved, ByteRange.whole(3))).isInstanceOf(StoreException.Denied.class);
            assertThatThrownBy(() -> store.create(anImage(), OptionalLong.empty()))
                    .isInstanceOf(StoreException.Denied.class)
                    .hasMessageNotContaining("wrong");
            assertThat(store.health().up()).isFalse();

            store.reconfigure(section(server, bucket, access, server.fact("S3_SECRET_KEY")));
            assertThat(StoreContract.read(store, saved, ByteRange.whole(3))).containsExactly(1, 2, 3);
        }
    }

    @Test
    void unusableKeysChangeNothing() throws IOException {
        ObjectServer server = ObjectServer.shared();
        String bucket = server.freshName();
        try (S3Store store = S3Stores.open(server, bucket)) {
            assertThatThrownBy(() -> store.reconfigure(section(server, bucket, "", "secret")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("s3_store_access_key");
            StoreContract.save(store, anImage(), new byte[] {1});
        }
    }

    @Test
    void revokedKeysInOlderUrlsOfTheStoresBucketDoNotMatter() throws IOException {
        ObjectServer server = ObjectServer.shared();
        String bucket = server.freshName();
        try (S3Store store = S3Stores.open(server, bucket)) {
            String url = StoreContract.save(store, anImage(), new byte[] {7}).url();
            StoreLocation older = StoreLocation.of(url.replace("s3://", "s3://former:se/cr+et@"));
            assertThat(StoreContract.read(store, older, ByteRange.whole(1))).containsExactly(7);
            assertThat(store.delete(older)).isTrue();
        }
    }

    @Test
    void anUploadUnderWayGoesOnWithNewKeysWhenTheOldOnesAreRevoked() throws IOException {
        ObjectServer server = ObjectServer.shared(ObjectServer.Kind.GATEWAY);
        String bucket = server.freshName();
        String former = server.freshName();
        administer(server, "key", "create", "--uid=test", "--access-key=" + former, "--secret=formersecret");
        try (S3Store store = S3Stores.open(server, bucket)) {
            store.reconfigure(section(server, bucket, former, "formersecret"));
            try (WriteSession<StoreLocation> session = store.create(anImage(), OptionalLong.empty())) {
                session.write(ByteBuffer.allocate(2 * PART_BYTES));
                store.reconfigure(section(server, bucket, server.fact("S3_ACCESS_KEY"), server.fact("S3_SECRET_KEY")));
                administer(server, "key", "rm", "--uid=test", "--access-key=" + former);
                session.write(ByteBuffer.allocate(2 * PART_BYTES));
                assertThat(store.size(session.commit())).isEqualTo(4L * PART_BYTES);
            }
            store.reconfigure(section(server, bucket, former, "formersecret"));
            assertThatThrownBy(() -> store.create(anImage(), OptionalLong.empty()))
                    .as("the old keys are revoked indeed")
                    .isInstanceOf(StoreException.Denied.class);
        }
    }

    private static void administer(ObjectServer server, String... words) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("timeout", "60", "radosgw-admin", "-c", server.fact("ADMIN_CONF")));
        command.addAll(List.of(words));
        Script.run(command, Map.of());
    }
}
