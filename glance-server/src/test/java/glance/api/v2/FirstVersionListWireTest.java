package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.NOW;
import static glance.api.v2.TestApi.NO_ROLE;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.api.ApiConfig;
import glance.auth.Caller;
import glance.image.Attribute;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.Visibility;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Lists of API v1: who sees what, with which parameters, in which order. */
class FirstVersionListWireTest {
    private static final String LONG_AGO = "changes-since=2001-01-01T00:00:00Z";

    private final TestApi api = new TestApi();
    private final Map<String, String> idsByName = new TreeMap<>();

    @BeforeEach
    void fill() {
        create("red-private", "p-red", Visibility.PRIVATE, false);
        create("red-shared", "p-red", Visibility.SHARED, false);
        create("red-community", "p-red", Visibility.COMMUNITY, false);
        create("red-hidden", "p-red", Visibility.PRIVATE, true);
        create("blue-public", "p-blue", Visibility.PUBLIC, false);
        create("blue-private", "p-blue", Visibility.PRIVATE, false);
        create("blue-community", "p-blue", Visibility.COMMUNITY, false);
        create("admins", "p-admin", Visibility.PRIVATE, false);
        create("nobodys", null, Visibility.PRIVATE, false);
        create("nobodys-public", null, Visibility.PUBLIC, false);
        // The new member is pending, which says nothing here.
        api.registry.members().add(create("blue-lent", "p-blue", Visibility.SHARED, false), "p-red", -1);
        ImageId killed = create("red-killed", "p-red", Visibility.PRIVATE, false);
        api.registry.images().update(killed, ImageChange.status(ImageStatus.SAVING), Guard.always());
        api.registry.images().update(killed, ImageChange.status(ImageStatus.KILLED), Guard.always());
        delete(create("red-deleted", "p-red", Visibility.PRIVATE, false));
        delete(create("blue-deleted", "p-blue", Visibility.PRIVATE, false));
    }

    @AfterEach
    void close() {
        api.close();
    }

    private ImageId create(String name, @Nullable String owner, Visibility visibility, boolean hidden) {
        ImageId id = new ImageId(UUID.randomUUID().toString());
        LinkedHashMap<String, @Nullable String> properties = new LinkedHashMap<>();
        properties.put("kind", name.substring(0, 3));
        properties.put("any", "x");
        api.registry
                .images()
                .create(new Image(
                        id,
                        name,
                        ImageStatus.QUEUED,
                        visibility,
                        name.equals("red-private"),
                        hidden,
                        owner,
                        "raw",
                        "bare",
                        name.equals("red-shared") ? 7 : 0,
                        0,
                        (long) name.length(),
                        null,
                        null,
                        null,
                        null,
                        NOW,
                        NOW,
                        new LinkedHashSet<>(),
                        properties,
                        List.of()));
        idsByName.put(name, id.value());
        return id;
    }

    private void delete(ImageId id) {
        api.registry.images().delete(id, Guard.always(), (_, _) -> null);
    }

    private String idOf(String name) {
        return String.valueOf(idsByName.get(name));
    }

    private JsonNode images(Caller caller, String query) {
        TestApi.Answer answer = api.call(caller, "GET", "/v1/images/detail?" + query);
        assertThat(answer.status()).as("%s %s", query, answer.text()).isEqualTo(200);
        return answer.json().path("images");
    }

    private List<String> names(Caller caller, String query) {
        return images(caller, query)
                .valueStream()
                .map(image -> image.path("name").stringValue())
                .toList();
    }

