package glance.api.v2;

import glance.image.Attribute;
import glance.image.Visibility;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads values that passed the schema into what {@code glance.image} takes. */
final class AttributeCodec {
    /** The attributes a client may set, by their names on the wire; tags are apart. */
    static final Map<String, Attribute> SETTABLE = Map.of(
            "name", Attribute.NAME,
            "visibility", Attribute.VISIBILITY,
            "protected", Attribute.PROTECTED,
            "os_hidden", Attribute.OS_HIDDEN,
            "owner", Attribute.OWNER,
            "disk_format", Attribute.DISK_FORMAT,
            "container_format", Attribute.CONTAINER_FORMAT,
            "min_disk", Attribute.MIN_DISK,
            "min_ram", Attribute.MIN_RAM);

    private AttributeCodec() {}

    static @Nullable Object value(Attribute attribute, JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        return switch (attribute) {
            case VISIBILITY -> Visibility.parse(value.stringValue());
            case PROTECTED, OS_HIDDEN -> value.booleanValue();
            case MIN_DISK, MIN_RAM -> whole(value);
            default -> value.stringValue();
        };
    }

    static SequencedSet<String> tags(JsonNode array) {
        SequencedSet<String> tags = new LinkedHashSet<>();
        array.forEach(tag -> tags.add(tag.stringValue()));
        return tags;
    }

    /**
     * A custom property as it is recorded: text. Declared properties may have other types; {@code true} is recorded as
     * upstream does, {@code 1}.
     */
    static @Nullable String property(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "1" : "0";
        }
        return value.isString() ? value.stringValue() : value.toString();
    }

    /** Clamped to 64 bits: what is beyond is out of any range anyway. */
    private static Long whole(JsonNode value) {
        return value.isLong() || value.isInt() ? value.longValue() : (long) JsonConstraint.size(value);
    }
}
