package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.Target;

/**
 * Finds an image for a caller and asks policy about it: the one home of the rule that a refusal is "not found" unless
 * the caller may see the image.
 */
public final class ImageAccess {
    private final ImageRepository images;
    private final Policy policy;

    public ImageAccess(ImageRepository images, Policy policy) {
        this.images = images;
        this.policy = policy;
    }

    /** The image, if the registry lets the caller reach it; policy is not asked. */
    public Image reach(Caller caller, ImageId id) {
        if (!id.isPossible()) {
            throw notFound(id);
        }
        return images.get(id, Scope.of(caller));
    }

    /** As {@link #reach}; administrators reach deleted images, too. */
    Image reachEver(Caller caller, ImageId id) {
        return caller.admin() && id.isPossible() ? images.getEver(id, Scope.of(caller)) : reach(caller, id);
    }

    /** The image, if the caller may do {@code action} on it. */
    public Image require(Caller caller, ImageId id, Action action) {
        Image image = reach(caller, id);
        require(caller, image, action);
        return image;
    }

    /**
     * @throws GlanceException.NotFound when the caller may not see the image either
     * @throws GlanceException.Forbidden otherwise
     */
    public void require(Caller caller, Image image, Action action) {
        Target target = Target.of(image, caller);
        if (policy.allows(caller, action, target)) {
            return;
        }
        if (action == Action.GET_IMAGE || !policy.allows(caller, Action.GET_IMAGE, target)) {
            throw notFound(image.id());
        }
        policy.require(caller, action, target);
    }

    /** The one answer for absent, deleted and invisible images. */
    public static GlanceException.NotFound notFound(ImageId id) {
        return new GlanceException.NotFound("No image found with ID " + id);
    }
}
