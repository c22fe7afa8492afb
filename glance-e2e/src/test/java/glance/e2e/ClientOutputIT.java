package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the reference client and ours print by API v2 for the same state of the service, byte for byte: standard output, standard
 * error and exit code. Ids and times of what a command makes are masked; what else may differ is listed in docs/differences.md.
 */
class ClientOutputIT {
    private static final String MASKED = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9-]{10}T[0-9:]{8}Z";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static PackagedServer server;

    private static String shared = "";
    private static String plain = "";

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Needs.programs("glance");
        server = PackagedServer.Home.in(directory)
                .with("DEFAULT", "enabled_backends", "fast:file,slow:file")
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
        plain = api.create("plain", "raw");
        api.upload(plain, BodyPublishers.ofString("x".repeat(12_345)));
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
        api.post("/v2/images/" + shared + "/members", Map.of("member", "0123456789abcdef0123456789abcdef"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image-list",
                "image-list --limit 1 --sort name:desc",
                "image-list --property-filter min_disk=7",
                "image-list --tag a --tag b",
                "image-show PLAIN",
                "image-show SHARED --max-column-width 40",
                "image-show PLAIN --human-readable",
                "image-show 00000000-0000-0000-0000-000000000000",
                "member-list --image-id SHARED",
                "stores-info",
                "stores-info --detail",
                "import-info",
                "task-list",
                "image-create --name made --disk-format raw --container-format bare --property a=b --tag t",
                "image-update SHARED --min-ram 5 --remove-property long",
                "image-tag-update PLAIN again",
                "member-update SHARED 0123456789abcdef0123456789abcdef accepted",
                "image-deactivate PLAIN",
                "image-reactivate PLAIN",
                "image-delete 00000000-0000-0000-0000-000000000000",
            })
    void bothPrintTheSame(String line) throws IOException, InterruptedException {
        assertThat(ours(line)).isEqualTo(reference(line));
    }

    /** What docs/differences.md says of these: they fail all the same, in other words, or do not guess. */
    @ParameterizedTest
    @CsvSource({
        "image-list --nonsense, 2, 2",
        "image-create --disk-format nonsense --container-format bare, 1, 1",
        "image-update PLAIN --protected maybe, 0, 2"
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
        words.addAll(Arrays.asList(
                line.replace("PLAIN", plain).replace("SHARED", shared).split(" ")));
        Command.Outcome outcome = Command.of("sh", "-c", "exec \"$@\" <&-", "sh", program)
                .and(words.toArray(String[]::new))
                .with("HOME", directory.toString())
                .run();
        return ("exit " + outcome.exit() + "\n" + outcome.out() + "--\n" + outcome.err()).replaceAll(MASKED, "*");
    }
}
