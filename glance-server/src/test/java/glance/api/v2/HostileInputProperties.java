package glance.api.v2;

import static org.assertj.core.api.Assertions.assertThat;

import glance.auth.Caller;
import glance.http.Headers;
import glance.image.ImageStatus;
import glance.image.Visibility;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** Whatever a client sends, the answer is the client's fault or a success, never ours. */
class HostileInputProperties {
    private static final TestApi API = new TestApi(TestApi.DEFAULT_QUOTAS, TestApi.config(true));
    private static final String IMAGE = API.imageIn(ImageStatus.ACTIVE, Visibility.SHARED);

    @AfterContainer
    static void close() {
        API.close();
    }

    @Property(tries = 2000)
    void noRequestIsAServerError(
            @ForAll("callers") Caller caller,
            @ForAll("methods") String method,
            @ForAll("paths") String path,
            @ForAll("queries") String query,
            @ForAll("headers") Headers headers,
            @ForAll("bodies") String body) {
        String target = query.isEmpty() ? path : path + "?" + query;

        int status = API.call(caller, method, target, headers, body).status();

        assertThat(status)
                .as("%s %s %s", method, target, body)
                .isBetween(200, 501)
                .isNotEqualTo(500);
    }

    @Property(tries = 2000)
    void noListQueryIsAServerError(@ForAll("queries") String query) {
        assertThat(API.call(TestApi.ADMIN, "GET", "/v2/images?" + query).status())
                .isIn(200, 400);
    }

    @Property(tries = 2000)
    void noPatchIsAServerError(@ForAll("dialects") String dialect, @ForAll("patches") String patch) {
        String image = API.imageIn(ImageStatus.QUEUED, Visibility.SHARED);

        assertThat(API.patch(TestApi.RED, "/v2/images/" + image, dialect, patch).status())
                .as(patch)
                .isIn(200, 400, 403, 409, 413);
    }

    @Provide
    Arbitrary<Caller> callers() {
        return Arbitraries.of(TestApi.RED, TestApi.ADMIN, TestApi.BLUE_READER, TestApi.NO_ROLE);
    }

