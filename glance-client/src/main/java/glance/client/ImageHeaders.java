package glance.client;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An image as API v1 carries it in headers: {@code x-image-meta-<field>} and {@code x-image-meta-property-<key>}, values
 * in raw UTF-8. The service takes a key's case and hyphens for what they are not: it keeps {@code Os-Distro} as
 * {@code os_distro}.
 *
 * @param fields by wire name, such as {@code disk_format}
 * @param properties of the user's own
 * @param copyFrom address the service shall copy the data from, or null
 */
public record ImageHeaders(
        Map<String, String> fields,
        Map<String, String> properties,
        @Nullable String copyFrom) {
    static final String FIELD = "x-image-meta-";
    static final String IS_PUBLIC = "is_public";
    static final String SIZE = FIELD + "size";
    private static final String PROPERTY = FIELD + "property-";
    private static final Set<String> TRUTHS = Set.of(IS_PUBLIC, "protected", "deleted");
    private static final Set<String> TRUE = Set.of("1", "t", "true", "on", "y", "yes");
    private static final Set<String> NUMBERS = Set.of("size", "min_ram", "min_disk");

    public ImageHeaders {
        fields = new LinkedHashMap<>(fields); // their order is the order on the wire
        properties = new LinkedHashMap<>(properties);
        fields.forEach((name, value) -> requireValue("--" + name.replace('_', '-'), value));
        properties.forEach((key, value) -> {
            requireKey(key);
            requireValue("the property " + Text.quoted(key), value);
        });
        if (copyFrom != null) {
            requireValue("--copy-from", copyFrom);
        }
    }

    /** A line's end inside a header would begin another one. */
    private static void requireValue(String what, String value) {
        if (value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            throw new ClientException("The value of " + what + " holds a line break, which API v1 cannot carry");
        }
    }

    private static void requireKey(String key) {
        if (!key.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw new ClientException("The property name " + Text.quoted(key) + " cannot be a header of API v1:"
                    + " letters, digits and !#$%&'*+-.^_`|~ can");
        }
    }

    Request onto(Request request) {
        Request full = request;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            full = full.with(FIELD + field.getKey(), field.getValue());
        }
        for (Map.Entry<String, String> property : properties.entrySet()) {
            full = full.with(PROPERTY + property.getKey(), property.getValue());
        }
        return copyFrom == null ? full : full.with("x-glance-api-copy-from", copyFrom);
    }

    /** The image an answer's headers describe; header names are in lower case. */
    static ObjectNode read(Map<String, String> headers) {
        ObjectNode image = Json.object();
        ObjectNode properties = Json.object();
        headers.forEach((name, value) -> {
            if (name.startsWith(PROPERTY)) {
                properties.put(name.substring(PROPERTY.length()), value);
            } else if (name.startsWith(FIELD)) {
                put(image, name.substring(FIELD.length()), value);
            }
        });
        image.set("properties", properties);
        return image;
    }

    private static void put(ObjectNode image, String field, String value) {
        if (TRUTHS.contains(field)) {
            image.put(field, TRUE.contains(value.strip().toLowerCase(Locale.ROOT)));
        } else if (NUMBERS.contains(field) && value.matches("[0-9]{1,18}")) {
            image.put(field, Long.parseLong(value));
        } else {
            image.put(field, value);
        }
    }
}
