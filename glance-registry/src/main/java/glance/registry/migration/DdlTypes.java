package glance.registry.migration;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one engine writes what differs between engines in a schema.
 *
 * @param words text for each word in braces
 * @param forms text for each phrase in braces by its first word, {@code COLUMN} standing for the second: {@code check},
 *     the constraint of a boolean column; {@code recheck}, the same in {@code images}; {@code text}, a TEXT column as an
 *     index names it; {@code sorted}, a column of an index that answers sort orders, NULL lowest
 * @param tableEnd what ends a CREATE TABLE
 * @param types statements that come before the first table
 */
public record DdlTypes(Map<String, String> words, Map<String, String> forms, String tableEnd, List<String> types) {
    private static final String CHECK = "CHECK (COLUMN IN (0, 1)),";

    /** SQLite, as upstream's schema looks there: its rebuilding of {@code images} lost the checks. */
    public static final DdlTypes SQLITE = new DdlTypes(
            Map.of(
                    "time", "DATETIME",
                    "bytes", "INTEGER",
                    "bigint", "BIGINT",
                    "flag", "BOOLEAN",
                    "false", "0",
                    "id", "INTEGER",
                    "bigid", "INTEGER",
                    "visibility", "VARCHAR(9)"),
            Map.of("check", CHECK, "recheck", "", "text", "COLUMN", "sorted", "COLUMN"),
            "",
            List.of());

    /** MySQL and MariaDB. */
    public static final DdlTypes MYSQL = new DdlTypes(
            Map.of(
                    "time", "DATETIME",
                    "bytes", "BIGINT",
                    "bigint", "BIGINT",
                    "flag", "BOOL",
                    "false", "0",
                    "id", "INTEGER AUTO_INCREMENT",
                    "bigid", "BIGINT AUTO_INCREMENT",
                    "visibility", "ENUM('private', 'public', 'shared', 'community')"),
            Map.of("check", CHECK, "recheck", CHECK, "text", "COLUMN(255)", "sorted", "COLUMN"),
            " ENGINE=InnoDB DEFAULT CHARSET=utf8mb3",
            List.of());

    /** PostgreSQL. An index entry holds no more than a third of a page, so of long text only the beginning. */
    public static final DdlTypes POSTGRESQL = new DdlTypes(
            Map.of(
                    "time", "TIMESTAMP WITHOUT TIME ZONE",
                    "bytes", "BIGINT",
                    "bigint", "BIGINT",
                    "flag", "BOOLEAN",
                    "false", "false",
                    "id", "SERIAL",
                    "bigid", "BIGSERIAL",
                    "visibility", "image_visibility"),
            Map.of("check", "", "recheck", "", "text", "left(COLUMN, 255)", "sorted", "COLUMN NULLS FIRST"),
            "",
            List.of("CREATE TYPE image_visibility AS ENUM ('private', 'public', 'shared', 'community')"));

    private static final Pattern BRACES = Pattern.compile("\\{(?:(\\w+) )?(\\w+)}");

    public DdlTypes {
        words = Map.copyOf(words);
        forms = Map.copyOf(forms);
        types = List.copyOf(types);
    }

    /** The statement in this engine's words. */
    String render(String statement) {
        String rendered = BRACES.matcher(statement)
                .replaceAll(match -> Matcher.quoteReplacement(text(match.group(1), match.group(2))));
        return rendered.startsWith("CREATE TABLE") ? rendered + tableEnd : rendered;
    }

    private String text(@Nullable String form, String name) {
        String text = form == null ? words.get(name) : forms.get(form);
        if (text == null) {
            throw new IllegalArgumentException("no such word: " + (form == null ? name : form));
        }
        return form == null ? text : text.replace("COLUMN", name);
    }
}
