package glance.api.v1;

import glance.auth.Caller;
import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageEdit;
import glance.image.Visibility;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the headers of a request make of an image's record. */
final class Changes {
    private Changes() {}

    /** What the headers say of base attributes; the owner is an administrator's to name. */
    static Map<Attribute, @Nullable Object> attributes(ImageHeaders headers, Caller caller) {
        Map<Attribute, @Nullable Object> values = new EnumMap<>(Attribute.class);
        List<Attribute> texts = List.of(Attribute.NAME, Attribute.DISK_FORMAT, Attribute.CONTAINER_FORMAT);
        texts.stream()
                .filter(text -> headers.has(text.column()))
                .forEach(text -> values.put(text, headers.text(text.column())));
        List.of(Attribute.MIN_DISK, Attribute.MIN_RAM).stream()
                .filter(number -> headers.text(number.column()) != null)
                .forEach(number -> values.put(number, headers.number(number.column())));
        if (headers.has("owner") && caller.admin()) {
            values.put(Attribute.OWNER, headers.text("owner"));
        }
        if (headers.has("is_public")) {
            values.put(Attribute.VISIBILITY, headers.flag("is_public") ? Visibility.PUBLIC : Visibility.SHARED);
        }
        if (headers.has("protected")) {
            values.put(Attribute.PROTECTED, headers.flag("protected"));
        }
        return values;
    }

    /** What the headers declare of data that comes later, or never. */
    static Map<Attribute, @Nullable Object> declared(ImageHeaders headers) {
        Map<Attribute, @Nullable Object> values = new EnumMap<>(Attribute.class);
        if (headers.text("size") != null) {
            values.put(Attribute.SIZE, headers.number("size"));
        }
        if (headers.text("checksum") != null) {
            values.put(Attribute.CHECKSUM, headers.text("checksum"));
        }
        if (headers.has("virtual_size")) {
            values.put(Attribute.VIRTUAL_SIZE, headers.number("virtual_size"));
        }
        return values;
    }

    /** Whether the image has another value. Sizes that nobody knows are shown as 0. */
    static boolean differs(Image image, Attribute attribute, @Nullable Object value) {
        Object now = image.value(attribute);
        Object shown = now == null && attribute == Attribute.SIZE ? Long.valueOf(0) : now;
        return !Objects.equals(String.valueOf(shown), String.valueOf(value));
    }

    /** Only what differs: a value that stays asks for no right to change it. Removals come first, so that quotas count them. */
    static List<ImageEdit> edits(
            Image image, ImageHeaders headers, Map<Attribute, @Nullable Object> attributes, boolean purges) {
        List<ImageEdit> edits = new ArrayList<>();
        attributes.forEach((attribute, value) -> {
            if (differs(image, attribute, value)) {
                edits.add(new ImageEdit.SetAttribute(ImageEdit.Verb.ADD, attribute, value));
            }
        });
        if (purges) {
            image.properties().keySet().stream()
                    .filter(name -> !headers.properties().containsKey(name))
                    .forEach(name -> edits.add(new ImageEdit.RemoveProperty(name)));
        }
        headers.properties().forEach((name, value) -> {
            if (!Objects.equals(image.properties().get(name), value)) {
                edits.add(new ImageEdit.SetProperty(ImageEdit.Verb.ADD, name, value));
            }
        });
        return edits;
    }

    /** As {@link #edits}, for what is declared of the data. */
    static List<ImageEdit> declarations(Image image, Map<Attribute, @Nullable Object> declared) {
        List<ImageEdit> edits = new ArrayList<>();
        declared.forEach((attribute, value) -> {
            if (differs(image, attribute, value)) {
                edits.add(new ImageEdit.SetDeclared(attribute, value));
            }
        });
        return edits;
    }
}
