package glance.api.registry;

import glance.auth.Caller;
import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.ImageStatus;
import glance.image.ImageUpdate;
import glance.image.StorableText;
import glance.image.Visibility;
import glance.store.StoreLocation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a create or an update says of an image, in either of upstream's wires. Names that are no column are dropped, as are the
 * columns that are the registry's own.
 */
final class ImageValues {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<Attribute> OWN = Set.of(Attribute.ID, Attribute.CREATED_AT, Attribute.UPDATED_AT);

    /** A null there says nothing, as in upstream's create. */
    private static final Set<Attribute> NEVER_NULL = Set.of(
            Attribute.STATUS,
            Attribute.VISIBILITY,
            Attribute.PROTECTED,
            Attribute.OS_HIDDEN,
            Attribute.MIN_DISK,
            Attribute.MIN_RAM);

    private final Arguments values;
    private final Map<Attribute, @Nullable Object> attributes = new EnumMap<>(Attribute.class);

    ImageValues(Arguments values) {
        this.values = values;
        if (values.find("is_public").isPresent()) {
            boolean isPublic = values.flag("is_public");
            attributes.put(Attribute.VISIBILITY, isPublic ? Visibility.PUBLIC : Visibility.SHARED);
        }
        for (Attribute attribute : Attribute.values()) {
            if (!OWN.contains(attribute) && values.names(attribute.column())) {
                JsonNode value = values.find(attribute.column()).orElse(null);
                if (value != null) {
                    attributes.put(attribute, value(attribute, value));
                } else if (!NEVER_NULL.contains(attribute)) {
                    attributes.put(attribute, null);
                }
            }
        }
    }

    private static Object value(Attribute attribute, JsonNode value) {
        String name = attribute.column();
        return switch (attribute) {
            case STATUS -> ImageStatus.parse(Arguments.text(name, value));
            case VISIBILITY -> Visibility.parse(Arguments.text(name, value));
            case PROTECTED, OS_HIDDEN -> Arguments.flag(name, value);
            case SIZE, VIRTUAL_SIZE -> quantity(name, value, Long.MAX_VALUE);
            case MIN_DISK, MIN_RAM -> (int) quantity(name, value, Integer.MAX_VALUE);
            default -> {
                String text = Arguments.text(name, value);
                StorableText.requireShort(name, text);
                yield text;
            }
        };
    }

    private static long quantity(String name, JsonNode value, long most) {
        long number = Arguments.number(name, value);
        if (number < 0 || number > most) {
            throw Arguments.invalid(name, "is " + number + "; accepted: 0 to " + most);
        }
        return number;
    }

    /**
     * The new image.
     *
     * @param otherwise its status when none is given
     */
    Image created(Caller caller, ImageStatus otherwise, Instant now) {
        String owner = caller.admin() ? text(Attribute.OWNER) : caller.projectId();
        SequencedMap<String, @Nullable String> properties = new LinkedHashMap<>();
        properties().forEach((name, value) -> properties.put(name, value == null ? "" : value));
        properties.remove(ImageUpdate.IMPORT_LOCK);
        return new Image(
                id(),
                text(Attribute.NAME),
                set(Attribute.STATUS, otherwise),
                set(Attribute.VISIBILITY, Visibility.SHARED),
                set(Attribute.PROTECTED, false),
                set(Attribute.OS_HIDDEN, false),
                owner,
                text(Attribute.DISK_FORMAT),
                text(Attribute.CONTAINER_FORMAT),
                set(Attribute.MIN_DISK, 0),
                set(Attribute.MIN_RAM, 0),
                (Long) attributes.get(Attribute.SIZE),
                (Long) attributes.get(Attribute.VIRTUAL_SIZE),
                text(Attribute.CHECKSUM),
                text(Attribute.OS_HASH_ALGO),
                text(Attribute.OS_HASH_VALUE),
                now,
                now,
                new LinkedHashSet<>(),
                properties,
                locations().stream()
                        .map(at -> new ImageLocation(0, at, ImageLocation.ACTIVE))
                        .toList());
    }

    private ImageId id() {
        ImageId id = values.findText("id")
                .map(ImageId::new)
                .orElseGet(() -> new ImageId(UUID.randomUUID().toString()));
        if (!id.isPossible()) {
            throw Arguments.invalid("id", "is '" + id + "'; accepted: a UUID");
        }
        return id;
    }