    @Provide
    Arbitrary<String> methods() {
        return Arbitraries.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "TRACE");
    }

    @Provide
    Arbitrary<String> dialects() {
        return Arbitraries.of(TestApi.V20, TestApi.V21);
    }

    @Provide
    Arbitrary<String> paths() {
        Arbitrary<String> segment = Arbitraries.oneOf(
                Arbitraries.of(
                        "images",
                        "members",
                        "tags",
                        "file",
                        "stage",
                        "import",
                        "tasks",
                        "locations",
                        "actions",
                        "deactivate",
                        "schemas",
                        "image",
                        "info",
                        "stores",
                        "usage",
                        "cache",
                        "p-blue",
                        "%2F",
                        "%FF",
                        "%00",
                        "%",
                        "",
                        ".."),
                Arbitraries.just(IMAGE),
                Arbitraries.strings()
                        .withCharRange('!', '~')
                        .excludeChars('/', '?')
                        .ofMaxLength(8));
        return segment.list().ofMaxSize(5).map(segments -> "/v2/" + String.join("/", segments));
    }

    @Provide
    Arbitrary<String> queries() {
        Arbitrary<String> name = Arbitraries.of(
                "limit",
                "marker",
                "sort",
                "sort_key",
                "sort_dir",
                "name",
                "id",
                "status",
                "created_at",
                "size_min",
                "size",
                "min_ram_max",
                "name_min",
                "tag",
                "visibility",
                "member_status",
                "os_hidden",
                "protected",
                "owner",
                "properties",
                "locations",
                "members",
                "deleted",
                "changes-since",
                "x");
        Arbitrary<String> value = Arbitraries.oneOf(
                Arbitraries.of(
                        "",
                        "1",
                        "-1",
                        "99999999999999999999",
                        "in:a,%22b",
                        "in:,",
                        "eq:",
                        ":",
                        "gt:2026-01-01",
                        "true",
                        "all",
                        "name",
                        "name:asc,,",
                        "asc",
                        "%FF",
                        "%00",
                        "2026-13-45T99:99:99Z",
                        IMAGE),
                Arbitraries.strings()
                        .withCharRange('!', '~')
                        .excludeChars('&', '#')
                        .ofMaxLength(12));
        return Combinators.combine(name, value)
                .as((left, right) -> left + "=" + right)
                .list()
                .ofMaxSize(4)
                .map(parameters -> String.join("&", parameters));
    }

    @Provide
    Arbitrary<Headers> headers() {
        return Combinators.combine(
                        Arbitraries.of(
                                "application/octet-stream", TestApi.V20, TestApi.V21, "application/json", ";", ""),
                        Arbitraries.of("", "*/*", "application/json", "text/html;q=x", ",,", "bytes=0-4", "bytes=--"),
                        Arbitraries.of("0", "5", "-5", "9e9", ""))
                .as((type, accept, size) -> Headers.of("Content-Type", type)
                        .with("Accept", accept)
                        .with("Range", accept)
                        .with("Content-Range", accept)
                        .with("X-Image-Meta-Store", size)
                        .with("x-openstack-image-size", size));
    }

    @Provide
    Arbitrary<String> bodies() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "", "{}", "[]", "null", "{\"member\":[]}", "{\"status\":{}}", "{\"method\":1}", "\uFEFF{}"),
                json(),
                patches(),
                Arbitraries.strings().ofMaxLength(30));
    }

    @Provide
    Arbitrary<String> patches() {
        Arbitrary<String> path = Arbitraries.oneOf(
                Arbitraries.of(
                        "/name",
                        "/tags",
                        "/tags/-",
                        "/locations/-",
                        "/locations/0",
                        "/locations",
                        "/visibility",
                        "/owner",
                        "/min_disk",
                        "/protected",
                        "/status",
                        "/image_id",
                        "/~",
                        "/~01",
                        "//",
                        "/",
                        "name",
                        "/os_glancex"),
                Arbitraries.strings().withChars("/~01ab \\u").ofMaxLength(6));
        Arbitrary<String> operation = Combinators.combine(
                        Arbitraries.of("add", "replace", "remove", "move", "Add"), path, json())
                .as((verb, where, value) -> {
                    String quoted = "\"" + where.replace("\\", "\\\\") + "\"";
                    return List.of(
                            "{\"op\":\"" + verb + "\",\"path\":" + quoted + ",\"value\":" + value + "}",
                            "{\"" + verb + "\":" + quoted + ",\"value\":" + value + "}");
                })
                .flatMap(Arbitraries::of);
        return operation.list().ofMaxSize(3).map(operations -> "[" + String.join(",", operations) + "]");
    }

    private static Arbitrary<String> json() {
        Arbitrary<String> leaf = Arbitraries.of(
                "null",
                "true",
                "1",
                "1.0",
                "-1",
                "1e400",
                "99999999999999999999",
                "\"\"",
                "\"raw\"",
                "\"\\ud800\"",
                "\"\\u0000\"",
                "\"\uD83D\uDE00\"",
                "\"public\"",
                "NaN",
                "[[]]");
        Arbitrary<String> name = Arbitraries.of(
                "name",
                "tags",
                "visibility",
                "min_disk",
                "id",
                "owner",
                "disk_format",
                "locations",
                "url",
                "metadata",
                "size",
                "x",
                "\\ud800");
        return Arbitraries.oneOf(
                leaf,
                leaf.list().ofMaxSize(3).map(items -> "[" + String.join(",", items) + "]"),
                Combinators.combine(name, leaf)
                        .as((key, value) -> "\"" + key + "\":" + value)
                        .list()
                        .ofMaxSize(3)
                        .map(members -> "{" + String.join(",", members) + "}"));
    }
}
