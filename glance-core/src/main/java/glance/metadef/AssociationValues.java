package glance.metadef;

import org.jspecify.annotations.Nullable;

/**
 * That a namespace applies to a resource type.
 *
 * @param resourceType its name, at most 80 characters
 * @param prefix put before the names of properties there, at most 80 characters
 * @param propertiesTarget which of the thing's sets of properties is meant, at most 80 characters
 */
public record AssociationValues(
        String resourceType,
        @Nullable String prefix,
        @Nullable String propertiesTarget) {
    /**
     * Checks what is about to be recorded; what is recorded already may be longer.
     *
     * @throws glance.error.GlanceException.InvalidRequest when a database could not hold it
     */
    public void requireStorable() {
        MetadefText.requireName("name", resourceType);
        MetadefText.requireName("prefix", prefix);
        MetadefText.requireName("properties_target", propertiesTarget);
    }
}
