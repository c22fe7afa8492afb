package glance.server.log;

import glance.auth.Caller;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/** Records as one JSON object each, with the names of upstream's JSON formatter. */
final class JsonLines extends Formatter {
    private final DateFormat date;

    JsonLines(DateFormat date) {
        this.date = date;
    }

    @Override
    public String format(LogRecord record) {
        StringBuilder out = new StringBuilder(300).append('{');
        text(out, "message", formatMessage(record));
        text(out, "asctime", date.format(record.getInstant()));
        text(out, "name", record.getLoggerName());
        text(out, "levelname", Levels.nameOf(record.getLevel()));
        number(out, "levelno", Levels.numberOf(record.getLevel()));
        text(out, "funcname", record.getSourceMethodName());
        text(out, "module", record.getSourceClassName());
        number(out, "created", record.getInstant().toEpochMilli() / 1000.0);
        number(out, "msecs", record.getInstant().toEpochMilli() % 1000);
        number(out, "process", ProcessHandle.current().pid());
        text(out, "thread_name", Thread.currentThread().getName());
        traceback(out, record.getThrown());
        LogContext.current().ifPresent(context -> context(out, context));
        return closed(out).append('\n').toString();
    }

    private static void traceback(StringBuilder out, @Nullable Throwable thrown) {
        if (thrown == null) {
            out.append("\"traceback\":null,");
            return;
        }
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        out.append("\"traceback\":[");
        List<String> lines = trace.toString().lines().toList();
        for (String line : lines) {
            quoted(out, line).append(',');
        }
        out.setCharAt(out.length() - 1, ']');
        out.append(',');
    }

    private static void context(StringBuilder out, LogContext context) {
        out.append("\"context\":{");
        text(out, "request_id", context.requestId());
        text(out, "global_request_id", context.globalRequestId());
        Caller caller = context.caller();
        if (caller != null) {
            text(out, "user_id", caller.userId());
            text(out, "project_id", caller.projectId());
            text(out, "domain_id", caller.domainId());
            text(out, "system_scope", caller.systemScope());
            text(out, "user_domain_id", caller.userDomainId());
            text(out, "project_domain_id", caller.projectDomainId());
        }
        closed(out).append(',');
    }

    private static StringBuilder closed(StringBuilder out) {
        out.setCharAt(out.length() - 1, '}');
        return out;
    }

    private static void number(StringBuilder out, String name, Number value) {
        out.append('"').append(name).append("\":").append(value).append(',');
    }

    private static void text(StringBuilder out, String name, @Nullable String value) {
        out.append('"').append(name).append("\":");
        if (value == null) {
            out.append("null,");
        } else {
            quoted(out, value).append(',');
        }
    }

    private static StringBuilder quoted(StringBuilder out, String value) {
        return out.append('"')
                .append(JsonStringEncoder.getInstance().quoteAsCharArray(value))
                .append('"');
    }
}
