package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution's other commands: {@code glance-control}, {@code glance-status}, and those that stand for a cache. */
class ControlIT {
    @TempDir
    private Path directory;

    private Path configuration(String port) throws IOException {
        return Files.writeString(directory.resolve("glance-api.conf"), """
                [DEFAULT]
                bind_host = 127.0.0.1
                bind_port = %1$s
                [database]
                connection = sqlite:///%2$s/glance.sqlite
                [glance_store]
                filesystem_store_datadir = %2$s/images
                """.formatted(
                port, Files.createDirectories(directory.resolve("images")).getParent()));
    }

    private static Command distribution(String program, String... words) {
        return Command.of(
                        PackagedServer.distribution().resolve("bin/" + program).toString())
                .and(words);
    }

    private Command.Outcome control(String... words) throws IOException, InterruptedException {
        return distribution("glance-control", "--pid-file", pidFile().toString())
                .and(words)
                .run();
    }

    private Path pidFile() {
        return directory.resolve("run/api.pid");
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        control("api", "stop");
    }

    @Test
    void aServerIsStartedReloadedRestartedAndStopped() throws IOException, InterruptedException {
        int port = PackagedServer.freePort();
        String file = configuration(Integer.toString(port)).toString();
        Api api = new Api(URI.create("http://127.0.0.1:" + port), null);
        assertThat(control("api", "status").out()).isEqualTo("glance-api is stopped\n");
        assertThat(control("api", "start", file).out()).isEqualTo("Starting glance-api with " + file + "\n");
        Eventually.holds("it answers", () -> answers(api));
        String pid = Files.readString(pidFile()).strip();
        assertThat(control("glance-api", "status").out()).isEqualTo("glance-api is running (pid " + pid + ")\n");
        assertThat(control("api", "start", file).out()).isEqualTo("glance-api is running already (pid " + pid + ")\n");
        assertThat(control("api", "reload").exit()).isZero();
        assertThat(control("registry", "reload").exit()).isEqualTo(1);
        assertThat(control("api", "restart", file).exit()).isZero();
        Eventually.holds("it answers again", () -> answers(api));
        assertThat(Files.readString(pidFile()).strip()).isNotEqualTo(pid);
        assertThat(control("api", "stop").exit()).isZero();
        assertThat(answers(api)).isFalse();
        assertThat(pidFile()).doesNotExist();
    }