    private @Nullable String text(Attribute attribute) {
        return (String) attributes.get(attribute);
    }

    // The cast is checked: value() makes the type, and the other has it.
    @SuppressWarnings("unchecked")
    private <T> T set(Attribute attribute, T otherwise) {
        Object value = attributes.get(attribute);
        return value == null ? otherwise : (T) value;
    }

    /**
     * What differs from the image as it is. An update to {@code deleted} is left to the delete that upstream's clients send
     * next, so that no state lies between.
     *
     * @param purge whether properties that are not named go
     */
    ImageChange change(Image before, Caller caller, boolean purge) {
        ImageChange.Builder change = ImageChange.builder();
        attributes.forEach((attribute, value) -> {
            if (changes(attribute, value, before, caller)) {
                change.set(attribute, value);
            }
        });
        SequencedMap<String, @Nullable String> properties = properties();
        properties.forEach((name, value) -> {
            boolean same = before.properties().containsKey(name)
                    && Objects.equals(before.properties().get(name), value);
            if (!same && !name.equals(ImageUpdate.IMPORT_LOCK)) {
                change.setProperty(name, value == null ? "" : value);
            }
        });
        if (purge) {
            before.properties().keySet().stream()
                    .filter(name -> !properties.containsKey(name) && !name.equals(ImageUpdate.IMPORT_LOCK))
                    .forEach(change::removeProperty);
        }
        if (namesLocations()) {
            replaceLocations(change, before);
        }
        return change.build();
    }

    private static boolean changes(Attribute attribute, @Nullable Object value, Image before, Caller caller) {
        boolean notPublicAsBefore = attribute == Attribute.VISIBILITY
                && value == Visibility.SHARED
                && before.visibility() != Visibility.PUBLIC;
        // Either comes by the delete that follows, whose locations tell which.
        return value != ImageStatus.DELETED
                && value != ImageStatus.PENDING_DELETE
                && !notPublicAsBefore
                && (attribute != Attribute.OWNER || caller.admin())
                && !Objects.equals(value, before.value(attribute));
    }

    /** The beginning that is as recorded stays; what follows is recorded anew, so that the order is the one given. */
    private void replaceLocations(ImageChange.Builder change, Image before) {
        List<StoreLocation> wanted = locations();
        List<ImageLocation> recorded = before.locations();
        int same = 0;
        while (same < Math.min(wanted.size(), recorded.size())
                && wanted.get(same).equals(recorded.get(same).at())) {
            same++;
        }
        recorded.subList(same, recorded.size())
                .forEach(location -> change.removeLocation(location.id(), ImageLocation.DELETED));
        wanted.subList(same, wanted.size()).forEach(change::addLocation);
    }

    private boolean namesLocations() {
        return values.names("locations") || values.names("location_data") || values.names("location");
    }

    private List<StoreLocation> locations() {
        List<Arguments> entries = new ArrayList<>(values.objects("locations"));
        entries.addAll(values.objects("location_data"));
        List<StoreLocation> locations = new ArrayList<>();
        for (Arguments entry : entries) {
            if (entry.findText("status").orElse(ImageLocation.ACTIVE).equals(ImageLocation.ACTIVE)) {
                locations.add(location(entry));
            }
        }
        if (locations.isEmpty()) {
            values.findText("location").map(StoreLocation::of).ifPresent(locations::add);
        }
        return locations;
    }

    /** A location as either wire describes it. */
    static StoreLocation location(Arguments entry) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each :
                entry.object("metadata").values().properties()) {
            Object value = JSON.treeToValue(each.getValue(), Object.class);
            if (value != null) {
                metadata.put(each.getKey(), value);
            }
        }
        return new StoreLocation(entry.text("url"), metadata);
    }

    private SequencedMap<String, @Nullable String> properties() {
        SequencedMap<String, @Nullable String> properties = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each :
                values.object("properties").values().properties()) {
            StorableText.requireShort("property name", each.getKey());
            properties.put(each.getKey(), propertyText(each.getKey(), each.getValue()));
        }
        return properties;
    }

    /** Any scalar's text: upstream's column is text, whatever was sent. */
    static @Nullable String propertyText(String name, JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (value.isContainer()) {
            throw Arguments.invalid(name, "must be a text: it is a property's value");
        }
        String text = value.isString() ? value.asString() : value.toString();
        StorableText.require("value of property " + name, text);
        return text;
    }
}
