package glance.image;

import org.jspecify.annotations.Nullable;

/**
 * A project that an image is to be shared with, in the terms of API v1.
 *
 * @param canShare whether the project may share the image on; null leaves it as it is, which is no for a new member
 */
public record MemberGrant(String member, @Nullable Boolean canShare) {
    /** What holds when the project is {@code former} so far. */
    public boolean canShareAfter(boolean former) {
        return canShare == null ? former : canShare;
    }
}
