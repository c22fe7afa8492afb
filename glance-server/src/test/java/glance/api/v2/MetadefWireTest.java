package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.auth.Caller;
import glance.http.Headers;
import glance.image.Images;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.RulePolicy;
import glance.policy.Target;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code /v2/metadefs} as its contract has it: bytes, order of keys, status codes. */
class MetadefWireTest {
    private static final String TIME = "2026-03-04T10:20:30Z";
    private static final String TIMES = "\"created_at\":\"" + TIME + "\",\"updated_at\":\"" + TIME + "\"";
    private static final String PATH = "/v2/metadefs/namespaces";

    private final TestApi api = new TestApi();

    @AfterEach
    void close() {
        api.close();
    }

    private TestApi.Answer make(String body) {
        TestApi.Answer answer = api.call(ADMIN, "POST", PATH, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer;
    }

    private void make(String name, String visibility) {
        make("{\"namespace\": \"" + name + "\", \"visibility\": \"" + visibility + "\", \"owner\": \"p-red\"}");
    }

    private JsonNode get(Caller caller, String path) {
        TestApi.Answer answer = api.call(caller, "GET", path);
        assertThat(answer.status()).as(path + " " + answer.text()).isEqualTo(200);
        return answer.json();
    }

    private int status(Caller caller, String method, String path, String body) {
        return api.call(caller, method, path, body).status();
    }

    private static List<String> names(JsonNode items, String key) {
        return items.valueStream().map(each -> each.path(key).stringValue()).toList();
    }

    private static final String WHOLE = """
            {"namespace": "OS::Whole", "display_name": "Whole", "description": "all parts", "visibility": "public",
             "protected": false, "owner": "p-red",
             "resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "hw_", "properties_target": "image"}],
             "properties": {"cpu": {"title": "CPU", "type": "integer", "default": 5, "minimum": 1.9, "enum": ["1", "2"]}},
             "objects": [{"name": "Limits", "description": "d", "required": ["max"],
               "properties": {"max": {"title": "Max", "type": "boolean", "default": true}}}],
             "tags": [{"name": "one"}, {"name": "two"}]}""";

    @Test
    void aNamespaceIsMadeWithAllThatIsInIt() {
        TestApi.Answer made = make(WHOLE);
        assertThat(made.header("Location")).isEqualTo("http://img.example.test:9292" + PATH + "/OS::Whole");
        String own = "\"namespace\":\"OS::Whole\",\"display_name\":\"Whole\",\"description\":\"all parts\","
                + "\"visibility\":\"public\",\"protected\":false,\"owner\":\"p-red\"," + TIMES + ",";
        String links = "\"self\":\"" + PATH + "/OS::Whole\",\"schema\":\"/v2/schemas/metadefs/namespace\"}";
        String property =
                "\"type\":\"integer\",\"title\":\"CPU\",\"default\":\"5\",\"minimum\":1,\"enum\":[\"1\",\"2\"]}";
        assertThat(made.text())
                .isEqualTo("{" + own
                        + "\"resource_type_associations\":[{\"name\":\"OS::Glance::Image\",\"prefix\":\"hw_\","
                        + "\"properties_target\":\"image\"}],\"properties\":{\"cpu\":{" + property + "},"
                        + "\"objects\":[{\"name\":\"Limits\",\"description\":\"d\",\"required\":[\"max\"],\"properties\":"
                        + "{\"max\":{\"title\":\"Max\",\"type\":\"boolean\",\"default\":true}}}],"
                        + "\"tags\":[{\"name\":\"one\"},{\"name\":\"two\"}]," + links);
        String association = "\"resource_type_associations\":[{\"name\":\"OS::Glance::Image\",\"prefix\":\"hw_\","
                + "\"properties_target\":\"image\"," + TIMES + "}]";
        assertThat(api.call(RED, "GET", PATH + "/OS::Whole").text())
                .isEqualTo("{" + own + association + ",\"properties\":{\"cpu\":{" + property + "},"
                        + "\"objects\":[{\"name\":\"Limits\",\"required\":[\"max\"],\"description\":\"d\",\"properties\":"
                        + "{\"max\":{\"type\":\"boolean\",\"title\":\"Max\",\"default\":\"True\"}}," + TIMES
                        + ",\"self\":\"" + PATH
                        + "/OS::Whole/objects/Limits\",\"schema\":\"/v2/schemas/metadefs/object\"}],"
                        + "\"tags\":[{\"name\":\"two\"},{\"name\":\"one\"}]," + links);
        assertThat(api.call(RED, "GET", PATH + "?limit=1&x=%C3%A9").text())
                .isEqualTo("{\"first\":\"" + PATH + "?limit=1&x=%C3%A9\",\"next\":\"" + PATH
                        + "?limit=1&x=%C3%A9&marker=OS%3A%3AWhole\",\"schema\":\"/v2/schemas/metadefs/namespaces\","
                        + "\"namespaces\":[{" + own + association + "," + links + "]}");
    }

    @Test
    void aResourceTypesPrefixIsPutBeforeNames() {
        make(WHOLE);
        JsonNode shown = get(RED, PATH + "/OS::Whole?resource_type=OS::Glance::Image");
        assertThat(shown.path("properties").propertyNames()).containsExactly("hw_cpu");
        assertThat(shown.path("objects").path(0).path("properties").propertyNames())
                .containsExactly("hw_max");
        assertThat(shown.path("objects").path(0).path("required").path(0).stringValue())
                .isEqualTo("hw_max");
        assertThat(get(RED, PATH + "/OS::Whole?resource_type=OS::Other")
                        .path("properties")
                        .propertyNames())
                .containsExactly("cpu");
        String property = PATH + "/OS::Whole/properties/";
        assertThat(get(RED, property + "hw_cpu?resource_type=OS::Glance::Image")
                        .path("name")
                        .stringValue())
                .isEqualTo("cpu");
        assertThat(status(RED, "GET", property + "cpu?resource_type=OS::Glance::Image", ""))
                .isEqualTo(404);
        assertThat(status(RED, "GET", property + "cpu?resource_type=OS::Other", ""))
                .isEqualTo(404);
        assertThat(get(RED, property + "cpu?anything=1").path("name").stringValue())
                .isEqualTo("cpu");
    }

    @Test
    void aFailureInAPartMakesNothing() {
        String twice = WHOLE.replace("{\"name\": \"two\"}", "{\"name\": \"one\"}");
        assertThat(status(ADMIN, "POST", PATH, twice)).isEqualTo(409);
        assertThat(status(ADMIN, "GET", PATH + "/OS::Whole", "")).isEqualTo(404);
        assertThat(get(ADMIN, "/v2/metadefs/resource_types").path("resource_types"))
                .isEmpty();
    }

    @Test
    void replacingResetsWhatIsLeftOutAndKeepsWhatIsInIt() {
        make(WHOLE);
        TestApi.Answer replaced = api.call(ADMIN, "PUT", PATH + "/OS::Whole", "{\"namespace\": \"New\"}");
        assertThat(replaced.text())
                .isEqualTo(
                        "{\"namespace\":\"New\",\"visibility\":\"private\",\"protected\":false,\"owner\":\"p-admin\","
                                + TIMES + ",\"self\":\"" + PATH
                                + "/New\",\"schema\":\"/v2/schemas/metadefs/namespace\"}");
        assertThat(get(ADMIN, PATH + "/New").path("tags")).hasSize(2);
        assertThat(status(ADMIN, "GET", PATH + "/OS::Whole", "")).isEqualTo(404);
        make("Other", "public");
        assertThat(status(ADMIN, "PUT", PATH + "/New", "{\"namespace\": \"Other\"}"))
                .isEqualTo(409);
        assertThat(status(ADMIN, "POST", PATH, "{\"namespace\": \"Other\"}")).isEqualTo(409);
        TestApi.Answer deleted = api.call(ADMIN, "DELETE", PATH + "/New");
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.header("Content-Type")).isEqualTo("text/html; charset=UTF-8");
        assertThat(status(ADMIN, "DELETE", PATH + "/New", "")).isEqualTo(404);
        assertThat(names(get(ADMIN, "/v2/metadefs/resource_types").path("resource_types"), "name"))
                .containsExactly("OS::Glance::Image");
    }

