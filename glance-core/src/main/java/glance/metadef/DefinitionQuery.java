package glance.metadef;

import glance.metadef.Definition.Kind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of what is defined in a namespace.
 *
 * @param marker the name of the last one of the page before
 * @param limit most of the page
 */
public record DefinitionQuery(
        long namespaceId, Kind kind, @Nullable String marker, int limit, MetadefOrder order) {
    /** The columns to sort by. */
    public static final Set<String> KEYS = Set.of("id", "namespace_id", "name", "created_at", "updated_at");

    /**
     * Checks.
     *
     * @throws glance.error.GlanceException.InvalidRequest when the key is none of {@link #KEYS}
     */
    public DefinitionQuery {
        order.requireKey(KEYS);
    }

    /** All of a kind, oldest first. */
    public static DefinitionQuery all(long namespaceId, Kind kind) {
        return new DefinitionQuery(namespaceId, kind, null, Integer.MAX_VALUE, new MetadefOrder("created_at", true));
    }
}
