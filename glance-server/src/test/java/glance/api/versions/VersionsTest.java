package glance.api.versions;

import static org.assertj.core.api.Assertions.assertThat;

import glance.config.Configuration;
import glance.http.BareRequest;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionsTest {
    private static final String BASE = "http://img.example.test:9292";

    private final Versions versions = new Versions(null, false);

    @Test
    void theDeprecatedVersionIsListedLastAndServedWhenItIsOn() {
        Versions withFirst = new Versions(null, true);

        assertThat(text(withFirst.answer(request("/", ""), BASE).orElseThrow()))
                .endsWith("{\"id\": \"v1.0\", \"status\": \"DEPRECATED\", \"links\": "
                        + "[{\"rel\": \"self\", \"href\": \"http://img.example.test:9292/v1/\"}]}]}");
        assertThat(withFirst.answer(request("/v1.1/images", ""), BASE)).isEmpty();
        assertThat(withFirst.negotiated(request("/v1.1/images", "")).rawPath()).isEqualTo("/v1/images");
    }

    @Test
    void theDeprecatedVersionIsOnUnlessItIsTurnedOff() {
        Versions unset = Versions.from(Configuration.ofText("").section("DEFAULT"));
        Response root = unset.answer(request("/v1", ""), BASE).orElseThrow();
        assertThat(root.status()).isEqualTo(302);
        assertThat(root.headers().first("Location")).isEqualTo(BASE + "/v1/");
        Versions off = Versions.from(
                Configuration.ofText("[DEFAULT]\nenable_v1_api = false\n").section("DEFAULT"));
        assertThat(off.answer(request("/v1", ""), BASE).orElseThrow().status()).isEqualTo(300);
    }

    @Test
    void severalStoresBringTheirVersions() {
        Versions several = Versions.from(
                Configuration.ofText("[DEFAULT]\nenabled_backends = a:file\n").section("DEFAULT"));
        String listed = text(several.answer(request("/versions", ""), BASE).orElseThrow());
        assertThat(Pattern.compile("v2\\.\\d+").matcher(listed).results().map(MatchResult::group))
                .startsWith("v2.15", "v2.13", "v2.12", "v2.11", "v2.10", "v2.9", "v2.8", "v2.17", "v2.7");
        assertThat(several.answer(request("/v2.8/images", ""), BASE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1/images", "/v3", "/foo/bar", "/v2.8/images", "/v2.18/images", "/images"})
    void pathsWithoutAnAcceptedVersionListTheVersions(String path) {
        Response answer = versions.answer(request(path, ""), BASE).orElseThrow();

        assertThat(answer.status()).isEqualTo(300);
        assertThat(text(answer))
                .startsWith("{\"versions\": [{\"id\": \"v2.15\", \"status\": \"SUPPORTED\", \"links\": "
                        + "[{\"rel\": \"self\", \"href\": \"http://img.example.test:9292/v2/\"}]}")
                .contains("{\"id\": \"v2.17\", \"status\": \"CURRENT\"", "\"v2.7\"", "\"v2.0\"")
                .doesNotContain("v2.8", "v2.18", "v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/versions", "/versions/x", "/v2/", "/v2.3/"})
    void versionsAreListedWhereTheyAreAskedFor(String path) {
        assertThat(versions.answer(request(path, ""), BASE).orElseThrow().status())
                .isEqualTo(200);
    }

    @Test
    void v2AloneRedirectsToItsSlash() {
        Response answer = versions.answer(request("/v2", ""), BASE).orElseThrow();

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.headers().first("Location")).isEqualTo(BASE + "/v2/");
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/images,'',/v2/images",
        "/v2.0/images/x,'',/v2/images/x",
        "/v2.17/schemas/image,'',/v2/schemas/image",
        "/images,application/vnd.openstack.images-v2.2,/v2/images",
    })
    void acceptedVersionsLeadToTheApi(String path, String accept, String negotiated) {
        Request request = request(path, accept);

        assertThat(versions.answer(request, BASE)).isEmpty();
        assertThat(versions.negotiated(request).rawPath()).isEqualTo(negotiated);
    }

    @Test
    void anUnknownVersionInAcceptListsTheVersions() {
        Request request = request("/v2/images", "application/vnd.openstack.images-v9");

        assertThat(versions.answer(request, BASE).orElseThrow().status()).isEqualTo(300);
    }

    @Test
    void thePublicEndpointIsTheBaseOfLinksButNotOfTheRedirect() {
        Versions behindProxy = new Versions("https://api.example.test/image/", false);

        assertThat(text(behindProxy.answer(request("/", ""), BASE).orElseThrow()))
                .contains("\"https://api.example.test/image/v2/\"");
        assertThat(behindProxy
                        .answer(request("/v2", ""), BASE)
                        .orElseThrow()
                        .headers()
                        .first("Location"))
                .isEqualTo(BASE + "/v2/");
    }

    private static Request request(String path, String accept) {
        Headers headers = accept.isEmpty() ? Headers.NONE : Headers.of("Accept", accept);
        return BareRequest.of("GET", path, headers);
    }

    private static String text(Response response) {
        return new String(((Response.Bytes) response).content(), StandardCharsets.UTF_8);
    }
}
