package glance.metadef;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says about a definition.
 *
 * @param name one of its kind in the namespace, at most 80 characters
 * @param description of objects alone
 * @param required of objects alone: properties that must be given; kept as one text with commas
 * @param schema JSON of a property, or of an object's properties by name; null for tags
 */
public record DefinitionValues(
        String name,
        @Nullable String description,
        List<String> required,
        @Nullable String schema) {
    public DefinitionValues {
        required = List.copyOf(required);
    }

    /**
     * Checks what is about to be recorded; what is recorded already may be longer.
     *
     * @throws glance.error.GlanceException.InvalidRequest when a database could not hold it
     */
    public void requireStorable() {
        MetadefText.requireName("name", name);
        MetadefText.requireText("description", description);
        MetadefText.requireText("list of required properties", String.join(",", required));
        MetadefText.requireText("schema", schema);
    }

    public static DefinitionValues property(String name, String schema) {
        return new DefinitionValues(name, null, List.of(), schema);
    }

    public static DefinitionValues tag(String name) {
        return new DefinitionValues(name, null, List.of(), null);
    }
}