    @Test
    void propertiesAreKeptInOneForm() {
        make("N", "public");
        String properties = PATH + "/N/properties";
        String full = """
                {"name": "p", "title": "T", "type": "string", "description": "d", "operators": ["<in>"], "readonly": false,
                 "default": [1, true, null, "x'y", {"k": 1.5}, 0.0001, -0.0, "\\u00a0"], "minimum": -2.7, "maximum": 1e3, "enum": ["a"], "pattern": "^a",
                 "minLength": 0, "maxLength": 9, "items": {"type": "string", "enum": ["a"]}, "uniqueItems": true,
                 "minItems": 1, "maxItems": 2, "additionalItems": true}""";
        TestApi.Answer made = api.call(ADMIN, "POST", properties, full);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String shown =
                "{\"name\":\"p\",\"type\":\"string\",\"title\":\"T\",\"description\":\"d\",\"operators\":[\"<in>\"],"
                        + "\"default\":\"[1, True, None, \\\"x'y\\\", {'k': 1.5}, 0.0001, -0.0, '\\\\xa0']\",\"readonly\":false,\"minimum\":-2,\"maximum\":1000,"
                        + "\"enum\":[\"a\"],\"pattern\":\"^a\",\"minLength\":0,\"maxLength\":9,\"items\":{\"type\":\"string\","
                        + "\"enum\":[\"a\"]},\"uniqueItems\":true,\"minItems\":1,\"maxItems\":2,\"additionalItems\":true}";
        assertThat(made.text()).isEqualTo(shown);
        assertThat(made.headers().has("Location")).isFalse();
        assertThat(api.call(RED, "GET", properties + "/p").text()).isEqualTo(shown);
        assertThat(api.call(RED, "GET", properties).text()).isEqualTo("{\"properties\":{\"p\":" + shown + "}}");
        assertThat(status(ADMIN, "POST", properties, full)).isEqualTo(409);
        assertThat(api.call(ADMIN, "PUT", properties + "/p", "{\"name\":\"q\",\"title\":\"T\",\"type\":\"string\"}")
                        .text())
                .isEqualTo("{\"name\":\"q\",\"type\":\"string\",\"title\":\"T\"}");
        assertThat(status(ADMIN, "GET", properties + "/p", "")).isEqualTo(404);
        assertThat(status(ADMIN, "POST", properties, full)).isEqualTo(201);
        assertThat(status(ADMIN, "PUT", properties + "/q", full)).isEqualTo(409);
        assertThat(status(ADMIN, "DELETE", properties + "/q", "ignored")).isEqualTo(204);
        assertThat(status(ADMIN, "DELETE", properties + "/q", "")).isEqualTo(404);
        assertThat(status(ADMIN, "DELETE", properties, "")).isEqualTo(204);
        assertThat(get(ADMIN, properties).path("properties")).isEmpty();
    }

