package glance.api.registry;

import glance.error.GlanceException;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.MemberStatus;
import glance.image.Registry;
import glance.image.Scope;
import glance.image.StorableText;
import glance.registry.remote.CommandFailure;
import glance.registry.remote.RegistryRpc;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Upstream's commands about images, for one caller. */
final class ImageCommands {
    private static final CommandSet<ImageCommands> COMMANDS = CommandSet.of(
            CommandSet.command("image_create", "values", "v1_mode", ImageCommands::create),
            CommandSet.command(
                    "image_update", "image_id values", "purge_props from_state v1_mode", ImageCommands::update),
            CommandSet.command("image_destroy", "image_id", "", ImageCommands::destroy),
            CommandSet.command("image_get", "image_id", "force_show_deleted v1_mode", ImageCommands::get),
            CommandSet.command(
                    "image_get_all",
                    "",
                    "filters marker limit sort_key sort_dir member_status is_public admin_as_user return_tag v1_mode",
                    ImageCommands::getAll),
            CommandSet.command("image_property_create", "values", "", ImageCommands::createProperty),
            CommandSet.command("image_property_delete", "prop_ref image_ref", "", ImageCommands::deleteProperty),
            CommandSet.command("user_get_storage_usage", "owner_id", "image_id", ImageCommands::usage));

    private final Registry registry;
    private final CallerImages images;

    private ImageCommands(Registry registry, CallerImages images) {
        this.registry = registry;
        this.images = images;
    }

    static RegistryRpc.Commands of(Registry registry, CallerImages images) {
        return COMMANDS.on(new ImageCommands(registry, images));
    }

    private Map<String, @Nullable Object> document(Image image) {
        return Documents.rpcImage(image, false, images.caller().admin());
    }

    private Object create(Arguments arguments) {
        Arguments values = arguments.object("values");
        if (values.find("status").isEmpty()) {
            throw new GlanceException.InvalidRequest("'status' of the image is missing");
        }
        try {
            return document(images.create(values, ImageStatus.QUEUED));
        } catch (GlanceException.Conflict taken) {
            throw CommandFailure.of("Duplicate", taken.reason());
        }
    }

    private Object update(Arguments arguments) {
        Image after = images.update(
                arguments.imageId("image_id"),
                arguments.object("values"),
                arguments.flag("purge_props"),
                arguments.findText("from_state").map(ImageStatus::parse));
        Map<String, @Nullable Object> document = document(after);
        // What was asked and comes about with the delete that follows is told as done.
        if (arguments.object("values").findText("status").equals(Optional.of(ImageStatus.DELETED.wire()))) {
            document.put("status", ImageStatus.DELETED.wire());
        }
        return document;
    }

    private Object destroy(Arguments arguments) {
        return Documents.rpcDeleted(images.destroy(arguments.imageId("image_id")), images.now());
    }

    private Object get(Arguments arguments) {
        ImageId id = arguments.imageId("image_id");
        return document(arguments.flag("force_show_deleted") ? images.visibleEver(id) : images.visible(id));
    }

    private Object getAll(Arguments arguments) {
        ImageFilters filters = new ImageFilters(arguments.object("filters"));
        arguments.find("is_public").ifPresent(_ -> filters.withPublic(arguments.flag("is_public")));
        String memberStatus = arguments.findText("member_status").orElse(MemberStatus.ACCEPTED.wire());
        boolean asUser = arguments.flag("admin_as_user");
        Scope scope =
                new Scope(images.caller().admin() && !asUser, images.caller().projectId());
        boolean withTags = arguments.flag("return_tag");
        return images
                .list(
                        filters.query(
                                memberStatus.equals("all")
                                        ? Optional.empty()
                                        : Optional.of(MemberStatus.parse(memberStatus)),
                                ImageFilters.order(arguments.texts("sort_key"), arguments.texts("sort_dir")),
                                arguments.findText("marker").map(ImageId::new)),
                        scope,
                        filters.wanted(),
                        arguments.findLimit())
                .stream()
                .map(image ->
                        Documents.rpcImage(image, withTags, images.caller().admin()))
                .toList();
    }

    private Object createProperty(Arguments arguments) {
        Arguments values = arguments.object("values");
        String name = values.text("name");
        StorableText.requireShort("property name", name);
        String value = values.find("value")
                .map(given -> ImageValues.propertyText(name, given))
                .orElse("");
        Image image = images.change(
                values.imageId("image_id"),
                ImageChange.builder().setProperty(name, String.valueOf(value)).build());
        return Documents.rpcProperty(image, name, value);
    }

    private Object deleteProperty(Arguments arguments) {
        ImageId id = arguments.imageId("image_ref");
        String name = arguments.text("prop_ref");
        Image before = images.mutable(id);
        if (!before.properties().containsKey(name)) {
            throw new GlanceException.NotFound("Image " + id + " has no property '" + name + "'");
        }
        images.change(id, ImageChange.builder().removeProperty(name).build());
        Map<String, @Nullable Object> document =
                Documents.rpcProperty(before, name, before.properties().get(name));
        document.put("deleted", true);
        return document;
    }

    private Object usage(Arguments arguments) {
        String owner = arguments.text("owner_id");
        long stored = registry.images().usage(owner).storedBytes();
        Optional<String> excluded = arguments.findText("image_id");
        if (excluded.isEmpty()) {
            return stored;
        }
        try {
            Image image = registry.images().get(new ImageId(excluded.get()), Scope.EVERYTHING);
            Long size = image.size();
            return size == null || !image.isOwnedBy(owner)
                    ? stored
                    : stored - size * image.locations().size();
        } catch (GlanceException.NotFound gone) {
            return stored;
        }
    }
}
