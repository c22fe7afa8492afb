package glance.policy;

import glance.auth.Caller;
import glance.image.Image;
import glance.image.Visibility;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an action is about, as the keys a rule may substitute ({@code %(owner)s}). A key that is present with null is
 * different from an absent one. Immutable.
 */
public sealed interface Target {
    /** What {@link #value} answers for a key that does not exist. */
    Object ABSENT = new Object() {
        @Override
        public String toString() {
            return "absent";
        }
    };

    /** Nothing in particular. */
    Target NONE = new OfValues(Map.of());

    /** The value of a key: text, number, boolean, collection, null, or {@link #ABSENT}. */
    @Nullable
    Object value(String key);

    /** Every key with its value. */
    Map<String, @Nullable Object> values();

    /** An existing image as {@code caller} meets it. */
    static Target of(Image image, Caller caller) {
        return new OfImage(image, caller.projectId());
    }

    /** Any keys. */
    static Target of(Map<String, @Nullable Object> values) {
        return new OfValues(values);
    }

    /** An image about to be created. */
    static Target ofNew(@Nullable String owner, @Nullable Visibility visibility) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("project_id", owner);
        values.put("owner", owner);
        values.put("visibility", visibility == null ? Visibility.PRIVATE.wire() : visibility.wire());
        return new OfValues(values);
    }

    /** The list of what the caller may see. */
    static Target ofList(Caller caller) {
        return ofNew(caller.projectId(), Visibility.PRIVATE);
    }

    /** No image in particular: what the caller does to images of its own, as API v1 asks. */
    static Target ofOwn(Caller caller) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (String key : List.of("project_id", "owner", "member_id")) {
            values.put(key, caller.projectId());
        }
        values.put("visibility", Visibility.SHARED.wire());
        return new OfValues(values);
    }

    /**
     * Metadata definitions.
     *
     * @param owner of their namespace; the caller's project where there is none
     * @param visibility of the namespace, if it says one
     */
    static Target ofDefinitions(@Nullable String owner, @Nullable String visibility) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("project_id", owner);
        if (visibility != null) {
            values.put("visibility", visibility);
        }
        return new OfValues(values);
    }

    /** Keys given one by one. */
    record OfValues(Map<String, @Nullable Object> values) implements Target {
        public OfValues {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }

        @Override
        public @Nullable Object value(String key) {
            Object value = values.get(key);
            return value == null && !values.containsKey(key) ? ABSENT : value;
        }
    }

    /**
     * An image, read in place: a list asks about each of its images, so nothing is copied. A custom property is a key of
     * its own unless an attribute has that name.
     *
     * @param project the asking project, or null
     */
    record OfImage(Image image, @Nullable String project) implements Target {
        private static final List<String> ATTRIBUTES = List.of(
                "name",
                "id",
                "image_id",
                "status",
                "created_at",
                "updated_at",
                "visibility",
                "os_hidden",
                "min_disk",
                "min_ram",
                "protected",
                "checksum",
                "os_hash_algo",
                "os_hash_value",
                "owner",
                "project_id",
                "disk_format",
                "container_format",
                "size",
                "virtual_size",
                "tags",
                "extra_properties",
                "member",
                "member_id");

        @Override
        public @Nullable Object value(String key) {
            return switch (key) {
                case "name" -> image.name();
                case "id", "image_id" -> image.id().value();
                case "status" -> image.status().wire();
                case "created_at" -> image.createdAt().toString();
                case "updated_at" -> image.updatedAt().toString();
                case "visibility" -> image.visibility().wire();
                case "os_hidden" -> image.hidden();
                case "min_disk" -> image.minDisk();
                case "min_ram" -> image.minRam();
                case "protected" -> image.isProtected();
                case "checksum" -> image.checksum();
                case "os_hash_algo" -> image.hashAlgorithm();
                case "os_hash_value" -> image.hashValue();
                case "owner", "project_id" -> image.owner();
                case "disk_format" -> image.diskFormat();
                case "container_format" -> image.containerFormat();
                case "size" -> image.size();
                case "virtual_size" -> image.virtualSize();
                case "tags" -> image.tags();
                case "extra_properties" -> image.properties();
                case "member", "member_id" -> member();
                default -> property(key);
            };
        }

        /**
         * The registry lets only the owner, administrators and members reach a shared image, so whoever else asks is a
         * member.
         */
        private @Nullable String member() {
            return image.visibility() == Visibility.SHARED && !image.isOwnedBy(project) ? project : null;
        }

        private @Nullable Object property(String key) {
            String value = image.properties().get(key);
            return value == null && !image.properties().containsKey(key) ? ABSENT : value;
        }

        @Override
        public Map<String, @Nullable Object> values() {
            Map<String, @Nullable Object> values = new LinkedHashMap<>(image.properties());
            for (String attribute : ATTRIBUTES) {
                values.put(attribute, value(attribute));
            }
            return values;
        }
    }
}
