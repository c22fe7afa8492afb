package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.policy.Action;
import glance.policy.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The in-memory copy a PATCH works on. Policy always sees the image as recorded, never as half edited; property
 * existence follows the edits before. One request, one thread.
 */
final class ImageDraft {
    /** While in these, the formats may still change: no data was judged by them. */
    private static final Set<ImageStatus> FORMATS_OPEN = Set.of(ImageStatus.QUEUED, ImageStatus.IMPORTING);

    private final Image image;
    private final Caller caller;
    private final ImageAccess access;
    private final Images.Rules rules;
    private final Limits limits;
    /** Properties the image has that the caller cannot read: they look absent, count, and stay. */
    private final SequencedSet<String> closed;

    private final SequencedSet<String> names;
    /** All values as they would be, unreadable ones included. */
    private final Map<String, @Nullable String> texts;

    private final ImageChange.Builder change = ImageChange.builder();
    private final List<Guard> guards = new ArrayList<>();

    private final LocationDraft locations;
    private final boolean editable;

    ImageDraft(Image image, Caller caller, ImageAccess access, Images.Rules rules, LocationDraft.Surroundings around) {
        this.locations = new LocationDraft(image, around);
        this.editable = around.rules().editable();
        this.image = image;
        this.caller = caller;
        this.access = access;
        this.rules = rules;
        this.limits = new Limits(rules.quotas());
        this.closed = new LinkedHashSet<>(image.properties().keySet());
        this.texts = new HashMap<>(image.properties());
        this.names =
                new LinkedHashSet<>(rules.protections().readable(image, caller).keySet());
        this.closed.removeAll(names);
    }

    /** Locations whose data the image is to lose. */
    List<ImageLocation> givenUp() {
        return locations.givenUp();
    }

    /** The change of all edits so far, and what must still hold when it is written. To be asked once. */
    Images.Decided decided() {
        locations.decide(change, guards);
        return new Images.Decided(change.build(), new Guard.All(guards));
    }

    void apply(ImageEdit edit) {
        switch (edit) {
            case ImageEdit.AddLocation add -> {
                requireEditable(Action.SET_IMAGE_LOCATION);
                locations.add(add.location());
            }
            case ImageEdit.ReplaceLocations replace -> {
                requireEditable(Action.SET_IMAGE_LOCATION);
                locations.replace(replace.locations());
            }
            case ImageEdit.RemoveLocation remove -> {
                requireEditable(Action.DELETE_IMAGE_LOCATION);
                locations.remove(remove.position());
            }
            case ImageEdit.SetAttribute set -> setAttribute(set);
            case ImageEdit.SetDeclared set -> setDeclared(set);
            case ImageEdit.SetTags set -> setTags(set);
            case ImageEdit.RemoveAttribute remove -> {
                requireModify();
                throw new GlanceException.Forbidden("Property " + remove.name() + " may not be removed.");
            }
            case ImageEdit.SetProperty set -> setProperty(set);
            case ImageEdit.RemoveProperty remove -> removeProperty(remove);
        }
    }

    private void requireModify() {
        access.require(caller, image, Action.MODIFY_IMAGE);
    }

    private void requireEditable(Action action) {
        access.require(caller, image, action);
        if (!editable) {
            throw new GlanceException.Forbidden("It is not allowed to change locations here.");
        }
    }

    private void setAttribute(ImageEdit.SetAttribute edit) {
        Attribute attribute = edit.attribute();
        Object value = edit.value();
        if (attribute == Attribute.VISIBILITY) {
            requireVisibility(value);
        }
        requireModify();
        refuseAddingWhatIsThere(edit.verb(), attribute.column());
        if (attribute == Attribute.OWNER && !caller.admin()) {
            throw new GlanceException.Forbidden("Owner can be updated only by an administrator.");
        }
        if (attribute == Attribute.DISK_FORMAT || attribute == Attribute.CONTAINER_FORMAT) {
            requireFormatsOpen(attribute);
        }
        Limits.requireStorable(attribute, value);
        boolean minimum = attribute == Attribute.MIN_DISK || attribute == Attribute.MIN_RAM;
        change.set(attribute, minimum ? Integer.valueOf(Limits.minimum(value)) : value);
    }

