package glance.api.registry;

import glance.error.GlanceException;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.ImageMember;
import glance.image.ImageStatus;
import glance.image.MemberStatus;
import glance.image.Registry;
import glance.image.Scope;
import glance.image.StorableText;
import glance.registry.remote.CommandFailure;
import glance.registry.remote.RegistryRpc;
import glance.store.StoreLocation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Upstream's commands about images, members, tags and locations, for one caller. */
final class RpcCommands implements RegistryRpc.Commands {
    /** A command: the names of its arguments, and what it does. */
    private record Command(
            Set<String> required, Set<String> optional, BiFunction<RpcCommands, Arguments, @Nullable Object> body) {}

    private static final Map<String, Command> COMMANDS = Map.ofEntries(
            command("image_create", "values", "v1_mode", RpcCommands::create),
            command("image_update", "image_id values", "purge_props from_state v1_mode", RpcCommands::update),
            command("image_destroy", "image_id", "", RpcCommands::destroy),
            command("image_get", "image_id", "force_show_deleted v1_mode", RpcCommands::get),
            command(
                    "image_get_all",
                    "",
                    "filters marker limit sort_key sort_dir member_status is_public admin_as_user return_tag v1_mode",
                    RpcCommands::getAll),
            command("image_property_create", "values", "", RpcCommands::createProperty),
            command("image_property_delete", "prop_ref image_ref", "", RpcCommands::deleteProperty),
            command("image_member_create", "values", "", RpcCommands::createMember),
            command("image_member_update", "memb_id values", "", RpcCommands::updateMember),
            command("image_member_delete", "memb_id", "", RpcCommands::deleteMember),
            command("image_member_find", "", "image_id member status include_deleted", RpcCommands::findMembers),
            command("image_member_count", "image_id", "", RpcCommands::countMembers),
            command("image_tag_set_all", "image_id tags", "", RpcCommands::setTags),
            command("image_tag_create", "image_id value", "", RpcCommands::createTag),
            command("image_tag_delete", "image_id value", "", RpcCommands::deleteTag),
            command("image_tag_get_all", "image_id", "", RpcCommands::tags),
            command("image_location_add", "image_id location", "", RpcCommands::addLocation),
            command("image_location_update", "image_id location", "", RpcCommands::updateLocation),
            command("image_location_delete", "image_id location_id status", "delete_time", RpcCommands::deleteLocation),
            command("user_get_storage_usage", "owner_id", "image_id", RpcCommands::usage));

    private final Registry registry;
    private final CallerImages images;
    private final CallerMembers members;

    RpcCommands(Registry registry, CallerImages images) {
        this.registry = registry;
        this.images = images;
        this.members = new CallerMembers(registry, images);
    }

    private static Map.Entry<String, Command> command(
            String name, String required, String optional, BiFunction<RpcCommands, Arguments, @Nullable Object> body) {
        return Map.entry(name, new Command(words(required), words(optional), body));
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split(" ", -1));
    }

    @Override
    public boolean knows(String command) {
        return COMMANDS.containsKey(command);
    }

    @Override
    public @Nullable Object run(String name, JsonNode arguments) {
        Command command = COMMANDS.get(name);
        if (command == null) {
            throw new IllegalArgumentException("unknown command " + name);
        }
        return command.body().apply(this, Arguments.of(name, arguments, command.required(), command.optional()));
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
                        arguments.findNumber("limit").map(RpcCommands::limit))
                .stream()
                .map(image ->
                        Documents.rpcImage(image, withTags, images.caller().admin()))
                .toList();
    }

    private static int limit(long asked) {
        if (asked < 0) {
            throw Arguments.invalid("limit", "is " + asked + "; accepted: a whole number from 0");
        }
        return (int) Math.min(asked, Integer.MAX_VALUE);
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

    private Object createMember(Arguments arguments) {
        Arguments values = arguments.object("values");
        String member = values.text("member");
        StorableText.requireShort("member id", member);
        try {
            return Documents.rpcMember(members.add(
                    values.imageId("image_id"),
                    member,
                    values.findText("status").map(MemberStatus::parse),
                    values.flag("can_share")));
        } catch (GlanceException.Conflict present) {
            throw CommandFailure.of("Duplicate", present.reason());
        }
    }

    private Object updateMember(Arguments arguments) {
        MemberKey key = MemberKey.parse(arguments.text("memb_id"));
        Arguments values = arguments.object("values");
        ImageMember member = members.get(key);
        if (values.find("can_share").isPresent() && values.flag("can_share") != member.canShare()) {
            member = members.setSharing(key, values.flag("can_share"));
        }
        Optional<MemberStatus> status = values.findText("status").map(MemberStatus::parse);
        return Documents.rpcMember(status.isPresent() ? members.setStatus(key, status.get()) : member);
    }

    private @Nullable Object deleteMember(Arguments arguments) {
        members.remove(MemberKey.parse(arguments.text("memb_id")));
        return null;
    }

    private Object findMembers(Arguments arguments) {
        Optional<String> member = arguments.findText("member");
        Optional<String> status = arguments.findText("status").filter(each -> !each.equals("all"));
        Optional<String> image = arguments.findText("image_id");
        List<ImageMember> all =
                image.isPresent() ? members.of(new ImageId(image.get())) : members.of(arguments.text("member"));
        return all.stream()
                .filter(each -> member.isEmpty() || member.get().equals(each.member()))
                .filter(each ->
                        status.isEmpty() || status.get().equals(each.status().wire()))
                .map(Documents::rpcMember)
                .toList();
    }

    private Object countMembers(Arguments arguments) {
        return registry.members().list(arguments.imageId("image_id")).size();
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
            anew.forEach(location -> change.removeLocation(location.id(), "deleted"));
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
        if (!Set.of("deleted", "pending_delete").contains(status)) {
            throw Arguments.invalid("status", "is '" + status + "'; accepted: deleted, pending_delete");
        }
        long number = arguments.findNumber("location_id").orElse(0L);
        int _ = place(images.mutable(id).locations(), id, number);
        images.change(id, ImageChange.builder().removeLocation(number, status).build());
        return null;
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
