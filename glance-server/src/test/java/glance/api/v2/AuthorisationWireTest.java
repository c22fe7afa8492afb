package glance.api.v2;

import static org.assertj.core.api.Assertions.assertThat;

import glance.auth.Caller;
import glance.image.ImageId;
import glance.testkit.auth.AuthorisationTable;
import glance.testkit.auth.AuthorisationTable.Expected;
import glance.testkit.auth.AuthorisationTable.Listed;
import glance.testkit.auth.AuthorisationTable.Person;
import glance.testkit.auth.AuthorisationTable.Situation;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The authorisation tables on the wire: every cell meets an active image of its own. */
class AuthorisationWireTest {
    private final TestApi api = new TestApi();

    @AfterEach
    void close() {
        api.close();
    }

    static List<Expected> calls() {
        return AuthorisationTable.calls();
    }

    /** Without callers that have no project: the default rules refuse them the list, whatever they could reach. */
    static List<Listed> lists() {
        return AuthorisationTable.lists().stream()
                .filter(cell -> cell.caller() != Person.NOBODY)
                .toList();
    }

    @Test
    void aCallerWithoutProjectHasNoList() {
        // The rule compares the caller's project with that of the target, and no project equals none.
        assertThat(api.call(Person.NOBODY.caller(), "GET", "/v2/images").status())
                .isEqualTo(403);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void callsAnswerAsTheTableSays(Expected cell) {
        String image = image(cell.image());
        Caller caller = cell.caller().caller();

        int status = switch (cell.call()) {
            case SHOW -> api.call(caller, "GET", image).status();
            case FILE -> api.call(caller, "GET", image + "/file").status();
            case MODIFY ->
                api.patch(caller, image, TestApi.V21, "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"x\"}]")
                        .status();
            case ACTIVATION ->
                api.call(caller, "POST", image + "/actions/deactivate").status();
            case MEMBERS -> api.call(caller, "GET", image + "/members").status();
            case ADD_MEMBER ->
                api.call(caller, "POST", image + "/members", "{\"member\":\"third\"}")
                        .status();
            case LOCATIONS -> api.call(caller, "GET", image + "/locations").status();
            case TASKS -> api.call(caller, "GET", image + "/tasks").status();
        };

        assertThat(status).isEqualTo(cell.status());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lists")
    void listsShowWhatTheTableSays(Listed cell) {
        image(cell.image());
        String query = switch (cell.asked()) {
            case DEFAULT -> "";
            case OWN -> "?visibility=" + cell.image().visibility().wire();
            case ALL -> "?visibility=all";
        };

        int listed = api.call(cell.caller().caller(), "GET", "/v2/images" + query)
                .json()
                .path("images")
                .size();

        assertThat(listed).isEqualTo(cell.listed() ? 1 : 0);
    }

    /** An active image of project A as described; its path. */
    private String image(Situation situation) {
        Caller owner = Person.A_MEMBER.caller();
        String id = api.call(owner, "POST", "/v2/images", "{\"disk_format\":\"raw\",\"container_format\":\"bare\"}")
                .json()
                .path("id")
                .stringValue();
        assertThat(api.upload(owner, id, "0123456789").status()).isEqualTo(204);
        situation.membershipOfB().ifPresent(status -> {
            api.registry.members().add(new ImageId(id), "b", -1);
            api.registry.members().setStatus(new ImageId(id), "b", status);
        });
        String path = "/v2/images/" + id;
        String visibility = "[{\"op\":\"replace\",\"path\":\"/visibility\",\"value\":\""
                + situation.visibility().wire() + "\"}]";
        assertThat(api.patch(Person.ADMIN.caller(), path, TestApi.V21, visibility)
                        .status())
                .isEqualTo(200);
        return path;
    }
}
