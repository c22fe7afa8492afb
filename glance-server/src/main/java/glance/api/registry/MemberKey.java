package glance.api.registry;

import glance.error.GlanceException;
import glance.image.ImageId;

/** What stands for a membership's row number in RPC v2: image and project, of which there is one live row at most. */
record MemberKey(ImageId image, String member) {
    private static final char SEPARATOR = '/';

    String text() {
        return image.value() + SEPARATOR + member;
    }

    /**
     * @throws GlanceException.NotFound when this registry has given out no such key
     */
    static MemberKey parse(String text) {
        int separator = text.indexOf(SEPARATOR);
        if (separator < 0) {
            throw new GlanceException.NotFound("No membership has the number " + text);
        }
        return new MemberKey(new ImageId(text.substring(0, separator)), text.substring(separator + 1));
    }
}