    @Test
    void objectsAlwaysShowTheirLists() {
        make("N", "public");
        String objects = PATH + "/N/objects";
        assertThat(api.call(ADMIN, "POST", objects, "{\"name\": \"o\"}").text())
                .isEqualTo("{\"name\":\"o\",\"required\":[],\"properties\":{}," + TIMES + ",\"self\":\"" + objects
                        + "/o\",\"schema\":\"/v2/schemas/metadefs/object\"}");
        assertThat(status(ADMIN, "POST", objects, "{\"name\": \"o\"}")).isEqualTo(409);
        assertThat(get(RED, objects).toString())
                .startsWith("{\"objects\":[{\"name\":\"o\",")
                .endsWith("],\"schema\":\"v2/schemas/metadefs/objects\"}");
        assertThat(status(RED, "GET", objects + "?limit=0", "")).isEqualTo(400);
        assertThat(status(RED, "GET", objects + "?sort_dir=up", "")).isEqualTo(400);
        assertThat(status(RED, "GET", objects + "?visibility=all", "")).isEqualTo(400);
        assertThat(get(RED, objects + "?visibility=shared&limit=1&marker=x&sort_key=y")
                        .path("objects"))
                .hasSize(1);
        assertThat(api.call(ADMIN, "PUT", objects + "/o", "{\"name\":\"n\",\"description\":\"d\",\"required\":[\"a\"]}")
                        .json()
                        .path("required")
                        .path(0)
                        .stringValue())
                .isEqualTo("a");
        assertThat(status(ADMIN, "DELETE", objects + "/n", "")).isEqualTo(204);
        assertThat(status(ADMIN, "DELETE", objects + "/n", "")).isEqualTo(404);
        assertThat(status(ADMIN, "DELETE", objects, "")).isEqualTo(204);
    }

