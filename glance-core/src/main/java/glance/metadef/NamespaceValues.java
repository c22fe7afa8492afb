package glance.metadef;

import glance.error.GlanceException;
import glance.image.StorableText;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says about a namespace.
 *
 * @param name one in the whole deployment, at most 80 characters
 * @param displayName at most 80 characters
 * @param visibility {@code public} or {@code private}; null in rows of operators' files that say neither
 * @param isProtected whether it and what is in it may not be deleted; null in such rows, too
 * @param owner a project, at most 255 characters
 */
public record NamespaceValues(
        String name,
        @Nullable String displayName,
        @Nullable String description,
        @Nullable String visibility,
        @Nullable Boolean isProtected,
        String owner) {
    private static final String PUBLIC = "public";

    /**
     * Checks what is about to be recorded; what is recorded already may be longer.
     *
     * @throws GlanceException.InvalidRequest when a database could not hold it
     */
    public void requireStorable() {
        MetadefText.requireName("namespace", name);
        MetadefText.requireName("display_name", displayName);
        MetadefText.requireText("description", description);
        StorableText.requireShort("owner", owner);
    }

    /**
     * Requires a visibility that namespaces can have.
     *
     * @throws GlanceException.InvalidRequest when it is another
     */
    public static String requireVisibility(String visibility) {
        if (!Set.of(PUBLIC, "private").contains(visibility)) {
            throw new GlanceException.InvalidRequest(
                    "'visibility' is not a visibility of namespaces; accepted: public, private");
        }
        return visibility;
    }

    boolean isPublic() {
        return PUBLIC.equals(visibility);
    }
}
