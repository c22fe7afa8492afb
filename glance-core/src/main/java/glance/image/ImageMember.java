package glance.image;

import java.time.Instant;

/** A project an image is shared with. */
public record ImageMember(
        ImageId image, String member, MemberStatus status, boolean canShare, Instant createdAt, Instant updatedAt) {}
