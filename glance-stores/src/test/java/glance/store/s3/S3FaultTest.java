package glance.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Payload;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.store.remote.PartBudget;
import glance.store.remote.StoreHttp;
import glance.testkit.net.FaultProxy;
import glance.testkit.net.FaultProxy.Fault;
import glance.testkit.store.BytesPayload;
import glance.testkit.store.ObjectServer;
import glance.testkit.store.StoreContract;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real server behind a network that fails: every failure is told as what it is, and leaves nothing. */
@Timeout(60)
class S3FaultTest {
    private static final int PART = 5 << 20;
    private static final byte[] BYTES = bytes(2 * PART + 7);
    private static final StoreHttp.Limits SHORT =
            new StoreHttp.Limits(Duration.ofSeconds(1), Duration.ofSeconds(3), 32);

    private final ObjectServer server = ObjectServer.shared();
    private final String bucket = server.freshName();
    private final PartBudget budget = new PartBudget(16 << 20);
    private final S3Driver driver = new S3Driver(budget, InstantSource.system(), SHORT);
    private final ImageId image = new ImageId(UUID.randomUUID().toString());
    private final FaultProxy proxy;
    private final S3Store store;
    /** Beside the proxy, to see what is there. */
    private final S3Store direct;

    S3FaultTest() throws IOException {
        proxy = FaultProxy.before(server.s3());
        store = S3Stores.driven(driver, proxy.url().toString(), server, bucket);
        direct = S3Stores.open(server, bucket);
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void makeTheBucket() throws IOException {
        direct.delete(StoreContract.save(direct, new ImageId(UUID.randomUUID().toString()), new byte[1]));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        direct.close();
        proxy.close();
        assertThat(budget.freeBytes()).as("memory given back").isEqualTo(16 << 20);
    }

    private StoreLocation upload(OptionalLong size) throws IOException {
        try (WriteSession<StoreLocation> session = store.create(image, size)) {
            BytesPayload.of(BYTES).transferTo(session);
            return session.commit();
        }
    }

    private StoreLocation stored() throws IOException {
        return StoreContract.save(store, image, BYTES);
    }

    private byte[] download(StoreLocation location) throws IOException {
        return StoreContract.read(store, location, ByteRange.whole(BYTES.length));
    }

    /** No object and no parts; asked without the proxy, which has failed. */
    private void assertNothingLeft() throws IOException {
        proxy.heal();
        StoreLocation place = direct.candidates(image).iterator().next();
        assertThatThrownBy(() -> direct.size(place)).isInstanceOf(StoreException.NotFound.class);
        assertThat(S3Stores.unfinished(server, bucket)).isEmpty();
    }

    @Test
    void aStoreThatIsGoneIsUnavailable() throws IOException {
        proxy.refuse();
        assertThatThrownBy(() -> store.create(image, OptionalLong.empty()))
                .isInstanceOf(StoreException.Unavailable.class);
        assertThat(store.health().up()).isFalse();
        proxy.heal();
        assertThat(store.health().up()).isTrue();
    }

    @Test
    void aPartWhoseConnectionIsCutIsSentAgain() throws IOException {
        WriteSession<StoreLocation> session = store.create(image, OptionalLong.empty());
        try (session) {
            proxy.set(new Fault.CutRequest("PUT ", 1 << 20));
            session.write(ByteBuffer.wrap(BYTES, 0, PART + 1));
            while (proxy.bytesUp() < 1 << 20) {
                Thread.onSpinWait();
            }
            proxy.heal();
            session.write(ByteBuffer.wrap(BYTES, PART + 1, PART + 6));
            assertThat(download(session.commit())).isEqualTo(BYTES);
        }
    }

    @Test
    void partsThatAreNeverTakenEndTheUploadWithoutATrace() throws IOException {
        proxy.set(new Fault.CutRequest("PUT /" + bucket + "/", 1 << 20));
        assertThatThrownBy(() -> upload(OptionalLong.empty())).isInstanceOf(IOException.class);
        assertNothingLeft();
    }

    @Test
    void anAnnouncedUploadThatIsCutMidwayLeavesNothing() throws IOException {
        proxy.set(new Fault.CutRequest("PUT /" + bucket + "/", 1 << 20));
        assertThatThrownBy(() -> upload(OptionalLong.of(BYTES.length))).isInstanceOf(IOException.class);
        assertNothingLeft();
    }

    @Test
    void aLostAnswerToTheCommitOfPartsIsLookedUp() throws IOException {
        proxy.set(new Fault.CutAnswer("POST /" + bucket + "/" + image + "?uploadId=", 0));
        StoreLocation saved = upload(OptionalLong.empty());
        assertThat(download(saved)).isEqualTo(BYTES);
    }

    @Test
    void aLostAnswerToTheLastByteOfOneObjectIsLookedUp() throws IOException {
        proxy.set(new Fault.CutAnswer("PUT /" + bucket + "/" + image, 0));
        StoreLocation saved = upload(OptionalLong.of(BYTES.length));
        assertThat(download(saved)).isEqualTo(BYTES);
    }

    @Test
    void whoCannotBeAskedAfterTheCommitLeavesTheOutcomeOpen() throws IOException {
        proxy.set(new Fault.GoneAfter("POST /" + bucket + "/" + image + "?uploadId="));
        assertThatThrownBy(() -> upload(OptionalLong.empty())).isInstanceOf(StoreException.OutcomeUnknown.class);
        StoreLocation place = direct.candidates(image).iterator().next();
        assertThat(direct.size(place)).isEqualTo(BYTES.length);
    }

    @Test
    void aCommitThatNeverArrivedLeavesNothing() throws IOException {
        proxy.set(new Fault.CutRequest("POST /" + bucket + "/" + image + "?uploadId=", 20));
        assertThatThrownBy(() -> upload(OptionalLong.empty())).isInstanceOf(StoreException.Unavailable.class);
        assertNothingLeft();
    }

    @Test
    void aDownloadGoesOnWhereAnAnswerBroke() throws IOException {
        StoreLocation saved = stored();
        try (Payload payload = store.open(saved, ByteRange.whole(BYTES.length))) {
            proxy.set(new Fault.CutAnswer("GET ", 100_000));
            Thread healing = Thread.ofVirtual().start(this::healOnceSomethingWasCut);
            Collected collected = new Collected();
            payload.transferTo(Channels.newChannel(collected));
            assertThat(collected.matches).isTrue();
            assertThat(collected.count).isEqualTo(BYTES.length);
            join(healing);
        }
    }

    private void healOnceSomethingWasCut() {
        long before = proxy.bytesDown();
        while (proxy.bytesDown() < before + 100_000) {
            Thread.onSpinWait();
        }
        try {
            proxy.heal();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Compares what comes with what should. */
    private static final class Collected extends OutputStream {
        private int count;
        private boolean matches = true;

        @Override
        public void write(int one) {
            matches &= BYTES[count++] == (byte) one;
        }
    }

    @Test
    void aStalledStoreIsGivenUp() throws IOException {
        StoreLocation saved = stored();
        proxy.set(new Fault.Stall("GET ", 1000));
        Instant begun = Instant.now();
        assertThatThrownBy(() -> download(saved)).isInstanceOf(IOException.class);
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aSlowStoreIsWaitedForWhileBytesCome() throws IOException {
        StoreLocation saved = stored();
        proxy.set(new Fault.Slow("GET ", 64_000));
        assertThat(StoreContract.read(store, saved, new ByteRange(0, 300_000))).hasSize(300_000);
    }

    @Test
    void aWrongLengthNeverPassesAsTheWhole() throws IOException {
        StoreLocation saved = stored();
        proxy.set(new Fault.WrongLength("GET ", -1));
        assertThatThrownBy(() -> download(saved)).isInstanceOf(IOException.class);
        proxy.heal();
        assertThat(download(saved)).isEqualTo(BYTES);
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
