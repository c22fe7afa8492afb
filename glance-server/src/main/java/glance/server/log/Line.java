package glance.server.log;

import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way to becoming a line; used on the thread that logs.
 *
 * @param message without line breaks
 * @param date as the date format has it
 */
record Line(LogRecord record, @Nullable LogContext context, String message, String date, LineFormat userFormat) {
    /** Where a line was logged. */
    record Source(String file, int line) {}

    /** The caller as {@code logging_user_identity_format} has it. */
    String user() {
        StringBuilder out = new StringBuilder();
        userFormat.append(this, out);
        return out.toString();
    }

    /** Found by walking the stack: only formats of debug lines ask for it. */
    Source source() {
        String type = String.valueOf(record.getSourceClassName());
        String method = String.valueOf(record.getSourceMethodName());
        int line = StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> frame.getClassName().equals(type)
                                && frame.getMethodName().equals(method))
                        .findFirst()
                        .map(StackWalker.StackFrame::getLineNumber)
                        .orElse(0));
        int nested = type.indexOf('$');
        String file = (nested < 0 ? type : type.substring(0, nested)).replace('.', '/') + ".java";
        return new Source(file, line);
    }
}
