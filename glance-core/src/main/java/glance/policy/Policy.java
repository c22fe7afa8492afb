package glance.policy;

import glance.auth.Caller;
import glance.error.GlanceException;

/** Operator rules; stateless for the caller, no I/O but remote checks an operator configured. Thread-safe. */
public interface Policy {
    /** An answer. */
    sealed interface Decision {
        record Allowed() implements Decision {}

        /**
         * @param rule the rule that refused
         * @param reason what the client is told
         */
        record Denied(String rule, String reason) implements Decision {
            public Denied(String rule) {
                this(rule, "You are not authorized to complete " + rule + " action.");
            }
        }
    }

    Decision decide(Caller caller, Action action, Target target);

    /** Whether the caller is an administrator: rule {@code context_is_admin}, evaluated on its own identity. */
    boolean isAdmin(Caller caller);

    default boolean allows(Caller caller, Action action, Target target) {
        return decide(caller, action, target) instanceof Decision.Allowed;
    }

    /**
     * @throws GlanceException.Forbidden naming the rule
     */
    default void require(Caller caller, Action action, Target target) {
        if (decide(caller, action, target) instanceof Decision.Denied denied) {
            throw new GlanceException.Forbidden(denied.reason());
        }
    }
}
