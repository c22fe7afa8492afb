package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import glance.client.FakeService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadefCommandsTest {
    private static final String NS = "/v2/metadefs/namespaces/OS%3A%3AHarbour";

    private final FakeService service;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Shell shell;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    Path directory;

    MetadefCommandsTest() throws IOException {
        service = new FakeService();
    }

    @BeforeEach
    void open() {
        shell = new Shell(service, directory);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void aNamespaceIsShownByTheNamesOfWhatItHolds() {
        service.json("GET " + NS, 200, """
                {"namespace": "OS::Harbour", "protected": false, "self": "/v2/x", "schema": "/v2/schemas/metadefs/namespace",
                 "properties": {"berth": {"title": "B", "type": "string"}, "crane": {"title": "C", "type": "integer"}},
                 "objects": [{"name": "Ship"}], "tags": [{"name": "north"}, {"name": "south"}],
                 "resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "hw_"}]}
                """);

        assertThat(shell.glance("md-namespace-show", "OS::Harbour", "--resource-type", "a b"))
                .isZero();

        assertThat(shell.out()).isEqualTo("""
                        +----------------------------+--------------------------------+
                        | Property                   | Value                          |
                        +----------------------------+--------------------------------+
                        | namespace                  | OS::Harbour                    |
                        | objects                    | ["Ship"]                       |
                        | properties                 | ["berth", "crane"]             |
                        | protected                  | False                          |
                        | resource_type_associations | ["OS::Glance::Image"]          |
                        | schema                     | /v2/schemas/metadefs/namespace |
                        | tags                       | ["north", "south"]             |
                        +----------------------------+--------------------------------+
                        """);
        assertThat(service.calls()).containsExactly("GET " + NS + "?resource_type=a%20b");
    }

    @Test
    void namespacesAreListedPageByPage() {
        service.on("GET /v2/metadefs/namespaces", (exchange, seen) -> {
            boolean first = !seen.call().contains("marker");
            String page = first
                    ? "{\"namespaces\":[{\"namespace\":\"a\"}],\"next\":\"/v2/metadefs/namespaces?limit=1&marker=a\"}"
                    : "{\"namespaces\":[{\"namespace\":\"b\"}]}";
            FakeService.send(exchange, 200, "application/json", page.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        });

        assertThat(shell.glance(
                        "md-namespace-list",
                        "--resource-types",
                        "x",
                        "--resource-types",
                        "y",
                        "--visibility",
                        "public",
                        "--page-size",
                        "1"))
                .isZero();

        assertThat(shell.out())
                .isEqualTo(
                        "+-----------+\n| namespace |\n+-----------+\n| a         |\n| b         |\n+-----------+\n");
        assertThat(service.calls())
                .containsExactly(
                        "GET /v2/metadefs/namespaces?resource_types=x%2Cy&visibility=public&limit=1",
                        "GET /v2/metadefs/namespaces?limit=1&marker=a");
    }

    @Test
    void aNamespaceIsCreatedFromOptionsOrImportedWhole() throws IOException {
        service.json("POST /v2/metadefs/namespaces", 201, "{\"namespace\": \"OS::Harbour\"}");
        Files.writeString(directory.resolve("ns.json"), "{\"namespace\": \"OS::Harbour\", \"tags\": []}");

        assertThat(shell.glance("md-namespace-create", "OS::Harbour", "--protected", "--display-name", "The harbour"))
                .isZero();
        assertThat(shell.glance("md-namespace-import", "--file", "ns.json")).isZero();
        assertThat(shell.reading("[1]").glance("md-namespace-import")).isEqualTo(1);

        assertThat(shell.err()).isEqualTo("Schema is not a valid JSON object: '[1]'\n");
        assertThat(service.seen().stream().map(FakeService.Seen::body))
                .containsExactly(
                        "{\"display_name\":\"The harbour\",\"protected\":true,\"namespace\":\"OS::Harbour\"}",
                        "{\"namespace\":\"OS::Harbour\",\"tags\":[]}");
    }

    @Test
    void anUpdateSendsTheWholeWithoutWhatOnlyTheServiceWrites() {
        service.json("GET " + NS, 200, """
                {"namespace": "OS::Harbour", "description": "old", "visibility": "public", "created_at": "t", "self": "s", "schema": "c"}
                """);
        service.json("PUT " + NS, 200, "{}");
        service.json("GET /v2/metadefs/namespaces/new", 200, "{\"namespace\": \"new\"}");

        assertThat(shell.glance("md-namespace-update", "OS::Harbour", "--description", "fresh", "--namespace", "new"))
                .isZero();

        assertThat(service.seen().get(1).body())
                .isEqualTo("{\"namespace\":\"new\",\"description\":\"fresh\",\"visibility\":\"public\"}");
        assertThat(service.calls()).containsExactly("GET " + NS, "PUT " + NS, "GET /v2/metadefs/namespaces/new");
    }

    @Test
    void propertiesHaveTheirNamesAndSchemas() {
        service.json(
                "POST " + NS + "/properties", 201, "{\"name\": \"berth\", \"type\": \"string\", \"title\": \"B\"}");
        service.json(
                "GET " + NS + "/properties",
                200,
                "{\"properties\": {\"berth\": {\"type\": \"string\", \"title\": \"B\"}}}");
        service.json("GET " + NS + "/properties/berth", 200, "{\"type\": \"string\", \"title\": \"B\"}");
        service.json("PUT " + NS + "/properties/berth", 200, "{}");
        service.empty("DELETE " + NS + "/properties/berth");
        service.empty("DELETE " + NS + "/properties");

        assertThat(shell.glance(
                        "md-property-create",
                        "OS::Harbour",
                        "--name",
                        "berth",
                        "--title",
                        "B",
                        "--schema",
                        "{\"type\": \"string\"}"))
                .isZero();
        assertThat(service.seen().getFirst().body())
                .isEqualTo("{\"name\":\"berth\",\"title\":\"B\",\"type\":\"string\"}");
        assertThat(shell.glance("md-property-list", "OS::Harbour")).isZero();
        assertThat(shell.out()).contains("| name  | title | type   |").contains("| berth | B     | string |");
        assertThat(shell.glance("md-property-show", "OS::Harbour", "berth", "-f", "value", "-c", "name"))
                .isZero();
        assertThat(shell.out()).isEqualTo("berth\n");
        assertThat(shell.glance("md-property-update", "OS::Harbour", "berth", "--title", "C"))
                .isZero();
        assertThat(service.seen().get(4).body()).isEqualTo("{\"type\":\"string\",\"title\":\"C\",\"name\":\"berth\"}");
        assertThat(shell.glance("md-property-delete", "OS::Harbour", "berth")).isZero();
        assertThat(shell.glance("md-namespace-properties-delete", "OS::Harbour"))
                .isZero();
        assertThat(shell.glance("md-property-create", "OS::Harbour", "--name", "x", "--title", "t", "--schema", "{"))
                .isEqualTo(1);
        assertThat(shell.err()).isEqualTo("Schema is not a valid JSON object: '{'\n");
    }

    @Test
    void objectsTellTheirPropertiesByNameAndOneByOne() {
        service.json("GET " + NS + "/objects/Ship", 200, """
                {"name": "Ship", "self": "s", "required": [], "properties": {"mast": {"type": "integer", "title": "M"}}}
                """);
        service.json("GET " + NS + "/objects", 200, """
                {"objects": [{"name": "Ship", "description": "something that floats and carries goods from one port to another"}]}
                """);

        assertThat(shell.glance("md-object-show", "OS::Harbour", "Ship")).isZero();
        assertThat(shell.out()).contains("| properties | [\"mast\"] |").doesNotContain("self");
        assertThat(shell.glance("md-object-property-show", "OS::Harbour", "Ship", "mast"))
                .isZero();
        assertThat(shell.out()).contains("| name     | mast    |").contains("| type     | integer |");
        assertThat(shell.glance("md-object-property-show", "OS::Harbour", "Ship", "keel"))
                .isEqualTo(1);
        assertThat(shell.err()).isEqualTo("Property keel not found in object Ship.\n");
        assertThat(shell.glance("md-object-list", "OS::Harbour")).isZero();
        assertThat(shell.out())
                .contains("| Ship | something that floats and carries goods from one   |")
                .contains("|      | port to another                                    |");
    }

    @Test
    void tagsAreMadeOneByOneOrTogether() {
        service.json("POST " + NS + "/tags/north%20pier", 201, "{\"name\": \"north pier\", \"created_at\": \"t\"}");
        service.json("POST " + NS + "/tags", 201, "{\"tags\": [{\"name\": \"a\"}, {\"name\": \"b\"}]}");
        service.json("PUT " + NS + "/tags/a", 200, "{\"name\": \"c\"}");
        service.json("GET " + NS + "/tags/c", 200, "{\"name\": \"c\"}");

        assertThat(shell.glance("md-tag-create", "OS::Harbour", "--name", " north pier "))
                .isZero();
        assertThat(shell.glance("md-tag-create", "OS::Harbour", "--name", " ")).isEqualTo(1);
        assertThat(shell.glance(
                        "md-tag-create-multiple", "OS::Harbour", "--names", "a| b|", "--delim", "|", "--append"))
                .isZero();
        assertThat(service.seen().getLast().body()).isEqualTo("{\"tags\":[{\"name\":\"a\"},{\"name\":\"b\"}]}");
        assertThat(service.seen().getLast().header("x-openstack-append")).isEqualTo("True");
        assertThat(shell.out()).contains("| a    |\n| b    |\n");
        assertThat(shell.glance("md-tag-update", "OS::Harbour", "a", "--name", "c"))
                .isZero();
        assertThat(shell.out()).contains("| name     | c     |");
    }

    @Test
    void resourceTypesAreAssociated() {
        service.json("POST " + NS + "/resource_types", 201, "{\"name\": \"OS::Nova::Flavor\", \"prefix\": \"hw:\"}");
        service.json(
                "GET " + NS + "/resource_types",
                200,
                "{\"resource_type_associations\": [{\"name\": \"OS::Nova::Flavor\", \"prefix\": \"hw:\"}]}");
        service.json(
                "GET /v2/metadefs/resource_types", 200, "{\"resource_types\": [{\"name\": \"OS::Nova::Flavor\"}]}");
        service.empty("DELETE " + NS + "/resource_types/OS%3A%3ANova%3A%3AFlavor");

        assertThat(shell.glance(
                        "md-resource-type-associate", "OS::Harbour", "--name", "OS::Nova::Flavor", "--prefix", "hw:"))
                .isZero();
        assertThat(shell.glance("md-namespace-resource-type-list", "OS::Harbour"))
                .isZero();
        assertThat(shell.out()).contains("| OS::Nova::Flavor | hw:    |                   |");
        assertThat(shell.glance("md-resource-type-list")).isZero();
        assertThat(shell.glance("md-resource-type-deassociate", "OS::Harbour", "OS::Nova::Flavor"))
                .isZero();
    }

    @Test
    void aServiceWithoutDefinitionsSaysSo() {
        service.error("GET " + NS, 404, "Not Found", "The resource could not be found.");

        assertThat(shell.glance("md-namespace-show", "OS::Harbour")).isEqualTo(1);

        assertThat(shell.err()).isEqualTo("HTTP 404 Not Found: The resource could not be found.\n");
    }
}
