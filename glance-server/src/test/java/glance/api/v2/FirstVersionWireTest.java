package glance.api.v2;

import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.http.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The Images API v1 over the same records as v2. */
class FirstVersionWireTest {
    private static final Headers FORMATS =
            Headers.of("x-image-meta-disk_format", "raw").with("X-Image-Meta-Container-Format", "bare");
    private static final Headers OCTETS = Headers.of("Content-Type", "application/octet-stream");

    private final TestApi api = new TestApi();

    private String reserved(Headers headers) {
        TestApi.Answer answer = api.call(RED, "POST", "/v1/images", headers, "");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("image").path("id").stringValue();
    }

    @Test
    void anImageIsReservedFilledReadAndDeleted() {
        String id =
                reserved(FORMATS.with("x-image-meta-is_public", "None").with("x-image-meta-property-Os-Distro", "x"));

        TestApi.Answer filled = api.call(RED, "PUT", "/v1/images/" + id, OCTETS, "hello");
        assertThat(filled.status()).as(filled.text()).isEqualTo(200);
        TestApi.Answer head = api.call(RED, "HEAD", "/v1/images/" + id);
        assertThat(head.header("ETag")).isEqualTo("5d41402abc4b2a76b9719d911017c592");
        assertThat(head.header("x-image-meta-status")).isEqualTo("active");
        assertThat(head.header("x-image-meta-is_public")).isEqualTo("False");
        assertThat(head.header("x-image-meta-property-os_distro")).isEqualTo("x");
        assertThat(api.call(RED, "GET", "/v1/images/" + id).text()).isEqualTo("hello");
        assertThat(api.call(BLUE, "HEAD", "/v1/images/" + id).status()).isEqualTo(404);
        assertThat(api.call(RED, "GET", "/v1/images/detail").text()).contains(id);
        assertThat(api.call(RED, "DELETE", "/v1/images/" + id).status()).isEqualTo(200);
        assertThat(api.call(RED, "HEAD", "/v1/images/" + id).status()).isEqualTo(404);
    }

    @Test
    void anUpdateReplacesThePropertiesUnlessItSaysNotTo() {
        String id = reserved(Headers.of("x-image-meta-property-a", "1"));

        Headers merging = Headers.of("x-glance-registry-purge_props", "false").with("x-image-meta-property-b", "2");
        api.call(RED, "PUT", "/v1/images/" + id, merging, "");
        assertThat(api.stored(id).properties()).containsOnlyKeys("a", "b");
        api.call(RED, "PUT", "/v1/images/" + id);
        assertThat(api.stored(id).properties()).isEmpty();
    }

    @Test
    void propertiesThatFitIntoNoHeaderAreLeftOutAndLineBreaksBecomeBlanks() {
        String id = api.call(RED, "POST", "/v2/images", Headers.of("Content-Type", "application/json"), """
                {"name": "a\\nb", "description": "c\\r\\nd", "os distro": "x", "disk_format": "raw", "container_format": "bare"}""")
                .json()
                .path("id")
                .stringValue();
        TestApi.Answer head = api.call(RED, "HEAD", "/v1/images/" + id);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("x-image-meta-name")).isEqualTo("a b");
        assertThat(head.header("x-image-meta-property-description")).isEqualTo("c  d");
    }

    @Test
    void dataThatIsNotWhatItsHeadersSayIsRefusedAndLeavesNothing() {
        String id = reserved(FORMATS);

        TestApi.Answer answer =
                api.call(RED, "PUT", "/v1/images/" + id, OCTETS.with("x-image-meta-checksum", "0".repeat(32)), "hello");
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(api.stored(id).locations()).isEmpty();
    }

    @Test
    void unknownAttributesAndExternalSourcesAreRefused() {
        for (String name : new String[] {"x-image-meta-bogus", "x-image-meta-location", "x-glance-api-Copy_from"}) {
            assertThat(api.call(RED, "POST", "/v1/images", Headers.of(name, "http://a.test/x"), "")
                            .status())
                    .as(name)
                    .isEqualTo(400);
        }
    }

    @Test
    void dataMayComeWithTheImage() {
        Headers sent =
                FORMATS.with("Content-Type", "application/octet-stream; x=y").with("x-image-meta-name", "at once");
        TestApi.Answer made = api.call(RED, "POST", "/v1/images", sent, "hello");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        JsonNode image = made.json().path("image");
        assertThat(image.path("status").stringValue()).isEqualTo("active");
        assertThat(image.path("size").intValue()).isEqualTo(5);
        assertThat(made.header("Location"))
                .endsWith("/v1/images/" + image.path("id").stringValue());
        assertThat(api.call(RED, "POST", "/v1/images", FORMATS.with("Content-Type", "text/plain"), "hello")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void onlyAnAdministratorNamesTheOwner() {
        String owned = reserved(FORMATS.with("x-image-meta-owner", "p-blue"));
        assertThat(api.call(RED, "HEAD", "/v1/images/" + owned).header("x-image-meta-owner"))
                .isEqualTo("p-red");
        TestApi.Answer given =
                api.call(TestApi.ADMIN, "POST", "/v1/images", FORMATS.with("x-image-meta-owner", "p-blue"), "");
        assertThat(given.json().path("image").path("owner").stringValue()).isEqualTo("p-blue");
    }

    @Test
    void listsAreFilteredAndBriefWithoutDetail() {
        String small = reserved(FORMATS.with("x-image-meta-name", "small"));
        String marked = reserved(FORMATS.with("x-image-meta-name", "marked").with("x-image-meta-property-kind", "x"));
        JsonNode brief = api.call(RED, "GET", "/v1/images?sort_key=name&sort_dir=asc")
                .json()
                .path("images");
        assertThat(ids(brief)).containsExactly(marked, small);
        assertThat(brief.path(0).propertyNames())
                .containsExactlyInAnyOrder("id", "name", "disk_format", "container_format", "checksum", "size");
        assertThat(listed("/v1/images/detail?property-kind=x")).containsExactly(marked);
        assertThat(listed("/v1/images?name=small&status=queued")).containsExactly(small);
        assertThat(listed("/v1/images?limit=1&sort_key=name&sort_dir=asc&marker=" + marked))
                .containsExactly(small);
        assertThat(api.call(RED, "GET", "/v1/images?limit=x").status()).isEqualTo(400);
        assertThat(api.call(BLUE, "GET", "/v1/images").json().path("images")).isEmpty();
    }

    private List<String> listed(String target) {
        return ids(api.call(RED, "GET", target).json().path("images"));
    }

    private static List<String> ids(JsonNode images) {
        return images.valueStream().map(image -> image.path("id").stringValue()).toList();
    }

    @Test
    void otherMethodsAreToldWhichThereAre() {
        TestApi.Answer answer = api.call(RED, "PATCH", "/v1/images/" + reserved(FORMATS));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, PUT, DELETE");
    }
}
