package glance.image;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The projects images are shared with. Thread-safe; writes are durable when the method returns. */
public interface MemberRepository {
    /** Live members in the order they were added; all of them, whoever asks. */
    List<ImageMember> list(ImageId image);

    /** One live member. */
    Optional<ImageMember> find(ImageId image, String member);

    /**
     * Adds a member as {@code pending}; a removed one is revived with its original {@code created_at}.
     *
     * @param quota members the image may have afterwards; negative means any number
     * @throws glance.error.GlanceException.Conflict when it is a member already
     * @throws glance.error.GlanceException.LimitExceeded when the quota is reached
     * @throws glance.error.GlanceException.NotFound when the image is absent or deleted
     */
    ImageMember add(ImageId image, String member, int quota);

    /**
     * Makes projects members, or changes whether those that are members may share the image on, as API v1 does; removed ones
     * are revived. One transaction.
     *
     * @param alone whether all other members are removed
     * @param quota members there may be: the given ones when they are alone, else one more than before, as upstream counts
     * @throws glance.error.GlanceException.LimitExceeded when the quota is reached
     * @throws glance.error.GlanceException.NotFound when the image is absent or deleted
     */
    void share(ImageId image, List<MemberGrant> grants, boolean alone, int quota);

    /**
     * The live memberships of a project in live images, by image id; at most {@code limit}.
     *
     * @param owner whose images they are; null means anybody's
     */
    List<ImageMember> of(String member, @Nullable String owner, int limit);

    /**
     * @throws glance.error.GlanceException.NotFound when there is no such live member
     */
    ImageMember setStatus(ImageId image, String member, MemberStatus status);

    /**
     * @throws glance.error.GlanceException.NotFound when there is no such live member
     */
    void remove(ImageId image, String member);
}
