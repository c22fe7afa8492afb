package glance.api.v2;

import glance.error.GlanceException;
import java.util.ArrayList;
import java.util.List;

/** The JSON pointers of image patches: stricter than RFC 6901, and blanks around a token do not count. */
final class PatchPath {
    private PatchPath() {}

    /**
     * @return at least one token
     * @throws GlanceException.InvalidRequest when it does not start with a slash, ends with one, has an empty token, or a
     *     tilde that escapes nothing; a lone slash is the token of no characters
     */
    static List<String> parse(String pointer) {
        if (!pointer.startsWith("/")) {
            throw malformed(pointer, "must start with /");
        }
        if (pointer.equals("/")) {
            return List.of("");
        }
        List<String> tokens = new ArrayList<>();
        for (String token : pointer.substring(1).split("/", -1)) {
            if (token.isBlank()) {
                throw malformed(pointer, "has an empty token");
            }
            tokens.add(unescaped(pointer, token.strip()));
        }
        return tokens;
    }

    private static String unescaped(String pointer, String token) {
        if (token.matches("(?s).*~([^01].*|)")) {
            throw malformed(pointer, "has a ~ that is neither ~0 nor ~1");
        }
        return token.replace("~1", "/").replace("~0", "~");
    }

    private static GlanceException.InvalidRequest malformed(String pointer, String why) {
        return new GlanceException.InvalidRequest("Pointer '" + pointer + "' " + why);
    }
}
