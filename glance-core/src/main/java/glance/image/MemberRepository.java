package glance.image;

import java.util.List;
import java.util.Optional;

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
     * @throws glance.error.GlanceException.NotFound when there is no such live member
     */
    ImageMember setStatus(ImageId image, String member, MemberStatus status);

    /**
     * @throws glance.error.GlanceException.NotFound when there is no such live member
     */
    void remove(ImageId image, String member);
}
