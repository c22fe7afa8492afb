package glance.server.log;

import glance.config.ConfigException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@code strftime} format in local time. Thread-safe; a second is formatted once. */
final class DateFormat {
    private static final Map<Character, String> PATTERNS = Map.ofEntries(
            Map.entry('Y', "uuuu"),
            Map.entry('y', "uu"),
            Map.entry('m', "MM"),
            Map.entry('d', "dd"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('M', "mm"),
            Map.entry('S', "ss"),
            Map.entry('p', "a"),
            Map.entry('b', "MMM"),
            Map.entry('B', "MMMM"),
            Map.entry('a', "EEE"),
            Map.entry('A', "EEEE"),
            Map.entry('j', "DDD"),
            Map.entry('z', "xx"),
            Map.entry('Z', "zzz"),
            Map.entry('F', "uuuu-MM-dd"),
            Map.entry('T', "HH:mm:ss"),
            Map.entry('%', "'%'"));

    private record Second(long epochSecond, String text) {}

    private final DateTimeFormatter formatter;
    private volatile @Nullable Second last;

    /** @throws ConfigException when the format has a directive that is not known */
    DateFormat(String strftime, ZoneId zone) {
        StringBuilder pattern = new StringBuilder();
        boolean directive = false;
        for (int i = 0; i < strftime.length(); i++) {
            char c = strftime.charAt(i);
            if (directive) {
                pattern.append(translated(strftime, c));
            } else if (c != '%') {
                pattern.append(c == '\'' ? "''" : "'" + c + "'");
            }
            directive = !directive && c == '%';
        }
        if (directive) {
            throw refused(strftime);
        }
        formatter = DateTimeFormatter.ofPattern(pattern.toString(), Locale.ROOT).withZone(zone);
    }

    private static String translated(String strftime, char directive) {
        String translated = PATTERNS.get(directive);
        if (translated == null) {
            throw refused(strftime);
        }
        return translated;
    }

    private static ConfigException refused(String strftime) {
        return new ConfigException("option log_date_format in [DEFAULT]: '" + strftime
                + "' is not accepted; accepted: text with %Y %y %m %d %H %I %M %S %p %b %B %a %A %j %z %Z %F %T %%");
    }

    String format(Instant instant) {
        Second known = last;
        if (known == null || known.epochSecond() != instant.getEpochSecond()) {
            known = new Second(instant.getEpochSecond(), formatter.format(instant));
            last = known;
        }
        return known.text();
    }
}
