package glance.image;

import glance.error.GlanceException;

/** What text the metadata columns of every supported database can hold. */
public final class StorableText {
    /** Characters of the name, owner, tag, property name and member columns. */
    static final int MAX_LENGTH = 255;

    private StorableText() {}

    /** Whether a database may hold it; what it cannot hold matches nothing there. */
    public static boolean isStorable(String text) {
        return firstUnstorable(text) < 0;
    }

    private static int firstUnstorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Refuses characters above U+FFFF, which upstream's three-byte MySQL columns cannot hold, lone surrogates, which no
     * database can, and NUL, which PostgreSQL cannot.
     *
     * @param what names the text in the message
     */
    public static void require(String what, String text) {
        int position = firstUnstorable(text);
        if (position >= 0) {
            throw new GlanceException.InvalidRequest("The " + what
                    + " holds a character that cannot be stored: NUL, above U+FFFF, or half of such a one, at position "
                    + position);
        }
    }

    /** As {@link #require}, and at most {@link #MAX_LENGTH} characters. */
    public static void requireShort(String what, String text) {
        if (text.length() > MAX_LENGTH) {
            throw new GlanceException.InvalidRequest(
                    "The " + what + " has " + text.length() + " characters; at most " + MAX_LENGTH + " are allowed");
        }
        require(what, text);
    }
}
