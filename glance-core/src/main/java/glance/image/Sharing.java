package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.Target;
import glance.quota.Quotas;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sharing an image as API v1 knows it: images of any visibility have members, a member that {@code can_share} gives the image
 * on, and nobody has to accept. The rows are those of {@link Members}.
 */
public final class Sharing {
    /** No answer names more memberships of one project. */
    private static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Sharing.class);

    private final MemberRepository members;
    private final ImageAccess access;
    private final Policy policy;
    private final Quotas quotas;
    private final StoreReaders readers;

    public Sharing(Registry registry, ImageAccess access, Images.Rules rules, StoreReaders readers) {
        this.members = registry.members();
        this.access = access;
        this.policy = rules.policy();
        this.quotas = rules.quotas();
        this.readers = readers;
    }

    /** All members for the owner and administrators; another project finds itself alone. */
    public List<ImageMember> list(Caller caller, ImageId id) {
        policy.require(caller, Action.GET_MEMBERS, Target.ofOwn(caller));
        Image image = access.reach(caller, id);
        boolean all = caller.admin() || image.isOwnedBy(caller.projectId());
        return members.list(id).stream()
                .filter(member -> all || member.member().equals(caller.projectId()))
                .toList();
    }

    /** Adds one member, or changes whether it may share. */
    public void grant(Caller caller, ImageId id, MemberGrant grant) {
        change(caller, id, List.of(grant), false);
    }

    /** Makes these the image's only members. */
    public void replace(Caller caller, ImageId id, List<MemberGrant> grants) {
        Map<String, MemberGrant> byMember = new LinkedHashMap<>();
        grants.forEach(grant -> byMember.put(grant.member(), grant));
        change(caller, id, List.copyOf(byMember.values()), true);
    }

    private void change(Caller caller, ImageId id, List<MemberGrant> grants, boolean alone) {
        policy.require(caller, Action.MODIFY_MEMBER, Target.ofOwn(caller));
        requireMayShare(caller, id);
        grants.forEach(grant -> StorableText.requireShort("member id", grant.member()));
        members.share(id, grants, alone, quotas.members());
        LOG.info("image members changed image={} members={} replaced={}", id, grants.size(), alone);
        readers.follow(caller, id);
    }

    /**
     * Ends the sharing with {@code member}.
     *
     * @throws GlanceException.NotFound also when it is no member
     */
    public void remove(Caller caller, ImageId id, String member) {
        policy.require(caller, Action.DELETE_MEMBER, Target.ofOwn(caller));
        requireMayShare(caller, id);
        members.remove(id, member);
        LOG.info("image member removed image={}", id);
        readers.follow(caller, id);
    }

    /** The memberships of a project: an administrator and the project itself see all, others those of their own images. */
    public List<ImageMember> sharedWith(Caller caller, String member) {
        String project = caller.projectId();
        if (caller.admin() || member.equals(project)) {
            return members.of(member, null, MOST);
        }
        return project == null || project.isEmpty() ? List.of() : members.of(member, project, MOST);
    }

    private void requireMayShare(Caller caller, ImageId id) {
        ReadOnly.refuse(caller);
        String project = caller.projectId();
        if (!caller.admin() && (project == null || project.isEmpty())) {
            throw new GlanceException.Unauthenticated("A caller without a project cannot share images.");
        }
        Image image = access.reach(caller, id);
        if (!caller.admin() && !image.isOwnedBy(project) && !sharesOn(image, project)) {
            throw new GlanceException.NotFound("You have no permission to share image " + id);
        }
    }

    private boolean sharesOn(Image image, @Nullable String project) {
        return project != null
                && members.find(image.id(), project)
                        .filter(ImageMember::canShare)
                        .isPresent();
    }
}
