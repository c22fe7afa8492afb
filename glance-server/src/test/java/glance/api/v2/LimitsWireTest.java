package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.api.ApiConfig;
import glance.api.v2.TestApi.Answer;
import glance.image.ImageStatus;
import glance.image.Images;
import glance.image.Visibility;
import glance.policy.PropertyProtections;
import glance.policy.RulePolicy;
import glance.quota.ProjectLimits;
import glance.quota.Quotas;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Quotas, ranges and what text may hold. */
class LimitsWireTest {
    private static final Quotas SMALL = new Quotas(1 << 20, 0, 1, 2, 2, 10);
    private static final String LONG = "x".repeat(256);

    private final TestApi api = new TestApi(SMALL, TestApi.config(false));

    @AfterEach
    void close() {
        api.close();
    }

    private int create(String body) {
        return api.call(RED, "POST", "/v2/images", body).status();
    }

    @Test
    void propertyTextIsBoundedByValueAndByImage() {
        assertThat(create("{\"a\":\"" + "x".repeat(65_535) + "\"}")).isEqualTo(201);
        assertThat(create("{\"a\":\"" + "x".repeat(65_536) + "\"}")).isEqualTo(400);
        try (TestApi roomy = new TestApi(new Quotas(1 << 20, 0, 1, 128, 2, 10), TestApi.config(false))) {
            StringBuilder body = new StringBuilder("{\"name\":\"big\"");
            for (int i = 0; i < 17; i++) {
                body.append(",\"p")
                        .append(i)
                        .append("\":\"")
                        .append("y".repeat(65_000))
                        .append('"');
            }
            assertThat(roomy.call(RED, "POST", "/v2/images", body + "}").status())
                    .isEqualTo(413);
        }
    }

    @Test
    void aBodyLongerThanARecordIsRefused() {
        assertThat(create("{\"name\":\"" + " ".repeat(2 << 20) + "\"}")).isEqualTo(413);
    }

    @Test
    void aBodyOfCountlessEmptyValuesIsRefusedBeforeItFillsTheHeap() {
        assertThat(create("[" + "{},".repeat(500_000) + "{}]")).isEqualTo(400);
        assertThat(create("{\"tags\":[" + "[],".repeat(500_000) + "[]]}")).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\n", "\\r", "\\r\\n", "\\u2028"})
    void anIdWithALineBreakAtItsEndIsNone(String end) {
        assertThat(create("{\"id\":\"3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11" + end + "\"}"))
                .isEqualTo(400);
    }

    @Test
    void aListByMoreFiltersThanAStatementHoldsIsRefused() {
        String tags = "tag=x&".repeat(500);
        assertThat(api.call(RED, "GET", "/v2/images?" + tags).status()).isEqualTo(200);
        assertThat(api.call(RED, "GET", "/v2/images?" + tags + "build=1").status())
                .isEqualTo(400);
    }

    @Test
    void aFullQuotaIsFineAndOneMoreIsNot() {
        assertThat(create("{\"tags\":[\"a\",\"b\",\"b\"],\"x\":\"1\",\"y\":\"2\"}"))
                .isEqualTo(201);
        assertThat(create("{\"tags\":[\"a\",\"b\",\"c\"]}")).isEqualTo(413);
        assertThat(create("{\"x\":\"1\",\"y\":\"2\",\"z\":\"3\"}")).isEqualTo(413);
    }

    @Test
    void patchesTagsAndMembersMeetTheirQuotas() {
        String id = api.call(RED, "POST", "/v2/images", "{\"tags\":[\"a\",\"b\"],\"x\":\"1\",\"y\":\"2\"}")
                .json()
                .path("id")
                .stringValue();
        String image = "/v2/images/" + id;

        assertThat(api.call(RED, "PUT", image + "/tags/c").status()).isEqualTo(413);
        assertThat(api.call(RED, "PUT", image + "/tags/b").status()).isEqualTo(204);
        assertThat(patch(image, "{\"op\":\"add\",\"path\":\"/z\",\"value\":\"3\"}"))
                .isEqualTo(413);
        assertThat(patch(image, "{\"op\":\"add\",\"path\":\"/x\",\"value\":\"3\"}"))
                .isEqualTo(200);
        assertThat(patch(image, "{\"op\":\"replace\",\"path\":\"/tags\",\"value\":[\"1\",\"2\",\"3\"]}"))
                .isEqualTo(413);
        assertThat(api.call(RED, "POST", image + "/members", "{\"member\":\"p-1\"}")
                        .status())
                .isEqualTo(200);
        assertThat(api.call(RED, "POST", image + "/members", "{\"member\":\"p-1\"}")
                        .status())
                .isEqualTo(409);
        assertThat(api.call(RED, "POST", image + "/members", "{\"member\":\"p-2\"}")
                        .status())
                .isEqualTo(413);
        assertThat(api.stored(id).tags()).containsExactlyInAnyOrder("a", "b");
    }

    private int patch(String image, String operation) {
        return api.patch(RED, image, TestApi.V21, "[" + operation + "]").status();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "min_disk|-1",
                "min_disk|HUGE",
                "min_ram|-HUGE",
                "min_disk|2147483648",
                "min_ram|1e30",
                "min_disk|null",
                "min_disk|\"1\"",
                "name|\"\\uD83D\\uDE00\"",
                "name|\"\\u0000\"",
                "x|\"\\ud800\"",
                "x|null",
                "x|1",
                "tags|[\"\\uD83D\\uDE00\"]",
                "id|\"not-a-uuid\"",
                "protected|\"true\"",
                "visibility|\"secret\"",
                "disk_format|\"floppy\"",
            })
    void valuesThatCannotBeRecordedAreRefused(String name, String value) {
        String given = value.replace("HUGE", "9".repeat(500));
        assertThat(create("{\"" + name + "\":" + given + "}")).isEqualTo(400);
    }

