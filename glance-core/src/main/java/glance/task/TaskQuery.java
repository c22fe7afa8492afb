package glance.task;

import glance.error.GlanceException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of tasks.
 *
 * @param owner whose alone; null for all
 * @param equal columns and the values they must have
 * @param deleted which: live or deleted ones
 * @param marker the id of the last task of the page before
 * @param limit most tasks of the page
 * @param key a column to sort by; ties are broken by {@code created_at} and {@code id}
 */
public record TaskQuery(
        @Nullable String owner,
        Map<String, String> equal,
        boolean deleted,
        @Nullable String marker,
        int limit,
        String key,
        boolean ascending) {
    /** Columns to filter by. */
    public static final Set<String> FILTERS =
            Set.of("id", "type", "status", "owner", "image_id", "request_id", "user_id");
    /** Columns to sort by. */
    public static final Set<String> KEYS = Set.of(
            "id",
            "type",
            "status",
            "owner",
            "image_id",
            "request_id",
            "user_id",
            "expires_at",
            "created_at",
            "updated_at");

    /**
     * Checks.
     *
     * @throws GlanceException.InvalidRequest when a column is none of those
     */
    public TaskQuery {
        equal = Map.copyOf(equal);
        if (!KEYS.contains(key)) {
            throw new GlanceException.InvalidRequest("'sort_key' is no key of tasks; accepted: "
                    + String.join(", ", KEYS.stream().sorted().toList()));
        }
        if (!FILTERS.containsAll(equal.keySet())) {
            throw new GlanceException.InvalidRequest("Tasks are not filtered by this; accepted: "
                    + String.join(", ", FILTERS.stream().sorted().toList()));
        }
    }
}