    private static boolean answers(Api api) throws InterruptedException {
        try {
            return api.get("/healthcheck").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Many machines forbid to run anything that lies in a temporary directory. */
    @Test
    void nativeLibrariesNeedNoTemporaryDirectory() throws IOException, InterruptedException {
        int port = PackagedServer.freePort();
        Command.of(PackagedServer.distribution().resolve("bin/glance-control").toString())
                .and("--pid-file", pidFile().toString(), "api", "start")
                .and(configuration(Integer.toString(port)).toString())
                .with("GLANCE_JAVA_OPTIONS", "-Djava.io.tmpdir=" + directory.resolve("none"))
                .run()
                .orFail();
        Api api = new Api(URI.create("http://127.0.0.1:" + port), null);
        Eventually.holds("it answers", () -> answers(api));
        Path maps = Path.of("/proc", Files.readString(pidFile()).strip(), "maps");
        String libraries = PackagedServer.distribution().resolve("lib/native").toString();
        assertThat(Files.readString(maps))
                .contains(libraries + "/libsqlitejdbc.so", libraries + "/libnetty_transport_native_epoll_");
    }

    @Test
    void aServerThatDoesNotStartIsReported() throws IOException, InterruptedException {
        Command.Outcome outcome = control(
                "--await-child", "20", "api", "start", configuration("x").toString());
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).isEqualTo("glance-api ended with 1\n");
        assertThat(pidFile()).doesNotExist();
    }

    /** As in a container whose first process collects no others' children. */
    @Test
    void aProcessThatEndedButIsNotCollectedDoesNotRun() throws IOException, InterruptedException {
        Process parent = new ProcessBuilder(
                        "bash", "-c", "exec 3<&0; cat <&3 >/dev/null & echo $!; exec 3<&- </dev/null; exec sleep 60")
                .start();
        try (BufferedReader lines = parent.inputReader()) {
            String child = lines.readLine();
            Eventually.holds("the parent collects no more", () -> isNamed(parent.pid(), "sleep"));
            parent.outputWriter().close();
            Path state = Path.of("/proc", child, "stat");
            Eventually.holds("the child ended", () -> Files.readString(state).contains(") Z "));
            Files.createDirectories(pidFile().getParent());
            Files.writeString(pidFile(), child + "\n");
            assertThat(control("api", "status").out()).isEqualTo("glance-api is stopped\n");
            assertThat(control("api", "stop").out()).isEqualTo("glance-api is stopped\n");
            assertThat(pidFile()).doesNotExist();
        } finally {
            parent.destroyForcibly();
        }
    }

    private static boolean isNamed(long process, String program) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process), "comm"))
                .strip()
                .equals(program);
    }

    @Test
    void whatIsNotUnderstoodIsTold() throws IOException, InterruptedException {
        for (String[] words : List.of(
                new String[] {"api"}, new String[] {"compute", "start"}, new String[] {"api", "begin"}, new String[] {
                    "--respawn", "--await-child", "1", "api", "start"
                })) {
            Command.Outcome outcome = control(words);
            assertThat(outcome.exit()).isEqualTo(2);
            assertThat(outcome.err()).startsWith("glance-control: ").contains("usage: glance-control");
        }
    }

    @Test
    void aDeletedImageIsBroughtBackAndThenItsDataIsScrubbed() throws IOException, InterruptedException {
        int port = PackagedServer.freePort();
        Path file = configuration(Integer.toString(port));
        Files.writeString(file, Files.readString(file).replace("[database]", """
                delayed_delete = true
                wakeup_time = 1
                log_file = %s/log
                [database]""".formatted(directory)));
        Api api = new Api(URI.create("http://127.0.0.1:" + port), null);
        control("api", "start", file.toString()).orFail();
        Eventually.holds("it answers", () -> answers(api));
        Path source = Files.writeString(directory.resolve("source"), "data");
        String id = api.create("kept", "raw");
        distribution(
                        "glance",
                        "--os-image-url",
                        "http://127.0.0.1:" + port,
                        "image-upload",
                        "--file",
                        source.toString(),
                        id)
                .run()
                .orFail();
        Path stored = directory.resolve("images").resolve(id);
        assertThat(api.delete("/v2/images/" + id).statusCode()).isEqualTo(204);
        assertThat(stored).exists();

        Command scrubber = distribution("glance-scrubber", "--config-file", file.toString());
        assertThat(scrubber.and("--restore", id).run().orFail()).isEqualTo("Image " + id + " is active again\n");
        assertThat(api.get("/v2/images/" + id + "/file").body()).isEqualTo("data");
        assertThat(scrubber.and("--restore", id).run().err()).startsWith("ERROR: ");

        assertThat(api.delete("/v2/images/" + id).statusCode()).isEqualTo(204);
        Path pid = directory.resolve("run/scrubber.pid");
        Command daemon = distribution("glance-control", "--pid-file", pid.toString(), "scrubber");
        daemon.and("start", file.toString()).run().orFail();
        try {
            Eventually.holds("the data is gone", () -> Files.notExists(stored));
            assertThat(scrubber.and("--restore", id).run().err()).contains("a scrubber is running");
        } finally {
            daemon.and("stop").run().orFail();
        }
        assertThat(pid).doesNotExist();
        assertThat(Files.readString(directory.resolve("log"))).contains("scrubber stopped");
    }

    @Test
    void theOthersAnswerPlainly() throws IOException, InterruptedException {
        assertThat(distribution(
                                "glance-status",
                                "--config-file",
                                configuration("9292").toString())
                        .and("upgrade", "check")
                        .run()
                        .orFail())
                .contains("| Upgrade Check Results ", "| Result: Success ");
        assertThat(distribution("glance-cache-manage", "list-cached").run().exit())
                .isEqualTo(1);
        assertThat(distribution("glance-cache-pruner").run().err())
                .isEqualTo("glance-cache-pruner: this release has no image cache\n");
        assertThat(distribution("glance-cache-pruner").run().exit()).isZero();
    }
}
