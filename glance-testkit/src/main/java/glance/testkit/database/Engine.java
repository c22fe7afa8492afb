package glance.testkit.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The engines a schema is tested on: where a database of each is, and what it shows of a schema. */
public enum Engine {
    SQLITE("upstream-schema.txt"),
    MARIADB("upstream-schema-mariadb.txt"),
    POSTGRESQL("upstream-schema-postgresql.txt");

    private final String expectation;

    Engine(String expectation) {
        this.expectation = expectation;
    }

    /** The file that tells upstream's schema on this engine in the words of {@link #described}. */
    public String expectation() {
        return expectation;
    }

    /** The JDBC URL of a new, empty database. */
    public String freshUrl(Path directory) {
        if (this == SQLITE) {
            return "jdbc:sqlite:" + directory.resolve("fresh-" + System.nanoTime() + ".sqlite");
        }
        DatabaseServer server = DatabaseServer.shared(DatabaseServer.Kind.valueOf(name()));
        String url = server.freshUrl();
        return "jdbc:" + (this == MARIADB ? "mariadb" : "postgresql") + "://127.0.0.1:" + server.port()
                + url.substring(url.lastIndexOf('/')) + "?user=" + server.fact("USER") + "&password="
                + server.fact("PASSWORD") + (this == MARIADB ? "&sslMode=disable" : "&stringtype=unspecified");
    }

    /** The same database in the words of option {@code connection}. */
    public String connection(String jdbcUrl) {
        if (this == SQLITE) {
            return "sqlite:///" + jdbcUrl.substring("jdbc:sqlite:".length());
        }
        String name = jdbcUrl.substring(jdbcUrl.lastIndexOf('/') + 1, jdbcUrl.indexOf('?'));
        return DatabaseServer.shared(DatabaseServer.Kind.valueOf(name())).url(name);
    }

    /** The first column of what a query finds. */
    public static List<String> column(Connection connection, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    /** Runs statements on a connection of their own. */
    public static void execute(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /**
     * All tables but ours, in the words of the expectation; on SQLite, whose tables are told by their statements, in words
     * of its own.
     */
    public List<String> described(Connection connection) throws SQLException {
        if (this == SQLITE) {
            return column(connection, """
                    SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' '
                        || COALESCE(c.dflt_value, '')
                    FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
                    UNION ALL SELECT sql FROM sqlite_master WHERE type = 'index' AND sql NOT LIKE '%glancejvm%'
                    ORDER BY 1""");
        }
        List<String> lines = new ArrayList<>();
        for (String table : column(connection, tables())) {
            lines.add(table);
            lines.addAll(column(connection, columns().replace(":table", table)));
            List<String> rest = new ArrayList<>();
            rest.addAll(column(connection, keys().replace(":table", table)));
            rest.addAll(column(connection, indexes().replace(":table", table)));
            lines.addAll(rest.stream().sorted().toList());
        }
        return lines;
    }

    private String tables() {
        return "SELECT table_name FROM information_schema.tables WHERE table_schema = " + schema()
                + " AND table_name NOT LIKE 'glancejvm%' ORDER BY "
                + (this == MARIADB ? "BINARY table_name" : "table_name COLLATE \"C\"");
    }

    private String schema() {
        return this == MARIADB ? "DATABASE()" : "CURRENT_SCHEMA()";
    }

    private String columns() {
        return this == MARIADB ? """
                SELECT CONCAT(c.column_name, ' ', c.column_type, IF(c.is_nullable = 'NO', ' not null', ''),
                    IF(c.column_default IS NULL OR c.column_default = 'NULL', '', CONCAT(' default ', c.column_default)),
                    IF(c.extra = '', '', CONCAT(' ', c.extra)),
                    COALESCE(CONCAT(' key ', k.ordinal_position), ''))
                FROM information_schema.columns c LEFT JOIN information_schema.key_column_usage k
                    ON k.table_schema = c.table_schema AND k.table_name = c.table_name
                    AND k.column_name = c.column_name AND k.constraint_name = 'PRIMARY'
                WHERE c.table_schema = DATABASE() AND c.table_name = ':table' ORDER BY c.ordinal_position""" : """
                SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
                    || COALESCE(' default ' || regexp_replace(pg_get_expr(d.adbin, d.adrelid), '::[a-z_ ]+', ''), '')
                    || COALESCE(' key ' || array_position(p.conkey, a.attnum), '')
                FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                    LEFT JOIN pg_constraint p ON p.conrelid = a.attrelid AND p.contype = 'p'
                WHERE a.attrelid = ':table'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum""";
    }

    private String keys() {
        return this == MARIADB ? """
                SELECT CONCAT('references ', k.constraint_name, ' ', k.column_name, ' ', k.referenced_table_name, '(',
                    k.referenced_column_name, ')')
                FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
                    ON r.constraint_schema = k.table_schema AND r.constraint_name = k.constraint_name
                    AND r.table_name = k.table_name
                WHERE k.table_schema = DATABASE() AND k.table_name = ':table' AND k.referenced_table_name IS NOT NULL
                    AND r.delete_rule IN ('RESTRICT', 'NO ACTION') AND r.update_rule IN ('RESTRICT', 'NO ACTION')""" : """
                SELECT 'references ' || c.conname || ' ' || a.attname || ' ' || c.confrelid::regclass || '(' || f.attname || ')'
                FROM pg_constraint c
                    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                    JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]
                WHERE c.conrelid = ':table'::regclass AND c.contype = 'f' AND c.confdeltype = 'a' AND c.confupdtype = 'a'""";
    }

    private String indexes() {
        return this == MARIADB ? """
                SELECT CONCAT(IF(non_unique, 'index ', 'unique '), index_name, ' (',
                    GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR ', '), ')')
                FROM information_schema.statistics
                WHERE table_schema = DATABASE() AND table_name = ':table' AND index_name <> 'PRIMARY'
                    AND index_name NOT LIKE 'glancejvm%'
                GROUP BY index_name, non_unique""" : """
                SELECT CASE WHEN i.indisunique THEN 'unique ' ELSE 'index ' END || c.relname || ' ('
                    || (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, true), ', ' ORDER BY k)
                        FROM generate_series(1, i.indnatts) k) || ')'
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = ':table'::regclass AND NOT i.indisprimary AND c.relname NOT LIKE 'glancejvm%'""";
    }
}
