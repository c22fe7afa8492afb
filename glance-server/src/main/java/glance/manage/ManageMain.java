package glance.manage;

import glance.config.CommandLine;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.ConfigurationFiles;
import glance.config.OptionGroup;
import glance.error.GlanceException;
import glance.registry.sql.DatabaseConfig;
import glance.registry.sql.Maintenance;
import glance.server.ApiService;
import glance.server.OptionCatalogue;
import glance.server.log.LogConfig;
import glance.server.log.Logging;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code glance-manage} command. Exit codes: 0 done or nothing to do, 1 refused or failed, 2 not understood; {@code db
 * check} has 3, 4 and 5 of its own, and {@code fsck} 3.
 */
public final class ManageMain {
    static final int FAILED = 1;
    static final int MISUNDERSTOOD = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ManageMain.class);
    private static final String PROGRAM = "glance-manage";
    private static final List<OptionGroup> OPTIONS = Stream.concat(
                    OptionCatalogue.GROUPS.stream(), Stream.of(MetadefCommands.OPTIONS))
            .toList();

    private final List<String> words;
    private final Answer answer;

    private ManageMain(List<String> words, Answer answer) {
        this.words = words;
        this.answer = answer;
    }

    public static void main(String... words) {
        int status = run(List.of(words), Answer.ofProcess());
        Answer.ofProcess().exit(status);
    }

    /** Runs one command line; the status to exit with. */
    static int run(List<String> words, Answer answer) {
        return new ManageMain(words, answer).run();
    }

    private int run() {
        try {
            return understood();
        } catch (UsageException misunderstood) {
            answer.err().println(PROGRAM + ": " + misunderstood.getMessage());
            answer.err().println("Run " + PROGRAM + " --help for what there is.");
            return MISUNDERSTOOD;
        } catch (ConfigException | GlanceException refused) {
            return answer.refuse(String.valueOf(refused.getMessage()));
        } catch (SQLException failed) {
            LOG.debug("command failed", failed);
            return answer.refuse("the database refused: " + failed.getMessage());
        } catch (RuntimeException unexpected) {
            // The edge of the command: one line for the operator, the rest in the log with --debug.
            LOG.debug("command failed", unexpected);
            return answer.refuse("failed: " + unexpected);
        }
    }

    private int understood() throws SQLException {
        int command = commandAt();
        List<String> global = words.subList(0, command);
        if (global.contains("--help") || global.contains("-h")) {
            answer.out().print(usage());
            return 0;
        }
        if (global.contains("--version")) {
            answer.say(PROGRAM + " " + version());
            return 0;
        }
        if (command == words.size()) {
            answer.err().print(usage());
            return MISUNDERSTOOD;
        }
        String word = words.get(command);
        List<String> rest = words.subList(command + 1, words.size());
        Optional<Action> alias = Action.ofAlias(word);
        if (alias.isPresent()) {
            return database(global, alias.get(), rest);
        }
        if (word.equals("fsck")) {
            return fsck(global, rest);
        }
        if (!word.equals("db")) {
            throw new UsageException("'" + word + "' is no command");
        }
        if (rest.isEmpty()) {
            answer.err().print(usage());
            return MISUNDERSTOOD;
        }
        Action action = Action.find(rest.getFirst())
                .orElseThrow(() -> new UsageException("'" + rest.getFirst() + "' is no action of db"));
        return database(global, action, rest.subList(1, rest.size()));
    }

    /** Where the command stands: options before it may take a word as their value. */
    private int commandAt() {
        int at = 0;
        while (at < words.size() && words.get(at).startsWith("-")) {
            at += takesValue(words.get(at)) ? 2 : 1;
        }
        return Math.min(at, words.size());
    }

    private static boolean takesValue(String option) {
        if (option.contains("=") || List.of("-d", "-h", "--help", "--version").contains(option)) {
            return false;
        }
        try {
            CommandLine.apply(List.of(option), ConfigurationFiles.ofProcess(PROGRAM), OPTIONS);
            return false;
        } catch (ConfigException wantsMore) {
            LOG.trace("option takes a value or is unknown option={}", option);
            return true;
        }
    }

    private int database(List<String> global, Action action, List<String> rest) throws SQLException {
        if (rest.contains("--help") || rest.contains("-h")) {
            answer.say("usage: " + PROGRAM + " [global options] " + line(action));
            return 0;
        }
        Arguments arguments = Arguments.parse(rest, action.flags());
        Configuration configuration = configuration(global);
        DatabaseConfig config = DatabaseConfig.from(configuration, ApiService.DEFAULT_DATABASE);
        try (Maintenance database = Maintenance.open(config)) {
            return run(action, arguments, database, configuration);
        }
    }

    private int fsck(List<String> global, List<String> rest) throws SQLException {
        if (rest.contains("--help") || rest.contains("-h")) {
            answer.say("usage: " + PROGRAM + " [global options] " + fsckLine());
            return 0;
        }
        FsckCommand command = new FsckCommand(rest, answer);
        Configuration configuration = configuration(global);
        return command.run(configuration, DatabaseConfig.from(configuration, ApiService.DEFAULT_DATABASE));
    }

    private static String fsckLine() {
        return "fsck"
                + FsckCommand.FLAGS.stream().map(flag -> " [" + flag + "]").collect(Collectors.joining());
    }

    private int run(Action action, Arguments arguments, Maintenance database, Configuration configuration)
            throws SQLException {
        SchemaCommands schema = new SchemaCommands(database, answer);
        InstantSource clock = InstantSource.system();
        PurgeCommands purge = new PurgeCommands(database.purge(clock), clock, answer);
        MetadefCommands metadefs = new MetadefCommands(database.metadefs(clock), configuration, answer);
        return switch (action) {
            case VERSION -> schema.version();
            case CHECK -> schema.check();
            case SYNC -> schema.sync();
            case UPGRADE -> schema.upgrade(arguments.text("--version").orElse("heads"));
            case VERSION_CONTROL ->
                schema.versionControl(arguments.text("--version").orElse("liberty"));
            case EXPAND -> schema.expand();
            case MIGRATE -> schema.migrate();
            case CONTRACT -> schema.contract();
            case PURGE -> purge.purge(arguments);
            case PURGE_IMAGES_TABLE -> purge.purgeImages(arguments);
            case LOAD_METADEFS -> metadefs.load(arguments);
            case UNLOAD_METADEFS -> metadefs.unload();
            case EXPORT_METADEFS -> metadefs.export(arguments);
            case INDEXES -> schema.indexes(arguments.words());
        };
    }

    private static Configuration configuration(List<String> global) {
        ConfigurationFiles files;
        try {
            files = CommandLine.apply(global, ConfigurationFiles.ofProcess("glance-api", PROGRAM), OPTIONS);
        } catch (ConfigException misunderstood) {
            throw new UsageException(String.valueOf(misunderstood.getMessage()));
        }
        ConfigurationFiles.Loaded loaded = files.load(OPTIONS);
        Logging.install(LogConfig.from(loaded.configuration().section("DEFAULT"), PROGRAM));
        loaded.findings().forEach(finding -> LOG.debug("configuration finding text={}", finding));
        return loaded.configuration();
    }

    private static String usage() {
        return """
                usage: glance-manage [global options] db ACTION [flags]
                       glance-manage [global options] db_ACTION [values]

                Global options: --config-file FILE, --config-dir DIR, --debug, --version, --help, any option of [DEFAULT].

                """
                + Arrays.stream(Action.values())
                        .map(action -> "  " + line(action) + System.lineSeparator() + "        " + action.help()
                                + System.lineSeparator())
                        .collect(Collectors.joining())
                + "  " + fsckLine() + System.lineSeparator()
                + "        compares database, stores and staging directories; 3 when something is left"
                + System.lineSeparator();
    }

    private static String line(Action action) {
        return "db " + action.word()
                + action.flags().stream().map(flag -> " [" + flag + "]").collect(Collectors.joining());
    }

    /** Of this build. */
    static String version() {
        String version = ManageMain.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
