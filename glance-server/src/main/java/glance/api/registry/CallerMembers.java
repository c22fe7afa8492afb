package glance.api.registry;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberGrant;
import glance.image.MemberStatus;
import glance.image.Registry;
import java.util.List;
import java.util.Optional;

/** Memberships as upstream's registry lets one caller see and change them. */
final class CallerMembers {
    /** The API server that asks has its quota. */
    private static final int ANY_NUMBER = -1;
    /** Memberships of one project that are told. */
    private static final int MOST = 10_000;

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

    /** Memberships of a project, of all images for itself and administrators, else of the caller's own images. */
    List<ImageMember> of(String member) {
        Caller caller = images.caller();
        boolean all = caller.admin() || member.equals(caller.projectId());
        String owner = all ? null : caller.projectId();
        return all || owner != null ? registry.members().of(member, owner, MOST) : List.of();
    }

    ImageMember add(ImageId id, String member, Optional<MemberStatus> status, boolean canShare) {
        images.mutable(id);
        ImageMember added = registry.members().add(id, member, ANY_NUMBER);
        if (canShare) {
            added = setSharing(new MemberKey(id, member), true);
        }
        ImageMember present = added;
        return status.filter(other -> other != present.status())
                .map(other -> registry.members().setStatus(id, member, other))
                .orElse(present);
    }

    /** What a member says, or somebody who may change the image. */
    ImageMember setStatus(MemberKey key, MemberStatus status) {
        if (!key.member().equals(images.caller().projectId())) {
            images.mutable(key.image());
        }
        return registry.members().setStatus(key.image(), key.member(), status);
    }

    ImageMember setSharing(MemberKey key, boolean canShare) {
        images.mutable(key.image());
        registry.members().share(key.image(), List.of(new MemberGrant(key.member(), canShare)), false, ANY_NUMBER);
        return get(key);
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