    @Test
    void tagsAreReplacedOrAddedTogether() {
        make("N", "public");
        String tags = PATH + "/N/tags";
        assertThat(api.call(ADMIN, "POST", tags + "/a").text()).isEqualTo("{\"name\":\"a\"," + TIMES + "}");
        assertThat(status(ADMIN, "POST", tags + "/a", "")).isEqualTo(409);
        assertThat(status(ADMIN, "POST", tags + "/" + "x".repeat(81), "")).isEqualTo(400);
        assertThat(api.call(ADMIN, "POST", tags, "{\"tags\": [{\"name\": \"b\"}, {\"name\": \"c\"}]}")
                        .text())
                .isEqualTo("{\"tags\":[{\"name\":\"b\"},{\"name\":\"c\"}]}");
        assertThat(api.call(RED, "GET", tags).text()).isEqualTo("{\"tags\":[{\"name\":\"c\"},{\"name\":\"b\"}]}");
        Headers append = Headers.of("X-Openstack-Append", "Yes");
        assertThat(api.call(ADMIN, "POST", tags, append, "{\"tags\": [{\"name\": \"d\"}]}")
                        .status())
                .isEqualTo(201);
        assertThat(api.call(ADMIN, "POST", tags, append, "{\"tags\": [{\"name\": \"e\"}, {\"name\": \"d\"}]}")
                        .status())
                .isEqualTo(409);
        assertThat(status(ADMIN, "POST", tags, "{\"tags\": [{\"name\": \"x\"}, {\"name\": \"x\"}]}"))
                .isEqualTo(409);
        assertThat(status(ADMIN, "POST", tags, "{\"tags\": []}")).isEqualTo(201);
        assertThat(names(get(RED, tags + "?sort_key=name&sort_dir=asc&limit=2").path("tags"), "name"))
                .containsExactly("b", "c");
        assertThat(names(get(RED, tags + "?sort_key=name&sort_dir=asc&marker=c").path("tags"), "name"))
                .containsExactly("d");
        assertThat(status(RED, "GET", tags + "?marker=none", "")).isEqualTo(404);
        assertThat(api.call(ADMIN, "PUT", tags + "/d", "{\"name\": \"z\"}").text())
                .startsWith("{\"name\":\"z\",\"created_at\"");
        assertThat(status(ADMIN, "PUT", tags + "/z", "{\"name\": \"b\"}")).isEqualTo(409);
        assertThat(status(ADMIN, "GET", tags + "/z", "")).isEqualTo(200);
        assertThat(status(ADMIN, "DELETE", tags + "/z", "")).isEqualTo(204);
        assertThat(status(ADMIN, "DELETE", tags, "")).isEqualTo(204);
        assertThat(get(RED, tags).path("tags")).isEmpty();
    }

    @Test
    void associationsAreMadeAndEnded() {
        make("N", "public");
        String types = PATH + "/N/resource_types";
        assertThat(api.call(ADMIN, "POST", types, "{\"name\": \"OS::A\", \"prefix\": \"a_\"}")
                        .text())
                .isEqualTo("{\"name\":\"OS::A\",\"prefix\":\"a_\"," + TIMES + "}");
        assertThat(status(ADMIN, "POST", types, "{\"name\": \"OS::A\"}")).isEqualTo(409);
        assertThat(api.call(RED, "GET", types).text())
                .isEqualTo("{\"resource_type_associations\":[{\"name\":\"OS::A\",\"prefix\":\"a_\"," + TIMES + "}]}");
        assertThat(api.call(RED, "GET", PATH + "?resource_types=OS::A,OS::B")
                        .json()
                        .path("namespaces"))
                .hasSize(1);
        assertThat(get(RED, PATH + "?resource_types=OS::B").path("namespaces")).isEmpty();
        assertThat(status(ADMIN, "DELETE", types + "/OS::A", "")).isEqualTo(204);
        assertThat(status(ADMIN, "DELETE", types + "/OS::A", "")).isEqualTo(404);
        assertThat(api.call(RED, "GET", "/v2/metadefs/resource_types").text())
                .isEqualTo("{\"resource_types\":[{\"name\":\"OS::A\"," + TIMES + "}]}");
    }

