package glance.api.registry;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberStatus;
import glance.image.Registry;
import java.util.List;
import java.util.Optional;

/** Memberships as upstream's registry lets one caller see and change them. */
final class CallerMembers {
    /** The API server that asks has its quota. */
    private static final int ANY_NUMBER = -1;

    private final Registry registry;
    private final CallerImages images;

    CallerMembers(Registry registry, CallerImages images) {
        this.registry = registry;
        this.images = images;
    }

    /** The members of an image: all for its owner and administrators, the own entry for others. */
    List<ImageMember> of(ImageId id) {
        Image image = images.visible(id);
        Caller caller = images.caller();
        boolean all = caller.admin() || image.isOwnedBy(caller.projectId());
        return registry.members().list(id).stream()
                .filter(member -> all || member.member().equals(caller.projectId()))
                .toList();
    }

    ImageMember add(ImageId id, String member, Optional<MemberStatus> status) {
        images.mutable(id);
        ImageMember added = registry.members().add(id, member, ANY_NUMBER);
        return status.filter(other -> other != added.status())
                .map(other -> registry.members().setStatus(id, member, other))
                .orElse(added);
    }

    /** What a member says, or somebody who may change the image. */
    ImageMember setStatus(MemberKey key, MemberStatus status) {
        if (!key.member().equals(images.caller().projectId())) {
            images.mutable(key.image());
        }
        return registry.members().setStatus(key.image(), key.member(), status);
    }

    ImageMember get(MemberKey key) {
        return registry.members()
                .find(key.image(), key.member())
                .orElseThrow(() -> new GlanceException.NotFound(
                        "Project " + key.member() + " is no member of image " + key.image()));
    }

    void remove(MemberKey key) {
        images.mutable(key.image());
        registry.members().remove(key.image(), key.member());
    }
}
