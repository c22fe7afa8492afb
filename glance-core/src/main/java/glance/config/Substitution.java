package glance.config;

import glance.config.Layers.Given;
import glance.config.Names.Place;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code $name}, {@code ${name}}, {@code $group.name} and {@code ${group.name}} by the text of that option. A name
 * without group is an option of the same section, else of {@code DEFAULT}. {@code $$} and {@code \$} give a dollar sign, and
 * so does one that no letter or underscore follows.
 */
final class Substitution {
    /** Deeper than this, options name each other in a circle. */
    private static final int DEEPEST = 16;

    private static final int LONGEST = 1 << 20;

    /**
     * A text that stands for a name.
     *
     * @param section whose options the text itself may name
     */
    record Text(String text, String section) {}

    private final Function<Place, @Nullable Text> texts;

    /** @param texts the text of a place, or null when there is no such option */
    Substitution(Function<Place, @Nullable Text> texts) {
        this.texts = texts;
    }

    /**
     * The text with all names replaced.
     *
     * @throws ConfigException naming the option and where it is given, when a name is unknown or stands for itself
     */
    String apply(Option<?> option, Given given) {
        if (given.text().indexOf('$') < 0) {
            return given.text();
        }
        try {
            return replace(given.text(), given.place().section(), 0);
        } catch (IllegalArgumentException e) {
            // Behind the dollar sign of a badly written password stands a part of the password.
            String reason = option.isSecret() ? "a '$' in it is followed by the name of no option" : e.getMessage();
            throw new ConfigException(
                    given.origin() + ": " + given.place() + ": " + reason + "; a dollar sign itself is written $$");
        }
    }

    private String replace(String text, String section, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("it stands, over other options, for itself");
        }
        StringBuilder result = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if ((c == '$' || c == '\\') && at + 1 < text.length() && text.charAt(at + 1) == '$') {
                result.append('$');
                at += 2;
            } else if (c == '$') {
                at = reference(text, at, section, depth, result);
            } else {
                result.append(c);
                at++;
            }
            if (result.length() > LONGEST) {
                throw new IllegalArgumentException("its text grows longer than " + LONGEST + " characters");
            }
        }
        return result.toString();
    }

    /** Handles the dollar sign at {@code at}; answers where to go on. */
    private int reference(String text, int at, String section, int depth, StringBuilder result) {
        boolean braced = at + 1 < text.length() && text.charAt(at + 1) == '{';
        int start = braced ? at + 2 : at + 1;
        int end = endOfName(text, start);
        if (end == start || (braced && (end == text.length() || text.charAt(end) != '}'))) {
            result.append('$');
            return at + 1;
        }
        String name = text.substring(start, end);
        Text found = lookUp(name, section);
        if (found == null) {
            throw new IllegalArgumentException("'$" + name + "' names no option");
        }
        result.append(replace(found.text(), found.section(), depth + 1));
        return braced ? end + 1 : end;
    }

    private @Nullable Text lookUp(String name, String section) {
        int dot = name.indexOf('.');
        if (dot >= 0) {
            return texts.apply(new Place(name.substring(0, dot), name.substring(dot + 1)));
        }
        Text here = texts.apply(new Place(section, name));
        return here != null ? here : texts.apply(new Place("DEFAULT", name));
    }

    /** The end of {@code name} or {@code group.name} beginning at {@code start}; {@code start} itself when there is none. */
    private static int endOfName(String text, int start) {
        int end = endOfWord(text, start);
        if (end > start && end < text.length() && text.charAt(end) == '.') {
            int endOfOption = endOfWord(text, end + 1);
            return endOfOption > end + 1 ? endOfOption : end;
        }
        return end;
    }

    private static int endOfWord(String text, int start) {
        if (start >= text.length() || !isLetter(text.charAt(start))) {
            return start;
        }
        int end = start + 1;
        while (end < text.length() && (isLetter(text.charAt(end)) || Character.digit(text.charAt(end), 10) >= 0)) {
            end++;
        }
        return end;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
}
