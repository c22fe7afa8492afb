package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import glance.client.FakeService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskAndCacheCommandsTest {
    private static final String ONE = "3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11";
    private static final String TWO = "5b7f6f0e-4b52-4c8e-8a4e-8a6b7d113d0c";

    private final FakeService service;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Shell shell;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    Path directory;

    TaskAndCacheCommandsTest() throws IOException {
        service = new FakeService();
        service.json("GET /versions", 300, "{\"versions\": [{\"id\": \"v2.14\"}]}");
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
    void tasksAreListedShownAndCreated() {
        String task = "{\"id\": \"t1\", \"type\": \"import\", \"status\": \"pending\", \"owner\": null, \"input\":"
                + " {\"a\": 1}, \"message\": \"\", \"self\": \"s\", \"schema\": \"c\"}";
        service.json("GET /v2/tasks", 200, "{\"tasks\": [" + task + "]}");
        service.json("GET /v2/tasks/t1", 200, task);
        service.json("POST /v2/tasks", 201, task);

        assertThat(shell.glance("task-list", "--type", "import")).isZero();
        assertThat(shell.out()).contains("| t1 | import | pending |       |");
        assertThat(service.calls()).containsExactly("GET /v2/tasks?type=import&limit=20&sort_key=status&sort_dir=desc");
        assertThat(shell.glance("task-show", "t1")).isZero();
        assertThat(shell.out())
                .contains("| input    | {\"a\": 1} |")
                .contains("| owner    | None     |")
                .doesNotContain("self");
        assertThat(shell.glance("task-create", "--type", "import", "--input", "{\"a\": 1}"))
                .isZero();
        assertThat(service.seen().getLast().body()).isEqualTo("{\"type\":\"import\",\"input\":{\"a\":1}}");
        assertThat(shell.glance("task-create")).isEqualTo(1);
        assertThat(shell.err()).isEqualTo("Unable to create task. Specify task type and input.\n");
        assertThat(shell.glance("task-create", "--type", "import", "--input", "no"))
                .isEqualTo(1);
        assertThat(shell.err()).isEqualTo("Input is not a valid JSON object: 'no'\n");
    }

    @Test
    void theCacheIsShownInTheMiddleOfItsColumns() {
        service.json(
                "GET /v2/cache",
                200,
                "{\"cached_images\": [{\"image_id\": \"" + ONE
                        + "\", \"last_accessed\": 0, \"last_modified\": 1700000000.5, \"size\": 1536, \"hits\": 3}],"
                        + " \"queued_images\": [\"" + TWO + "\"]}");

        assertThat(shell.glance("cache-list")).isZero();

        assertThat(shell.out()).isEqualTo("""
                +--------------------------------------+--------+---------------------+----------------------------+------+------+
                |                  ID                  | State  | Last Accessed (UTC) |    Last Modified (UTC)     | Size | Hits |
                +--------------------------------------+--------+---------------------+----------------------------+------+------+
                | 3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11 | cached |         N/A         | 2023-11-14T22:13:20.500000 | 1536 |  3   |
                | 5b7f6f0e-4b52-4c8e-8a4e-8a6b7d113d0c | queued |         N/A         |            N/A             | N/A  | N/A  |
                +--------------------------------------+--------+---------------------+----------------------------+------+------+
                """);
    }

    @Test
    void imagesAreQueuedAndDeletedGoingOnAfterAFailure() {
        service.error("PUT /v2/cache/" + ONE, 403, "Forbidden", "no");
        service.on("PUT /v2/cache/" + TWO, (exchange, _) -> exchange.sendResponseHeaders(202, -1));
        service.error("DELETE /v2/cache/" + ONE, 404, "Not Found", "gone");

        assertThat(shell.glance("cache-queue", ONE, TWO)).isEqualTo(1);
        assertThat(shell.err()).isEqualTo("You are not permitted to queue the image '" + ONE + "' for caching.\n");
        assertThat(service.calls()).contains("PUT /v2/cache/" + TWO);
        assertThat(shell.glance("cache-delete", ONE)).isEqualTo(1);
        assertThat(shell.err())
                .isEqualTo("'HTTP 404 Not Found: gone': Unable to delete the image '" + ONE + "' from cache.\n");
    }

    @Test
    void clearingNamesItsTargetUnlessItIsBoth() {
        service.empty("DELETE /v2/cache");

        assertThat(shell.glance("cache-clear")).isZero();
        assertThat(service.seen().getLast().headers()).doesNotContainKey("x-image-cache-clear-target");
        assertThat(shell.glance("cache-clear", "--target", "queue")).isZero();
        assertThat(service.seen().getLast().header("x-image-cache-clear-target"))
                .isEqualTo("queue");
    }

    @Test
    void aCacheBehindACatalogIsNobodysCache() {
        assertThat(shell.run(Map.of(), List.of("--os-auth-token", "t", "cache-list")))
                .isEqualTo(1);
        assertThat(shell.err()).startsWith("Direct server endpoint needs to be provided");
    }

    @Test
    void aServiceWithoutCacheIsToldByItsVersions() {
        service.json("GET /versions", 300, "{\"versions\": [{\"id\": \"v2.9\"}]}");

        assertThat(shell.glance("cache-list")).isEqualTo(1);
        assertThat(shell.err()).isEqualTo("HTTP Glance does not support image caching API (v2.14)\n");
    }
}
