package glance.api.registry;

import glance.error.GlanceException;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.StorableText;
import glance.registry.remote.RegistryRpc;
import glance.store.StoreLocation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Upstream's commands about tags and locations of images, for one caller. */
final class ContentCommands {
    private static final CommandSet<ContentCommands> COMMANDS = CommandSet.of(
            CommandSet.command("image_tag_set_all", "image_id tags", "", ContentCommands::setTags),
            CommandSet.command("image_tag_create", "image_id value", "", ContentCommands::createTag),
            CommandSet.command("image_tag_delete", "image_id value", "", ContentCommands::deleteTag),
            CommandSet.command("image_tag_get_all", "image_id", "", ContentCommands::tags),
            CommandSet.command("image_location_add", "image_id location", "", ContentCommands::addLocation),
            CommandSet.command("image_location_update", "image_id location", "", ContentCommands::updateLocation),
            CommandSet.command(
                    "image_location_delete",
                    "image_id location_id status",
                    "delete_time",
                    ContentCommands::deleteLocation));

    private final CallerImages images;

    private ContentCommands(CallerImages images) {
        this.images = images;
    }

    static RegistryRpc.Commands of(CallerImages images) {
        return COMMANDS.on(new ContentCommands(images));
    }

    private @Nullable Object setTags(Arguments arguments) {
        LinkedHashSet<String> tags = new LinkedHashSet<>(arguments.texts("tags"));
        tags.forEach(tag -> StorableText.requireShort("tag", tag));
        images.change(
                arguments.imageId("image_id"), ImageChange.builder().tags(tags).build());
        return null;
    }

    private Object createTag(Arguments arguments) {
        String tag = arguments.text("value");
        StorableText.requireShort("tag", tag);
        images.change(
                arguments.imageId("image_id"), ImageChange.builder().addTag(tag).build());
        return tag;
    }

    private @Nullable Object deleteTag(Arguments arguments) {
        ImageId id = arguments.imageId("image_id");
        String tag = arguments.text("value");
        if (!images.mutable(id).tags().contains(tag)) {
            throw new GlanceException.NotFound("Image " + id + " has no tag '" + tag + "'");
        }
        images.change(id, ImageChange.builder().removeTag(tag).build());
        return null;
    }

    private Object tags(Arguments arguments) {
        return List.copyOf(images.visible(arguments.imageId("image_id")).tags());
    }

    private @Nullable Object addLocation(Arguments arguments) {
        StoreLocation location = ImageValues.location(arguments.object("location"));
        images.change(
                arguments.imageId("image_id"),
                ImageChange.builder().addLocation(location).build());
        return null;
    }

    /** Recorded anew at its place: those behind it are, too, so that the order stays. */
    private @Nullable Object updateLocation(Arguments arguments) {
        ImageId id = arguments.imageId("image_id");
        Arguments given = arguments.object("location");
        long number = given.findNumber("id").orElseThrow(() -> Arguments.invalid("id", "of the location is missing"));
        List<ImageLocation> recorded = images.mutable(id).locations();
        int place = place(recorded, id, number);
        ImageChange.Builder change = ImageChange.builder();
        if (!ImageValues.location(given).equals(recorded.get(place).at())) {
            List<ImageLocation> anew = recorded.subList(place, recorded.size());
            anew.forEach(location -> change.removeLocation(location.id(), ImageLocation.DELETED));
            change.addLocation(ImageValues.location(given));
            anew.subList(1, anew.size()).forEach(location -> change.addLocation(location.at()));
        }
        images.change(id, change.build());
        return null;
    }

    private static int place(List<ImageLocation> recorded, ImageId id, long number) {
        for (int i = 0; i < recorded.size(); i++) {
            if (recorded.get(i).id() == number) {
                return i;
            }
        }
        throw new GlanceException.NotFound("Image " + id + " has no location with the number " + number);
    }

    private @Nullable Object deleteLocation(Arguments arguments) {
        ImageId id = arguments.imageId("image_id");
        String status = arguments.text("status");
        if (!Set.of(ImageLocation.DELETED, ImageLocation.PENDING_DELETE).contains(status)) {
            throw Arguments.invalid("status", "is '" + status + "'; accepted: deleted, pending_delete");
        }
        long number = arguments.findNumber("location_id").orElse(0L);
        int _ = place(images.mutable(id).locations(), id, number);
        images.change(id, ImageChange.builder().removeLocation(number, status).build());
        return null;
    }
}