    @Test
    void longTextIsRefusedEverywhere() {
        String image = "/v2/images/"
                + api.call(RED, "POST", "/v2/images", "{}").json().path("id").stringValue();

        assertThat(create("{\"name\":\"" + LONG + "\"}")).isEqualTo(400);
        assertThat(create("{\"" + LONG + "\":\"x\"}")).isEqualTo(400);
        assertThat(create("{\"tags\":[\"" + LONG + "\"]}")).isEqualTo(400);
        assertThat(patch(image, "{\"op\":\"add\",\"path\":\"/" + LONG + "\",\"value\":\"x\"}"))
                .isEqualTo(400);
        assertThat(api.call(RED, "PUT", image + "/tags/" + LONG).status()).isEqualTo(400);
        assertThat(api.call(RED, "POST", image + "/members", "{\"member\":\"" + LONG + "\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void wholeNumbersMayBeWrittenWithAPoint() {
        Answer created = api.call(RED, "POST", "/v2/images", "{\"min_disk\":2.0,\"min_ram\":2147483647}");

        assertThat(created.json().path("min_disk").intValue()).isEqualTo(2);
        assertThat(created.json().path("min_ram").intValue()).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({
        "status,\"active\"",
        "size,5",
        "virtual_size,5",
        "checksum,\"x\"",
        "os_hash_algo,\"md5\"",
        "os_hash_value,\"x\"",
        "created_at,\"x\"",
        "updated_at,\"x\"",
        "locations,[]",
        "self,1",
        "file,1",
        "schema,1",
        "direct_url,1",
        "stores,1",
        "location,\"x\"",
        "deleted,\"x\"",
        "deleted_at,\"x\"",
        "os_glanceX,\"x\"",
    })
    void readOnlyAndReservedNamesAreForbidden(String name, String value) {
        assertThat(create("{\"" + name + "\":" + value.replace("'", "\"") + "}"))
                .isEqualTo(403);
    }

    /** The API under limits of the identity service: the same for all resources but uploads in progress. */
    private static TestApi limited(int all, int uploading) {
        ProjectLimits limits = new ProjectLimits() {
            @Override
            public boolean areInForce() {
                return true;
            }

            @Override
            public long limit(@Nullable String project, Resource resource) {
                return resource == Resource.IMAGE_COUNT_UPLOADING ? uploading : all;
            }
        };
        ApiConfig config = TestApi.config(false);
        return new TestApi(
                new Images.Rules(RulePolicy.builtIn(), SMALL, limits, PropertyProtections.OFF),
                config,
                ImageSchema.of(config));
    }

    @Test
    void projectLimitsRefuseACreateAndAreTold() {
        try (TestApi two = limited(2, 2)) {
            assertThat(two.call(RED, "POST", "/v2/images", "{}").status()).isEqualTo(201);
            assertThat(two.call(RED, "POST", "/v2/images", "{}").status()).isEqualTo(201);

            Answer refused = two.call(RED, "POST", "/v2/images", "{}");

            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.text())
                    .contains("Resource image_count_total is over limit of 2 due to current usage 2 and delta 1");
            JsonNode usage = two.call(RED, "GET", "/v2/info/usage").json().path("usage");
            assertThat(usage.path("image_count_total").toString()).isEqualTo("{\"usage\":2,\"limit\":2}");
            assertThat(usage.size()).isEqualTo(4);
            assertThat(two.call(ADMIN, "POST", "/v2/images", "{}").status()).isEqualTo(201);
        }
    }

    @Test
    void projectLimitsRefuseAnUploadAndTheImageIsQueuedAgain() {
        try (TestApi none = limited(2, 0)) {
            String id = none.imageIn(ImageStatus.QUEUED, Visibility.PRIVATE);

            Answer refused = none.upload(RED, id, "data");

            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.text()).contains("Resource image_count_uploading is over limit of 0");
            assertThat(none.stored(id).status()).isEqualTo(ImageStatus.QUEUED);
            assertThat(none.store.urls()).isEmpty();
        }
    }
}
