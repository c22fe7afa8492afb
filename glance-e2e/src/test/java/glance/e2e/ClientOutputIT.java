package glance.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the reference client and ours print by API v2 for the same state of the service, byte for byte: standard output, standard
 * error and exit code. Ids and times of what a command makes are masked; what else may differ is listed in docs/differences.md.
 * Some lines of all, always the same; {@code ./compare-clients} takes all.
 */
class ClientOutputIT {
    private static final String MASKED = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9-]{10}T[0-9:]{8}Z";

    /** A file's name has an id, which a table may break anywhere. */
    private static final String PLACES = "\\| locations +\\| \\[\\{\"url\": \"file:[^\\n]*(\\n\\| +\\|[^\\n]*)*";

    private static final String MEMBER = "0123456789abcdef0123456789abcdef";
    private static final int SAMPLE = 24;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static PackagedServer server;

    private static String shared = "";

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Needs.programs("glance");
        server = PackagedServer.Home.in(directory)
                .with("DEFAULT", "enabled_backends", "fast:file,slow:file")
                .with("DEFAULT", "show_multiple_locations", "true")
                .with("glance_store", "default_backend", "fast")
                .with(
                        "fast",
                        "filesystem_store_datadir",
                        directory.resolve("fast").toString())
                .with(
                        "slow",
                        "filesystem_store_datadir",
                        directory.resolve("slow").toString())
                .with("fast", "store_description", "SSDs")
                .start();
        Api api = new Api(server.url(), null);
        loaded();
        Files.writeString(directory.resolve("FILE"), "d".repeat(5000));
        Files.writeString(directory.resolve("JSON"), "{\"namespace\": \"imported\"}");
        shared = Api.json(api.post(
                        "/v2/images",
                        Map.of(
                                "name", "Größe, mit Komma",
                                "disk_format", "qcow2",
                                "container_format", "bare",
                                "visibility", "shared",
                                "tags", List.of("b", "a"),
                                "long", "lorem ipsum ".repeat(20),
                                "min_disk", 7)))
                .path("id")
                .asString();
        api.post("/v2/images/" + shared + "/members", Map.of("member", MEMBER));
    }

    /** What lines about metadata definitions find. */
    private static final Map<String, Object> NAMESPACE = Map.of(
            "namespace", "ns",
            "display_name", "Größe",
            "description", "lorem ipsum ".repeat(20),
            "visibility", "public",
            "resource_type_associations", List.of(Map.of("name", "r", "prefix", "x_")),
            "properties",
                    Map.of("p", Map.of("title", "P", "type", "string", "enum", List.of("a", "b"), "default", "a")),
            "objects",
                    List.of(Map.of(
                            "name",
                            "o",
                            "description",
                            "d",
                            "required",
                            List.of("p"),
                            "properties",
                            Map.of("p", Map.of("title", "P", "type", "integer", "minimum", 1)))),
            "tags", List.of(Map.of("name", "t")));

    @AfterAll
    static void stop() {
        server.close();
    }

    /** All lines, or some of them. */
    static List<String> lines() throws IOException {
        List<String> lines;
        try (var file = ClientOutputIT.class.getResourceAsStream("client-lines.txt")) {
            lines = new ArrayList<>(new String(requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList());
        }
        if (System.getProperty("glance.clients", "some").equals("all")) {
            return lines;
        }
        long seed = Long.getLong("glance.clients.seed", 25);
        System.out.println(
                "ClientOutputIT: " + SAMPLE + " lines of " + lines.size() + ", -Dglance.clients.seed=" + seed);
        Collections.shuffle(lines, new Random(seed));
        return lines.subList(0, SAMPLE);
    }

    @Test
    void theNamespaceOfTheLinesIsThere() throws IOException, InterruptedException {
        assertThat(ours("md-namespace-show NS")).startsWith("exit 0\n").contains("Größe");
    }

    @ParameterizedTest
    @MethodSource("lines")
    void bothPrintTheSame(String line) throws IOException, InterruptedException {
        assertThat(ours(line)).isEqualTo(reference(line));
    }

    /** Our commands that print have two options more. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "image-show",
                "image-list --limit x",
                "image-update --name x",
                "location-add FRESH",
                "member-update MEMBERED MEMB nonsense",
                "task-list --sort-key nonsense"
            })
    void usageDiffersByOurOptionsAlone(String line) throws IOException, InterruptedException {
        assertThat(flat(ours(line)).replace(" [-f {csv,json,table,value,yaml}] [-c COLUMN]", ""))
                .isEqualTo(flat(reference(line)));
    }

    private static String flat(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** What docs/differences.md says of these: they fail in other words, or do not guess. */
    @ParameterizedTest
    @CsvSource({
        "image-list --nonsense, 2, 2",
        "image-create --disk-format nonsense --container-format bare, 1, 1",
        "image-update FRESH --protected maybe, 0, 2",
        "image-create --name x --os-distro d, 0, 0",
        "image-create --name x --property nonsense, 1, 1",
        "image-upload FRESH, 0, 1",
        "image-upload FRESH --file /nonexistent, 1, 1",
        "image-import FRESH --import-method copy-image --stores slow --all-stores true, 1, 1",
        "location-update NOID --url x, 1, 1",
        "md-object-create N --name o --schema nonsense, 1, 1",
        "md-property-create NS --name new --title t --schema {}, 1, 1",
        "md-resource-type-associate NS, 1, 1",
        "'md-tag-create-multiple NS --names a,b --append', 1, 0",
        "location-update LOADED --url file:///x, 1, 1",
        "cache-clear, 0, 1",
        "cache-delete NOID, 0, 1",
        "cache-queue NOID, 0, 1"
    })
    void exceptionsAreListed(String line, int reference, int ours) throws IOException, InterruptedException {
        assertThat(reference(line)).startsWith("exit " + reference + "\n");
        assertThat(ours(line)).startsWith("exit " + ours + "\n").isNotEqualTo(reference(line));
    }

    private static String ours(String line) throws IOException, InterruptedException {
        return printed(PackagedServer.distribution().resolve("bin/glance").toString(), line);
    }

    private static String reference(String line) throws IOException, InterruptedException {
        return printed("/usr/bin/glance", line);
    }

    private static String printed(String program, String line) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(
                "--os-image-api-version", "2", "--os-image-url", server.url().toString(), "--os-auth-token", "unused"));
        for (String word : line.split(" ", -1)) {
            words.add(made(word));
        }
        Command.Outcome outcome = Command.of("sh", "-c", "exec \"$@\" <&-", "sh", program)
                .and(words.toArray(String[]::new))
                .with("HOME", directory.toString())
                .run();
        return ("exit " + outcome.exit() + "\n" + outcome.out() + "--\n" + outcome.err())
                .replaceAll(PLACES, "| locations *")
                .replaceAll(MASKED, "*");
    }

    /** Images that a line may change are its own. */
    private static String made(String word) throws IOException, InterruptedException {
        Api api = new Api(server.url(), null);
        return switch (word) {
            case "FRESH" -> api.create("fresh", "raw");
            case "LOADED" -> loaded();
            case "MEMBERED" -> {
                String id = api.create("fresh", "raw");
                api.post("/v2/images/" + id + "/members", Map.of("member", MEMBER));
                yield id;
            }
            case "TAGGED" -> {
                String id = api.create("fresh", "raw");
                api.method("PUT", "/v2/images/" + id + "/tags/t");
                yield id;
            }
            case "PROT" -> {
                String id = api.create("fresh", "raw");
                api.patch(id, List.of(Map.of("op", "replace", "path", "/protected", "value", true)));
                yield id;
            }
            case "NS" -> {
                remove("ns");
                api.post("/v2/metadefs/namespaces", NAMESPACE);
                yield "ns";
            }
            case "NEWNS" -> {
                remove("newns");
                yield "newns";
            }
            case "JSON" -> {
                remove("imported");
                yield directory.resolve(word).toString();
            }
            case "SHARED" -> shared;
            case "MEMB" -> MEMBER;
            case "NOID" -> "00000000-0000-0000-0000-000000000000";
            case "FILE" -> directory.resolve(word).toString();
            case "OUT" -> {
                Files.deleteIfExists(directory.resolve(word));
                yield directory.resolve(word).toString();
            }
            default -> word;
        };
    }

    private static void remove(String namespace) throws IOException, InterruptedException {
        Api api = new Api(server.url(), null);
        api.put("/v2/metadefs/namespaces/" + namespace, Map.of("namespace", namespace, "protected", false));
        api.delete("/v2/metadefs/namespaces/" + namespace);
    }

    private static String loaded() throws IOException, InterruptedException {
        Api api = new Api(server.url(), null);
        String id = api.create("loaded", "raw");
        api.upload(id, BodyPublishers.ofString("x".repeat(12_345)));
        return id;
    }
}
