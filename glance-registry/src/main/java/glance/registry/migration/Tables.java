package glance.registry.migration;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a database holds now, and small statements on it. Nothing is remembered. One thread. */
final class Tables {
    private final Connection connection;

    Tables(Connection connection) {
        this.connection = connection;
    }

    /** Names of all tables, in lower case. */
    Set<String> names() throws SQLException {
        Set<String> names = new TreeSet<>();
        try (ResultSet rows =
                metadata().getTables(connection.getCatalog(), connection.getSchema(), "%", new String[] {"TABLE"})) {
            while (rows.next()) {
                names.add(rows.getString("TABLE_NAME").toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /** Columns of a table in their order, in lower case; empty when there is no such table. */
    Set<String> columns(String table) throws SQLException {
        return nullable(table).keySet();
    }

    /** Whether the table has the column and it accepts NULL. */
    boolean isNullable(String table, String column) throws SQLException {
        return nullable(table).getOrDefault(column, false);
    }

    private Map<String, Boolean> nullable(String table) throws SQLException {
        Map<String, Boolean> columns = new LinkedHashMap<>();
        try (ResultSet rows = metadata().getColumns(connection.getCatalog(), connection.getSchema(), table, "%")) {
            while (rows.next()) {
                // The table's name is a pattern to the driver, whose underscores match anything.
                if (rows.getString("TABLE_NAME").equalsIgnoreCase(table)) {
                    columns.put(
                            rows.getString("COLUMN_NAME").toLowerCase(Locale.ROOT),
                            rows.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls);
                }
            }
        }
        return columns;
    }

    /** The columns of each index of a table by its name, in lower case. */
    Map<String, List<String>> indexes(String table) throws SQLException {
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        try (ResultSet rows =
                metadata().getIndexInfo(connection.getCatalog(), connection.getSchema(), table, false, true)) {
            while (rows.next()) {
                String name = rows.getString("INDEX_NAME");
                if (name != null) {
                    indexes.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                            .add(String.valueOf(rows.getString("COLUMN_NAME")).toLowerCase(Locale.ROOT));
                }
            }
        }
        return indexes;
    }

    /** Rows of {@code alembic_version}; empty without that table. */
    Set<String> revisions() throws SQLException {
        return names().contains("alembic_version")
                ? new TreeSet<>(texts("SELECT version_num FROM alembic_version"))
                : Set.of();
    }

    void stamp(Set<String> revisions) throws SQLException {
        // A reader between two statements that are transactions of their own may see too many rows, never none.
        Set<String> before = revisions();
        for (String revision : revisions) {
            if (!before.contains(revision)) {
                update("INSERT INTO alembic_version (version_num) VALUES (?)", revision);
            }
        }
        for (String revision : before) {
            if (!revisions.contains(revision)) {
                update("DELETE FROM alembic_version WHERE version_num = ?", revision);
            }
        }
    }

    /** The first column of a query. */
    List<String> texts(String query, Object... values) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = prepared(query, values);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    boolean isAny(String query, Object... values) throws SQLException {
        return !texts(query, values).isEmpty();
    }

    int update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(sql, values)) {
            return statement.executeUpdate();
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private PreparedStatement prepared(String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private DatabaseMetaData metadata() throws SQLException {
        return connection.getMetaData();
    }
}
