package glance.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the service named by an {@code http:} or {@code https:} check. Thread-safe. */
@FunctionalInterface
public interface RemoteCheck {
    /** For processes that make no calls: such checks refuse. */
    RemoteCheck NONE = (url, rule, target, credentials) -> false;

    /**
     * @param rule the rule being evaluated
     * @param target what the action is about; texts, numbers, booleans, nulls, collections and maps of these
     * @param credentials the caller, likewise
     * @throws glance.error.GlanceException.Unavailable when no answer comes
     */
    boolean allows(
            String url, String rule, Map<String, @Nullable Object> target, Map<String, @Nullable Object> credentials);
}
