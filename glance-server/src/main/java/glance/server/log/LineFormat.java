package glance.server.log;

import glance.auth.Caller;
import glance.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A format string in Python's notation, {@code %(name)s}, compiled once. */
final class LineFormat {
    private static final Pattern FIELD = Pattern.compile("%(?:%|\\((\\w+)\\)([-0]?)(\\d*)(?:\\.\\d+)?([sdf]))");

    /** Appends its part of a line. */
    private interface Piece {
        void append(Line line, StringBuilder out);
    }

    private final List<Piece> pieces = new ArrayList<>();

    private LineFormat() {}

    /**
     * @param option for the message
     * @throws ConfigException when a field is unknown or the notation broken
     */
    static LineFormat compile(String option, String format) {
        LineFormat compiled = new LineFormat();
        Matcher matcher = FIELD.matcher(format);
        int end = 0;
        while (matcher.find()) {
            compiled.literal(option, format.substring(end, matcher.start()));
            String name = matcher.group(1);
            if (name == null) {
                compiled.pieces.add((line, out) -> out.append('%'));
            } else {
                compiled.field(option, name, matcher.group(2), matcher.group(3));
            }
            end = matcher.end();
        }
        compiled.literal(option, format.substring(end));
        return compiled;
    }

    private void literal(String option, String text) {
        if (text.indexOf('%') >= 0) {
            throw refused(option, "'" + text + "' holds a % that begins no %(field)s");
        }
        if (!text.isEmpty()) {
            pieces.add((line, out) -> out.append(text));
        }
    }

    private void field(String option, String name, String flag, String width) {
        Function<Line, @Nullable String> value = valueOf(option, name);
        int least = width.isEmpty() ? 0 : Math.min(Integer.parseInt(width), 200);
        pieces.add((line, out) -> {
            // Python prints what is absent as None.
            String known = value.apply(line);
            String text = known == null ? "None" : known;
            String padding = (flag.equals("0") ? "0" : " ").repeat(Math.max(0, least - text.length()));
            out.append(flag.equals("-") ? text + padding : padding + text);
        });
    }

    private static Function<Line, @Nullable String> valueOf(String option, String name) {
        return switch (name) {
            case "asctime" -> Line::date;
            case "msecs" -> line -> String.valueOf(line.record().getInstant().toEpochMilli() % 1000);
            case "created" -> line -> String.valueOf(line.record().getMillis() / 1000.0);
            case "process" -> line -> PROCESS;
            case "processName" -> line -> "MainProcess";
            case "thread" -> line -> String.valueOf(line.record().getLongThreadID());
            case "threadName" -> line -> Thread.currentThread().getName();
            case "levelname" -> line -> Levels.nameOf(line.record().getLevel());
            case "levelno" ->
                line -> String.valueOf(Levels.numberOf(line.record().getLevel()));
            case "name" -> line -> String.valueOf(line.record().getLoggerName());
            case "message" -> Line::message;
            case "request_id" ->
                line -> line.context() == null ? null : line.context().requestId();
            case "global_request_id" ->
                line -> line.context() == null ? null : line.context().globalRequestId();
            case "user_identity" -> Line::user;
            // Of upstream's compute service; nothing here is an instance.
            case "instance", "resource", "color", "reset_color" -> line -> "";
            case "funcName" -> line -> String.valueOf(line.record().getSourceMethodName());
            case "pathname", "filename" -> line -> line.source().file();
            case "module" -> line -> String.valueOf(line.record().getSourceClassName());
            case "lineno" -> line -> String.valueOf(line.source().line());
            case "user" -> identity(Caller::userId);
            case "project", "tenant" -> identity(Caller::projectId);
            case "domain" -> identity(Caller::domainId);
            case "system_scope" -> identity(Caller::systemScope);
            case "user_domain" -> identity(Caller::userDomainId);
            case "project_domain" -> identity(Caller::projectDomainId);
            case "user_name", "project_name", "user_domain_name", "project_domain_name" -> line -> "-";
            default -> throw refused(option, "'%(" + name + ")s' is no field of a log line");
        };
    }

    private static final String PROCESS = String.valueOf(ProcessHandle.current().pid());

    private static Function<Line, @Nullable String> identity(Function<Caller, @Nullable String> part) {
        return line -> {
            Caller caller = line.context() == null ? null : line.context().caller();
            String text = caller == null ? null : part.apply(caller);
            return text == null ? "-" : text;
        };
    }

    private static ConfigException refused(String option, String reason) {
        return new ConfigException("option " + option + " in [DEFAULT]: " + reason
                + "; accepted: text with fields such as %(asctime)s, %(levelname)s, %(name)s, %(message)s; %% is a %");
    }

    void append(Line line, StringBuilder out) {
        for (Piece piece : pieces) {
            piece.append(line, out);
        }
    }
}
