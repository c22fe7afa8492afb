package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.BLUE_READER;
import static glance.api.v2.TestApi.NO_ROLE;
import static glance.api.v2.TestApi.RED;
import static glance.api.v2.TestApi.RED_READER;
import static glance.api.v2.TestApi.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import glance.auth.Caller;
import glance.image.ImageStatus;
import glance.image.Visibility;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may do what with one active image of project red, as the truth table of single-image calls has it. */
class AuthorisationWireTest {
    /** How the image stands to project blue. */
    enum Standing {
        PUBLIC(Visibility.PUBLIC, false),
        COMMUNITY(Visibility.COMMUNITY, false),
        SHARED_WITH_NOBODY(Visibility.SHARED, false),
        SHARED_WITH_BLUE(Visibility.SHARED, true),
        PRIVATE(Visibility.PRIVATE, false),
        PRIVATE_WITH_BLUE_LEFT_OVER(Visibility.PRIVATE, true);

        private final Visibility visibility;
        private final boolean member;

        Standing(Visibility visibility, boolean member) {
            this.visibility = visibility;
            this.member = member;
        }
    }

    private final TestApi api = new TestApi();

    @AfterEach
    void close() {
        api.close();
    }

    static Stream<Arguments> rows() {
        return Stream.of(
                        // show, file, modify, deactivate, members list, member add, locations, tasks
                        rows(
                                List.of(Standing.PUBLIC, Standing.COMMUNITY),
                                "admin",
                                200,
                                200,
                                200,
                                204,
                                403,
                                403,
                                200,
                                200),
                        rows(
                                List.of(Standing.PUBLIC, Standing.COMMUNITY),
                                "A-member",
                                200,
                                200,
                                200,
                                204,
                                403,
                                403,
                                403,
                                200),
                        rows(
                                List.of(Standing.PUBLIC, Standing.COMMUNITY),
                                "A-reader",
                                200,
                                403,
                                403,
                                403,
                                403,
                                403,
                                403,
                                200),
                        rows(
                                List.of(Standing.PUBLIC, Standing.COMMUNITY),
                                "B-member",
                                200,
                                200,
                                403,
                                403,
                                403,
                                403,
                                403,
                                200),
                        rows(
                                List.of(Standing.PUBLIC, Standing.COMMUNITY),
                                "B-reader",
                                200,
                                403,
                                403,
                                403,
                                403,
                                403,
                                403,
                                200),
                        rows(
                                List.of(Standing.PUBLIC, Standing.COMMUNITY),
                                "norole",
                                404,
                                404,
                                404,
                                404,
                                403,
                                403,
                                404,
                                404),
                        rows(
                                List.of(Standing.PUBLIC, Standing.COMMUNITY),
                                "service",
                                404,
                                404,
                                404,
                                404,
                                403,
                                403,
                                200,
                                404),
                        rows(List.of(Standing.SHARED_WITH_NOBODY), "admin", 200, 200, 200, 204, 200, 200, 200, 200),
                        rows(List.of(Standing.SHARED_WITH_NOBODY), "A-member", 200, 200, 200, 204, 200, 200, 403, 200),
                        rows(List.of(Standing.SHARED_WITH_NOBODY), "A-reader", 200, 403, 403, 403, 200, 403, 403, 200),
                        rows(List.of(Standing.SHARED_WITH_BLUE), "B-member", 200, 200, 403, 403, 200, 403, 403, 200),
                        rows(List.of(Standing.SHARED_WITH_BLUE), "B-reader", 200, 403, 403, 403, 200, 403, 403, 200),
                        rows(privates(), "admin", 200, 200, 200, 204, 403, 403, 200, 200),
                        rows(privates(), "A-member", 200, 200, 200, 204, 403, 403, 403, 200),
                        rows(privates(), "A-reader", 200, 403, 403, 403, 403, 403, 403, 200),
                        unseen(Standing.SHARED_WITH_NOBODY),
                        unseen(Standing.PRIVATE),
                        unseen(Standing.PRIVATE_WITH_BLUE_LEFT_OVER))
                .flatMap(one -> one);
    }

    private static List<Standing> privates() {
        return List.of(Standing.PRIVATE, Standing.PRIVATE_WITH_BLUE_LEFT_OVER);
    }

    private static Stream<Arguments> unseen(Standing standing) {
        return Stream.of("B-member", "B-reader", "norole", "service")
                .flatMap(who -> rows(List.of(standing), who, 404, 404, 404, 404, 404, 404, 404, 404));
    }

    private static Stream<Arguments> rows(List<Standing> standings, String who, Integer... codes) {
        return standings.stream().map(standing -> Arguments.of(standing, who, List.of(codes)));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("rows")
    void answersAsTheTableSays(Standing standing, String who, List<Integer> codes) {
        Caller caller = caller(who);

        assertThat(Stream.of(
                                call(standing, caller, "GET", "", ""),
                                call(standing, caller, "GET", "/file", ""),
                                call(
                                        standing,
                                        caller,
                                        "PATCH",
                                        "",
                                        "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"x\"}]"),
                                call(standing, caller, "POST", "/actions/deactivate", ""),
                                call(standing, caller, "GET", "/members", ""),
                                call(standing, caller, "POST", "/members", "{\"member\":\"p-other\"}"),
                                call(standing, caller, "GET", "/locations", ""),
                                call(standing, caller, "GET", "/tasks", ""))
                        .toList())
                .isEqualTo(codes);
    }

    /** Each call meets an image of its own. */
    private int call(Standing standing, Caller caller, String method, String below, String body) {
        String path = "/v2/images/" + api.imageIn(ImageStatus.ACTIVE, Visibility.SHARED);
        if (standing.member) {
            api.call(RED, "POST", path + "/members", "{\"member\":\"p-blue\"}");
        }
        api.patch(
                ADMIN,
                path,
                TestApi.V21,
                "[{\"op\":\"replace\",\"path\":\"/visibility\",\"value\":\"" + standing.visibility.wire() + "\"}]");
        return method.equals("PATCH")
                ? api.patch(caller, path, TestApi.V21, body).status()
                : api.call(caller, method, path + below, body).status();
    }

    private static Caller caller(String who) {
        return switch (who) {
            case "admin" -> ADMIN;
            case "A-member" -> RED;
            case "A-reader" -> RED_READER;
            case "B-member" -> BLUE;
            case "B-reader" -> BLUE_READER;
            case "norole" -> NO_ROLE;
            case "service" -> SERVICE;
            default -> throw new IllegalArgumentException(who);
        };
    }
}
