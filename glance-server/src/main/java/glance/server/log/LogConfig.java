package glance.server.log;

import glance.config.ConfigException;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/**
 * How lines are logged.
 *
 * @param debug decisions and their inputs are logged too
 * @param file the log file; null for none
 * @param watchFile a file that was moved or removed is opened anew
 * @param stderr lines go to standard error, also or only
 * @param syslogFacility null when the system log is not used
 * @param levels least level by logger name
 */
public record LogConfig(
        boolean debug,
        @Nullable Path file,
        boolean watchFile,
        boolean stderr,
        @Nullable String syslogFacility,
        boolean json,
        Formats formats,
        Map<String, Level> levels,
        RateLimit rateLimit) {
    /** Line formats in upstream's notation. */
    public record Formats(
            String date,
            String context,
            String withoutContext,
            String debugSuffix,
            String exceptionPrefix,
            String user) {}

    /**
     * @param seconds 0 for no limit
     * @param burst lines in that time
     * @param except lines of this level and above are never dropped
     */
    public record RateLimit(int seconds, int burst, Level except) {}

    /** The same, to standard error alone: for who looks on. */
    public LogConfig toStandardError() {
        return new LogConfig(debug, null, false, true, null, json, formats, levels, rateLimit);
    }

    /**
     * @throws glance.config.ConfigException when the file can neither be written nor made
     */
    public void requireWritable() {
        Path log = file;
        if (log == null) {
            return;
        }
        Path directory = log.toAbsolutePath().getParent();
        boolean usable = Files.exists(log)
                ? Files.isRegularFile(log) && Files.isWritable(log)
                : directory != null && Files.isDirectory(directory) && Files.isWritable(directory);
        if (!usable) {
            throw new ConfigException("log file " + log + ": cannot be written, or made in its directory");
        }
    }

    static final Option<Boolean> DEBUG =
            Option.flag("debug").orElse(false).reloadable().help("Logs decisions and their inputs.");
    static final Option<String> LOG_FILE = Option.text("log_file")
            .orElse("")
            .formerly("logfile")
            .help("File to log to, relative to log_dir. Unset, with log_dir unset too: standard error.");
    static final Option<String> LOG_DIR = Option.text("log_dir")
            .orElse("")
            .formerly("logdir")
            .help("Directory of the log file, which is named after the program unless log_file names it.");
    static final Option<Boolean> WATCH = Option.flag("watch_log_file")
            .orElse(false)
            .help("Opens the log file anew once it was moved or removed, as by logrotate. SIGHUP does so too.");
    static final Option<Boolean> STDERR =
            Option.flag("use_stderr").orElse(false).help("Logs to standard error, whatever else is used.");
    static final Option<Boolean> SYSLOG =
            Option.flag("use_syslog").orElse(false).help("Logs to the system log's local socket.");
    static final Option<String> FACILITY = Option.text("syslog_log_facility")
            .orElse("LOG_USER")
            .help("Facility of the system log: LOG_USER, LOG_DAEMON, LOG_LOCAL0 to LOG_LOCAL7 and the like.");
    static final Option<Boolean> JSON =
            Option.flag("use_json").orElse(false).help("Each line is one JSON object instead of the formats below.");
    static final Option<String> DATE = Option.text("log_date_format")
            .orElse("%Y-%m-%d %H:%M:%S")
            .help("Date of a line, %(asctime)s, in the notation of strftime.");
    static final Option<String> CONTEXT = Option.text("logging_context_format_string")
            .orElse("%(asctime)s.%(msecs)03d %(process)d %(levelname)s %(name)s"
                    + " [%(global_request_id)s %(request_id)s %(user_identity)s] %(instance)s%(message)s")
            .help("A line that belongs to a request.");
    static final Option<String> DEFAULT_FORMAT = Option.text("logging_default_format_string")
            .orElse("%(asctime)s.%(msecs)03d %(process)d %(levelname)s %(name)s [-] %(instance)s%(message)s")
            .help("A line that belongs to none.");
    static final Option<String> DEBUG_SUFFIX = Option.text("logging_debug_format_suffix")
            .orElse("%(funcName)s %(pathname)s:%(lineno)d")
            .help("What follows lines of level DEBUG.");
    static final Option<String> EXCEPTION_PREFIX = Option.text("logging_exception_prefix")
            .orElse("%(asctime)s.%(msecs)03d %(process)d ERROR %(name)s %(instance)s")
            .help("What stands before each line of a stack trace.");
    static final Option<String> USER = Option.text("logging_user_identity_format")
            .orElse("%(user)s %(project)s %(domain)s %(system_scope)s %(user_domain)s %(project_domain)s")
            .help("The caller, %(user_identity)s.");
    static final Option<List<String>> LEVELS = Option.list("default_log_levels")
            .orElse(List.of("io.netty=INFO", "com.zaxxer.hikari=WARN", "org.jdbi=INFO", "org.apache.hc=INFO"))
            .help("Least level by logger, LOGGER=LEVEL; levels are DEBUG, INFO, WARNING, ERROR, CRITICAL.");
    static final Option<Integer> RATE_INTERVAL = Option.integer("rate_limit_interval")
            .atLeast(0)
            .orElse(0)
            .help("Seconds over which rate_limit_burst lines may be logged; more are dropped. 0 is no limit.");
    static final Option<Integer> RATE_BURST =
            Option.integer("rate_limit_burst").atLeast(0).orElse(0).help("Lines per rate_limit_interval.");
    static final Option<String> RATE_EXCEPT = Option.text("rate_limit_except_level")
            .orElse("CRITICAL")
            .help("Lines of this level and above are never dropped; empty drops every level.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "DEFAULT",
            "Logging.",
            List.of(
                    DEBUG,
                    LOG_FILE,
                    LOG_DIR,
                    WATCH,
                    STDERR,
                    SYSLOG,
                    FACILITY,
                    JSON,
                    DATE,
                    CONTEXT,
                    DEFAULT_FORMAT,
                    DEBUG_SUFFIX,
                    EXCEPTION_PREFIX,
                    USER,
                    LEVELS,
                    RATE_INTERVAL,
                    RATE_BURST,
                    RATE_EXCEPT));

    public LogConfig {
        levels = Map.copyOf(levels);
    }

    /**
     * @param section {@code [DEFAULT]}
     * @param program names the file in {@code log_dir}
     */
    public static LogConfig from(Section section, String program) {
        Path file = file(section.get(LOG_DIR), section.get(LOG_FILE), program);
        boolean syslog = section.get(SYSLOG);
        return new LogConfig(
                section.get(DEBUG),
                file,
                section.get(WATCH),
                section.get(STDERR) || (file == null && !syslog),
                syslog ? section.get(FACILITY) : null,
                section.get(JSON),
                new Formats(
                        section.get(DATE),
                        section.get(CONTEXT),
                        section.get(DEFAULT_FORMAT),
                        section.get(DEBUG_SUFFIX),
                        section.get(EXCEPTION_PREFIX),
                        section.get(USER)),
                levels(section.get(LEVELS)),
                new RateLimit(
                        section.get(RATE_INTERVAL), section.get(RATE_BURST), exceptLevel(section.get(RATE_EXCEPT))));
    }

    private static @Nullable Path file(String directory, String file, String program) {
        if (directory.isEmpty()) {
            return file.isEmpty() ? null : Path.of(file);
        }
        return Path.of(directory, file.isEmpty() ? program + ".log" : file);
    }

    private static Map<String, Level> levels(List<String> entries) {
        Map<String, Level> levels = new LinkedHashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            Level level = level(entry.substring(equals + 1)).orElse(null);
            if (equals < 1 || level == null) {
                throw new ConfigException("option default_log_levels in [DEFAULT]: '" + entry
                        + "' is not accepted; accepted: LOGGER=LEVEL, levels " + Levels.NAMES);
            }
            levels.put(entry.substring(0, equals).strip(), level);
        }
        return levels;
    }

    private static Level exceptLevel(String name) {
        if (name.isEmpty()) {
            return Level.OFF;
        }
        return level(name)
                .orElseThrow(() -> new ConfigException("option rate_limit_except_level in [DEFAULT]: '" + name
                        + "' is not accepted; accepted: " + Levels.NAMES));
    }

    private static Optional<Level> level(String name) {
        return Levels.find(name.strip().toUpperCase(Locale.ROOT));
    }
}
