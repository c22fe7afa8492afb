package glance.manage;

import glance.config.CommandLine;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.ConfigurationFiles;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.error.GlanceException;
import glance.fault.FailPoints;
import glance.image.ImageId;
import glance.image.ScrubConfig;
import glance.image.Scrubber;
import glance.registry.sql.DatabaseConfig;
import glance.registry.sql.Maintenance;
import glance.registry.sql.SqlRegistry;
import glance.server.ApiService;
import glance.server.OptionCatalogue;
import glance.server.ServerConfig;
import glance.server.Signals;
import glance.server.StoreDrivers;
import glance.server.log.LogConfig;
import glance.server.log.Logging;
import glance.store.Stores;
import glance.store.StoresConfig;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code glance-scrubber} command: removes the data of images deleted with {@code delayed_delete}, or brings one back. Exit
 * codes: 0 done, whatever single images refused; 1 refused or failed, 2 not understood.
 */
public final class ScrubberMain {
    private static final Logger LOG = LoggerFactory.getLogger(ScrubberMain.class);
    private static final String PROGRAM = "glance-scrubber";
    private static final String USAGE = """
            usage: glance-scrubber [options]

            Removes the data of images that were deleted with delayed_delete at least scrub_time seconds ago, once. Reads
            glance-scrubber.conf, or glance-api.conf where there is none: database, stores and metadata_encryption_key must be
            those of the API server.

              -D, --daemon            again and again, every wakeup_time seconds, until SIGTERM
              --restore IMAGE_ID      brings an image back instead, whose data is not removed yet; not while a scrubber runs
              --config-file FILE, --config-dir DIR, --debug, --version, --help, any option of [DEFAULT]
            """;

    private static final Option<Boolean> DAEMON =
            Option.flag("daemon").orElse(false).help("Run again and again.");
    private static final Option<String> RESTORE =
            Option.text("restore").orElse("").help("An image to bring back.");
    private static final List<OptionGroup> OPTIONS = Stream.concat(
                    OptionCatalogue.GROUPS.stream(),
                    Stream.of(new OptionGroup("DEFAULT", "Of this command.", List.of(DAEMON, RESTORE))))
            .toList();

    private final Answer answer;
    private final RunningScrubbers others;

    ScrubberMain(Answer answer, RunningScrubbers others) {
        this.answer = answer;
        this.others = others;
    }

    public static void main(String... words) throws InterruptedException {
        RunningScrubbers others = new RunningScrubbers(Path.of("/var/run/glance/glance-scrubber.pid"));
        int status = new ScrubberMain(Answer.ofProcess(), others).run(List.of(words));
        Answer.ofProcess().exit(status);
    }

    /** Runs one command line; the status to exit with. */
    int run(List<String> words) throws InterruptedException {
        if (words.contains("--help") || words.contains("-h")) {
            answer.out().print(USAGE);
            return 0;
        }
        if (words.contains("--version")) {
            answer.say(PROGRAM + " " + ManageMain.version());
            return 0;
        }
        List<String> arguments = new ArrayList<>(words);
        arguments.replaceAll(word -> word.equals("-D") ? "--daemon" : word);
        ConfigurationFiles files;
        try {
            files = CommandLine.apply(arguments, ConfigurationFiles.ofFirst(PROGRAM, "glance-api"), OPTIONS);
        } catch (ConfigException misunderstood) {
            answer.err().println(PROGRAM + ": " + misunderstood.getMessage());
            return ManageMain.MISUNDERSTOOD;
        }
        try {
            return run(files);
        } catch (ConfigException | GlanceException refused) {
            return refuse(String.valueOf(refused.getMessage()));
        } catch (SQLException failed) {
            return refuse("the database refused: " + failed.getMessage());
        }
    }

    private int refuse(String why) {
        return answer.refuse("ERROR: " + why);
    }

    private int run(ConfigurationFiles files) throws SQLException, InterruptedException {
        ConfigurationFiles.Loaded loaded = files.load(OPTIONS);
        Configuration configuration = loaded.configuration();
        boolean daemon = configuration.section("DEFAULT").get(DAEMON);
        String restore = configuration.section("DEFAULT").get(RESTORE);
        if (daemon && !restore.isEmpty()) {
            return refuse("--daemon and --restore exclude each other");
        }
        Logging.install(LogConfig.from(configuration.section("DEFAULT"), PROGRAM));
        loaded.findings().forEach(finding -> LOG.debug("configuration finding text={}", finding));
        if (!restore.isEmpty()) {
            Optional<String> other = others.find();
            if (other.isPresent()) {
                return refuse("a scrubber is running (" + other.get() + "); stop it first");
            }
        }
        DatabaseConfig database = DatabaseConfig.from(configuration, ApiService.DEFAULT_DATABASE);
        requireSchema(database);
        InstantSource clock = InstantSource.system();
        try (SqlRegistry registry = SqlRegistry.open(database, clock, FailPoints.INERT)) {
            if (!restore.isEmpty()) {
                registry.retired().restore(new ImageId(restore));
                answer.say("Image " + restore + " is active again");
                return 0;
            }
            try (Stores stores = stores(configuration, clock)) {
                ScrubConfig config = ScrubConfig.from(configuration.section("DEFAULT"));
                String worker = PROGRAM + "@" + ServerConfig.hostName();
                scrub(
                        new Scrubber(registry.retired(), registry.journal(), stores, config, clock, worker),
                        daemon ? Optional.of(config.interval()) : Optional.empty());
                return 0;
            }
        }
    }

    /** Makes no database where a name is mistyped. */
    private static void requireSchema(DatabaseConfig config) throws SQLException {
        try (Maintenance database = Maintenance.open(config)) {
            if (database.migration().revisions().isEmpty()) {
                throw new ConfigException("the database " + config.connection().location()
                        + " is not under migration control: run glance-manage db sync");
            }
        }
    }

    private static Stores stores(Configuration configuration, InstantSource clock) {
        return new StoresConfig(
                        StoreDrivers.all(configuration, PROGRAM, clock, FailPoints.INERT), StoresConfig.Front.NONE)
                .open(configuration);
    }

    private static void scrub(Scrubber scrubber, Optional<Duration> interval) throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        for (String signal : List.of("TERM", "INT", "HUP")) {
            Signals.on(signal, () -> {
                scrubber.stop();
                stop.countDown();
            });
        }
        if (interval.isEmpty()) {
            var _ = scrubber.round();
            return;
        }
        LOG.info("scrubber ready interval={}s", interval.get().toSeconds());
        do {
            try {
                var _ = scrubber.round();
            } catch (GlanceException unreachable) {
                LOG.warn("scrubber round failed, the next one will try again", unreachable);
            }
        } while (!stop.await(interval.get().toMillis(), TimeUnit.MILLISECONDS));
        LOG.info("scrubber stopped");
    }
}
