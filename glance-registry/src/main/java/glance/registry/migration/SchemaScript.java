package glance.registry.migration;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The statements of a schema script. Comments are whole lines; a statement ends with a semicolon at a line's end. */
final class SchemaScript {
    private static final Pattern CREATED = Pattern.compile("CREATE (?:TABLE|INDEX) (\\w+)(?: ON (\\w+))?");

    /** Upstream's tables but those of {@link #CACHE}. */
    static final SchemaScript UPSTREAM = new SchemaScript("upstream.sql");

    /** What 2024.1 added. */
    static final SchemaScript CACHE = new SchemaScript("cache.sql");

    /** Tables and indexes of ours. */
    static final SchemaScript OWN = new SchemaScript("own.sql");

    private final String resource;
    private final List<Created> statements;

    /**
     * One CREATE.
     *
     * @param name of the table or index
     * @param onTable the table an index belongs to; null for a table
     * @param sql before {@link DdlTypes#render}
     */
    record Created(String name, @Nullable String onTable, String sql) {
        boolean isIndex() {
            return onTable != null;
        }

        /** Table the statement is about. */
        String table() {
            return onTable == null ? name : onTable;
        }
    }

    private SchemaScript(String resource) {
        this.resource = resource;
        this.statements = read(resource);
    }

    List<Created> statements() {
        return statements;
    }

    /** The one that creates this table or index. */
    Created statement(String name) {
        return statements.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(resource + " creates no " + name));
    }

    private static List<Created> read(String script) {
        List<Created> statements = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        text(script)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("--"))
                .forEach(line -> {
                    current.append(line).append('\n');
                    if (line.endsWith(";")) {
                        statements.add(created(current.substring(0, current.length() - 2)));
                        current.setLength(0);
                    }
                });
        return List.copyOf(statements);
    }

    private static Created created(String sql) {
        Matcher created = CREATED.matcher(sql);
        if (!created.lookingAt()) {
            throw new IllegalStateException("a schema script does more than create: " + sql);
        }
        return new Created(created.group(1), created.group(2), sql);
    }

    private static String text(String script) {
        try (InputStream resource = SchemaScript.class.getResourceAsStream(script)) {
            if (resource == null) {
                throw new IllegalStateException("resource " + script + " is missing");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
