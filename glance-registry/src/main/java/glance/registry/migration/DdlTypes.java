package glance.registry.migration;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one engine writes the types that differ between engines.
 *
 * @param words text for each word in braces but {@code check}
 * @param flagCheck constraint of a boolean column, {@code COLUMN} standing for its name; empty where the type says it
 * @param indexedText how a TEXT column is named in an index, {@code COLUMN} standing for its name
 */
public record DdlTypes(Map<String, String> words, String flagCheck, String indexedText) {
    /** SQLite, as upstream's schema looks there. */
    public static final DdlTypes SQLITE = new DdlTypes(
            Map.of(
                    "time", "DATETIME",
                    "bytes", "INTEGER",
                    "bigint", "BIGINT",
                    "flag", "BOOLEAN",
                    "false", "0",
                    "id", "INTEGER",
                    "visibility", "VARCHAR(9)"),
            "CHECK (COLUMN IN (0, 1)),",
            "COLUMN");

    private static final Pattern BRACES = Pattern.compile("\\{(?:(check|text) )?(\\w+)}");

    public DdlTypes {
        words = Map.copyOf(words);
    }

    /** The statement in this engine's words. */
    String render(String statement) {
        return BRACES.matcher(statement)
                .replaceAll(match -> Matcher.quoteReplacement(word(match.group(1), match.group(2))));
    }

    private String word(@Nullable String verb, String name) {
        if (verb != null) {
            return (verb.equals("check") ? flagCheck : indexedText).replace("COLUMN", name);
        }
        String word = words.get(name);
        if (word == null) {
            throw new IllegalArgumentException("no such word: " + name);
        }
        return word;
    }
}
