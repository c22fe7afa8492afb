package glance.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.image.ImageId;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.remote.PartBudget;
import glance.store.remote.Retry;
import glance.store.remote.StoreHttp;
import glance.testkit.store.ObjectServer;
import glance.testkit.store.StoreContract;
import glance.testkit.store.StoreFaultContract;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real S3 server behind a network that fails. */
class S3FaultTest extends StoreFaultContract {
    private static final int MEMORY = 16 << 20;

    private final ObjectServer server = ObjectServer.shared();
    private final String bucket = server.freshName();
    private final PartBudget budget = new PartBudget(MEMORY);
    private final S3Driver driver = new S3Driver(
            budget,
            InstantSource.system(),
            new StoreHttp.Limits(IDLE, IDLE, 32),
            new Retry(Retry.USUAL.attempts(), Duration.ofMillis(20)));
    private final S3Store store;
    private final S3Store direct;

    S3FaultTest() throws IOException {
        super(ObjectServer.shared().s3(), 5 << 20);
        store = S3Stores.driven(driver, proxy.url().toString(), server, bucket);
        direct = S3Stores.open(server, bucket);
    }

    @BeforeEach
    void makeTheBucket() throws IOException {
        direct.delete(StoreContract.save(direct, new ImageId(UUID.randomUUID().toString()), new byte[1]));
    }

    @AfterEach
    void requireAllMemory() {
        assertThat(budget.freeBytes()).as("memory given back").isEqualTo(MEMORY);
    }

    @Override
    protected Store store() {
        return store;
    }

    @Override
    protected Store direct() {
        return direct;
    }

    @Override
    protected String data(boolean announced) {
        return "PUT /" + bucket + "/";
    }

    @Override
    protected String commit(boolean announced) {
        return announced ? "PUT /" + bucket + "/" + image : "POST /" + bucket + "/" + image + "?uploadId=";
    }

    @Override
    protected Set<String> contents() throws IOException {
        Set<String> names = new TreeSet<>();
        direct.visitAll(stored -> names.add(stored.name()));
        S3Stores.unfinished(server, bucket).forEach(upload -> names.add(upload.key() + " in parts"));
        return names;
    }

    @Test
    void refusedCredentialsAreDenied() {
        try (S3Store other =
                S3Stores.driven(driver, proxy.url().toString(), server, bucket, "s3_store_secret_key = wrong")) {
            assertThatThrownBy(() -> other.create(image, OptionalLong.empty()))
                    .isInstanceOf(StoreException.Denied.class)
                    .hasMessageNotContaining("wrong");
        }
    }

    @Test
    void aMissingBucketIsNamed() {
        try (S3Store other = S3Stores.driven(
                driver, proxy.url().toString(), server, "not-there", "s3_store_create_bucket_on_put = false")) {
            assertThatThrownBy(() -> other.create(image, OptionalLong.empty()))
                    .isInstanceOf(StoreException.Unavailable.class)
                    .hasMessageContaining("not-there");
            assertThat(other.health().up()).isFalse();
        }
    }
}
