package glance.registry.migration;

import glance.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database to upstream's newest head and adds our own tables and indexes. One call inside one transaction of the
 * caller's; where the engine's DDL is transactional a refusal or failure leaves nothing behind.
 *
 * <p>An upstream service accepts the result: its tables are exactly its own, and what is ours is named
 * {@code glancejvm_…}.
 */
public final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    private static final Pattern CREATED = Pattern.compile("CREATE (TABLE|INDEX) (\\w+)(?: ON (\\w+))?");

    private final Connection connection;
    private final DdlTypes types;

    private Schema(Connection connection, DdlTypes types) {
        this.connection = connection;
        this.types = types;
    }

    /**
     * Creates the schema on an empty database, completes one that lacks only the cache tables, accepts a complete one.
     *
     * @throws ConfigException for any other database, which stays untouched
     */
    public static void prepare(Connection connection, DdlTypes types) throws SQLException {
        new Schema(connection, types).prepare();
    }

    private void prepare() throws SQLException {
        Set<String> tables = tables();
        switch (SchemaState.of(tables, tables.contains("alembic_version") ? revisions() : Set.of())) {
            case EMPTY -> {
                LOG.info("database schema created head={}", SchemaState.HEAD);
                for (String type : types.types()) {
                    execute(type);
                }
                run("upstream.sql");
                run("cache.sql");
                stamp();
            }
            case LACKS_CACHE_TABLES -> {
                LOG.info("database schema completed head={}", SchemaState.HEAD);
                runMissing("cache.sql");
                stamp();
            }
            case CURRENT -> LOG.debug("database schema accepted head={}", SchemaState.HEAD);
        }
        runMissing("own.sql");
    }

    private Set<String> revisions() throws SQLException {
        Set<String> revisions = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT version_num FROM alembic_version")) {
            while (rows.next()) {
                revisions.add(rows.getString(1));
            }
        }
        return revisions;
    }

    private void stamp() throws SQLException {
        execute("DELETE FROM alembic_version");
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO alembic_version (version_num) VALUES (?)")) {
            insert.setString(1, SchemaState.HEAD);
            insert.executeUpdate();
        }
    }

    private void run(String script) throws SQLException {
        for (String statement : statements(script)) {
            execute(types.render(statement));
        }
    }

    /** Not every engine knows CREATE INDEX IF NOT EXISTS. */
    private void runMissing(String script) throws SQLException {
        Set<String> present = tables();
        Set<String> asked = new HashSet<>();
        for (String statement : statements(script)) {
            Matcher created = CREATED.matcher(statement);
            if (!created.lookingAt()) {
                throw new IllegalStateException(script + " does more than create: " + statement);
            }
            String onTable = created.group(3);
            if (onTable != null && asked.add(onTable)) {
                present.addAll(indexes(onTable));
            }
            if (!present.contains(created.group(2))) {
                execute(types.render(statement));
            }
        }
    }

    private Set<String> tables() throws SQLException {
        Set<String> names = new HashSet<>();
        try (ResultSet rows =
                metadata().getTables(connection.getCatalog(), connection.getSchema(), "%", new String[] {"TABLE"})) {
            while (rows.next()) {
                names.add(rows.getString("TABLE_NAME").toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    private Set<String> indexes(String table) throws SQLException {
        Set<String> names = new HashSet<>();
        try (ResultSet rows =
                metadata().getIndexInfo(connection.getCatalog(), connection.getSchema(), table, false, true)) {
            while (rows.next()) {
                String name = rows.getString("INDEX_NAME");
                if (name != null) {
                    names.add(name.toLowerCase(Locale.ROOT));
                }
            }
        }
        return names;
    }

    private DatabaseMetaData metadata() throws SQLException {
        return connection.getMetaData();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The statements of a script: comments are whole lines, a statement ends with a semicolon at a line's end. */
    private static List<String> statements(String script) {
        List<String> statements = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        text(script)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("--"))
                .forEach(line -> {
                    current.append(line).append('\n');
                    if (line.endsWith(";")) {
                        statements.add(current.substring(0, current.length() - 2));
                        current.setLength(0);
                    }
                });
        return statements;
    }

    private static String text(String script) {
        try (InputStream resource = Schema.class.getResourceAsStream(script)) {
            if (resource == null) {
                throw new IllegalStateException("resource " + script + " is missing");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
