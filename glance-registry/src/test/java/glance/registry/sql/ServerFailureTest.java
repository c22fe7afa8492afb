package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import glance.error.GlanceException.Unavailable;
import glance.fault.FailPoints;
import glance.image.Image;
import glance.image.ImageMember;
import glance.image.Scope;
import glance.testkit.database.DatabaseServer;
import glance.testkit.database.DatabaseServer.Kind;
import glance.testkit.registry.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that die, freeze, deadlock, or are cut off at the worst instant. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ServerFailureTest {
    private static final Executor THREADS = work -> Thread.ofVirtual().start(work);

    @ParameterizedTest
    @EnumSource
    void killedServerIsUnavailableInBoundedTimeAndComesBackByItself(Kind kind, @TempDir Path home) throws IOException {
        try (DatabaseServer server = DatabaseServer.durable(kind, home, 256);
                SqlRegistry registry = open(server.freshUrl(), Duration.ofSeconds(2))) {
            Image before = registry.images().create(sample());
            server.kill();
            assertThatThrownBy(() -> registry.images().create(sample()))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("does not answer");
            assertThatThrownBy(() -> registry.images().get(before.id(), Scope.EVERYTHING))
                    .isInstanceOf(Unavailable.class);
            assertThat(registry.health().up()).isFalse();

            server.restart();
            // The pool looks for the server again every few seconds.
            while (!registry.health().up()) {
                Thread.onSpinWait();
            }
            assertThat(registry.images().get(before.id(), Scope.EVERYTHING)).isEqualTo(before);
            registry.images().create(sample());
            assertThat(registry.health().up()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void crashAndRestartWithinPatienceIsNotSeen(Kind kind, @TempDir Path home) throws Exception {
        try (DatabaseServer server = DatabaseServer.durable(kind, home, 256);
                SqlRegistry registry = open(server.freshUrl(), Duration.ofSeconds(60))) {
            registry.images().create(sample());
            server.kill();
            CompletableFuture<Image> create =
                    CompletableFuture.supplyAsync(() -> registry.images().create(sample()));
            server.restart();
            Image created = create.get(60, TimeUnit.SECONDS);
            assertThat(registry.images().get(created.id(), Scope.EVERYTHING)).isEqualTo(created);
        }
    }

    @ParameterizedTest
    @EnumSource
    void frozenServerIsUnavailableInBoundedTime(Kind kind) throws IOException {
        String impatient = kind == Kind.MARIADB ? "?read_timeout=2" : "?tcp_user_timeout=2000";
        try (DatabaseServer server = DatabaseServer.start(kind);
                SqlRegistry registry =
                        open(server.freshUrl() + impatient + "&connect_timeout=2", Duration.ofSeconds(2))) {
            registry.images().create(sample());
            server.signal("STOP");
            assertThatThrownBy(() -> registry.images().create(sample())).isInstanceOf(Unavailable.class);
            server.signal("CONT");
            while (!registry.health().up()) {
                Thread.onSpinWait();
            }
            assertThat(registry.images().create(sample())).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void deadlocksAreRunAgain(Kind kind) throws Exception {
        DatabaseConfig config = ServerDatabases.fresh(kind);
        SqlRegistry.open(config, InstantSource.system(), FailPoints.INERT).close();
        try (Database database = Database.open(config, Dialect.of(config.connection()), FailPoints.INERT)) {
            for (int number : List.of(1, 2)) {
                database.write(handle ->
                        handle.execute("INSERT INTO glancejvm_commits (writer, number) VALUES (?, 0)", "row" + number));
            }
            CyclicBarrier bothHoldOne = new CyclicBarrier(2);
            AtomicInteger runs = new AtomicInteger();
            CompletableFuture<Integer> left =
                    CompletableFuture.supplyAsync(() -> database.write(addToBoth(1, 2, bothHoldOne, runs)), THREADS);
            CompletableFuture<Integer> right =
                    CompletableFuture.supplyAsync(() -> database.write(addToBoth(2, 1, bothHoldOne, runs)), THREADS);
            left.get(60, TimeUnit.SECONDS);
            right.get(60, TimeUnit.SECONDS);
            assertThat(runs).hasValueGreaterThan(2);
            List<Integer> numbers = database.read(handle -> handle.createQuery(
                            "SELECT number FROM glancejvm_commits WHERE writer IN ('row1', 'row2')")
                    .mapTo(Integer.class)
                    .list());
            assertThat(numbers).containsExactly(2, 2);
        }
    }

    /** Takes two rows one after the other; the first time when the other thread holds the other one. */
    private static Database.Work<Integer> addToBoth(
            int first, int second, CyclicBarrier bothHoldOne, AtomicInteger runs) {
        boolean[] met = {false};
        return handle -> {
            runs.incrementAndGet();
            add(handle, first);
            if (!met[0]) {
                met[0] = true;
                try {
                    bothHoldOne.await(30, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            return add(handle, second);
        };
    }

    private static int add(Handle handle, int row) {
        return handle.execute("UPDATE glancejvm_commits SET number = number + 1 WHERE writer = ?", "row" + row);
    }

    @ParameterizedTest
    @EnumSource
    void commitWithoutAnAnswerIsLookedUp(Kind kind) throws IOException {
        DatabaseServer server = DatabaseServer.shared(kind);
        String url = server.freshUrl();
        String database = url.substring(url.lastIndexOf('/') + 1);
        try (CommitCutter cutter = new CommitCutter(server.port());
                SqlRegistry registry = open(plain(server.url(database, cutter.port())), Duration.ofSeconds(20))) {
            Image image = registry.images().create(sample());
            int cuts = 0;
            for (CommitCutter.Cut cut : CommitCutter.Cut.values()) {
                String project = "project-" + cut;
                cutter.arm(cut);
                // A second addition of the same member would be refused.
                ImageMember added = registry.members().add(image.id(), project, -1);
                assertThat(cutter.cuts()).as("%s", cut).isEqualTo(++cuts);
                assertThat(registry.members().find(image.id(), project)).contains(added);
            }
            assertThat(registry.members().list(image.id())).hasSize(CommitCutter.Cut.values().length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void firstConnectionIsTriedAsOftenAsConfigured(Kind kind) throws Exception {
        try (DatabaseServer server = DatabaseServer.start(kind)) {
            String url = server.freshUrl();
            server.stop();
            assertThatThrownBy(() -> open(url, retrying(2)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("127.0.0.1:" + server.port())
                    .hasMessageNotContaining(server.fact("PASSWORD"));
            CompletableFuture<SqlRegistry> opening = CompletableFuture.supplyAsync(() -> open(url, retrying(-1)));
            server.restart();
            try (SqlRegistry registry = opening.get(60, TimeUnit.SECONDS)) {
                assertThat(registry.health().up()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void wrongPasswordIsAConfigurationErrorAtOnce(Kind kind) {
        String url = DatabaseServer.shared(kind).freshUrl().replace(":secret@", ":s3cret@");
        assertThatThrownBy(() -> open(url, retrying(-1)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("connection in [database]")
                .hasMessageNotContaining("s3cret");
    }

    /** Without TLS, which PostgreSQL's driver prefers. */
    private static String plain(String url) {
        return url.startsWith("postgresql") ? url + "?sslmode=disable" : url;
    }

    private static RetryConfig retrying(int times) {
        RetryConfig usual = RetryConfig.USUAL;
        return new RetryConfig(
                times, Duration.ofMillis(200), usual.losses(), usual.interval(), usual.growing(), usual.longest());
    }

    private static SqlRegistry open(String url, RetryConfig retries) {
        return SqlRegistry.open(ServerDatabases.config(url).with(retries), InstantSource.system(), FailPoints.INERT);
    }

    private static SqlRegistry open(String url, Duration patience) {
        return SqlRegistry.open(
                ServerDatabases.config(url).with(ServerDatabases.pool(patience)),
                InstantSource.system(),
                FailPoints.INERT);
    }

    private static Image sample() {
        return Samples.queued(Samples.id(), Instant.parse("2026-01-02T03:04:05Z"));
    }
}
