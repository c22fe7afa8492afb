package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code glance-replicator} between two services, and through a directory. */
class ReplicatorIT {
    private static final int IDENTICAL = 0;
    private static final int DIFFERENT = 3;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private PackagedServer from;

    @SuppressWarnings("NullAway.Init") // set before each test
    private PackagedServer to;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        from = PackagedServer.Home.in(Files.createDirectory(directory.resolve("from")))
                .start();
        to = PackagedServer.Home.in(Files.createDirectory(directory.resolve("to")))
                .start();
    }

    @AfterEach
    void stop() {
        from.close();
        to.close();
    }

    private static Api api(PackagedServer server) {
        return new Api(server.url(), null);
    }

    private static String at(PackagedServer server) {
        return "127.0.0.1:" + server.port();
    }

    private static Command.Outcome replicator(String... words) throws IOException, InterruptedException {
        return Command.of(PackagedServer.distribution()
                        .resolve("bin/glance-replicator")
                        .toString())
                .and(words)
                .run();
    }

    private static byte[] data(int seed) {
        byte[] data = new byte[100_000];
        new Random(seed).nextBytes(data);
        return data;
    }

    private String active(String name, int seed) throws IOException, InterruptedException {
        String id = api(from).create(name, "raw");
        assertThat(api(from).upload(id, BodyPublishers.ofByteArray(data(seed))).statusCode())
                .isEqualTo(204);
        return id;
    }

    /** One of each kind. */
    private List<String> images() throws IOException, InterruptedException {
        String plain = active("plain", 1);
        String rich = active("rich é", 2);
        Object[] edits = {
            Map.of("op", "add", "path", "/os_distro", "value", "debian"),
            Map.of("op", "replace", "path", "/tags", "value", List.of("b", "a")),
            Map.of("op", "replace", "path", "/protected", "value", true),
            Map.of("op", "replace", "path", "/os_hidden", "value", true),
            Map.of("op", "replace", "path", "/visibility", "value", "community")
        };
        assertThat(api(from).patch(rich, edits).statusCode()).isEqualTo(200);
        String off = active("off", 3);
        assertThat(api(from)
                        .method("POST", "/v2/images/" + off + "/actions/deactivate")
                        .statusCode())
                .isEqualTo(204);
        String queued = api(from).create("queued", "qcow2");
        return List.of(plain, rich, off, queued);
    }

    private void assertSame(List<String> ids) throws IOException, InterruptedException {
        Command.Outcome compared = replicator("compare", at(from), at(to));
        assertThat(compared.exit()).as(compared.toString()).isEqualTo(IDENTICAL);
        for (String id : ids) {
            assertThat(compared.out()).contains("Image " + id + " is identical");
            byte[] source = api(from).bytes("/v2/images/" + id + "/file").body();
            assertThat(api(to).bytes("/v2/images/" + id + "/file").body()).isEqualTo(source);
        }
    }

    @Test
    void imagesOfEveryKindAreCopiedAndFollowChanges() throws IOException, InterruptedException {
        List<String> ids = images();
        assertThat(replicator("size", at(from)).orFail())
                .isEqualTo("Total size is 300000 bytes (293kB) across 3 images\n");
        Command.Outcome before = replicator("compare", at(from), at(to));
        assertThat(before.exit()).isEqualTo(DIFFERENT);
        assertThat(before.out().lines()).hasSize(4).allMatch(line -> line.endsWith("is missing from the destination"));

        assertThat(replicator("--metaonly", "livecopy", at(from), at(to)).orFail())
                .contains("Image " + ids.getFirst() + " (plain) copied, without data");
        assertThat(api(to).status(ids.getFirst())).isEqualTo("queued");
        assertThat(replicator("livecopy", at(from), from.url().toString().replace(at(from), at(to)))
                        .orFail())
                .contains("Image " + ids.getFirst() + " (plain) copied, 100000 bytes");
        assertSame(ids);

        assertThat(api(from)
                        .patch(ids.getFirst(), new Object[] {
                            Map.of("op", "add", "path", "/colour", "value", "red"),
                            Map.of("op", "replace", "path", "/name", "value", "new")
                        })
                        .statusCode())
                .isEqualTo(200);
        assertThat(replicator("compare", at(from), at(to)).out())
                .contains("Image " + ids.getFirst() + ": colour is \"red\" at the source, null at the destination");
        assertThat(replicator("-D", "colour", "livecopy", at(from), at(to)).orFail())
                .contains("Image " + ids.getFirst() + ": set name");
        assertThat(replicator("livecopy", at(from), at(to)).orFail())
                .contains("Image " + ids.getFirst() + ": set colour")
                .contains("Image " + ids.getLast() + " is there already");
        assertSame(ids);
    }

    @Test
    void aDumpIsLoadedAndWhatIsWrongInItTold() throws IOException, InterruptedException {
        List<String> ids = images();
        Path dump = Files.createDirectory(directory.resolve("dump"));
        assertThat(replicator("dump", at(from), dump.toString()).orFail())
                .contains("Image " + ids.getFirst() + " written");
        assertThat(dump.resolve(ids.getFirst() + ".img")).hasBinaryContent(data(1));
        assertThat(replicator("dump", at(from), dump.toString()).orFail().lines())
                .hasSize(4)
                .allMatch(line -> line.endsWith("is there already"));

        Files.write(dump.resolve(ids.getFirst() + ".img"), data(9));
        Files.write(dump.resolve(ids.get(2) + ".img"), new byte[5]);
        Files.writeString(dump.resolve("stranger"), "not JSON");
        Command.Outcome loaded = replicator("load", dump.toString(), at(to));
        assertThat(loaded.exit()).isEqualTo(1);
        assertThat(loaded.err())
                .contains("Image " + ids.getFirst() + ": ")
                .contains("their SHA-512 is ")
                .contains(ids.get(2) + ".img has 5 bytes, not 100000")
                .contains("Image stranger: is no JSON");
        assertThat(loaded.out()).contains("Image " + ids.get(1) + " (rich é) copied, 100000 bytes");
        Eventually.holds(
                "the wrong data is gone", () -> api(to).status(ids.getFirst()).equals("queued"));

        Files.write(dump.resolve(ids.getFirst() + ".img"), data(1));
        Files.write(dump.resolve(ids.get(2) + ".img"), data(3));
        Files.delete(dump.resolve("stranger"));
        replicator("load", dump.toString(), at(to)).orFail();
        assertSame(ids);
    }

    @Test
    void whatCannotWorkIsOneLine() throws IOException, InterruptedException {
        String closed;
        try (ServerSocket nobody = new ServerSocket(0)) {
            closed = "127.0.0.1:" + nobody.getLocalPort();
        }
        api(from).create("one", "raw");
        String secret = "gAAAAAsecret";
        for (Command.Outcome failed : List.of(
                replicator("size", closed),
                replicator("dump", at(from), directory.resolve("absent").toString()),
                replicator("-t", secret, "livecopy", at(from), closed))) {
            assertThat(failed.exit()).as(failed.toString()).isEqualTo(1);
            assertThat(failed.err().lines()).hasSizeLessThanOrEqualTo(1);
            assertThat(failed.out() + failed.err()).doesNotContain(secret).doesNotContain("Exception");
        }
        for (String[] words : List.of(
                new String[] {"copy", "a", "b"},
                new String[] {"livecopy", "a"},
                new String[] {"size", "ftp://x"},
                new String[] {"-c", "0", "size", "a"},
                new String[] {"--bogus", "size", "a"})) {
            Command.Outcome wrong = replicator(words);
            assertThat(wrong.exit()).as(wrong.toString()).isEqualTo(2);
            assertThat(wrong.err()).startsWith("glance-replicator: ");
        }
        assertThat(replicator("help").out())
                .contains("usage: glance-replicator")
                .contains("--dontreplicate");
    }
}
