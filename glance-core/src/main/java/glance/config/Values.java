package glance.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How texts of the oslo.config dialect become values. Each throws {@link IllegalArgumentException} saying why not. */
final class Values {
    private Values() {}

    static boolean flag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "on", "yes" -> true;
            case "false", "0", "off", "no" -> false;
            default -> throw new IllegalArgumentException("accepted: true, 1, on, yes, false, 0, off, no");
        };
    }

    static int integer(String text) {
        return Math.toIntExact(number(text));
    }

    static long number(String text) {
        return Long.parseLong(text.strip());
    }

    static double decimal(String text) {
        return Double.parseDouble(text.strip());
    }

    static URI url(String text) {
        return URI.create(text.strip());
    }

    static List<String> list(String text) {
        List<String> items = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            items.add(item.strip());
        }
        if (items.getLast().isEmpty()) {
            items.removeLast();
        }
        return List.copyOf(items);
    }

    static List<String> bracketedList(String text) {
        String trimmed = text.strip();
        if (!trimmed.startsWith("[") || !trimmed.endsWith("]")) {
            throw new IllegalArgumentException("accepted: a list in brackets, e.g. [a,b]");
        }
        return list(trimmed.substring(1, trimmed.length() - 1));
    }

    static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String item : list(text)) {
            int colon = item.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("no colon in '" + item + "'");
            }
            if (pairs.put(
                            item.substring(0, colon).strip(),
                            item.substring(colon + 1).strip())
                    != null) {
                throw new IllegalArgumentException("'" + item.substring(0, colon) + "' is given twice");
            }
        }
        return pairs;
    }
}
