package glance.image;

import glance.error.GlanceException;
import glance.quota.Quotas;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** The limits on what a record may hold, for create and update alike. */
final class Limits {
    /** Properties of this prefix are the service's own: no client sets them and no quota counts them. */
    static final String RESERVED_PREFIX = "os_glance";

    /** UTF-8 bytes of one property value: what the column holds on MySQL. */
    private static final int VALUE_BYTES = 65_535;

    /** UTF-8 bytes of all property values of an image: a record is read whole, and so are pages of them. */
    private static final int VALUES_BYTES = 1 << 20;

    private final Quotas quotas;

    Limits(Quotas quotas) {
        this.quotas = quotas;
    }

    void requireTags(SequencedSet<String> tags) {
        requireTagCount(tags.size());
        tags.forEach(Limits::requireStorableTag);
    }

    void requireTagCount(int count) {
        if (Quotas.exceeds(count, quotas.tags())) {
            throw new GlanceException.LimitExceeded(
                    "The image would have " + count + " tags; the limit is " + quotas.tags());
        }
    }

    void requireProperties(Collection<String> names) {
        long count =
                names.stream().filter(name -> !name.startsWith(RESERVED_PREFIX)).count();
        if (Quotas.exceeds(count, quotas.properties())) {
            throw new GlanceException.LimitExceeded(
                    "The image would have " + count + " properties; the limit is " + quotas.properties());
        }
    }

    static void requireStorableTag(String tag) {
        StorableText.requireShort("tag", tag);
    }

    static void requireStorableProperty(String name, @Nullable String value) {
        StorableText.requireShort("property name", name);
        if (value != null) {
            StorableText.require("value of property " + name, value);
            int bytes = value.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > VALUE_BYTES) {
                throw new GlanceException.InvalidRequest(
                        "The value of property " + name + " has " + bytes + " bytes; the limit is " + VALUE_BYTES);
            }
        }
    }

    /** Refuses more text than one record may carry. */
    static void requirePropertyText(Collection<@Nullable String> values) {
        long bytes = 0;
        for (String value : values) {
            bytes += value == null ? 0 : value.getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > VALUES_BYTES) {
            throw new GlanceException.LimitExceeded(
                    "The image's property values would have " + bytes + " bytes; the limit is " + VALUES_BYTES);
        }
    }

    /** Refuses text no database holds and minimums out of range. */
    static void requireStorable(Attribute attribute, @Nullable Object value) {
        if (value instanceof String text) {
            StorableText.requireShort(attribute.column(), text);
        }
        if (attribute == Attribute.MIN_DISK || attribute == Attribute.MIN_RAM) {
            long number = value instanceof Long given ? given : 0;
            if (number < 0 || number > Integer.MAX_VALUE) {
                throw new GlanceException.InvalidRequest(
                        attribute.column() + " is " + number + "; accepted: 0 to " + Integer.MAX_VALUE);
            }
        }
    }

    /** The minimum as recorded; not named is 0. */
    static int minimum(@Nullable Object value) {
        return value instanceof Long given ? Math.toIntExact(given) : 0;
    }
}
