package glance.server.log;

import java.util.List;
import java.util.Optional;
import java.util.logging.Level;

/** Upstream's level names over those of {@code java.util.logging}, as SLF4J's binding maps them. */
final class Levels {
    /** The names operators write. */
    static final List<String> NAMES = List.of("TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL");

    /** Above every level that is logged here. */
    private static final Level CRITICAL = new Critical();

    private static final class Critical extends Level {
        private static final long serialVersionUID = 1L;

        Critical() {
            super("CRITICAL", Level.SEVERE.intValue() + 1);
        }
    }

    private Levels() {}

    static Optional<Level> find(String name) {
        return switch (name) {
            case "TRACE", "NOTSET" -> Optional.of(Level.FINEST);
            case "DEBUG" -> Optional.of(Level.FINE);
            case "INFO", "AUDIT" -> Optional.of(Level.INFO);
            case "WARN", "WARNING" -> Optional.of(Level.WARNING);
            case "ERROR" -> Optional.of(Level.SEVERE);
            case "CRITICAL", "FATAL" -> Optional.of(CRITICAL);
            default -> Optional.empty();
        };
    }

    static String nameOf(Level level) {
        int value = level.intValue();
        if (value > Level.SEVERE.intValue()) {
            return "CRITICAL";
        }
        if (value == Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARNING";
        }
        if (value >= Level.INFO.intValue()) {
            return "INFO";
        }
        return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }

    /** Python's number of a level, for JSON lines. */
    static int numberOf(Level level) {
        return switch (nameOf(level)) {
            case "CRITICAL" -> 50;
            case "ERROR" -> 40;
            case "WARNING" -> 30;
            case "INFO" -> 20;
            case "DEBUG" -> 10;
            default -> 5;
        };
    }
}