    private int status(Caller caller, String query) {
        return api.call(caller, "GET", "/v1/images?" + query).status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "is_public=true", "is_public=False", "is_public=NONE", "is_public=1", "is_public=0"})
    void aUserSeesPublicOwnAndSharedImagesWhateverIsAsked(String query) {
        assertThat(names(RED, query))
                .containsExactlyInAnyOrder(
                        "red-private",
                        "red-shared",
                        "red-community",
                        "red-hidden",
                        "blue-public",
                        "blue-lent",
                        "nobodys-public");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "is_public=True", "is_public=1"})
    void anAdministratorSeesWhatAUserOfTheProjectSees(String query) {
        assertThat(names(ADMIN, query)).containsExactlyInAnyOrder("admins", "blue-public", "nobodys-public");
    }

    @ParameterizedTest
    @ValueSource(strings = {"is_public=false", "is_public=0"})
    void anAdministratorSeesEverybodysImagesThatAreNotPublic(String query) {
        assertThat(names(ADMIN, query))
                .containsExactlyInAnyOrder(
                        "red-private",
                        "red-shared",
                        "red-community",
                        "red-hidden",
                        "blue-private",
                        "blue-community",
                        "blue-lent",
                        "admins",
                        "nobodys");
    }

    @Test
    void anAdministratorSeesAllLiveImages() {
        assertThat(names(ADMIN, "is_public=none"))
                .containsExactlyInAnyOrderElementsOf(idsByName.keySet().stream()
                        .filter(name -> !name.endsWith("deleted") && !name.endsWith("killed"))
                        .toList());
    }

    @Test
    void whatChangedIncludesWhatIsGone() {
        assertThat(names(RED, LONG_AGO))
                .hasSize(9)
                .contains("red-deleted", "red-killed")
                .doesNotContain("blue-deleted");
        assertThat(names(ADMIN, LONG_AGO + "&is_public=none")).containsExactlyInAnyOrderElementsOf(idsByName.keySet());
        JsonNode deleted = images(RED, LONG_AGO + "&name=red-deleted").path(0);
        assertThat(deleted.path("deleted").booleanValue()).isTrue();
        assertThat(deleted.path("status").stringValue()).isEqualTo("deleted");
        assertThat(deleted.path("deleted_at").stringValue()).isEqualTo(TestMetadata.kept("2026-03-04T10:20:30.123457"));
        assertThat(deleted.path("properties")).isEmpty();
        JsonNode live = images(RED, LONG_AGO + "&name=red-shared").path(0);
        assertThat(live.path("deleted").booleanValue()).isFalse();
        assertThat(live.path("deleted_at").isNull()).isTrue();
    }

    @Test
    void whatChangedAtTheInstantItselfIsNotLater() {
        String instant = TestMetadata.kept("20:30.123456");
        String before = TestMetadata.keepsFractions() ? "20:30.123455" : "20:29";
        assertThat(names(RED, "changes-since=2026-03-04T10:" + before)).contains("red-private");
        assertThat(names(RED, "changes-since=2026-03-04T10:" + instant)).doesNotContain("red-private");
        assertThat(names(RED, "changes-since=2026-03-04T12:" + instant + "%2B02:00"))
                .doesNotContain("red-private");
        assertThat(names(RED, "changes-since=2026-03-04T12:" + before + "%2B02:00"))
                .contains("red-private");
    }

    @Test
    void whatIsGoneIsHiddenFromEveryOtherList() {
        assertThat(names(ADMIN, "is_public=none&status=killed")).isEmpty();
        assertThat(names(ADMIN, "is_public=none&status=deleted&deleted=true")).isEmpty();
        assertThat(names(ADMIN, "is_public=none&status=killed&" + LONG_AGO)).containsExactly("red-killed");
    }

    @Test
    void anAdministratorAloneSeesADeletedImageByItsId() {
        String path = "/v1/images/" + idOf("red-deleted");
        TestApi.Answer head = api.call(ADMIN, "HEAD", path);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("x-image-meta-deleted")).isEqualTo("True");
        assertThat(head.header("x-image-meta-deleted_at")).isEqualTo(TestMetadata.kept("2026-03-04T10:20:30.123457"));
        assertThat(head.header("x-image-meta-status")).isEqualTo("deleted");
        assertThat(api.call(ADMIN, "GET", path).status()).isEqualTo(404);
        assertThat(api.call(ADMIN, "DELETE", path).status()).isEqualTo(404);
        assertThat(api.call(RED, "HEAD", path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "name=red-shared, red-shared",
        "name=RED-SHARED, ''",
        "status=active, ''",
        "status=bogus, ''",
        "disk_format=qcow2, ''",
        "name=blue-public&disk_format=raw&container_format=bare&status=queued, blue-public",
        "size_min=14, nobodys-public",
        "size_max=9, blue-lent",
        "size_max=9&size_min=10, ''",
        "size_min=0000000000000000000000000014, nobodys-public",
        "size_min=99999999999999999999, ''",
        "min_ram=1, ''",
        "min_disk=7, red-shared",
        "min_disk=x, ''",
        "min_disk=-1, ''",
        "protected=True, red-private",
        "protected=1, red-private",
        "property-kind=nob, nobodys-public",
        "property-kind=NOB, ''",
        "property-kind=nob&property-any=x, nobodys-public",
        "property-kind=nob&property-any=y, ''",
        "property-kind=red&property-kind=nob, nobodys-public",
        "name=x&name=red-shared, red-shared",
        "name=red-shared&owner=nobody&visibility=x&foo=y&format=json, red-shared"
    })
    void filtersAreAndedAndTheLastOfOneNameCounts(String query, String expected) {
        assertThat(names(RED, query)).isEqualTo(expected.isEmpty() ? List.of() : List.of(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "size_min=-1",
                "size_max=x",
                "size_min=",
                "min_ram=1.5",
                "protected=none",
                "protected=yes",
                "is_public=maybe",
                "is_public=",
                "changes-since=yesterday",
                "changes-since=2026-02-30T00:00:00Z",
                "changes-since=",
                "limit=-1",
                "limit=x",
                "limit=",
                "marker=",
                "marker=nope",
                "marker=12345678-1234-1234-1234-123456789012",
                "marker=12345678-1234-1234-1234-123456789012&limit=0",
                "sort_key=owner",
                "sort_key=NAME",
                "sort_dir=up",
                "sort_dir=ASC"
            })
    void badParametersAreRefusedToEverybody(String query) {
        for (Caller caller : List.of(RED, ADMIN)) {
            assertThat(status(caller, query)).as(query).isEqualTo(400);
            assertThat(api.call(caller, "GET", "/v1/images/detail?" + query).status())
                    .as(query)
                    .isEqualTo(400);
        }
    }

    @Test
    void moreFiltersByPropertyThanAStatementHoldsAreRefused() {
        StringBuilder query = new StringBuilder("limit=1");
        for (int i = 0; i < 101; i++) {
            query.append("&property-p").append(i).append("=x");
        }
        assertThat(status(RED, query.toString())).isEqualTo(400);
    }

    @Test
    void aMarkerMustBeAnImageTheCallerSeesAndTheListKnows() {
        assertThat(status(RED, "marker=" + idOf("blue-private"))).isEqualTo(400);
        assertThat(status(RED, "marker=" + idOf("red-deleted"))).isEqualTo(400);
        assertThat(status(RED, "marker=" + idOf("red-deleted") + "&" + LONG_AGO))
                .isEqualTo(200);
        assertThat(status(BLUE, "marker=" + idOf("red-deleted") + "&" + LONG_AGO))
                .isEqualTo(400);
        assertThat(status(NO_ROLE, "marker=" + idOf("red-private"))).isEqualTo(403);
        assertThat(status(NO_ROLE, "limit=0")).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at"})
    void pagesByMarkerShowEveryImageOnce(String key) {
        for (String order : List.of("&sort_dir=asc", "&sort_dir=desc", "")) {
            for (Caller caller : List.of(RED, ADMIN)) {
                for (String kept : List.of("", "&is_public=none&" + LONG_AGO)) {
                    String query = "sort_key=" + key + order + kept;
                    List<String> whole = names(caller, query);
                    List<String> walked = new ArrayList<>();
                    List<String> page = names(caller, query + "&limit=2");
                    while (!page.isEmpty()) {
                        walked.addAll(page);
                        page = names(caller, query + "&limit=2&marker=" + idOf(page.getLast()));
                    }
                    assertThat(walked).as(query).isEqualTo(whole).doesNotHaveDuplicates();
                }
            }
        }
    }

    @Test
    void imagesThatTieAreInTheOrderOfTheirIds() {
        for (String direction : List.of("asc", "desc")) {
            List<String> ids = images(ADMIN, "is_public=none&sort_key=status&sort_dir=" + direction)
                    .valueStream()
                    .map(image -> image.path("id").stringValue())
                    .toList();
            List<String> sorted = ids.stream().sorted().toList();
            assertThat(ids).isEqualTo(direction.equals("asc") ? sorted : sorted.reversed());
        }
        assertThat(images(ADMIN, "is_public=none"))
                .isEqualTo(images(ADMIN, "is_public=none&sort_key=created_at&sort_dir=desc"));
    }

    @Test
    void aPageIsNeverLongerThanTheServerAllows() {
        ApiConfig usual = TestApi.config(false);
        ApiConfig small = new ApiConfig(3, 2, false, false, usual.diskFormats(), usual.containerFormats(), null);
        try (TestApi other = new TestApi(TestApi.DEFAULT_QUOTAS, small)) {
            for (int i = 0; i < 4; i++) {
                other.imageIn(ImageStatus.QUEUED, Visibility.PRIVATE);
            }
            assertThat(length(other, "")).isEqualTo(2);
            assertThat(length(other, "limit=1")).isEqualTo(1);
            assertThat(length(other, "limit=0")).isZero();
            assertThat(length(other, "limit=4")).isEqualTo(3);
            assertThat(length(other, "limit=99999999999999999999")).isEqualTo(3);
        }
    }

    private static int length(TestApi other, String query) {
        return other.call(RED, "GET", "/v1/images?" + query)
                .json()
                .path("images")
                .size();
    }

    @Test
    void theBriefListHasSixFields() {
        JsonNode brief = api.call(RED, "GET", "/v1/?name=red-shared").json().path("images");
        assertThat(brief).hasSize(1);
        assertThat(brief.path(0).propertyNames())
                .containsExactlyInAnyOrder("id", "name", "disk_format", "container_format", "checksum", "size");
        assertThat(brief.path(0).path(Attribute.SIZE.column()).longValue()).isEqualTo(10);
    }
}
