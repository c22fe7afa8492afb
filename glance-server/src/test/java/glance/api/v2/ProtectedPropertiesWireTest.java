package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.api.ApiConfig;
import glance.auth.Caller;
import glance.config.Configuration;
import glance.image.Images;
import glance.policy.PropertyProtections;
import glance.policy.RulePolicy;
import glance.quota.ProjectLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Protected properties on the wire: an administrator's secret, a fixed mark, and what everybody may do. */
class ProtectedPropertiesWireTest {
    private static final String RULES = """
            [^secret$]
            create = admin
            read = admin
            update = admin
            delete = admin
            [^mark$]
            create = admin
            read = @
            update = !
            delete = !
            [^free]
            create = @
            read = @
            update = @
            delete = @
            """;

    @TempDir
    Path directory;

    private TestApi api = new TestApi();
    private String image = "";

    @BeforeEach
    void createAnImageWithAllThree() throws IOException {
        Path file = Files.writeString(directory.resolve("protections.conf"), RULES);
        RulePolicy policy = RulePolicy.builtIn();
        PropertyProtections protections = PropertyProtections.open(
                Configuration.ofText("[DEFAULT]\nproperty_protection_file = " + file + "\n"), policy);
        ApiConfig config = TestApi.config(false);
        api.close();
        api = new TestApi(
                new Images.Rules(policy, TestApi.DEFAULT_QUOTAS, ProjectLimits.OFF, protections),
                config,
                ImageSchema.of(config));
        image = api.call(
                        ADMIN,
                        "POST",
                        "/v2/images",
                        "{\"owner\":\"p-red\",\"secret\":\"s\",\"mark\":\"m\",\"free1\":\"f\"}")
                .json()
                .path("self")
                .stringValue();
    }

    @AfterEach
    void close() {
        api.close();
    }

    private int patch(Caller caller, String verb, String name) {
        String body = "[{\"op\":\"" + verb + "\",\"path\":\"/" + name + "\",\"value\":\"new\"}]";
        return api.patch(caller, image, TestApi.V21, body).status();
    }

    private JsonNode seenBy(Caller caller) {
        return api.call(caller, "GET", image).json();
    }

    @Test
    void whatACallerMayNotReadIsLeftOut() {
        assertThat(seenBy(ADMIN).path("secret").stringValue()).isEqualTo("s");
        assertThat(seenBy(RED).has("secret")).isFalse();
        assertThat(seenBy(RED).path("mark").stringValue()).isEqualTo("m");
        assertThat(api.call(RED, "GET", "/v2/images")
                        .json()
                        .path("images")
                        .get(0)
                        .has("secret"))
                .isFalse();
    }

    @Test
    void whatACallerMayNotReadLooksAbsentAndSurvives() {
        assertThat(patch(RED, "replace", "secret")).isEqualTo(409);
        assertThat(patch(RED, "remove", "secret")).isEqualTo(409);
        assertThat(patch(RED, "add", "secret")).isEqualTo(403);
        assertThat(patch(RED, "replace", "name")).isEqualTo(200);
        assertThat(seenBy(ADMIN).path("secret").stringValue()).isEqualTo("s");
    }

    @Test
    void aFilterDoesNotTellWhatCannotBeRead() {
        assertThat(api.call(ADMIN, "GET", "/v2/images?secret=s")
                        .json()
                        .path("images")
                        .size())
                .isEqualTo(1);
        assertThat(api.call(RED, "GET", "/v2/images?secret=s")
                        .json()
                        .path("images")
                        .size())
                .isZero();
        assertThat(api.call(RED, "GET", "/v2/images?mark=m")
                        .json()
                        .path("images")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void everyRightIsGrantedByItself() {
        assertThat(patch(ADMIN, "replace", "mark")).isEqualTo(403);
        assertThat(patch(ADMIN, "remove", "mark")).isEqualTo(403);
        assertThat(patch(RED, "add", "free2")).isEqualTo(200);
        assertThat(patch(RED, "replace", "free1")).isEqualTo(200);
        assertThat(patch(RED, "remove", "free1")).isEqualTo(200);
        assertThat(patch(ADMIN, "add", "unlisted")).isEqualTo(403);
    }

    @Test
    void createNeedsTheRightToCreate() {
        assertThat(api.call(RED, "POST", "/v2/images", "{\"mark\":\"m\"}").status())
                .isEqualTo(403);
        assertThat(api.call(RED, "POST", "/v2/images", "{\"free\":\"f\"}").status())
                .isEqualTo(201);
    }
}
