package glance.store.swift;

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
import glance.testkit.store.StoreContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver makes of answers of a Swift that is busy, full, old or does not take a token any more. */
@Timeout(60)
class SwiftAnswersTest {
    private static final ImageId IMAGE = new ImageId("11111111-2222-3333-4444-555555555555");
    private static final String OBJECT = ScriptedSwift.ACCOUNT + "/glance/" + IMAGE;
    private static final int SEGMENT = 1_024_000;
    private static final int ENOUGH = 16 << 20;
    private static final int TOO_LITTLE = 2 << 20;

    private final ScriptedSwift swift = started();
    private SwiftStore store = open(ENOUGH);

    private static ScriptedSwift started() {
        try {
            return new ScriptedSwift();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private SwiftStore open(int memory) {
        SwiftDriver driver = new SwiftDriver(
                new PartBudget(memory),
                InstantSource.system(),
                new StoreHttp.Limits(Duration.ofSeconds(5), Duration.ofSeconds(5), 32),
                Duration.ofMillis(10));
        return SwiftStores.driven(driver, """
                swift_store_auth_address = %s/auth/v1.0
                swift_store_auth_version = 1
                swift_store_user = test:tester
                swift_store_key = testing
                swift_store_large_object_size = 2
                swift_store_large_object_chunk_size = 1
                """.formatted(swift.url()));
    }

    @AfterEach
    void stop() {
        store.close();
        swift.close();
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private StoreLocation save(byte[] bytes) throws IOException {
        return StoreContract.save(store, IMAGE, bytes);
    }

    private void requireReadable(StoreLocation saved, byte[] bytes) throws IOException {
        assertThat(StoreContract.read(store, saved, ByteRange.whole(bytes.length)))
                .isEqualTo(bytes);
    }

    @Test
    void aBusyStoreIsAskedAgain() throws IOException {
        byte[] bytes = randomBytes(2 * SEGMENT + 1);
        swift.say("HEAD " + ScriptedSwift.ACCOUNT, 503, "", 1);
        swift.say("PUT " + OBJECT + "-00001", 498, "", 2);
        swift.say("PUT " + OBJECT + "-00002", 429, "", 2);
        swift.say("PUT " + OBJECT + "-00003", 408, "", 1);
        StoreLocation saved = save(bytes);
        swift.say("GET " + OBJECT, 498, "", 2);
        requireReadable(saved, bytes);
        swift.say("DELETE " + OBJECT + "-00002", 503, "", 2);
        swift.say("DELETE " + OBJECT, 503, "", 2);
        assertThat(store.delete(saved)).isTrue();
        assertThat(swift.names()).isEmpty();
    }

    @Test
    void aPauseThatTheStoreAsksForIsKept() throws IOException {
        StoreLocation saved = save(new byte[] {1, 2});
        swift.say("GET " + OBJECT, 503, Map.of("Retry-After", "1"), "", 1);
        long begun = System.nanoTime();
        requireReadable(saved, new byte[] {1, 2});
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aStoreThatStaysBusyIsUnavailable() throws IOException {
        StoreLocation saved = save(new byte[] {1, 2});
        int before = swift.calls().size();
        swift.say("HEAD " + OBJECT, 498, "", 100);
        assertThatThrownBy(() -> store.size(saved))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("498");
        assertThat(swift.calls()).hasSize(before + 4);
    }

    @Test
    void otherBytesThanAskedForAreNoAnswer() throws IOException {
        byte[] bytes = randomBytes(1000);
        StoreLocation saved = save(bytes);
        swift.say("GET " + OBJECT, 206, Map.of("Content-Range", "bytes 5-1004/1005"), "no", 2);
        requireReadable(saved, bytes);
        swift.say("GET " + OBJECT, 206, Map.of("Content-Range", "bytes 5-1004/1005"), "no", 100);
        int before = swift.calls().size();
        assertThatThrownBy(() -> store.open(saved, ByteRange.whole(bytes.length)))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("bytes 5-1004/1005");
        assertThat(swift.calls()).as("one layer asks again").hasSize(before + 4);
    }

    @Test
    void anUploadOfWhichNobodyKnowsWhetherItIsStoredKeepsItsData() throws Exception {
        byte[] bytes = randomBytes(2 * SEGMENT);
        swift.say("PUT " + OBJECT + " ", 503, Map.of("Retry-After", "1"), "", 100);
        Thread silence = Thread.ofVirtual().start(() -> {
            while (swift.calls().stream().noneMatch(("PUT " + OBJECT)::equals)) {
                Thread.onSpinWait();
            }
            swift.say("HEAD " + OBJECT, 503, "", 100);
        });
        assertThatThrownBy(() -> save(bytes)).isInstanceOf(StoreException.OutcomeUnknown.class);
        silence.join();
        assertThat(swift.names()).hasSize(2);
    }

    @Test
    void theDataOfAnImageWhoseIdGoesOnStaysWhenThisOneIsDeleted() throws IOException {
        StoreLocation saved = save(randomBytes(2 * SEGMENT));
        String other = OBJECT + "-other";
        swift.putStatic(other, new byte[] {1});
        assertThat(store.delete(saved)).isTrue();
        assertThat(swift.names()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {413, 507})
    void aFullStoreIsToldAsFullAndKeepsNoSegment(int status) {
        swift.say("PUT " + OBJECT + "-00003", status, "", 1);
        assertThatThrownBy(() -> save(randomBytes(4 * SEGMENT))).isInstanceOf(StoreException.Full.class);
        assertThat(swift.names()).isEmpty();
    }

    @Test
    void aManifestThatIsNotTakenLeavesNoSegment() {
        swift.say("PUT " + OBJECT + " ", 503, "", 100);
        assertThatThrownBy(() -> save(randomBytes(2 * SEGMENT))).isInstanceOf(StoreException.Unavailable.class);
        assertThat(swift.names()).isEmpty();
        assertThat(swift.calls()).contains("DELETE " + OBJECT + "-00002");
    }

    @ParameterizedTest
    @ValueSource(ints = {ENOUGH, TOO_LITTLE})
    void aTokenThatIsNoGoodAnyMoreIsRenewedInTheMiddleOfAnUpload(int memory) throws IOException {
        store.close();
        store = open(memory);
        byte[] bytes = randomBytes(4 * SEGMENT + 9);
        StoreLocation saved;
        try (WriteSession<StoreLocation> session = store.create(IMAGE, OptionalLong.empty())) {
            for (int segment = 0; segment < 4; segment++) {
                session.write(ByteBuffer.wrap(bytes, segment * SEGMENT, SEGMENT));
                // What is held is on its way now: it may be refused once and no more.
                if (memory == TOO_LITTLE || segment == 1) {
                    swift.revoke();
                }
            }
            session.write(ByteBuffer.wrap(bytes, 4 * SEGMENT, 9));
            saved = session.commit();
        }
        requireReadable(saved, bytes);
        assertThat(swift.logins()).isBetween(2, 20);
    }

    @Test
    void aTokenThatIsNoGoodAnyMoreIsRenewedInTheMiddleOfADownload() throws IOException {
        byte[] bytes = randomBytes(9 * SEGMENT);
        StoreLocation saved = save(bytes);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        int before = swift.logins();
        try (Payload payload = store.open(saved, ByteRange.whole(bytes.length))) {
            swift.revoke();
            payload.transferTo(Channels.newChannel(read));
        }
        assertThat(read.toByteArray()).isEqualTo(bytes);
        assertThat(swift.logins()).isGreaterThan(before);
    }

    @Test
    void aLoginThatIsRefusedEndsATransferAndNamesNoKey() throws IOException {
        StoreLocation saved = save(new byte[] {1});
        swift.revoke();
        swift.say("GET /auth", 401, "", 9);
        assertThatThrownBy(() -> store.open(saved, ByteRange.whole(1)))
                .isInstanceOf(StoreException.Denied.class)
                .hasMessageNotContaining("testing");
    }

    @Test
    void anOldSwiftIsUnderstood() throws IOException {
        swift.old = true;
        byte[] bytes = randomBytes(3 * SEGMENT);
        StoreLocation saved = save(bytes);
        assertThat(store.size(saved)).isEqualTo(bytes.length);
        requireReadable(saved, bytes);
        assertThat(store.delete(saved)).isTrue();
        assertThat(store.delete(saved)).isFalse();
        assertThat(swift.names()).isEmpty();
    }

    @Test
    void aLengthThatIsNotToldIsNotTakenForNothing() throws IOException {
        byte[] bytes = randomBytes(3 * SEGMENT);
        swift.hidesLengths = true;
        StoreLocation saved = save(bytes);
        assertThat(store.size(saved)).isEqualTo(bytes.length);
        StoreLocation empty =
                StoreContract.save(store, new ImageId("11111111-2222-3333-4444-666666666666"), new byte[0]);
        assertThat(store.size(empty)).isZero();
        assertThat(store.delete(saved)).isTrue();
    }

    @Test
    void aStaticLargeObjectIsDeletedWithItsSegmentsOrIsStillThere() throws IOException {
        swift.putStatic(OBJECT, new byte[] {1, 2, 3});
        StoreLocation saved = store.candidates(IMAGE).iterator().next();
        requireReadable(saved, new byte[] {1, 2, 3});
        String deletion = "DELETE " + OBJECT + "?multipart-manifest=delete";
        swift.say(deletion, 200, "{\"Response Status\": \"400 Bad Request\", \"Errors\": [[\"/x\", \"409\"]]}", 1);
        assertThatThrownBy(() -> store.delete(saved))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("400 Bad Request");
        swift.say(deletion, 200, "{\"Response Status\": \"200 OK\", \"Number Deleted\": 3}", 1);
        assertThat(store.delete(saved)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "swift+https://p%3Au:k@ho st/glance/x",
                "swift+https://p%3Au:k@/glance/x",
                "swift+https://p%3Au:k@host#/glance/x",
                "swift+http://host?a/glance/x",
                "swift://host[/glance/x",
                "swift+https://p%3Au:k@host%zz/glance/x"
            })
    void addressesThatAreNoneAreRefused(String url) {
        assertThatThrownBy(() -> store.size(StoreLocation.of(url)))
                .isInstanceOf(StoreException.NotFound.class)
                .hasMessageNotContaining("u:k");
    }

    @Test
    void anUploadThatIsRefusedEarlyIsToldAtOnce() throws IOException {
        swift.say("PUT " + OBJECT, 403, "", 1);
        try (WriteSession<StoreLocation> session = store.create(IMAGE, OptionalLong.of(SEGMENT))) {
            assertThatThrownBy(() -> {
                        session.write(ByteBuffer.wrap(randomBytes(SEGMENT)));
                        session.commit();
                    })
                    .isInstanceOf(StoreException.Denied.class);
        }
    }
}
