package glance.policy;

import glance.auth.Caller;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a rule may ask of the caller. */
enum CallerKey {
    USER_ID,
    USER_DOMAIN_ID,
    PROJECT_ID,
    PROJECT_DOMAIN_ID,
    DOMAIN_ID,
    SYSTEM_SCOPE,
    /** The short form of {@code system_scope}. */
    SYSTEM,
    ROLES,
    IS_ADMIN_PROJECT,
    SERVICE_USER_ID,
    SERVICE_USER_DOMAIN_ID,
    SERVICE_PROJECT_ID,
    SERVICE_PROJECT_DOMAIN_ID,
    SERVICE_ROLES;

    private static final Map<String, CallerKey> BY_WORD = byWord();

    private final String word = name().toLowerCase(Locale.ROOT);

    private static Map<String, CallerKey> byWord() {
        Map<String, CallerKey> keys = new LinkedHashMap<>();
        for (CallerKey key : values()) {
            keys.put(key.word, key);
        }
        return keys;
    }

    /** The key a rule names, or null when callers have no such thing. Case counts. */
    static @Nullable CallerKey named(String word) {
        return BY_WORD.get(word);
    }

    /** Text, boolean or a set of texts; null when the caller has none. */
    @Nullable
    Object of(Caller caller) {
        return switch (this) {
            case USER_ID -> caller.userId();
            case USER_DOMAIN_ID -> caller.userDomainId();
            case PROJECT_ID -> caller.projectId();
            case PROJECT_DOMAIN_ID -> caller.projectDomainId();
            case DOMAIN_ID -> caller.domainId();
            case SYSTEM_SCOPE, SYSTEM -> caller.systemScope();
            case ROLES -> caller.roles();
            case IS_ADMIN_PROJECT -> caller.isAdminProject();
            case SERVICE_USER_ID -> caller.service().userId();
            case SERVICE_USER_DOMAIN_ID -> caller.service().userDomainId();
            case SERVICE_PROJECT_ID -> caller.service().projectId();
            case SERVICE_PROJECT_DOMAIN_ID -> caller.service().projectDomainId();
            case SERVICE_ROLES -> caller.service().roles();
        };
    }

    /** Whether a value of {@link #of} equals the text or, being a set, holds it. */
    static boolean matches(Object value, String wanted) {
        return value instanceof Collection<?> values
                ? values.contains(wanted)
                : Template.text(value).equals(wanted);
    }

    /** Everything about the caller, for remote checks and for rules about the caller itself. */
    static Map<String, @Nullable Object> all(Caller caller) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (CallerKey key : values()) {
            Object value = key.of(caller);
            if (key != SYSTEM || value != null) {
                values.put(key.word, value);
            }
        }
        return values;
    }
}
