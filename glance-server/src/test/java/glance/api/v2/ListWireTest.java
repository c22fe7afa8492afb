package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.NO_ROLE;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.auth.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Lists: parameters, order and paging on the wire. */
class ListWireTest {
    private final TestApi api = new TestApi();

    @AfterEach
    void close() {
        api.close();
    }

    private void create(String body) {
        assertThat(api.call(RED, "POST", "/v2/images", body).status()).isEqualTo(201);
    }

    private List<String> names(String query) {
        return api.call(RED, "GET", "/v2/images?" + query)
                .json()
                .path("images")
                .valueStream()
                .map(image -> image.path("name").stringValue())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=-1",
                "limit=x",
                "limit=",
                "marker=",
                "marker=nope",
                "visibility=x",
                "member_status=",
                "os_hidden=yes",
                "protected=False",
                "protected=True",
                "name=like:x",
                "name=in:a,%22b",
                "created_at=yesterday",
                "created_at=in:2026-01-01",
                "created_at=2026-02-30",
                "size_min=x",
                "foo_max=1",
                "changes-since=2026-01-01",
                "sort_key=owner",
                "sort_dir=up",
                "sort_key=name&sort_key=id&sort_dir=asc&sort_dir=asc&sort_dir=asc",
                "sort=name&sort_key=id",
                "sort=name,,id",
                "sort=name:up",
                "name=%FF",
            })
    void badParametersAreRefused(String query) {
        assertThat(api.call(RED, "GET", "/v2/images?" + query).status())
                .as(query)
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "properties=x",
                "locations=x",
                "members=x",
                "nothing=here",
                "visibility=",
                "size=abc",
                "owner=p-blue",
                "status=killed",
                "tag=absent",
                "name=in:",
                "size_min=0",
                "checksum=x",
                "protected=true",
            })
    void whatNothingMatchesIsAnEmptyList(String query) {
        create("{\"name\":\"one\"}");

        assertThat(names(query)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deleted=true",
                "status=queued",
                "name=eq:one",
                "owner=p-red",
                "color=red",
                "tag=a&tag=b",
                "min_ram=64",
                "min_ram_min=64&min_ram_max=64",
                "min_disk_max=9",
                "created_at=lte:2026-03-04T12:20:31%2B02:00",
                "disk_format=in:raw,qcow2",
                "visibility=shared",
                "visibility=all",
                "protected=false",
                "os_hidden=FALSE",
                "format=json&format=",
                "limit=%2B5",
            })
    void whatMatchesIsListed(String query) {
        create("{\"name\":\"one\",\"color\":\"red\",\"format\":\"\",\"tags\":[\"a\",\"b\"],\"min_ram\":64,"
                + "\"disk_format\":\"raw\"}");

        assertThat(names(query)).containsExactly("one");
    }

    @Test
    void timesAreThoseTheDatabaseKeeps() {
        create("{\"name\":\"one\"}");

        String fraction = TestMetadata.keepsFractions() ? ".123456" : "";
        assertThat(names("created_at=2026-03-04T11:20:30" + fraction + "%2B01:00"))
                .containsExactly("one");
    }

    @Test
    void hiddenImagesAreListedAlone() {
        create("{\"name\":\"seen\"}");
        create("{\"name\":\"hidden\",\"os_hidden\":true}");

        assertThat(names("")).containsExactly("seen");
        assertThat(names("os_hidden=True")).containsExactly("hidden");
    }

    @Test
    void communityImagesOfOthersNeedTheirVisibilityNamed() {
        create("{\"name\":\"commons\",\"visibility\":\"community\"}");

        assertThat(count(BLUE, "")).isZero();
        assertThat(count(ADMIN, "")).isZero();
        assertThat(count(BLUE, "?visibility=community")).isEqualTo(1);
        assertThat(count(BLUE, "?visibility=all")).isEqualTo(1);
        assertThat(count(RED, "")).isEqualTo(1);
    }

    private int count(Caller caller, String query) {
        return api.call(caller, "GET", "/v2/images" + query)
                .json()
                .path("images")
                .size();
    }

    @Test
    void aCallerWithoutRoleHasNoList() {
        assertThat(api.call(NO_ROLE, "GET", "/v2/images").status()).isEqualTo(403);
    }

    @Test
    void aMarkerOutOfSightIsForbidden() {
        create("{\"id\":\"11111111-1111-4111-8111-111111111111\",\"visibility\":\"private\"}");

        assertThat(api.call(BLUE, "GET", "/v2/images?marker=11111111-1111-4111-8111-111111111111")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void followingNextVisitsEveryImageOnceInOrder() {
        for (int i = 0; i < 7; i++) {
            create("{\"name\":\"image-" + i % 3 + "\",\"tags\":[\"a\",\"b\"]}");
        }
        List<String> names = new ArrayList<>();
        Set<String> ids = new TreeSet<>();
        String next = "/v2/images?tag=a&limit=2&tag=b&sort_key=name&sort_dir=asc";

        while (!next.isEmpty()) {
            JsonNode page = api.call(RED, "GET", next).json();
            page.path("images").forEach(image -> {
                names.add(image.path("name").stringValue());
                ids.add(image.path("id").stringValue());
            });
            assertThat(page.path("first").stringValue())
                    .isEqualTo("/v2/images?tag=a&limit=2&tag=b&sort_key=name&sort_dir=asc");
            next = page.path("next").asString("");
            assertThat(next.isEmpty() || next.contains("limit=2")).isTrue();
        }

        assertThat(names).hasSize(7).isSorted();
        assertThat(ids).hasSize(7);
    }

    @Test
    void aLimitOfZeroIsAnEmptyPageWithoutNext() {
        create("{}");

        JsonNode page = api.call(RED, "GET", "/v2/images?limit=0").json();

        assertThat(page.path("images").size()).isZero();
        assertThat(page.has("next")).isFalse();
    }
}
