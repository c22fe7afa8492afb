package glance.server.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** Records as lines in upstream's formats. One event is one line, but for stack traces, each line of which has a prefix. */
final class TextLines extends Formatter {
    private final DateFormat date;
    private final LineFormat context;
    private final LineFormat withoutContext;
    private final LineFormat debugSuffix;
    private final LineFormat exceptionPrefix;
    private final LineFormat user;

    /** @throws glance.config.ConfigException when a format cannot be used */
    TextLines(LogConfig.Formats formats, ZoneId zone) {
        date = new DateFormat(formats.date(), zone);
        context = LineFormat.compile(LogConfig.CONTEXT.name(), formats.context());
        withoutContext = LineFormat.compile(LogConfig.DEFAULT_FORMAT.name(), formats.withoutContext());
        debugSuffix = LineFormat.compile(LogConfig.DEBUG_SUFFIX.name(), formats.debugSuffix());
        exceptionPrefix = LineFormat.compile(LogConfig.EXCEPTION_PREFIX.name(), formats.exceptionPrefix());
        user = LineFormat.compile(LogConfig.USER.name(), formats.user());
    }

    @Override
    public String format(LogRecord record) {
        LogContext bound = LogContext.current().orElse(null);
        Line line = new Line(record, bound, escaped(formatMessage(record)), date.format(record.getInstant()), user);
        StringBuilder out = new StringBuilder(200);
        (bound == null ? withoutContext : context).append(line, out);
        if (record.getLevel().intValue() <= Level.FINE.intValue()) {
            out.append(' ');
            debugSuffix.append(line, out);
        }
        out.append('\n');
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            trace.toString().lines().forEach(text -> {
                exceptionPrefix.append(line, out);
                out.append(escaped(text)).append('\n');
            });
        }
        return out.toString();
    }

    /** What clients sent may be in a message; a line break in it must not look like another line. */
    private static String escaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isControl(text.charAt(i))) {
                return escapedFrom(text, i);
            }
        }
        return text;
    }

    private static String escapedFrom(String text, int first) {
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                out.append("\\n");
            } else if (isControl(c)) {
                out.append(String.format("\\x%02x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static boolean isControl(char c) {
        return (c < ' ' && c != '\t') || (c >= 0x7F && c < 0xA0);
    }
}
