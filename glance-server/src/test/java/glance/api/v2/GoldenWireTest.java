package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.api.Json;
import glance.api.v2.TestApi.Answer;
import glance.auth.Caller;
import glance.http.Headers;
import glance.image.ImageStatus;
import glance.image.Visibility;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The golden examples of the contract, by their numbers there. */
class GoldenWireTest {
    private static final String ID = "3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11";
    private static final String IMAGE = "/v2/images/" + ID;

    private static final String DOCUMENT = """
            {"id":"3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11","name":"harbor-base","status":"queued","visibility":"shared",
             "protected":false,"os_hidden":false,"owner":"p-red","disk_format":"qcow2","container_format":"bare",
             "min_disk":0,"min_ram":0,"size":null,"virtual_size":null,"checksum":null,"os_hash_algo":null,
             "os_hash_value":null,"tags":["lts"],"build":"1187",
             "created_at":"2026-03-04T10:20:30Z","updated_at":"2026-03-04T10:20:30Z",
             "self":"/v2/images/3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11",
             "file":"/v2/images/3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11/file","schema":"/v2/schemas/image"}
            """;

    private final TestApi api = new TestApi();
    private final JsonNode document = Json.parse(DOCUMENT.getBytes(StandardCharsets.UTF_8));

    @BeforeEach
    void createTheImage() {
        Answer created = api.call(
                RED,
                "POST",
                "/v2/images",
                "{\"id\":\"" + ID + "\",\"name\":\"harbor-base\",\"disk_format\":\"qcow2\","
                        + "\"container_format\":\"bare\",\"tags\":[\"lts\",\"lts\"],\"build\":\"1187\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json()).isEqualTo(document);
        assertThat(created.header("Location")).isEqualTo("http://img.example.test:9292" + IMAGE);
        assertThat(created.header("Content-Type")).isEqualTo("application/json");
        assertThat(created.header("x-openstack-request-id")).isEqualTo("req-test");
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void g7AnEmptyObjectCreatesAnImageWithDefaults() {
        JsonNode image = api.call(RED, "POST", "/v2/images", "{}").json();

        assertThat(image.path("name").isNull()).isTrue();
        assertThat(image.path("disk_format").isNull()).isTrue();
        assertThat(image.path("visibility").stringValue()).isEqualTo("shared");
        assertThat(image.path("owner").stringValue()).isEqualTo("p-red");
    }

    @Test
    void g8ATakenIdIsAConflictAlsoAfterDelete() {
        String again = "{\"id\":\"" + ID + "\"}";

        assertThat(api.call(RED, "POST", "/v2/images", again).status()).isEqualTo(409);
        assertThat(api.call(RED, "DELETE", IMAGE).status()).isEqualTo(204);
        assertThat(api.call(RED, "POST", "/v2/images", again).status()).isEqualTo(409);
    }

    @Test
    void g9ABadFormatIsToldInJson() {
        Answer refused = api.call(
                RED,
                "POST",
                "/v2/images",
                Headers.of("Accept", "application/json"),
                "{\"name\":\"x\",\"disk_format\":\"floppy\"}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("code").stringValue()).isEqualTo("400 Bad Request");
        assertThat(refused.json().path("title").stringValue()).isEqualTo("Bad Request");
        assertThat(refused.json().path("message").stringValue()).contains("disk_format");
    }

    @Test
    void g10To12ReservedNamesPublicAndForeignOwnersAreRefused() {
        assertThat(create(RED, "{\"name\":\"x\",\"os_glance_note\":\"hi\"}")).isEqualTo(403);
        assertThat(create(RED, "{\"visibility\":\"public\"}")).isEqualTo(403);
        assertThat(create(RED, "{\"owner\":\"p-blue\"}")).isEqualTo(403);
        Answer byAdmin = api.call(ADMIN, "POST", "/v2/images", "{\"owner\":\"p-blue\"}");
        assertThat(byAdmin.status()).isEqualTo(201);
        assertThat(byAdmin.json().path("owner").stringValue()).isEqualTo("p-blue");
    }

    private int create(Caller caller, String body) {
        return api.call(caller, "POST", "/v2/images", body).status();
    }

    @Test
    void g13And14TheOwnerSeesItAndOthersDoNot() {
        assertThat(api.call(RED, "GET", IMAGE).json()).isEqualTo(document);
        Answer hidden = api.call(BLUE, "GET", IMAGE);
        assertThat(hidden.status()).isEqualTo(404);
        assertThat(hidden.header("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
        assertThat(hidden.text()).startsWith("404 Not Found\n");
    }

    @Test
    void g15LinksKeepTheParameters() {
        JsonNode page =
                api.call(RED, "GET", "/v2/images?limit=1&sort=name:asc&tag=lts").json();

        assertThat(page.path("images").size()).isEqualTo(1);
        assertThat(page.path("images").get(0)).isEqualTo(document);
        assertThat(page.path("first").stringValue()).isEqualTo("/v2/images?limit=1&sort=name%3Aasc&tag=lts");
        assertThat(page.path("next").stringValue())
                .isEqualTo("/v2/images?limit=1&sort=name%3Aasc&tag=lts&marker=" + ID);
        assertThat(page.path("schema").stringValue()).isEqualTo("/v2/schemas/images");
    }

    @Test
    void g16ListsOfNamesMayHoldQuotedCommas() {
        api.call(RED, "POST", "/v2/images", "{\"name\":\"north,east\"}");

        List<String> names = names("/v2/images?name=in:%22north,east%22,harbor-base&sort=name:asc");

        assertThat(names).containsExactly("harbor-base", "north,east");
    }

    @Test
    void g17TimesAndPropertiesFilterTogether() {
        assertThat(names("/v2/images?created_at=gte:2026-03-01T00:00:00Z&build=1187"))
                .containsExactly("harbor-base");
        assertThat(names("/v2/images?created_at=gte:2026-03-05&build=1187")).isEmpty();
    }

    private List<String> names(String target) {
        return api.call(RED, "GET", target)
                .json()
                .path("images")
                .valueStream()
                .map(image -> image.path("name").stringValue())
                .toList();
    }

    @Test
    void g18And19BadParametersAreRefused() {
        assertThat(api.call(RED, "GET", "/v2/images?os_hidden=yes").status()).isEqualTo(400);
        assertThat(api.call(RED, "GET", "/v2/images?marker=00000000-0000-4000-8000-000000000000")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void g20To22PatchesApplyInOrderInBothDialects() {
        Answer patched = api.patch(
                RED,
                IMAGE,
                TestApi.V21,
                "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"harbor-2\"},"
                        + "{\"op\":\"add\",\"path\":\"/team\",\"value\":\"dock\"},{\"op\":\"remove\",\"path\":\"/build\"}]");

        ObjectNode expected = ((ObjectNode) document).deepCopy();
        expected.put("name", "harbor-2").put("team", "dock");
        expected.remove("build");
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.json()).isEqualTo(expected);

        assertThat(api.patch(RED, IMAGE, TestApi.V20, "[{\"add\":\"/team\",\"value\":\"crane\"}]")
                        .status())
                .isEqualTo(409);
        assertThat(api.call(RED, "GET", IMAGE).json()).isEqualTo(expected);

        Answer escaped =
                api.patch(RED, IMAGE, TestApi.V21, "[{\"op\":\"add\",\"path\":\"/path~1to~0x\",\"value\":\"1\"}]");
        assertThat(escaped.json().path("path/to~x").stringValue()).isEqualTo("1");
    }

    @Test
    void g23And24OtherMediaTypesAndReadOnlyAttributesAreRefused() {
        Answer refused = api.patch(RED, IMAGE, "application/json", "[]");

        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused.header("Accept-Patch")).isEqualTo(TestApi.V20 + ", " + TestApi.V21);
        assertThat(api.patch(
                                RED,
                                IMAGE,
                                TestApi.V21,
                                "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"active\"}]")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void g25To32DataGoesUpOnceAndComesDownWholeOrInPart() {
        String image = api.call(RED, "POST", "/v2/images", "{\"disk_format\":\"raw\",\"container_format\":\"bare\"}")
                .json()
                .path("id")
                .stringValue();
        String file = "/v2/images/" + image + "/file";
        assertThat(api.call(RED, "GET", file).status()).isEqualTo(204);
        Headers tooShort =
                Headers.of("Content-Type", "application/octet-stream").with("x-openstack-image-size", "10");
        assertThat(api.call(RED, "PUT", file, tooShort, "012345678").status()).isEqualTo(400);
        assertThat(api.call(RED, "GET", "/v2/images/" + image)
                        .json()
                        .path("status")
                        .stringValue())
                .isEqualTo("queued");

        assertThat(api.upload(RED, image, "0123456789").status()).isEqualTo(204);
        assertThat(api.upload(RED, image, "0123456789").status()).isEqualTo(409);

        Answer whole = api.call(RED, "GET", file);
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.text()).isEqualTo("0123456789");
        assertThat(whole.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(whole.header("Content-MD5")).isEqualTo("781e5e245d69b566979b86e28d23f2c7");
        Answer part = api.call(RED, "GET", file, Headers.of("Range", "bytes=-4"), "");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("6789");
        assertThat(part.header("Content-Range")).isEqualTo("bytes 6-9/10");
        assertThat(api.call(RED, "GET", file, Headers.of("Range", "bytes=12-"), "")
                        .status())
                .isEqualTo(416);
        assertThat(api.call(RED, "GET", file, Headers.of("Range", "bytes=0-1,3-4"), "")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void g33DeactivatedDataIsForAdministrators() {
        String image = api.imageIn(ImageStatus.ACTIVE, Visibility.SHARED);
        String path = "/v2/images/" + image;

        assertThat(api.call(RED, "POST", path + "/actions/deactivate").status()).isEqualTo(204);
        assertThat(api.call(RED, "GET", path + "/file").status()).isEqualTo(403);
        assertThat(api.call(ADMIN, "GET", path + "/file").status()).isEqualTo(200);
    }

    @Test
    void g34TagsAreDecodedAndGoOnce() {
        String tag = IMAGE + "/tags/gabe%40example.test";

        assertThat(api.call(RED, "PUT", tag).status()).isEqualTo(204);
        assertThat(api.call(RED, "PUT", tag).status()).isEqualTo(204);
        assertThat(api.call(RED, "GET", IMAGE).json().path("tags").values().stream()
                        .map(JsonNode::stringValue))
                .containsExactlyInAnyOrder("lts", "gabe@example.test");
        assertThat(api.call(RED, "DELETE", tag).status()).isEqualTo(204);
        assertThat(api.call(RED, "DELETE", tag).status()).isEqualTo(404);
    }

    @Test
    void g35To37AMemberSeesTheImageInListsOnceItAccepts() {
        Answer added = api.call(RED, "POST", IMAGE + "/members", "{\"member\":\"p-blue\"}");
        assertThat(added.status()).isEqualTo(200);
        assertThat(added.text())
                .isEqualTo("{\"member_id\":\"p-blue\",\"image_id\":\"" + ID + "\",\"status\":\"pending\","
                        + "\"created_at\":\"2026-03-04T10:20:30Z\",\"updated_at\":\"2026-03-04T10:20:30Z\","
                        + "\"schema\":\"/v2/schemas/member\"}");
        assertThat(listed("visibility=shared&member_status=pending")).isEqualTo(1);
        assertThat(listed("")).isZero();

        String member = IMAGE + "/members/p-blue";
        assertThat(api.call(RED, "PUT", member, "{\"status\":\"accepted\"}").status())
                .isEqualTo(403);
        Answer accepted = api.call(BLUE, "PUT", member, "{\"status\":\"accepted\"}");
        assertThat(accepted.status()).isEqualTo(200);
        assertThat(accepted.json().path("status").stringValue()).isEqualTo("accepted");
        assertThat(listed("")).isEqualTo(1);
    }

    private int listed(String query) {
        return api.call(BLUE, "GET", "/v2/images?" + query)
                .json()
                .path("images")
                .size();
    }

    @Test
    void g45And46ProtectedImagesStayAndOthersGoForGood() {
        api.patch(RED, IMAGE, TestApi.V21, "[{\"op\":\"replace\",\"path\":\"/protected\",\"value\":true}]");
        assertThat(api.call(ADMIN, "DELETE", IMAGE).status()).isEqualTo(403);
        api.patch(RED, IMAGE, TestApi.V21, "[{\"op\":\"replace\",\"path\":\"/protected\",\"value\":false}]");
        assertThat(api.call(RED, "DELETE", IMAGE).status()).isEqualTo(204);
        assertThat(api.call(RED, "GET", IMAGE).status()).isEqualTo(404);
    }

    @Test
    void deleteRemovesTheDataAndSettlesTheJournal() {
        String image = api.imageIn(ImageStatus.DEACTIVATED, Visibility.PRIVATE);
        assertThat(api.store.urls()).hasSize(1);

        assertThat(api.call(RED, "DELETE", "/v2/images/" + image).status()).isEqualTo(204);

        assertThat(api.store.urls()).isEmpty();
        assertThat(api.registry.journal().open()).isEmpty();
    }
}
