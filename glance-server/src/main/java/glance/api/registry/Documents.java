package glance.api.registry;

import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageLocation;
import glance.image.ImageMember;
import glance.image.ImageStatus;
import glance.image.Visibility;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records as upstream's registry writes them. Two things differ: a property's document has no row number, and a member's
 * number is a text ({@link MemberKey}); clients only hand them back.
 */
final class Documents {
    /** Six digits always: releases of 2014 read nothing else, later ones read it too. */
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

    private static final List<Attribute> COMMON = List.of(
            Attribute.ID,
            Attribute.NAME,
            Attribute.STATUS,
            Attribute.SIZE,
            Attribute.VIRTUAL_SIZE,
            Attribute.DISK_FORMAT,
            Attribute.CONTAINER_FORMAT,
            Attribute.CHECKSUM,
            Attribute.MIN_DISK,
            Attribute.MIN_RAM,
            Attribute.OWNER,
            Attribute.PROTECTED,
            Attribute.CREATED_AT,
            Attribute.UPDATED_AT);

    private static final List<Attribute> LATER =
            List.of(Attribute.VISIBILITY, Attribute.OS_HIDDEN, Attribute.OS_HASH_ALGO, Attribute.OS_HASH_VALUE);

    private static final List<Attribute> BRIEF = List.of(
            Attribute.ID,
            Attribute.NAME,
            Attribute.SIZE,
            Attribute.DISK_FORMAT,
            Attribute.CONTAINER_FORMAT,
            Attribute.CHECKSUM);

    private Documents() {}

    /** A time in RPC v2; null when there is none. */
    static @Nullable Object rpcTime(@Nullable Instant time) {
        return time == null ? null : Times.TYPED.write(time);
    }

    /** How a time is written. */
    private enum Times {
        /** An object that says its type. */
        TYPED,
        /** A text without zone, with a fraction if there is one. */
        PLAIN;

        Object write(Instant time) {
            LocalDateTime local = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
            if (this == PLAIN) {
                boolean isWhole = time.equals(time.truncatedTo(ChronoUnit.SECONDS));
                return (isWhole ? SECONDS : MICROS).format(local);
            }
            Map<String, Object> typed = new LinkedHashMap<>();
            typed.put("_type", "datetime");
            typed.put("_value", MICROS.format(local));
            return typed;
        }
    }

    /**
     * An image in RPC v2: {@code is_public} for old readers and {@code visibility} for later ones.
     *
     * @param forAdministrator others do not see the locations of a deactivated image
     */
    static Map<String, @Nullable Object> rpcImage(Image image, boolean withTags, boolean forAdministrator) {
        Map<String, @Nullable Object> document = image(image, Times.TYPED);
        LATER.forEach(attribute -> document.put(attribute.column(), value(image, attribute, Times.TYPED)));
        List<Object> properties = new ArrayList<>();
        image.properties().forEach((name, value) -> properties.add(rpcProperty(image, name, value)));
        document.put("properties", properties);
        boolean hidden = image.status() == ImageStatus.DEACTIVATED && !forAdministrator;
        document.put("locations", hidden ? List.of() : locations(image));
        if (withTags) {
            document.put("tags", List.copyOf(image.tags()));
        }
        return document;
    }

    /** The same image, deleted. */
    static Map<String, @Nullable Object> rpcDeleted(Image image, Instant at) {
        Map<String, @Nullable Object> document = rpcImage(image, false, true);
        document.put("deleted", true);
        document.put("deleted_at", Times.TYPED.write(at));
        document.put("locations", List.of());
        return document;
    }

    static Map<String, @Nullable Object> rpcProperty(Image image, String name, @Nullable String value) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("image_id", image.id().value());
        document.put("name", name);
        document.put("value", value);
        document.put("created_at", Times.TYPED.write(image.createdAt()));
        document.put("updated_at", Times.TYPED.write(image.updatedAt()));
        document.put("deleted_at", null);
        document.put("deleted", false);
        return document;
    }

    /** An image in REST v1. */
    static Map<String, @Nullable Object> restImage(Image image) {
        Map<String, @Nullable Object> document = image(image, Times.PLAIN);
        document.put("properties", image.properties());
        List<Map<String, Object>> locations = locations(image);
        document.put("location_data", locations);
        document.put(
                "location",
                image.locations().stream()
                        .filter(location -> location.status().equals(ImageLocation.ACTIVE))
                        .map(location -> location.at().url())
                        .findFirst()
                        .orElse(null));
        return document;
    }

    static Map<String, @Nullable Object> restBrief(Image image) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        BRIEF.forEach(attribute -> document.put(attribute.column(), value(image, attribute, Times.PLAIN)));
        return document;
    }

    static Map<String, @Nullable Object> rpcMember(ImageMember member) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", new MemberKey(member.image(), member.member()).text());
        document.put("image_id", member.image().value());
        document.put("member", member.member());
        document.put("can_share", member.canShare());
        document.put("status", member.status().wire());
        document.put("created_at", Times.TYPED.write(member.createdAt()));
        document.put("updated_at", Times.TYPED.write(member.updatedAt()));
        document.put("deleted", false);
        return document;
    }

    private static Map<String, @Nullable Object> image(Image image, Times times) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        COMMON.forEach(attribute -> document.put(attribute.column(), value(image, attribute, times)));
        Instant deletedAt = image.deletedAt();
        document.put("deleted_at", deletedAt == null ? null : times.write(deletedAt));
        document.put("deleted", deletedAt != null);
        document.put("is_public", image.visibility() == Visibility.PUBLIC);
        return document;
    }

    private static @Nullable Object value(Image image, Attribute attribute, Times times) {
        return switch (image.value(attribute)) {
            case ImageStatus status -> status.wire();
            case Visibility visibility -> visibility.wire();
            case Instant time -> times.write(time);
            case null -> null;
            case Object other -> other;
        };
    }

    private static List<Map<String, Object>> locations(Image image) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (ImageLocation location : image.locations()) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("id", location.id());
            document.put("url", location.at().url());
            document.put("metadata", location.at().metadata());
            document.put("status", location.status());
            all.add(document);
        }
        return all;
    }
}
