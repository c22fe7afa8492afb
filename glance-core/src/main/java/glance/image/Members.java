package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.Target;
import glance.quota.Quotas;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sharing an image with other projects. Only images of visibility {@code shared} have members as far as a client can
 * tell; rows of others lie dormant. That question is asked before policy, as upstream does.
 */
public final class Members {
    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    private final MemberRepository members;
    private final ImageAccess access;
    private final Policy policy;
    private final Quotas quotas;
    private final StoreReaders readers;

    public Members(Registry registry, ImageAccess access, Images.Rules rules, StoreReaders readers) {
        this.members = registry.members();
        this.access = access;
        this.policy = rules.policy();
        this.quotas = rules.quotas();
        this.readers = readers;
    }

    /** Adds {@code member} as pending. The id is free text; Keystone is not asked. */
    public ImageMember add(Caller caller, ImageId id, String member) {
        ReadOnly.refuse(caller);
        Image image = requireShared(caller, id);
        access.require(caller, image, Action.GET_IMAGE);
        access.require(caller, image, Action.ADD_MEMBER);
        StorableText.requireShort("member id", member);
        ImageMember added = members.add(id, member, quotas.members());
        LOG.info("image member added image={}", id);
        readers.follow(caller, id);
        return added;
    }

    /** All members for the owner and administrators; a member project sees its own entry. */
    public List<ImageMember> list(Caller caller, ImageId id) {
        Image image = requireShared(caller, id);
        access.require(caller, image, Action.GET_IMAGE);
        access.require(caller, image, Action.GET_MEMBERS);
        if (!policy.allows(caller, Action.GET_MEMBER, Target.of(image, caller))) {
            return List.of();
        }
        return members.list(id).stream()
                .filter(member -> sees(caller, image, member.member()))
                .toList();
    }

    /**
     * One member.
     *
     * @throws GlanceException.NotFound whatever the refusal
     */
    public ImageMember show(Caller caller, ImageId id, String member) {
        Image image = access.reach(caller, id);
        access.require(caller, image, Action.GET_IMAGE);
        if (image.visibility() != Visibility.SHARED
                || !policy.allows(caller, Action.GET_MEMBER, Target.of(image, caller))) {
            throw notFound(id, member);
        }
        return find(caller, image, member);
    }

    /** The member project's answer to the offer. */
    public ImageMember setStatus(Caller caller, ImageId id, String member, MemberStatus status) {
        ReadOnly.refuse(caller);
        Image image = requireShared(caller, id);
        access.require(caller, image, Action.GET_IMAGE);
        access.require(caller, image, Action.GET_MEMBER);
        find(caller, image, member);
        access.require(caller, image, Action.MODIFY_MEMBER);
        ImageMember changed = members.setStatus(id, member, status);
        LOG.info("image member changed image={} status={}", id, status.wire());
        return changed;
    }

    /** Ends the sharing with {@code member}, which loses sight of the image at once. */
    public void remove(Caller caller, ImageId id, String member) {
        ReadOnly.refuse(caller);
        Image image = requireShared(caller, id);
        access.require(caller, image, Action.GET_IMAGE);
        access.require(caller, image, Action.DELETE_MEMBER);
        members.remove(id, member);
        LOG.info("image member removed image={}", id);
        readers.follow(caller, id);
    }

    private Image requireShared(Caller caller, ImageId id) {
        Image image = access.reach(caller, id);
        if (image.visibility() != Visibility.SHARED) {
            throw new GlanceException.Forbidden("Only shared images have members.");
        }
        return image;
    }

    private ImageMember find(Caller caller, Image image, String member) {
        if (!sees(caller, image, member)) {
            throw notFound(image.id(), member);
        }
        return members.find(image.id(), member).orElseThrow(() -> notFound(image.id(), member));
    }

    private static boolean sees(Caller caller, Image image, String member) {
        return caller.admin() || image.isOwnedBy(caller.projectId()) || member.equals(caller.projectId());
    }

    private static GlanceException.NotFound notFound(ImageId id, String member) {
        return new GlanceException.NotFound("Image " + id + " has no member " + member);
    }
}
