package glance.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Caller;
import glance.config.ConfigException;
import glance.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LoggingTest {
    private static final Logger LOG = LoggerFactory.getLogger(LoggingTest.class);
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}";
    private static final String NAME = "glance.server.log.LoggingTest";

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("glance-api.log");
    }

    private LogConfig config(String lines) {
        Configuration configuration = Configuration.ofText("[DEFAULT]\nlog_dir = " + directory + "\n" + lines);
        return LogConfig.from(configuration.section("DEFAULT"), "glance-api");
    }

    private List<String> lines(String settings, Runnable logging) throws IOException {
        try (Logging _ = Logging.install(config(settings))) {
            logging.run();
            // Read before the log is closed: nothing may be held back.
            return Files.readAllLines(file());
        }
    }

    @Test
    void aLineOutsideARequestHasUpstreamsFormat() throws IOException {
        assertThat(lines("", () -> LOG.info("store opened id={}", "fast")))
                .singleElement()
                .asString()
                .matches(
                        TIME + " " + ProcessHandle.current().pid() + " INFO " + NAME + " \\[-\\] store opened id=fast");
    }

    @Test
    void aLineOfARequestNamesTheRequestAndTheCaller() throws IOException {
        Caller caller = Caller.of("u1", "p1", Set.of(), false);
        LogContext context = new LogContext("req-1", "req-0", null);
        List<String> lines = lines(
                "",
                () -> ScopedValue.where(LogContext.CURRENT, context).run(() -> {
                    LOG.warn("one");
                    ScopedValue.where(LogContext.CURRENT, context.withCaller(caller))
                            .run(() -> LOG.error("two"));
                }));
        assertThat(lines.get(0)).endsWith(" WARNING " + NAME + " [req-0 req-1 - - - - - -] one");
        assertThat(lines.get(1)).endsWith(" ERROR " + NAME + " [req-0 req-1 u1 p1 - - - -] two");
    }

    @Test
    void aLineBreakInAMessageMakesNoLine() throws IOException {
        assertThat(lines("", () -> LOG.info("name={}", "a\n2026-01-01 ERROR forged\r\u001b[31m")))
                .singleElement()
                .asString()
                .endsWith("name=a\\n2026-01-01 ERROR forged\\x0d\\x1b[31m");
    }

    @Test
    void eachLineOfAStackTraceHasThePrefix() throws IOException {
        List<String> lines = lines(
                "logging_exception_prefix = TRACE %(name)s:%(process)d|",
                () -> LOG.error("failed", new IllegalStateException("why\nand how")));
        String prefix = "TRACE " + NAME + ":" + ProcessHandle.current().pid() + "|";
        assertThat(lines.get(1)).isEqualTo(prefix + "java.lang.IllegalStateException: why");
        assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith(prefix));
    }

    @Test
    void debugLinesSayWhereTheyWereLogged() throws IOException {
        assertThat(lines("debug = yes", LoggingTest::decide))
                .singleElement()
                .asString()
                .matches(".* DEBUG .* decided decide glance/server/log/LoggingTest\\.java:\\d\\d+");
    }

    private static void decide() {
        LOG.debug("decided");
    }

    @Test
    void fieldsArePaddedAsPythonPadsThem() throws IOException {
        assertThat(lines(
                        "logging_default_format_string = %(levelname)-8s|%(levelname)6s|%(message)s|100%%",
                        () -> LOG.info("x")))
                .containsExactly("INFO    |  INFO|x|100%");
    }

    @Test
    void aFormatThatCannotBeUsedIsAnErrorNamingTheOption() {
        assertThatThrownBy(() -> Logging.install(config("logging_default_format_string = %(nobody)s")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("logging_default_format_string")
                .hasMessageContaining("nobody");
        assertThatThrownBy(() -> Logging.install(config("log_date_format = %Q")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("log_date_format");
        assertThatThrownBy(() -> config("default_log_levels = a=LOUD"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a=LOUD");
        assertThatThrownBy(() -> Logging.install(config("log_file = missing/x.log")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("missing/x.log");
    }

    @Test
    void linesBelowTheLevelOfTheirLoggerAreLeftOut() throws IOException {
        assertThat(lines("default_log_levels = glance.server.log=WARN,other=INFO", () -> {
                    LOG.info("left out");
                    LOG.warn("kept");
                }))
                .singleElement()
                .asString()
                .endsWith("kept");
    }

    @Test
    void debugIsAppliedByAReload() throws IOException {
        try (Logging logging = Logging.install(config(""))) {
            LOG.debug("before");
            logging.apply(config("debug = on"));
            LOG.debug("after");
            assertThat(Files.readString(file())).contains("after").doesNotContain("before");
        }
    }

    @Test
    void theLogManagersShutdownLosesNoLine() throws IOException {
        assertThat(lines("", () -> {
                    LogManager.getLogManager().reset();
                    LOG.info("draining");
                    LOG.info("drained");
                }))
                .hasSize(2);
    }

    @Test
    void aMovedFileIsOpenedAnewWhenAsked() throws IOException {
        try (Logging logging = Logging.install(config(""))) {
            LOG.info("one");
            Path moved = Files.move(file(), directory.resolve("glance-api.log.1"));
            LOG.info("two");
            logging.reopen();
            LOG.info("three");
            assertThat(Files.readAllLines(moved)).hasSize(2);
            assertThat(Files.readString(file())).contains("three");
        }
    }

    @Test
    void aMovedFileIsNoticedWhenItIsWatched() throws IOException {
        try (Logging _ = Logging.install(config("watch_log_file = true"))) {
            LOG.info("one");
            Files.move(file(), directory.resolve("glance-api.log.1"));
            long end = System.nanoTime() + 10_000_000_000L;
            while (!Files.exists(file()) && System.nanoTime() < end) {
                LOG.info("more");
                Thread.onSpinWait();
            }
            assertThat(file()).exists();
        }
    }

    @Test
    void moreLinesThanTheRateLimitAllowsAreDroppedWithOneNotice() throws IOException {
        List<String> lines =
                lines("rate_limit_interval = 3600\nrate_limit_burst = 2\nrate_limit_except_level = ERROR", () -> {
                    for (int i = 0; i < 10; i++) {
                        LOG.info("line {}", i);
                    }
                    LOG.error("always");
                });
        assertThat(lines).hasSize(4);
        assertThat(lines.get(2)).contains("drop after 2 records/3600sec");
        assertThat(lines.get(3)).endsWith("always");
    }

    @Test
    void aJsonLineHoldsTheRecordAndItsContext() throws IOException {
        List<String> lines = lines(
                "use_json = true",
                () -> ScopedValue.where(LogContext.CURRENT, new LogContext("req-1", null, null))
                        .run(() -> LOG.error("a \"quoted\"\nmessage", new IOException("broken"))));
        assertThat(lines).hasSize(1);
        JsonNode line = JsonMapper.shared().readTree(lines.getFirst());
        assertThat(line.get("message").asString()).isEqualTo("a \"quoted\"\nmessage");
        assertThat(line.get("levelname").asString()).isEqualTo("ERROR");
        assertThat(line.get("levelno").asInt()).isEqualTo(40);
        assertThat(line.get("name").asString()).isEqualTo(NAME);
        assertThat(line.get("context").get("request_id").asString()).isEqualTo("req-1");
        assertThat(line.get("context").get("global_request_id").isNull()).isTrue();
        assertThat(line.get("traceback").get(0).asString()).isEqualTo("java.io.IOException: broken");
    }

    @Test
    void standardErrorIsUsedWhenNothingElseIs() {
        Configuration nothing = Configuration.ofText("[DEFAULT]\n");
        assertThat(LogConfig.from(nothing.section("DEFAULT"), "p").stderr()).isTrue();
        assertThat(config("").stderr()).isFalse();
        assertThat(config("use_stderr = yes").stderr()).isTrue();
        assertThat(config("log_file = other.log").file()).isEqualTo(directory.resolve("other.log"));
    }
}
