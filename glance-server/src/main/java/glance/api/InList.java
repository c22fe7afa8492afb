package glance.api;

import glance.error.GlanceException;
import java.util.ArrayList;
import java.util.List;

/**
 * The list of an {@code in:} filter: comma-separated; an item in double quotes may hold commas, and there a backslash
 * takes the next character as it is. Empty items count.
 */
public final class InList {
    private InList() {}

    /**
     * @throws GlanceException.InvalidRequest when a quote does not enclose a whole item
     */
    public static List<String> parse(String text) {
        List<String> items = new ArrayList<>();
        int at = 0;
        while (true) {
            StringBuilder item = new StringBuilder();
            at = at < text.length() && text.charAt(at) == '"' ? quoted(text, at + 1, item) : plain(text, at, item);
            items.add(item.toString());
            if (at == text.length()) {
                return items;
            }
            at++;
        }
    }

    /** Appends up to the next comma or the end; returns where that is. */
    private static int plain(String text, int from, StringBuilder item) {
        int comma = text.indexOf(',', from);
        int end = comma < 0 ? text.length() : comma;
        item.append(text, from, end);
        if (item.indexOf("\"") >= 0) {
            throw malformed(text);
        }
        return end;
    }

    /** Appends up to the closing quote; returns the place behind it. */
    private static int quoted(String text, int from, StringBuilder item) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                if (i + 1 < text.length() && text.charAt(i + 1) != ',') {
                    throw malformed(text);
                }
                return i + 1;
            }
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                item.append(text.charAt(i));
            } else {
                item.append(c);
            }
        }
        throw malformed(text);
    }

    private static GlanceException.InvalidRequest malformed(String text) {
        return new GlanceException.InvalidRequest("Invalid filter list '" + text
                + "': a quote must open an item, be closed, and be followed by a comma or the end");
    }
}
