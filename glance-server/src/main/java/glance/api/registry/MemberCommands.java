package glance.api.registry;

import glance.error.GlanceException;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberStatus;
import glance.image.Registry;
import glance.image.StorableText;
import glance.registry.remote.CommandFailure;
import glance.registry.remote.RegistryRpc;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Upstream's commands about members of images, for one caller. */
final class MemberCommands {
    private static final CommandSet<MemberCommands> COMMANDS = CommandSet.of(
            CommandSet.command("image_member_create", "values", "", MemberCommands::createMember),
            CommandSet.command("image_member_update", "memb_id values", "", MemberCommands::updateMember),
            CommandSet.command("image_member_delete", "memb_id", "", MemberCommands::deleteMember),
            CommandSet.command(
                    "image_member_find", "", "image_id member status include_deleted", MemberCommands::findMembers),
            CommandSet.command("image_member_count", "image_id", "", MemberCommands::countMembers));

    private final CallerMembers members;

    private MemberCommands(Registry registry, CallerImages images) {
        this.members = new CallerMembers(registry, images);
    }

    static RegistryRpc.Commands of(Registry registry, CallerImages images) {
        return COMMANDS.on(new MemberCommands(registry, images));
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
        return members.of(arguments.imageId("image_id")).size();
    }
}
