package glance.metadef;

import glance.image.Scope;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of namespaces.
 *
 * @param scope whose eyes: administrators see all, others what is public or their project's
 * @param visibility {@code public} or {@code private}, if one is asked for
 * @param resourceTypes names, of which a namespace has any; null for all namespaces
 * @param marker the name of the last namespace of the page before
 * @param limit most namespaces of the page
 */
public record NamespaceQuery(
        Scope scope,
        @Nullable String visibility,
        @Nullable List<String> resourceTypes,
        @Nullable String marker,
        int limit,
        MetadefOrder order) {
    /** The columns to sort by. */
    public static final Set<String> KEYS = Set.of(
            "id",
            "namespace",
            "display_name",
            "description",
            "visibility",
            "protected",
            "owner",
            "created_at",
            "updated_at");

    /**
     * Checks.
     *
     * @throws glance.error.GlanceException.InvalidRequest when the key is none of {@link #KEYS}
     */
    public NamespaceQuery {
        order.requireKey(KEYS);
        resourceTypes = resourceTypes == null ? null : List.copyOf(resourceTypes);
    }

    /** The same list in other eyes. */
    NamespaceQuery within(Scope other) {
        return new NamespaceQuery(other, visibility, resourceTypes, marker, limit, order);
    }
}
