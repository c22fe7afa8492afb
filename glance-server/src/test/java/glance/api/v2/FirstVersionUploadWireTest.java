package glance.api.v2;

import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.http.Headers;
import glance.image.Image;
import glance.image.ImageStatus;
import glance.quota.Quotas;
import glance.store.Payload;
import glance.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How uploads of the Images API v1 fail: never is an image left {@code saving}. */
class FirstVersionUploadWireTest {
    private static final Headers FORMATS =
            Headers.of("x-image-meta-disk_format", "raw").with("x-image-meta-container_format", "bare");
    private static final Headers OCTETS = Headers.of("Content-Type", "application/octet-stream");

    private final TestApi api = new TestApi();

    /** A body of unknown length that ends, or breaks. */
    private record Chunks(String text, boolean breaks) implements Payload {
        @Override
        public OptionalLong length() {
            return OptionalLong.empty();
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            long count = sink.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            if (breaks) {
                throw new IOException("the client has gone");
            }
            return count;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    private String reserved(TestApi at, Headers headers) {
        TestApi.Answer answer = at.call(RED, "POST", "/v1/images", headers, "");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("image").path("id").stringValue();
    }

    private TestApi.Answer upload(String id, Headers headers, String data) {
        return api.call(RED, "PUT", "/v1/images/" + id, headers, data);
    }

    private void assertKilled(TestApi at, String id) {
        Image image = at.stored(id);
        assertThat(image.status()).isEqualTo(ImageStatus.KILLED);
        assertThat(image.locations()).isEmpty();
        assertThat(at.store.urls()).isEmpty();
        assertThat(at.registry.journal().open()).isEmpty();
        assertThat(at.call(RED, "GET", "/v1/images").text()).doesNotContain(id);
        assertThat(at.call(RED, "GET", "/v1/images/" + id).status()).isEqualTo(404);
        assertThat(at.call(RED, "PUT", "/v1/images/" + id, OCTETS, "x").status())
                .isEqualTo(409);
        assertThat(at.call(RED, "DELETE", "/v1/images/" + id).status()).isEqualTo(200);
    }

    @Test
    void whatAStoreRefusesIsToldAndTheImageKilled() {
        Map<StoreException, Integer> failures = Map.of(
                new StoreException.Full("full", null), 413,
                new StoreException.Denied("denied", null), 503,
                new StoreException.Unsupported("disabled"), 410,
                new StoreException.Unavailable("away", null), 503);
        failures.forEach((failure, status) -> {
            api.unreliable.failure = failure;
            String id = reserved(api, FORMATS);
            assertThat(upload(id, OCTETS, "hello").status())
                    .as(failure.toString())
                    .isEqualTo(status);
            assertKilled(api, id);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "x-image-meta-size, 6",
        "x-image-meta-size, 4",
        "x-image-meta-checksum, 00000000000000000000000000000000"
    })
    void dataThatIsNotAsDeclaredKillsTheImage(String header, String value) {
        String id = reserved(api, FORMATS);
        assertThat(upload(id, OCTETS.with(header, value), "hello").status()).isEqualTo(400);
        assertKilled(api, id);
    }

    @Test
    void aBodyThatBreaksKillsTheImage() {
        String id = reserved(api, FORMATS);
        assertThatThrownBy(() -> api.call(RED, "PUT", "/v1/images/" + id, OCTETS, new Chunks("hel", true), true))
                .isInstanceOf(UncheckedIOException.class);
        assertKilled(api, id);
    }

    @Test
    void anotherContentTypeKillsTheImageUnsetFormatsDoNot() {
        String unset = reserved(api, Headers.NONE);
        assertThat(upload(unset, Headers.of("Content-Type", "text/plain"), "hello")
                        .status())
                .isEqualTo(400);
        assertThat(api.stored(unset).status()).isEqualTo(ImageStatus.QUEUED);
        for (Headers type : List.of(Headers.NONE, Headers.of("Content-Type", "text/plain"))) {
            String id = reserved(api, FORMATS);
            assertThat(upload(id, type, "hello").status()).isEqualTo(400);
            assertKilled(api, id);
        }
    }

    @Test
    void anImageThatIsDeletedDuringItsUploadFailsAPrecondition() {
        String id = reserved(api, FORMATS);
        api.unreliable.beforeCommit = () ->
                assertThat(api.call(RED, "DELETE", "/v1/images/" + id).status()).isEqualTo(200);
        TestApi.Answer answer = upload(id, OCTETS, "hello");
        assertThat(answer.status()).isEqualTo(412);
        assertThat(answer.text()).startsWith("412 Precondition Failed").contains("deleted");
        assertThat(api.store.urls()).isEmpty();
        assertThat(api.registry.journal().open()).isEmpty();
    }

    @Test
    void ofTwoUploadsToOneImageTheFirstGoesOn() {
        String id = reserved(api, FORMATS);
        api.unreliable.beforeCommit =
                () -> assertThat(upload(id, OCTETS, "second").status()).isEqualTo(409);
        assertThat(upload(id, OCTETS, "first").status()).isEqualTo(200);
        assertThat(api.call(RED, "GET", "/v1/images/" + id).text()).isEqualTo("first");
    }

    @Test
    void whatIsMoreThanAnyImageMayHaveIsRefusedBeforeAnythingIsRecordedWhenItIsAnnounced() {
        try (TestApi small = new TestApi(new Quotas(4, 0, 128, 128, 128, 10), TestApi.config(false))) {
            Headers sized = FORMATS.with("x-image-meta-size", "5");
            assertThat(small.call(RED, "POST", "/v1/images", sized, "").status())
                    .isEqualTo(400);
            assertThat(small.call(
                                    RED,
                                    "POST",
                                    "/v1/images",
                                    FORMATS.with("Content-Type", "application/octet-stream"),
                                    "hello")
                            .status())
                    .isEqualTo(400);
            assertThat(small.call(RED, "GET", "/v1/images").json().path("images"))
                    .isEmpty();

            String id = reserved(small, FORMATS);
            TestApi.Answer answer =
                    small.call(RED, "PUT", "/v1/images/" + id, OCTETS, new Chunks("hello", false), true);
            assertThat(answer.status()).as(answer.text()).isEqualTo(413);
            assertKilled(small, id);
        }
    }

    @Test
    void moreThanTheProjectMayStoreKillsTheImage() {
        try (TestApi small = new TestApi(new Quotas(1L << 40, 4, 128, 128, 128, 10), TestApi.config(false))) {
            String announced = reserved(small, FORMATS);
            assertThat(small.call(RED, "PUT", "/v1/images/" + announced, OCTETS, "hello")
                            .status())
                    .isEqualTo(413);
            assertKilled(small, announced);
            String id = reserved(small, FORMATS);
            assertThat(small.call(RED, "PUT", "/v1/images/" + id, OCTETS, new Chunks("hello", false), true)
                            .status())
                    .isEqualTo(413);
            assertKilled(small, id);
        }
    }

    @Test
    void anEmptyBodyOfUnknownLengthIsDataWithAChecksum() {
        Headers zero = FORMATS.with("x-image-meta-size", "0").with("Content-Type", "application/octet-stream");
        TestApi.Answer made = api.call(RED, "POST", "/v1/images", zero, new Chunks("", false), true);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.header("ETag")).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
        String id = made.json().path("image").path("id").stringValue();
        assertThat(api.call(RED, "GET", "/v1/images/" + id).text()).isEmpty();
    }
}