    @Test
    void pagesOfNamespacesEndWithoutNext() {
        for (String name : List.of("a", "b", "c")) {
            make(name, "public");
        }
        JsonNode first = get(RED, PATH + "?limit=2&sort_key=namespace&sort_dir=asc");
        assertThat(names(first.path("namespaces"), "namespace")).containsExactly("a", "b");
        JsonNode last = get(RED, first.path("next").stringValue());
        assertThat(names(last.path("namespaces"), "namespace")).containsExactly("c");
        assertThat(last.has("next")).isFalse();
        assertThat(get(RED, PATH + "?limit=0").has("next")).isFalse();
        assertThat(names(get(RED, PATH + "?visibility=private").path("namespaces"), "namespace"))
                .isEmpty();
    }

    @Test
    void aPrivateNamespaceIsNotThereForOthers() {
        make("Secret", "private");
        make("Open", "public");
        String secret = PATH + "/Secret";
        assertThat(get(RED, secret).path("visibility").stringValue()).isEqualTo("private");
        for (String part : List.of("", "/properties", "/objects", "/tags", "/resource_types", "/tags/x")) {
            TestApi.Answer hidden = api.call(BLUE, "GET", secret + part);
            assertThat(hidden.status()).isEqualTo(404);
            assertThat(hidden.text()).contains("Metadata definition namespace Secret was not found.");
        }
        assertThat(status(BLUE, "GET", PATH + "?marker=Secret", "")).isEqualTo(404);
        assertThat(names(get(BLUE, PATH).path("namespaces"), "namespace")).containsExactly("Open");
        assertThat(names(get(RED, PATH).path("namespaces"), "namespace")).containsExactly("Open", "Secret");
    }

    /** Who may see a namespace hears why he may not change it; who may not, does not hear of it. */
    @ParameterizedTest
    @CsvSource({
        "POST, '', {\"namespace\":\"x\"}",
        "PUT, /Open, {\"namespace\":\"x\"}",
        "DELETE, /Open, ''",
        "POST, /Open/tags/t, ''",
        "POST, /Open/tags, '{\"tags\":[{\"name\":\"x\"}]}'",
        "DELETE, /Open/tags, ''",
        "DELETE, /Open/properties, ''",
        "POST, /Open/properties, '{\"name\":\"p\",\"title\":\"t\",\"type\":\"string\"}'",
        "POST, /Open/objects, {\"name\":\"o\"}",
        "POST, /Open/resource_types, {\"name\":\"r\"}",
        "DELETE, /Open/resource_types/r, ''"
    })
    void changesAreForAdministrators(String method, String path, String body) {
        make("Open", "public");
        make("Secret", "private");
        assertThat(status(RED, method, PATH + path, body)).isEqualTo(403);
        assertThat(status(BLUE, method, PATH + path.replace("Open", "Secret"), body))
                .isEqualTo(path.isEmpty() ? 403 : 404);
        assertThat(get(ADMIN, PATH).path("namespaces")).hasSize(2);
    }

    @Test
    void anonymousCallersChangeNothing() {
        String body = "{\"namespace\": \"n\", \"owner\": \"p\"}";
        assertThat(status(Caller.ANONYMOUS, "POST", PATH, body)).isEqualTo(403);
        assertThat(status(ADMIN, "POST", PATH, body)).isEqualTo(201);
        assertThat(status(Caller.ANONYMOUS, "DELETE", PATH + "/n", "")).isEqualTo(403);
    }

