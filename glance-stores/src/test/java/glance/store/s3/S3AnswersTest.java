package glance.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.Configuration;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.testkit.store.StoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the driver makes of answers that real servers give when they are in trouble, full or of another make. */
@Timeout(60)
class S3AnswersTest {
    private static final ImageId IMAGE = new ImageId("11111111-2222-3333-4444-555555555555");
    private static final String OBJECT = "/bucket/" + IMAGE;
    private static final int PART = 5 << 20;
    private static final String BUSY = "<Error><Code>SlowDown</Code></Error>";

    private final ScriptedS3 s3 = started();
    private final S3Store store = (S3Store) new S3Driver(S3Stores.BUDGET, InstantSource.system())
            .open(
                    new StoreId("s3"),
                    Configuration.ofText("""
                    [glance_store]
                    s3_store_host = %s
                    s3_store_access_key = a
                    s3_store_secret_key = s
                    s3_store_bucket = bucket
                    s3_store_large_object_chunk_size = 5
                    s3_store_large_object_size = 6
                    """.formatted(s3.url())).section("glance_store"));

    private static ScriptedS3 started() {
        try {
            return new ScriptedS3();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @AfterEach
    void stop() {
        store.close();
        s3.close();
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private StoreLocation save(byte[] bytes) throws IOException {
        return StoreContract.save(store, IMAGE, bytes);
    }

    @Test
    void aBusyStoreIsAskedAgain() throws IOException {
        byte[] bytes = randomBytes(2 * PART + 1);
        s3.say("HEAD /bucket", 503, "", 1);
        s3.say("PUT " + OBJECT + "?", 503, BUSY, 2);
        StoreLocation saved = save(bytes);
        s3.say("GET " + OBJECT, 429, "", 2);
        assertThat(StoreContract.read(store, saved, ByteRange.whole(bytes.length)))
                .isEqualTo(bytes);
    }

    @Test
    void aStoreThatStaysBusyIsUnavailable() {
        s3.say("HEAD " + OBJECT, 503, BUSY, 100);
        assertThatThrownBy(() -> store.size(StoreLocation.of("s3://127.0.0.1" + OBJECT)))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("503");
        assertThat(s3.calls()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"507, ''", "413, ''", "400, QuotaExceeded", "400, EntityTooLarge", "500, InsufficientStorage"})
    void aFullStoreIsToldAsFull(int status, String code) {
        s3.say("PUT " + OBJECT, status, code.isEmpty() ? "" : "<Error><Code>" + code + "</Code></Error>", 1);
        assertThatThrownBy(() -> save(randomBytes(10))).isInstanceOf(StoreException.Full.class);
        assertThat(s3.objects()).isEmpty();
    }

    @Test
    void anErrorBehindA200EndsTheCommitAndLeavesNothing() {
        s3.say("POST " + OBJECT + "?uploadId", 200, "<Error><Code>InternalError</Code></Error>", 1);
        assertThatThrownBy(() -> save(randomBytes(2 * PART))).isInstanceOf(StoreException.Unavailable.class);
        assertThat(s3.objects()).isEmpty();
        assertThat(s3.calls()).contains("DELETE " + OBJECT + "?uploadId=u1");
    }

    @Test
    void aServerThatKnowsNoConditionsIsAskedWithoutThem() throws IOException {
        s3.say("PUT " + OBJECT, 501, "<Error><Code>NotImplemented</Code></Error>", 1);
        save(randomBytes(10));
        assertThat(s3.objects().get(OBJECT)).isEqualTo(randomBytes(10));
    }

    @Test
    void aConditionThatFailsIsSomebodyElsesData() {
        s3.say("PUT " + OBJECT, 412, "<Error><Code>PreconditionFailed</Code></Error>", 1);
        assertThatThrownBy(() -> save(randomBytes(10))).isInstanceOf(StoreException.AlreadyExists.class);
    }

    @Test
    void aServerWithoutRangesIsReadFromItsBeginning() throws IOException {
        byte[] bytes = randomBytes(3 * PART);
        StoreLocation saved = save(bytes);
        s3.ignoresRanges = true;
        assertThat(StoreContract.read(store, saved, new ByteRange(PART, 100)))
                .isEqualTo(Arrays.copyOfRange(bytes, PART, PART + 100));
        assertThat(StoreContract.read(store, saved, ByteRange.whole(bytes.length)))
                .isEqualTo(bytes);
    }

    @Test
    void aServerThatWantsSignedBodiesGetsThem() throws IOException {
        s3.wantsSignedBodies = true;
        StoreLocation small = save(randomBytes(10));
        assertThat(s3.objects().get(OBJECT)).isEqualTo(randomBytes(10));
        assertThat(store.delete(small)).isTrue();
        int before = s3.calls().size();
        byte[] bytes = randomBytes(2 * PART + 1);
        StoreLocation saved = save(bytes);
        assertThat(StoreContract.read(store, saved, ByteRange.whole(bytes.length)))
                .isEqualTo(bytes);
        assertThat(s3.calls().stream().skip(before).filter(call -> call.startsWith("PUT ")))
                .as("parts that were sent once each")
                .hasSize(3);
    }

    @Test
    void aStreamThatIsRefusedForItsSignatureIsTheLastOne() throws IOException {
        s3.wantsSignedBodies = true;
        byte[] bytes = randomBytes(PART + 5);
        assertThatThrownBy(() -> save(bytes))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("XAmzContentSHA256Mismatch");
        assertThat(StoreContract.read(store, save(bytes), ByteRange.whole(bytes.length)))
                .isEqualTo(bytes);
    }

    @Test
    void whatIsLeftOnLaterPagesIsSweptToo() throws IOException {
        String upload =
                "<Upload><Key>%s</Key><UploadId>%s</UploadId><Initiated>2020-01-01T00:00:00.000Z</Initiated></Upload>";
        String page = "<ListMultipartUploadsResult>%s%s</ListMultipartUploadsResult>";
        String more =
                "<IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>u~1</NextUploadIdMarker>";
        s3.say("GET /bucket?", 200, page.formatted(more, upload.formatted(IMAGE, "first")), 1);
        s3.say("GET /bucket?", 200, page.formatted("", upload.formatted(IMAGE, "second")), 1);
        assertThat(store.sweep()).isEqualTo(2);
        assertThat(s3.calls())
                .contains("DELETE " + OBJECT + "?uploadId=first", "DELETE " + OBJECT + "?uploadId=second")
                .anyMatch(call -> call.contains("key-marker=k") && call.contains("upload-id-marker=u~1"));
    }

    @Test
    void aLocationCannotLeadToAnotherHost() {
        try (Store virtual = new S3Driver(S3Stores.BUDGET, InstantSource.system())
                .open(new StoreId("s3"), Configuration.ofText("""
                        [glance_store]
                        s3_store_host = http://s3.example.invalid
                        s3_store_access_key = a
                        s3_store_secret_key = s
                        s3_store_bucket = bucket
                        s3_store_bucket_url_format = virtual
                        """).section("glance_store"))) {
            String there = s3.url().substring("http://".length());
            for (String end : new String[] {"#", "?", ""}) {
                StoreLocation hostile = StoreLocation.of("s3://s3.example.invalid/" + there + end + "/" + IMAGE);
                assertThatThrownBy(() -> virtual.size(hostile)).isInstanceOf(StoreException.NotFound.class);
                assertThatThrownBy(() -> virtual.delete(hostile)).isInstanceOf(StoreException.NotFound.class);
            }
        }
        assertThat(s3.calls()).isEmpty();
    }

    @Test
    void whoMayNotListUploadsDeletesAllTheSame() throws IOException {
        StoreLocation saved = save(randomBytes(10));
        s3.say("GET /bucket?", 403, "<Error><Code>AccessDenied</Code></Error>", 1);
        assertThat(store.delete(saved)).isTrue();
        assertThat(s3.objects()).isEmpty();
    }

    @Test
    void aDownloadFromABusyStoreIsTriedAsOftenAsAnythingElse() throws IOException {
        StoreLocation saved = save(randomBytes(2 * PART));
        int before = s3.calls().size();
        s3.say("GET " + OBJECT, 503, BUSY, 100);
        assertThatThrownBy(() -> store.open(saved, ByteRange.whole(2 * PART)))
                .isInstanceOf(StoreException.Unavailable.class);
        assertThat(s3.calls()).hasSize(before + 4);
    }

    @Test
    void aPartThatIsNotTakenIsToldAsTheStoresFailure() {
        s3.say("PUT " + OBJECT + "?", 503, BUSY, 100);
        assertThatThrownBy(() -> save(randomBytes(6 * PART))).isInstanceOf(StoreException.Unavailable.class);
    }

    @Test
    void anAnnouncedUploadThatIsRefusedEarlyIsToldAtOnce() throws IOException {
        s3.say("PUT " + OBJECT, 403, "<Error><Code>AccessDenied</Code></Error>", 1);
        try (WriteSession<StoreLocation> session = store.create(IMAGE, OptionalLong.of(PART + 5))) {
            assertThatThrownBy(() -> {
                        session.write(ByteBuffer.wrap(randomBytes(PART + 5)));
                        session.commit();
                    })
                    .isInstanceOf(StoreException.Denied.class);
        }
    }
}
