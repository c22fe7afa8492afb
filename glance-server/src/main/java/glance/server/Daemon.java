package glance.server;

import glance.config.CommandLine;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.ConfigurationFiles;
import glance.config.LiveConfiguration;
import glance.config.LiveConfiguration.Reload;
import glance.config.OptionGroup;
import glance.http.HttpServer;
import glance.http.HttpServerConfig;
import glance.server.log.LogConfig;
import glance.server.log.Logging;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command around a service: arguments, configuration, log, signals, start and stop. Exit codes: 0 stopped as asked, 1
 * could not start, 2 not understood.
 */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    /** A service as the command sees it. */
    interface Running {
        InetSocketAddress address();

        /** Takes over the options that a reload applies, whether they changed or not. */
        default void reload(Configuration configuration) {}

        void close();
    }

    /** Starts the service of a configuration. */
    @FunctionalInterface
    interface Start {
        Running start(Configuration configuration) throws IOException;
    }

    /** Reads what the service of a configuration would read; says what will be missing. */
    @FunctionalInterface
    interface Check {
        List<String> of(Configuration configuration) throws IOException;
    }

    private final String program;
    private final String usage;
    private final List<OptionGroup> options;
    private final Check check;
    private final Start start;

    /**
     * @param program its name, and that of its configuration file without {@code .conf}
     * @param usage what {@code --help} prints
     * @param options all it knows
     * @param check reads everything the service would read
     */
    Daemon(String program, String usage, List<OptionGroup> options, Check check, Start start) {
        this.program = program;
        this.usage = usage;
        this.options = List.copyOf(options);
        this.check = check;
        this.start = start;
    }

    void main(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        if (arguments.contains("--help") || arguments.contains("-h")) {
            System.out.print(usage);
            return;
        }
        if (arguments.contains("--version")) {
            System.out.println(program + " " + version());
            return;
        }
        boolean checkOnly = arguments.remove("--check-config");
        arguments.replaceAll(
                word -> word.equals("--port") || word.startsWith("--port=") ? "--bind-" + word.substring(2) : word);
        int exit = run(arguments, checkOnly);
        if (exit != 0) {
            System.exit(exit);
        }
    }

    private int run(List<String> arguments, boolean checkOnly) {
        ConfigurationFiles sources;
        try {
            sources = CommandLine.apply(arguments, ConfigurationFiles.ofProcess(program), options);
        } catch (ConfigException misunderstood) {
            System.err.println(program + ": " + misunderstood.getMessage());
            return 2;
        }
        try {
            LiveConfiguration live = LiveConfiguration.start(sources, options);
            if (checkOnly) {
                LogConfig log = logConfig(live.current());
                log.requireWritable();
                Logging.install(log.toStandardError());
                List<String> missing = check.of(live.current());
                live.findings().forEach(System.out::println);
                missing.forEach(System.out::println);
                System.out.println("The configuration can be used.");
                return 0;
            }
            serve(live);
            return 0;
        } catch (ConfigException | IOException refused) {
            System.err.println(program + " does not start: " + refused.getMessage());
            return 1;
        }
    }

    private void serve(LiveConfiguration live) throws IOException {
        Configuration configuration = live.current();
        Logging logging = Logging.install(logConfig(configuration));
        live.findings().forEach(finding -> LOG.warn("configuration finding text={}", finding));
        // Before anybody can see an answer and take the service for running: unheard, SIGHUP ends a process.
        AtomicReference<@Nullable Running> started = new AtomicReference<>();
        Signals.on("HUP", () -> reload(live, logging, started.get()));
        CountDownLatch stopped = new CountDownLatch(1);
        Running service = start.start(configuration);
        started.set(service);
        apply(live, service); // a signal may have come while it started
        // Not a shutdown hook's business to wait for the main thread: it is the hook that drains.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            service.close();
                            stopped.countDown();
                        },
                        "stop"));
        // Being asked to stop is no failure: the JDK alone would exit with 128 and the signal's number.
        Signals.on("TERM", () -> System.exit(0));
        Signals.on("INT", () -> System.exit(0));
        InetSocketAddress address = service.address();
        LOG.info(
                "service ready version={} address={}:{} started_in={}",
                version(),
                address.getHostString(),
                address.getPort(),
                Duration.ofMillis(java.lang.management.ManagementFactory.getRuntimeMXBean()
                        .getUptime()));
        awaitQuietly(stopped);
    }

    private void reload(LiveConfiguration live, Logging logging, @Nullable Running service) {
        // Whatever becomes of the configuration: the file may have been moved away, and be removed next.
        logging.reopen();
        switch (live.reload()) {
            case Reload.Done done -> {
                logging.apply(logConfig(live.current()));
                if (service != null) {
                    apply(live, service);
                }
                done.findings().forEach(finding -> LOG.warn("configuration finding text={}", finding));
                done.applied().forEach(change -> LOG.info("configuration reloaded change={}", change));
                done.needRestart()
                        .forEach(change -> LOG.warn("configuration change needs a restart change={}", change));
                LOG.info("configuration read again applied={}", done.applied().size());
            }
            case Reload.Refused refused ->
                LOG.error(
                        "configuration not reloaded, the former one stays reason={}",
                        refused.reason().getMessage());
        }
    }

    /** One at a time, so that the newest state is what stays. */
    private synchronized void apply(LiveConfiguration live, Running service) {
        service.reload(live.current());
    }

    /** Files of a certificate that cannot be used are told and leave the former in use. */
    static void reloadCertificate(HttpServer server, Configuration configuration) {
        try {
            server.reload(HttpServerConfig.from(configuration.section("DEFAULT")));
        } catch (IOException | ConfigException unusable) {
            LOG.error("certificate not read anew, the former one stays reason={}", unusable.getMessage());
        }
    }

    private LogConfig logConfig(Configuration configuration) {
        return LogConfig.from(configuration.section("DEFAULT"), program);
    }

    private static void awaitQuietly(CountDownLatch stopped) {
        try {
            while (!stopped.await(1, TimeUnit.DAYS)) {
                LOG.debug("still serving");
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private static String version() {
        String version = Daemon.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
