package glance.metadef;

import glance.error.GlanceException;
import java.util.Set;

/**
 * The order of a list. Ties are broken by {@code created_at} and {@code id} in the same direction; nothing comes before something.
 *
 * @param key a column
 */
public record MetadefOrder(String key, boolean ascending) {
    /** As every list is ordered that does not say otherwise: newest first. */
    public static final MetadefOrder NEWEST_FIRST = new MetadefOrder("created_at", false);

    /**
     * Requires a key of the list.
     *
     * @throws GlanceException.InvalidRequest when it is none
     */
    void requireKey(Set<String> keys) {
        if (!keys.contains(key)) {
            throw new GlanceException.InvalidRequest("'sort_key' is no key of this list; accepted: "
                    + String.join(", ", keys.stream().sorted().toList()));
        }
    }
}
