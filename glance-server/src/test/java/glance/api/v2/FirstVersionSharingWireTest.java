package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.auth.Caller;
import glance.image.ImageStatus;
import glance.image.Visibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Memberships of the Images API v1. RED owns the image; BLUE is shared with, or not. */
class FirstVersionSharingWireTest {
    private final TestApi api = new TestApi();
    private final String image = api.imageIn(ImageStatus.ACTIVE, Visibility.SHARED);
    private final String members = "/v1/images/" + image + "/members";

    @Test
    void memberSeesTheImageAtOnceUntilItIsRemoved() {
        assertThat(head(BLUE)).isEqualTo(404);
        assertThat(status(RED, "PUT", members + "/p-blue", "")).isEqualTo(204);
        assertThat(head(BLUE)).isEqualTo(200);
        assertThat(members(RED)).hasToString("[{\"member_id\":\"p-blue\",\"can_share\":false}]");
        assertThat(status(RED, "DELETE", members + "/p-blue", "")).isEqualTo(204);
        assertThat(head(BLUE)).isEqualTo(404);
        assertThat(status(RED, "DELETE", members + "/p-blue", "")).isEqualTo(404);
        assertThat(status(RED, "PUT", members + "/p-blue", "")).isEqualTo(204);
        assertThat(head(BLUE)).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"member\": {\"can_share\": true}} | true",
                "{\"member\": {\"can_share\": \"false\"}} | true",
                "{\"member\": {\"can_share\": 0}} | false",
                "{\"member\": {\"can_share\": null}} | false",
                "{\"member\": {}} | false",
                "{} | false"
            })
    void whetherAMemberMayShareIsTakenByTruth(String body, boolean canShare) {
        assertThat(status(RED, "PUT", members + "/p-blue", body)).isEqualTo(204);
        assertThat(members(RED).path(0).path("can_share").booleanValue()).isEqualTo(canShare);
    }

    @Test
    void whatIsNotSaidOfAMemberStays() {
        status(RED, "PUT", members + "/p-blue", "{\"member\": {\"can_share\": true}}");
        status(RED, "PUT", members + "/p-blue", "");
        assertThat(members(RED).path(0).path("can_share").booleanValue()).isTrue();
    }

    @Test
    void onlyAMemberThatMayShareSharesOn() {
        status(RED, "PUT", members + "/p-blue", "");
        assertThat(status(BLUE, "PUT", members + "/p-green", "")).isEqualTo(404);
        assertThat(api.call(BLUE, "PUT", members + "/p-green").text()).contains("no permission to share");
        status(RED, "PUT", members + "/p-blue", "{\"member\": {\"can_share\": true}}");
        assertThat(status(BLUE, "PUT", members + "/p-green", "")).isEqualTo(204);
        assertThat(members(RED)).hasSize(2);
        assertThat(members(BLUE)).hasSize(1);
        assertThat(status(BLUE, "DELETE", members + "/p-green", "")).isEqualTo(204);
    }

    @Test
    void whoDoesNotSeeTheImageFindsNothing() {
        assertThat(status(BLUE, "GET", members, "")).isEqualTo(404);
        assertThat(status(BLUE, "PUT", members + "/p-blue", "")).isEqualTo(404);
        assertThat(status(BLUE, "DELETE", members + "/p-blue", "")).isEqualTo(404);
        assertThat(status(RED, "GET", "/v1/images/absent/members", "")).isEqualTo(404);
    }

    @Test
    void membersAreReplacedAsAWhole() {
        status(RED, "PUT", members + "/p-old", "");
        String two =
                "{\"memberships\": [{\"member_id\": \"p-blue\", \"can_share\": true}, {\"member_id\": \"p-green\"}]}";
        assertThat(status(RED, "PUT", members, two)).isEqualTo(204);
        assertThat(members(ADMIN))
                .hasToString(
                        "[{\"member_id\":\"p-blue\",\"can_share\":true},{\"member_id\":\"p-green\",\"can_share\":false}]");
        assertThat(status(RED, "PUT", members, "{\"memberships\": []}")).isEqualTo(204);
        assertThat(members(RED)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "{}", "{\"memberships\": {}}", "{\"memberships\": [{}]}", "{\"memberships\": [7]}"
            })
    void replacementThatIsNoneIsRefused(String body) {
        status(RED, "PUT", members + "/p-blue", "");
        assertThat(status(RED, "PUT", members, body)).isEqualTo(400);
        assertThat(members(RED)).hasSize(1);
    }

    @Test
    void sharedImagesAreThoseOfTheProjectItselfOrOfTheOwnImages() {
        status(RED, "PUT", members + "/p-blue", "");
        String one = "[{\"image_id\":\"" + image + "\",\"can_share\":false}]";
        assertThat(shared(BLUE, "p-blue")).hasToString(one);
        assertThat(shared(RED, "p-blue")).hasToString(one);
        assertThat(shared(ADMIN, "p-blue")).hasToString(one);
        assertThat(shared(RED, "p-green")).isEmpty();
        status(RED, "PUT", members + "/p-green", "");
        assertThat(shared(BLUE, "p-green")).isEmpty();
    }

    @Test
    void methodsAreThoseOfTheContract() {
        assertThat(api.call(RED, "GET", members + "/p-blue").status()).isEqualTo(405);
        assertThat(api.call(RED, "GET", members + "/p-blue").headers().has("Allow"))
                .isFalse();
        assertThat(api.call(RED, "POST", members + "/p-blue").header("Allow")).isEqualTo("GET, PUT, DELETE");
        assertThat(api.call(RED, "DELETE", members).header("Allow")).isEqualTo("GET, PUT");
        assertThat(api.call(RED, "POST", "/v1/shared-images/p-blue").status()).isEqualTo(200);
        assertThat(api.call(RED, "GET", members + "/").status()).isEqualTo(404);
    }

    private int head(Caller caller) {
        return status(caller, "HEAD", "/v1/images/" + image, "");
    }

    private int status(Caller caller, String method, String target, String body) {
        return api.call(caller, method, target, body).status();
    }

    private JsonNode members(Caller caller) {
        return api.call(caller, "GET", members).json().path("members");
    }

    private JsonNode shared(Caller caller, String member) {
        return api.call(caller, "GET", "/v1/shared-images/" + member).json().path("shared_images");
    }
}