    /** Who may make a namespace, and not what is to be in it. */
    @Test
    void partsOfANewNamespaceAreAskedAbout() {
        Policy builtIn = RulePolicy.builtIn();
        Policy policy = new Policy() {
            @Override
            public Decision decide(Caller caller, Action action, Target target) {
                return action == Action.ADD_METADEF_NAMESPACE
                        ? new Decision.Allowed()
                        : builtIn.decide(caller, action, target);
            }

            @Override
            public boolean isAdmin(Caller caller) {
                return builtIn.isAdmin(caller);
            }
        };
        try (TestApi limited = new TestApi(
                new Images.Rules(policy, TestApi.DEFAULT_QUOTAS),
                TestApi.config(false),
                ImageSchema.of(TestApi.config(false)))) {
            for (String part : List.of(
                    "\"objects\": [{\"name\": \"o\"}]",
                    "\"tags\": [{\"name\": \"t\"}]",
                    "\"properties\": {\"p\": {\"title\": \"t\", \"type\": \"string\"}}",
                    "\"resource_type_associations\": [{\"name\": \"r\"}]")) {
                assertThat(limited.call(RED, "POST", PATH, "{\"namespace\": \"n\", " + part + "}")
                                .status())
                        .isEqualTo(403);
            }
            assertThat(limited.call(RED, "POST", PATH, "{\"namespace\": \"n\", \"tags\": []}")
                            .status())
                    .isEqualTo(201);
            assertThat(limited.call(RED, "DELETE", PATH + "/n").status()).isEqualTo(403);
        }
    }

