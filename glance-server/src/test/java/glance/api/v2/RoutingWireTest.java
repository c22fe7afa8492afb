package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.api.v2.TestApi.Answer;
import glance.http.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, methods and bodies before any route looks at them. */
class RoutingWireTest {
    private final TestApi api = new TestApi();
    private final String id =
            api.call(RED, "POST", "/v2/images", "{}").json().path("id").stringValue();

    @AfterEach
    void close() {
        api.close();
    }

    private String at(String template) {
        return template.replace("{id}", id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/images/",
                "/v2/images/{id}/",
                "/v2/images//{id}",
                "/v2/nothing",
                "/v2/images/{id}/nothing",
                "/v2/images/not-a-uuid",
                "/v2/images/%FF",
                "/v2/images/x%2Fy%2Fz",
                "/v2/images/{id}/actions/explode",
                "/v2/cached_images",
                "/v2/images/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            })
    void pathsThatLeadNowhereAreNotFound(String path) {
        assertThat(api.call(ADMIN, "GET", at(path)).status()).isEqualTo(404);
    }

    @Test
    void anUnknownVerbIsTellingOnlyWhereThereIsNothing() {
        assertThat(api.call(RED, "BREW", "/v2/nothing").status()).isEqualTo(501);
        assertThat(api.call(RED, "BREW", "/v2/images").status()).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v2/images|GET, POST",
                "/v2/images/{id}|GET, PATCH, DELETE",
                "/v2/images/{id}/file|GET, PUT",
                "/v2/images/{id}/stage|PUT",
                "/v2/images/{id}/import|POST",
                "/v2/images/{id}/actions/deactivate|POST",
                "/v2/images/{id}/tags/t|PUT, DELETE",
                "/v2/images/{id}/members|GET, POST",
                "/v2/images/{id}/members/m|GET, PUT, DELETE",
                "/v2/stores/s/{id}|DELETE",
                "/v2/schemas/image|GET",
                "/v2/info/import|GET",
                "/v2/info/stores|GET",
                "/v2/cache|GET, DELETE",
                "/v2/cache/{id}|DELETE, PUT",
                "/v2/tasks/x|GET",
            })
    void wrongMethodsNameTheRightOnes(String path, String allow) {
        Answer head = api.call(RED, "HEAD", at(path));
        Answer wrong = api.call(RED, "OPTIONS", at(path), Headers.NONE, "no json");

        assertThat(wrong.status()).isEqualTo(405);
        assertThat(wrong.header("Allow")).isEqualTo(allow);
        assertThat(head.status()).isEqualTo(405);
        assertThat(head.header("Allow")).isEqualTo(allow);
        assertThat(head.bytes()).isEmpty();
    }

    @Test
    void usageHasNoOtherMethods() {
        assertThat(api.call(RED, "POST", "/v2/info/usage").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v2/images/{id}",
        "DELETE,/v2/images/{id}",
        "GET,/v2/images/{id}/file",
        "POST,/v2/images/{id}/actions/deactivate",
        "PUT,/v2/images/{id}/tags/t",
        "DELETE,/v2/images/{id}/tags/t",
        "GET,/v2/images/{id}/members",
        "GET,/v2/images/{id}/members/m",
        "DELETE,/v2/images/{id}/members/m",
        "GET,/v2/images/{id}/tasks",
        "GET,/v2/schemas/image",
        "GET,/v2/info/import",
        "GET,/v2/info/stores",
        "DELETE,/v2/stores/s/{id}",
        "GET,/v2/cache",
    })
    void routesWithoutBodyRefuseOne(String method, String path) {
        assertThat(api.call(ADMIN, method, at(path), "{}").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"GET,/v2/images", "GET,/v2/info/usage", "GET,/v2/images/{id}/locations", "GET,/v2/schemas/task"})
    void otherReadsIgnoreABody(String method, String path) {
        assertThat(api.call(ADMIN, method, at(path), "nonsense").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|/v2/images|[]",
                "POST|/v2/images|5",
                "POST|/v2/images|null",
                "POST|/v2/images|{",
                "POST|/v2/images|{} x",
                "POST|/v2/images/{id}/members|[]",
                "POST|/v2/images/{id}/members|{\"member\":null}",
                "POST|/v2/images/{id}/members|{\"member\":\"\"}",
                "PUT|/v2/images/{id}/members/m|{\"status\":\"maybe\"}",
                "PUT|/v2/images/{id}/members/m|{}",
                "POST|/v2/images/{id}/import|{\"method\":[]}",
                "POST|/v2/images/{id}/import|[]",
            })
    void bodiesThatSayNothingAreRefused(String method, String path, String body) {
        assertThat(api.call(RED, method, at(path), body).status()).isEqualTo(400);
    }

    @Test
    void aBodyIsRequiredWhereOneIsRead() {
        assertThat(api.call(RED, "POST", "/v2/images").status()).isEqualTo(400);
        assertThat(api.call(RED, "POST", at("/v2/images/{id}/members")).status())
                .isEqualTo(400);
    }

    @Test
    void createDoesNotLookAtTheContentType() {
        assertThat(api.call(RED, "POST", "/v2/images", Headers.of("Content-Type", "text/plain"), "{}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void dataNeedsItsContentType() {
        assertThat(api.call(RED, "PUT", at("/v2/images/{id}/file"), "data").status())
                .isEqualTo(415);
        assertThat(api.call(
                                RED,
                                "PUT",
                                at("/v2/images/{id}/file"),
                                Headers.of("Content-Type", "application/octet-stream")
                                        .with("x-openstack-image-size", "ten"),
                                "data")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void tagsAreUtf8AndTheOldSpellingCanBeRemoved() {
        assertThat(api.call(RED, "PUT", at("/v2/images/{id}/tags/caf%C3%A9")).status())
                .isEqualTo(204);
        assertThat(api.stored(id).tags()).containsExactly("caf\u00e9");
        api.patch(
                RED,
                at("/v2/images/{id}"),
                TestApi.V21,
                "[{\"op\":\"replace\",\"path\":\"/tags\",\"value\":" + "[\"caf\u00c3\u00a9\"]}]");

        assertThat(api.call(RED, "DELETE", at("/v2/images/{id}/tags/caf%C3%A9")).status())
                .isEqualTo(204);

        assertThat(api.stored(id).tags()).isEmpty();
        assertThat(api.call(RED, "PUT", at("/v2/images/{id}/tags/%FF")).status())
                .isEqualTo(400);
    }
}
