package glance.policy;

import glance.auth.Caller;
import glance.image.Image;
import glance.image.Visibility;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an action is about, as the keys a rule may substitute ({@code %(owner)s}). A key that is present with null is
 * different from an absent one.
 */
public record Target(Map<String, @Nullable Object> values) {
    public Target {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Nothing in particular. */
    public static final Target NONE = new Target(Map.of());

    /** An existing image as {@code caller} meets it. */
    public static Target of(Image image, Caller caller) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>(image.properties());
        values.put("extra_properties", image.properties());
        values.put("name", image.name());
        values.put("id", image.id().value());
        values.put("image_id", image.id().value());
        values.put("status", image.status().wire());
        values.put("created_at", image.createdAt().toString());
        values.put("updated_at", image.updatedAt().toString());
        values.put("visibility", image.visibility().wire());
        values.put("os_hidden", image.hidden());
        values.put("min_disk", image.minDisk());
        values.put("min_ram", image.minRam());
        values.put("protected", image.isProtected());
        values.put("checksum", image.checksum());
        values.put("os_hash_algo", image.hashAlgorithm());
        values.put("os_hash_value", image.hashValue());
        values.put("owner", image.owner());
        values.put("project_id", image.owner());
        values.put("disk_format", image.diskFormat());
        values.put("container_format", image.containerFormat());
        values.put("size", image.size());
        values.put("virtual_size", image.virtualSize());
        values.put("tags", image.tags());
        // The registry lets only the owner, administrators and members reach a shared image, so whoever else asks is
        // one.
        String member = image.visibility() == Visibility.SHARED && !image.isOwnedBy(caller.projectId())
                ? caller.projectId()
                : null;
        values.put("member", member);
        values.put("member_id", member);
        return new Target(values);
    }

    /** An image about to be created. */
    public static Target ofNew(@Nullable String owner, @Nullable Visibility visibility) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("project_id", owner);
        values.put("owner", owner);
        values.put("visibility", visibility == null ? Visibility.PRIVATE.wire() : visibility.wire());
        return new Target(values);
    }

    /** The list of what the caller may see. */
    public static Target ofList(Caller caller) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("project_id", caller.projectId());
        values.put("owner", caller.projectId());
        values.put("visibility", Visibility.PRIVATE.wire());
        return new Target(values);
    }
}