    @Test
    void aNamespaceThatIsTooLargeForAnAnswerIsReadInParts() {
        make("N", "public");
        String text = "x".repeat(60_000);
        for (int i = 0; i < 72; i++) {
            String body =
                    "{\"name\": \"p" + i + "\", \"title\": \"t\", \"type\": \"string\", \"default\": \"" + text + "\"}";
            assertThat(status(ADMIN, "POST", PATH + "/N/properties", body)).isEqualTo(201);
        }
        for (String path : List.of("/N", "/N/properties")) {
            TestApi.Answer refused = api.call(RED, "GET", PATH + path);
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.text()).contains("at most 4194304", "one by one");
        }
        assertThat(get(RED, PATH + "/N/properties/p7").path("default").stringValue())
                .isEqualTo(text);
        assertThat(get(RED, PATH + "/N/tags").path("tags")).isEmpty();
        assertThat(status(ADMIN, "DELETE", PATH + "/N/properties", "")).isEqualTo(204);
        assertThat(get(RED, PATH + "/N").path("namespace").stringValue()).isEqualTo("N");
    }

    @Test
    void aNamespaceNeedsAnOwner() {
        Caller unscoped = new Caller(
                "u",
                null,
                null,
                null,
                null,
                null,
                Set.of("admin"),
                Caller.ServiceIdentity.NONE,
                true,
                true,
                false,
                null);
        TestApi.Answer refused = api.call(unscoped, "POST", PATH, "{\"namespace\": \"n\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("needs an owner");
    }

    @Test
    void whatIsProtectedIsChangedAndNotDeleted() {
        make(WHOLE.replace("\"protected\": false", "\"protected\": true"));
        String whole = PATH + "/OS::Whole";
        for (String part : List.of(
                "",
                "/properties",
                "/properties/cpu",
                "/objects",
                "/objects/Limits",
                "/tags",
                "/tags/one",
                "/resource_types/OS::Glance::Image")) {
            TestApi.Answer refused = api.call(ADMIN, "DELETE", whole + part);
            assertThat(refused.status()).as(part).isEqualTo(403);
            assertThat(refused.text()).contains("cannot be deleted");
        }
        for (String part : List.of("/properties/none", "/objects/none", "/tags/none", "/resource_types/none")) {
            assertThat(status(ADMIN, "DELETE", whole + part, "")).as(part).isEqualTo(404);
        }
        assertThat(status(ADMIN, "PUT", whole + "/tags/one", "{\"name\": \"three\"}"))
                .isEqualTo(200);
        assertThat(status(ADMIN, "PUT", whole, "{\"namespace\": \"OS::Whole\", \"protected\": false}"))
                .isEqualTo(200);
        assertThat(status(ADMIN, "DELETE", whole, "")).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST||''|400",
                "POST||{|400",
                "POST||[]|400",
                "POST||{}|400",
                "POST||{\"namespace\": 5}|400",
                "POST||{\"namespace\": \"x\", \"visibility\": \"shared\"}|400",
                "POST||{\"namespace\": \"x\", \"unknown\": 1}|400",
                "POST||{\"namespace\": \"x\", \"self\": \"y\"}|403",
                "POST||{\"namespace\": \"x\", \"created_at\": 5, \"unknown\": 1}|403",
                "POST||{\"namespace\": \"\ud83d\ude00\"}|400",
                "POST||{\"namespace\": \"x\", \"tags\": [{}]}|400",
                "POST||{\"namespace\": \"x\", \"tags\": [{\"name\": \"t\", \"other\": 1}]}|400",
                "POST||{\"namespace\": \"x\", \"objects\": [{\"description\": \"d\"}]}|400",
                "POST||{\"namespace\": \"x\", \"resource_type_associations\": [{}]}|400",
                "POST||{\"namespace\": \"x\", \"properties\": {\"p\": {\"title\": \"t\"}}}|400",
                "POST||{\"namespace\": \"x\", \"properties\": {\"p\": {\"title\": \"t\", \"type\": \"string\", \"odd\": 1}}}|400",
                "POST||{\"namespace\": \"x\", \"properties\": {\"\ud83d\ude00\": {\"title\": \"t\", \"type\": \"string\"}}}|400",
                "POST|/N/properties|{\"title\": \"t\", \"type\": \"string\"}|400",
                "POST|/N/properties|{\"name\": \"p\", \"title\": \"t\", \"type\": \"text\"}|400",
                "POST|/N/properties|{\"name\": \"p\", \"title\": \"t\", \"type\": null}|400",
                "POST|/N/properties|{\"name\": \"p\", \"title\": \"t\", \"type\": \"string\", \"enum\": [1]}|400",
                "POST|/N/properties|{\"name\": \"p\", \"title\": \"t\", \"type\": \"string\", \"minLength\": -1}|400",
                "POST|/N/properties|{\"name\": \"p\", \"title\": \"t\", \"type\": \"string\", \"minimum\": 1e400}|400",
                "POST|/N/properties|{\"name\": \"p\", \"title\": \"t\", \"type\": \"string\", \"required\": [\"a\"]}|400",
                "POST|/N/properties|{\"name\": \"p\", \"title\": \"t\", \"type\": \"string\", \"confidential\": true}|400",
                "POST|/N/properties|{\"name\": \"p\", \"title\": \"t\", \"type\": \"string\", \"updated_at\": 1}|403",
                "POST|/N/properties|{\"name\": \"p\", \"title\": \"t\", \"type\": \"string\", \"minLength\": HUGE}|400",
                "POST|/N/properties|{\"name\": \"p\", \"title\": \"t\", \"type\": \"string\", \"maximum\": -HUGE}|400",
                "GET|?marker=%F0%9F%98%80|''|404",
                "GET|/N/tags?marker=%F0%9F%98%80|''|404",
                "DELETE|/N/resource_types/%F0%9F%98%80|''|404",
                "DELETE|/N/resource_types/a%00b|''|404",
                "GET|/%00|''|404",
                "POST|/N/objects|{\"name\": \"o\", \"required\": [\"a\", \"a\"]}|400",
                "POST|/N/objects|{\"name\": \"o\", \"self\": 1}|403",
                "POST|/N/tags|{}|400",
                "POST|/N/tags|{\"tags\": [{\"name\": \"t\", \"x\": 1}]}|400",
                "PUT|/N/tags/t|{\"name\": \"t\", \"created_at\": 1}|403",
                "POST|/N/resource_types|{\"prefix\": \"x\"}|400",
                "POST|/None/tags/t|''|404",
                "GET|?limit=-1|''|400",
                "GET|?limit=x|''|400",
                "GET|?sort_key=size|''|400",
                "GET|?sort_dir=up|''|400",
                "GET|?visibility=shared|''|400",
                "GET|?marker=none|''|404",
                "GET|/N?visibility=shared|''|400",
                "GET|/|''|404",
                "GET|/N/|''|404",
                "GET|/N/nothing|''|404",
                "GET|/N/tags?sort_key=colour|''|400",
                "GET|/N|{}|400",
                "DELETE|/N|{}|400",
                "GET|/N/properties|{}|400",
                "GET|/N/objects/o|{}|400",
                "DELETE|/N/objects/o|{}|400",
                "GET|/N/tags/t|{}|400",
                "POST|/N/tags/t|{}|400",
                "DELETE|/N/tags/t|{}|400",
                "GET|/N/resource_types|{}|400",
                "DELETE|/N/resource_types/r|{}|400"
            })
    void whatIsWrongIsRefused(String method, String path, String body, int status) {
        make("N", "public");
        TestApi.Answer answer =
                api.call(ADMIN, method, PATH + (path == null ? "" : path), body.replace("HUGE", "9".repeat(500)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(get(ADMIN, PATH).path("namespaces")).hasSize(1);
    }

    @Test
    void namesThatAreTooLongAreRefused() {
        String name = "x".repeat(81);
        assertThat(status(ADMIN, "POST", PATH, "{\"namespace\": \"" + name + "\"}"))
                .isEqualTo(400);
        make("N", "public");
        assertThat(status(ADMIN, "POST", PATH + "/N/tags", "{\"tags\": [{\"name\": \"" + name + "\"}]}"))
                .isEqualTo(400);
        String nested =
                "{\"namespace\": \"M\", \"properties\": {\"" + name + "\": {\"title\": \"t\", \"type\": \"string\"}}}";
        assertThat(status(ADMIN, "POST", PATH, nested)).isEqualTo(400);
        assertThat(get(ADMIN, PATH).path("namespaces")).hasSize(1);
    }

    @Test
    void aNameThatIsNoPathIsEscapedInTheHeaderAlone() {
        TestApi.Answer made = make("{\"namespace\": \"a\\r\\nSet-Cookie: x\"}");
        assertThat(made.header("Location")).endsWith("/a%0D%0ASet-Cookie:%20x");
        assertThat(made.json().path("self").stringValue()).isEqualTo(PATH + "/a\r\nSet-Cookie: x");
        assertThat(get(ADMIN, PATH + "/a%0D%0ASet-Cookie:%20x")
                        .path("namespace")
                        .stringValue())
                .isEqualTo("a\r\nSet-Cookie: x");
        make("{\"namespace\": \"\"}");
        make("{\"namespace\": \"with/slash\"}");
        assertThat(status(ADMIN, "GET", PATH + "/with%2Fslash", "")).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PATCH|/v2/metadefs/namespaces|GET, POST",
                "PATCH|/v2/metadefs/namespaces/N|GET, PUT, DELETE",
                "PUT|/v2/metadefs/namespaces/N/tags|GET, POST, DELETE",
                "PATCH|/v2/metadefs/namespaces/N/tags/t|GET, POST, PUT, DELETE",
                "POST|/v2/metadefs/resource_types|GET",
                "GET|/v2/metadefs/namespaces/N/resource_types/R|DELETE"
            })
    void otherMethodsAreNamed(String method, String path, String allowed) {
        TestApi.Answer answer = api.call(ADMIN, method, path);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "namespace, namespace, namespace",
        "object, object, name",
        "property, property, type title name",
        "tag, tag, name",
        "resource_type, resource_type_association, name"
    })
    void schemasOfItemsAreClosed(String path, String name, String required) {
        JsonNode schema = get(BLUE, "/v2/schemas/metadefs/" + path);
        assertThat(schema.path("name").stringValue()).isEqualTo(name);
        assertThat(schema.path("additionalProperties").booleanValue()).isFalse();
        assertThat(schema.path("required").valueStream().map(JsonNode::stringValue))
                .containsExactlyInAnyOrder(required.split(" "));
        assertThat(schema.has("definitions"))
                .isEqualTo(!Set.of("tag", "resource_type").contains(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"namespaces", "objects", "properties", "tags", "resource_types"})
    void schemasOfCollectionsHaveLinks(String path) {
        JsonNode schema = get(BLUE, "/v2/schemas/metadefs/" + path);
        assertThat(names(schema.path("links"), "rel")).containsExactly("first", "next", "describedby");
        String key = path.equals("resource_types") ? "resource_type_associations" : path;
        assertThat(schema.path("name").stringValue()).isEqualTo(key);
        assertThat(schema.path("properties").path(key).path("items").has("definitions"))
                .isFalse();
    }
}