    /** Asked about the image as it is; a denial is 403 whether or not the caller may see the image. */
    private void requireVisibility(@Nullable Object wanted) {
        Target target = Target.of(image, caller);
        if (wanted == Visibility.PUBLIC) {
            rules.policy().require(caller, Action.PUBLICIZE_IMAGE, target);
        }
        if (wanted == Visibility.COMMUNITY) {
            rules.policy().require(caller, Action.COMMUNITIZE_IMAGE, target);
        }
    }

    private void requireFormatsOpen(Attribute attribute) {
        if (!FORMATS_OPEN.contains(image.status())) {
            throw new GlanceException.Forbidden("Attribute " + attribute.column()
                    + " can be replaced only for a queued image; this one is "
                    + image.status().wire());
        }
        guards.add(new Guard.StatusIs(FORMATS_OPEN));
    }

    private void setDeclared(ImageEdit.SetDeclared edit) {
        requireModify();
        Attribute attribute = edit.attribute();
        if (image.status().hasData() && attribute != Attribute.VIRTUAL_SIZE && !caller.admin()) {
            throw new GlanceException.Forbidden("Attribute " + attribute.column() + " of an image that is "
                    + image.status().wire() + " can be changed only by an administrator");
        }
        // Data that arrives meanwhile brings its own.
        guards.add(new Guard.StatusIs(Set.of(image.status())));
        Limits.requireStorable(attribute, edit.value());
        change.set(attribute, edit.value());
    }

    private void setTags(ImageEdit.SetTags edit) {
        requireModify();
        refuseAddingWhatIsThere(edit.verb(), "tags");
        limits.requireTags(edit.tags());
        change.tags(edit.tags());
    }

    private static void refuseAddingWhatIsThere(ImageEdit.Verb verb, String name) {
        if (verb == ImageEdit.Verb.ADD_NEW) {
            throw alreadyThere(name);
        }
    }

    private void setProperty(ImageEdit.SetProperty edit) {
        requireModify();
        String name = edit.name();
        boolean present = names.contains(name);
        if (edit.verb() == ImageEdit.Verb.REPLACE && !present) {
            throw absent(name);
        }
        if (edit.verb() == ImageEdit.Verb.ADD_NEW && present) {
            throw alreadyThere(name);
        }
        boolean mayWrite = present
                ? rules.protections().mayUpdate(caller, name)
                : !closed.contains(name) && rules.protections().mayCreate(caller, name);
        if (!mayWrite) {
            throw isProtected(name);
        }
        if (edit.verb() == ImageEdit.Verb.ADD_NEW && !image.properties().containsKey(name)) {
            guards.add(new Guard.PropertyAbsent(name));
        }
        Limits.requireStorableProperty(name, edit.value());
        write(name, edit.value());
    }

    private void write(String name, @Nullable String value) {
        if (value == null) {
            names.remove(name);
            texts.remove(name);
            change.removeProperty(name);
            return;
        }
        if (names.add(name)) {
            SequencedSet<String> all = new LinkedHashSet<>(closed);
            all.addAll(names);
            limits.requireProperties(all);
        }
        change.setProperty(name, value);
        texts.put(name, value);
        Limits.requirePropertyText(texts.values());
    }

    private void removeProperty(ImageEdit.RemoveProperty edit) {
        requireModify();
        String name = edit.name();
        if (!names.contains(name)) {
            throw absent(name);
        }
        if (!rules.protections().mayDelete(caller, name)) {
            throw isProtected(name);
        }
        names.remove(name);
        texts.remove(name);
        change.removeProperty(name);
    }

    private static GlanceException.Forbidden isProtected(String name) {
        return new GlanceException.Forbidden("Property '" + name + "' is protected.");
    }

    private static GlanceException.Conflict alreadyThere(String name) {
        return new GlanceException.Conflict("Property " + name + " already present.");
    }

    private static GlanceException.Conflict absent(String name) {
        return new GlanceException.Conflict("Property " + name + " does not exist.");
    }
}
