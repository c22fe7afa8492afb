package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.NO_ROLE;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.api.ApiConfig;
import glance.config.ConfigException;
import glance.image.ImageStatus;
import glance.image.Visibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Schemas, and what a server without import, tasks, several stores and cache answers. */
class DiscoveryWireTest {
    @TempDir
    Path directory;

    private TestApi with(String schemaFile) throws IOException {
        ApiConfig config = TestApi.config(false);
        Path file = Files.writeString(directory.resolve("schema-image.json"), schemaFile);
        return new TestApi(TestApi.DEFAULT_QUOTAS, config, ImageSchema.load(config, file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "images", "member", "members", "task", "tasks"})
    void everybodyMayReadSchemas(String name) {
        try (TestApi api = new TestApi()) {
            JsonNode schema = api.call(NO_ROLE, "GET", "/v2/schemas/" + name).json();

            assertThat(schema.path("name").stringValue()).isEqualTo(name);
            assertThat(schema.path("properties").isObject()).isTrue();
        }
    }

    @Test
    void formatListsBeginWithNullAndKeepTheirOrder() {
        try (TestApi api = new TestApi()) {
            JsonNode properties =
                    api.call(RED, "GET", "/v2/schemas/image").json().path("properties");

            assertThat(properties.path("disk_format").path("enum").toString())
                    .startsWith("[null,\"ami\",\"ari\"")
                    .endsWith("\"ploop\"]");
            assertThat(properties.path("name").has("is_base")).isFalse();
            assertThat(properties.path("status").path("readOnly").booleanValue())
                    .isTrue();
        }
    }

    @Test
    void declaredPropertiesAreCheckedAndShown() throws IOException {
        try (TestApi api = with("{\"kernel_id\":{\"type\":[\"null\",\"string\"],\"pattern\":\"^[0-9a-f]{4}$\"},"
                + "\"cores\":{\"type\":\"integer\",\"minimum\":1},\"fast\":{\"type\":\"boolean\"}}")) {
            JsonNode image = api.call(
                            RED, "POST", "/v2/images", "{\"kernel_id\":null,\"cores\":5,\"fast\":true,\"other\":\"x\"}")
                    .json();

            assertThat(image.path("kernel_id").isNull()).isTrue();
            assertThat(image.path("cores").stringValue()).isEqualTo("5");
            assertThat(image.path("fast").stringValue()).isEqualTo("1");
            assertThat(api.call(RED, "POST", "/v2/images", "{\"kernel_id\":\"zz\"}")
                            .status())
                    .isEqualTo(400);
            assertThat(api.call(RED, "POST", "/v2/images", "{\"cores\":0}").status())
                    .isEqualTo(400);
            assertThat(api.patch(
                                    RED,
                                    image.path("self").stringValue(),
                                    TestApi.V21,
                                    "[{\"op\":\"add\",\"path\":\"/kernel_id\",\"value\":\"nope\"}]")
                            .status())
                    .isEqualTo(400);
            JsonNode served = api.call(RED, "GET", "/v2/schemas/image").json();
            assertThat(served.path("properties").path("cores").path("is_base").booleanValue(true))
                    .isFalse();
            assertThat(served.has("required")).isFalse();
        }
    }

    @Test
    void requiredPropertiesAreNeededOnCreateAndStay() throws IOException {
        try (TestApi api = with("{\"properties\":{\"os\":{\"type\":\"string\"}},\"required\":[\"os\"]}")) {
            assertThat(api.call(RED, "POST", "/v2/images", "{}").status()).isEqualTo(400);
            String self = api.call(RED, "POST", "/v2/images", "{\"os\":\"debian\"}")
                    .json()
                    .path("self")
                    .stringValue();

            assertThat(api.patch(RED, self, TestApi.V21, "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"x\"}]")
                            .status())
                    .isEqualTo(200);
            assertThat(api.patch(RED, self, TestApi.V21, "[{\"op\":\"remove\",\"path\":\"/os\"}]")
                            .status())
                    .isEqualTo(403);
            assertThat(api.call(RED, "GET", "/v2/schemas/image")
                            .json()
                            .path("required")
                            .toString())
                    .isEqualTo("[\"os\"]");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{\"x\":5}",
                "{\"name\":{\"type\":\"integer\"}}",
                "{\"x\":{\"type\":\"text\"}}",
                "{\"x\":{\"oneOf\":[]}}",
                "{\"x\":{\"pattern\":\"(\"}}",
                "{\"x\":{\"minLength\":\"1\"}}",
            })
    void aSchemaFileThatCannotBeMeantStopsTheStart(String content) {
        assertThatThrownBy(() -> with(content))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema-image.json");
    }

    @Test
    void nothingCanBeImported() {
        try (TestApi api = new TestApi()) {
            assertThat(api.call(NO_ROLE, "GET", "/v2/info/import").text())
                    .isEqualTo("{\"import-methods\":{\"description\":\"Import methods available.\",\"type\":\"array\","
                            + "\"value\":[]}}");
            assertThat(api.call(RED, "POST", "/v2/images", "{}").headers().has("OpenStack-image-import-methods"))
                    .isFalse();
            assertThat(api.call(NO_ROLE, "GET", "/v2/info/usage").text()).isEqualTo("{\"usage\":{}}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        // method, path, an administrator's answer, a member's
        "GET,/v2/info/stores,404,404",
        "GET,/v2/info/stores/detail,404,404",
        "DELETE,/v2/stores/file/x,404,404",
        "GET,/v2/cache,404,403",
        "DELETE,/v2/cache,404,403",
        "PUT,/v2/cache/x,404,403",
        "DELETE,/v2/cache/x,404,403",
        "GET,/v2/tasks,200,403",
        "GET,/v2/tasks/x,404,403",
        "POST,/v2/tasks,400,403",
    })
    void switchedOffFeaturesAnswerAfterPolicy(String method, String path, int admin, int member) {
        try (TestApi api = new TestApi()) {
            assertThat(api.call(ADMIN, method, path).status()).isEqualTo(admin);
            assertThat(api.call(RED, method, path).status()).isEqualTo(member);
        }
    }

    @Test
    void locationsAreListedForServicesAndNoneIsTaken() {
        try (TestApi api = new TestApi(TestApi.DEFAULT_QUOTAS, TestApi.config(true))) {
            String active = "/v2/images/" + api.imageIn(ImageStatus.ACTIVE, Visibility.SHARED);
            String queued = "/v2/images/" + api.imageIn(ImageStatus.QUEUED, Visibility.SHARED);
            String body = "{\"url\":\"http://x/y\"}";

            JsonNode listed = api.call(ADMIN, "GET", active + "/locations").json();
            assertThat(listed.size()).isEqualTo(1);
            assertThat(api.call(RED, "POST", active + "/locations", body).status())
                    .isEqualTo(409);
            assertThat(api.call(RED, "POST", queued + "/locations", body).status())
                    .isEqualTo(403);

            JsonNode shown = api.call(RED, "GET", active).json();
            assertThat(shown.path("locations")).isEqualTo(listed);
            assertThat(shown.path("direct_url")).isEqualTo(listed.get(0).path("url"));
            api.call(RED, "POST", active + "/actions/deactivate");
            JsonNode barred = api.call(RED, "GET", active).json();
            assertThat(barred.path("locations").size()).isZero();
            assertThat(barred.has("direct_url")).isFalse();
            assertThat(api.call(ADMIN, "GET", active).json().has("direct_url")).isTrue();
        }
    }
}
