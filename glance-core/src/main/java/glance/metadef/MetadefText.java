package glance.metadef;

import glance.error.GlanceException;
import glance.image.StorableText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the columns of metadata definitions hold on every database. */
final class MetadefText {
    /** Characters of all names, titles and prefixes. */
    private static final int NAME_LENGTH = 80;
    /** Bytes of MySQL's TEXT, the shortest of the engines'. */
    private static final int TEXT_BYTES = 65_535;

    private MetadefText() {}

    static void requireName(String what, @Nullable String text) {
        if (text == null) {
            return;
        }
        if (text.length() > NAME_LENGTH) {
            throw new GlanceException.InvalidRequest(
                    "The " + what + " has " + text.length() + " characters; at most " + NAME_LENGTH + " are allowed");
        }
        StorableText.require(what, text);
    }

    static void requireText(String what, @Nullable String text) {
        if (text == null) {
            return;
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > TEXT_BYTES) {
            throw new GlanceException.InvalidRequest(
                    "The " + what + " has " + bytes + " bytes; at most " + TEXT_BYTES + " are allowed");
        }
        StorableText.require(what, text);
    }
}
