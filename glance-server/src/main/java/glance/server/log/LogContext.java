package glance.server.log;

import glance.auth.Caller;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the log lines of one request say about it, and what a registry behind this service is told. Bound with {@code
 * ScopedValue.where(LogContext.CURRENT, context)}; nothing in this service decides by it.
 *
 * @param requestId {@code req-…}, the one the client is told
 * @param globalRequestId {@code X-OpenStack-Request-ID} of the caller, when it sent one
 * @param caller once known
 */
public record LogContext(
        String requestId,
        @Nullable String globalRequestId,
        @Nullable Caller caller) {
    /** The context of the running request. */
    public static final ScopedValue<LogContext> CURRENT = ScopedValue.newInstance();

    /** The context of the running request, if there is one. */
    public static Optional<LogContext> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    /** The same request, its caller known. */
    public LogContext withCaller(Caller known) {
        return new LogContext(requestId, globalRequestId, known);
    }
}
