package glance.server.log;

import glance.config.ConfigException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The process's log. Installed once at the start, as soon as the configuration is read. */
public final class Logging implements AutoCloseable {
    private final Logger root;
    private final LineHandler handler;
    private final List<Handler> former;
    /** Held because {@code java.util.logging} forgets the level of a logger nobody holds. */
    private final List<Logger> leveled = new ArrayList<>();

    private Logging(Logger root, LineHandler handler) {
        this.root = root;
        this.handler = handler;
        this.former = List.of(root.getHandlers());
        former.forEach(root::removeHandler);
        root.addHandler(handler);
    }

    /**
     * Sends all lines where the configuration says, instead of where they went before.
     *
     * @throws ConfigException when a format is broken or the log file cannot be opened
     */
    public static Logging install(LogConfig config) {
        Logger root = Logger.getLogger("");
        LineHandler handler = new LineHandler(root, sinks(config), formatter(config), config.rateLimit());
        Logging logging = new Logging(root, handler);
        logging.apply(config);
        config.levels().forEach((name, level) -> {
            Logger logger = Logger.getLogger(name);
            logger.setLevel(level);
            logging.leveled.add(logger);
        });
        return logging;
    }

    private static Formatter formatter(LogConfig config) {
        ZoneId zone = ZoneId.systemDefault();
        return config.json()
                ? new JsonLines(new DateFormat(config.formats().date(), zone))
                : new TextLines(config.formats(), zone);
    }

    private static List<Sink> sinks(LogConfig config) {
        List<Sink> sinks = new ArrayList<>();
        Path file = config.file();
        if (file != null) {
            try {
                sinks.add(new LogFile(file, config.watchFile()));
            } catch (IOException e) {
                throw new ConfigException("log file " + file + ": cannot be opened: " + e, e);
            }
        }
        String facility = config.syslogFacility();
        if (facility != null) {
            sinks.add(new LocalSyslog(LocalSyslog.SOCKET, LocalSyslog.facility(facility)));
        }
        if (config.stderr()) {
            sinks.add(LineHandler.standardError(new FileOutputStream(FileDescriptor.err)));
        }
        return sinks;
    }

    /** Applies what a reload may change: {@code debug}. */
    public void apply(LogConfig config) {
        root.setLevel(config.debug() ? Level.FINE : Level.INFO);
    }

    /** Opens the log file anew, after somebody moved it. */
    public void reopen() {
        handler.reopen();
    }

    /** Puts back what was there before; for tests. A service logs until its process ends. */
    @Override
    public void close() {
        root.removeHandler(handler);
        former.forEach(root::addHandler);
        root.setLevel(Level.INFO);
        handler.closeSinks();
        leveled.forEach(logger -> logger.setLevel(null));
    }
}
