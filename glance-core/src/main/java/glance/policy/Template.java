package glance.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The right side of a check: text in which {@code %(key)s} stands for a value of the target.
 *
 * @param pieces literal texts at even places, keys at odd ones; the first and last are texts, maybe empty
 */
record Template(List<String> pieces) {
    /** How null reads. */
    static final String NONE = "None";

    private static final Pattern KEY = Pattern.compile("%\\(([^)]*)\\)s");

    Template {
        pieces = List.copyOf(pieces);
    }

    static Template of(String text) {
        List<String> pieces = new ArrayList<>();
        Matcher matcher = KEY.matcher(text);
        int from = 0;
        while (matcher.find()) {
            pieces.add(text.substring(from, matcher.start()));
            pieces.add(matcher.group(1));
            from = matcher.end();
        }
        pieces.add(text.substring(from));
        return new Template(pieces);
    }

    /** Whether nothing is substituted. */
    boolean isConstant() {
        return pieces.size() == 1;
    }

    /**
     * The text for a target.
     *
     * @param whenNull how a null value reads; null makes it count as a missing key
     * @return null when the target lacks a key
     */
    @Nullable
    String render(Target target, @Nullable String whenNull) {
        if (isConstant()) {
            return pieces.getFirst();
        }
        if (pieces.size() == 3 && pieces.get(0).isEmpty() && pieces.get(2).isEmpty()) {
            return text(target.value(pieces.get(1)), whenNull);
        }
        StringBuilder rendered = new StringBuilder();
        for (int i = 0; i < pieces.size(); i++) {
            String piece = i % 2 == 0 ? pieces.get(i) : text(target.value(pieces.get(i)), whenNull);
            if (piece == null) {
                return null;
            }
            rendered.append(piece);
        }
        return rendered.toString();
    }

    private static @Nullable String text(@Nullable Object value, @Nullable String whenNull) {
        if (Target.ABSENT.equals(value)) {
            return null;
        }
        return value == null ? whenNull : text(value);
    }

    /** A value in the words of the rule language, which are Python's. */
    static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Boolean flag -> flag ? "True" : "False";
            case Collection<?> items -> {
                StringJoiner list = new StringJoiner(", ", "[", "]");
                items.forEach(item -> list.add(quoted(item)));
                yield list.toString();
            }
            case Map<?, ?> entries -> {
                StringJoiner map = new StringJoiner(", ", "{", "}");
                entries.forEach((key, item) -> map.add(quoted(key) + ": " + quoted(item)));
                yield map.toString();
            }
            default -> value.toString();
        };
    }

    private static String quoted(@Nullable Object item) {
        if (item == null) {
            return NONE;
        }
        return item instanceof String text ? "'" + text + "'" : text(item);
    }
}
