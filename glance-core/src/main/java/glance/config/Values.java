package glance.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How texts of the oslo.config dialect become values. Each throws {@link IllegalArgumentException} saying what is accepted. */
final class Values {
    private Values() {}

    static boolean flag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "on", "yes" -> true;
            case "false", "0", "off", "no" -> false;
            default -> throw new IllegalArgumentException("true, 1, on, yes, false, 0, off, no");
        };
    }

    static int integer(String text) {
        return Integer.parseInt(text.strip());
    }

    static long number(String text) {
        return Long.parseLong(text.strip());
    }

    static double decimal(String text) {
        return Double.parseDouble(text.strip());
    }

    static Path path(String text) {
        try {
            return Path.of(text.strip());
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("path", e);
        }
    }

    static URI url(String text) {
        try {
            return URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            // The original message quotes the URL, which may hold a password.
            throw new IllegalArgumentException("URL; characters outside the URL alphabet are percent-encoded", e);
        }
    }

    /** Items are trimmed; one empty item at the end is dropped, others stay. */
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

    /** As {@link #list}, in brackets; an item in quotes may hold commas and outer blanks, and loses the quotes. */
    static List<String> bracketedList(String text) {
        String trimmed = text.strip();
        if (trimmed.length() < 2 || !trimmed.startsWith("[") || !trimmed.endsWith("]")) {
            throw new IllegalArgumentException("a list in brackets, e.g. [a,b]");
        }
        String inner = trimmed.substring(1, trimmed.length() - 1);
        List<String> items = new ArrayList<>();
        int start = 0;
        while (start <= inner.length()) {
            int end = endOfItem(inner, start);
            String item = inner.substring(start, end).strip();
            boolean last = end == inner.length();
            if (!last || !item.isEmpty()) {
                items.add(isQuote(item) ? item.substring(1, item.length() - 1) : item);
            }
            start = end + 1;
        }
        return List.copyOf(items);
    }

    /** The comma that ends the item beginning at {@code start}, or the end of the text. */
    private static int endOfItem(String text, int start) {
        int first = start;
        while (first < text.length() && Character.isWhitespace(text.charAt(first))) {
            first++;
        }
        int from = first;
        if (first < text.length() && (text.charAt(first) == '"' || text.charAt(first) == '\'')) {
            from = endOfQuote(text, first);
        }
        int comma = text.indexOf(',', from);
        return comma < 0 ? text.length() : comma;
    }

    /** Behind the quote that closes the one at {@code open}: the first that a comma or the end follows. */
    private static int endOfQuote(String text, int open) {
        for (int close = text.indexOf(text.charAt(open), open + 1);
                close >= 0;
                close = text.indexOf(text.charAt(open), close + 1)) {
            String rest = text.substring(close + 1).stripLeading();
            if (rest.isEmpty() || rest.startsWith(",")) {
                return close + 1;
            }
        }
        throw new IllegalArgumentException("a list in brackets whose quoted items end with their quote");
    }

    private static boolean isQuote(String item) {
        return item.length() > 1 && (item.charAt(0) == '"' || item.charAt(0) == '\'');
    }

    /** Items {@code key:value}; the first colon counts. In order. */
    static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String item : list(text)) {
            int colon = item.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("key:value items separated by commas; '" + item + "' has no colon");
            }
            String key = item.substring(0, colon).strip();
            if (pairs.put(key, item.substring(colon + 1).strip()) != null) {
                throw new IllegalArgumentException(
                        "key:value items separated by commas, each key once; '" + key + "' is given twice");
            }
        }
        return Collections.unmodifiableMap(pairs);
    }

    /** The text of a value. */
    static String format(Object value) {
        return switch (value) {
            case Map<?, ?> pairs ->
                pairs.entrySet().stream()
                        .map(pair -> pair.getKey() + ":" + pair.getValue())
                        .collect(Collectors.joining(","));
            case Collection<?> items -> items.stream().map(String::valueOf).collect(Collectors.joining(","));
            default -> value.toString();
        };
    }

    /** The text of a list in brackets. */
    static String formatBracketed(List<?> items) {
        return items.stream().map(item -> formatItem(String.valueOf(item))).collect(Collectors.joining(",", "[", "]"));
    }

    private static String formatItem(String item) {
        boolean plain = !item.isEmpty()
                && item.equals(item.strip())
                && item.indexOf(',') < 0
                && item.charAt(0) != '"'
                && item.charAt(0) != '\'';
        return plain ? item : "\"" + item + "\"";
    }

    /** A text as it stands in a file: dollar signs doubled, lines indented, quoted where quotes or blanks would get lost. */
    static String written(String text) {
        // Behind a backslash a doubled dollar sign would be read as an escaped one and another.
        String escaped = text.replace("\\$", "\\\\$").replaceAll("(?<!\\\\)\\$", "\\$\\$");
        String line = escaped.replace("\n", "\n    ");
        char first = line.isEmpty() ? ' ' : line.charAt(0);
        boolean looksQuoted =
                line.length() > 1 && (first == '"' || first == '\'') && line.charAt(line.length() - 1) == first;
        return looksQuoted || !line.equals(line.strip()) ? "\"" + line + "\"" : line;
    }
}
