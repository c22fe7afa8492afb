package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import glance.fault.FailPoints;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.Scope;
import glance.registry.migration.OwnIndexes;
import glance.testkit.database.DatabaseServer.Kind;
import glance.testkit.registry.BulkImages;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every kind of list over many images on the database servers: the rows the server really touches, told by itself, stay those
 * of a page.
 */
class ServerPlanTest {
    private static final int IMAGES = 20_000;
    private static final int LIMIT = 25;

    /** As in {@link ListPlanTest}, so that both ways of finding rows occur. */
    private static final int FEW = 300;

    /** Reading all images with a filter touches ten times as many. */
    private static final long MOST_ROWS = 6_000;

    private static final Pattern ACTUAL = Pattern.compile("rows=(\\d+) loops=(\\d+)");
    private static final Pattern REMOVED = Pattern.compile("Rows Removed by [\\w ]+: (\\d+)");

    @Test
    void mariadbTouchesTheRowsOfAPage() throws SQLException {
        check(Kind.MARIADB, new MysqlDialect(FEW));
    }

    @Test
    void postgresqlTouchesTheRowsOfAPage() throws SQLException {
        check(Kind.POSTGRESQL, new PostgresqlDialect(FEW));
    }

    @ParameterizedTest
    @EnumSource
    void listsAnswerWhileAnOperatorRemovesOurIndexes(Kind kind) throws SQLException {
        DatabaseConfig config = ServerDatabases.fresh(kind);
        try (SqlRegistry registry = SqlRegistry.open(config, InstantSource.system(), FailPoints.INERT);
                Database database = Database.open(config, Dialect.of(config.connection()), FailPoints.INERT)) {
            database.outsideTransactions(handle -> {
                BulkImages.load(handle.getConnection(), LIMIT);
                return OwnIndexes.on(handle.getConnection()).remove();
            });
            for (ImageQuery query : ListPlanTest.queries().toList()) {
                if (query.marker() == null) {
                    assertThatCode(() -> registry.images().list(query, Scope.EVERYTHING))
                            .doesNotThrowAnyException();
                }
            }
            ImageQuery all = new ImageQuery(
                    List.of(), new VisibilityFilter.All(), null, false, ImageQuery.NEWEST_FIRST, null, 2 * LIMIT);
            assertThat(registry.images().list(all, Scope.EVERYTHING).items()).hasSize(LIMIT);
        }
    }

    private static void check(Kind kind, Dialect dialect) throws SQLException {
        DatabaseConfig config = ServerDatabases.fresh(kind);
        SqlRegistry.open(config, InstantSource.system(), FailPoints.INERT).close();
        try (Database database = Database.open(config, dialect, FailPoints.INERT)) {
            List<String> slow = database.outsideTransactions(handle -> {
                Connection connection = handle.getConnection();
                BulkImages.load(connection, IMAGES);
                analyze(kind, connection);
                return new Plans(kind, dialect, connection).slow();
            });
            assertThat(slow).isEmpty();
        }
    }

    private static void analyze(Kind kind, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    kind == Kind.MARIADB
                            ? "ANALYZE TABLE images, image_properties, image_tags, image_members, image_locations"
                            : "ANALYZE");
        }
    }

    private record Plans(Kind kind, Dialect dialect, Connection connection, ImageRows rows) {
        Plans(Kind kind, Dialect dialect, Connection connection) {
            this(kind, dialect, connection, new ImageRows(dialect, LocationText.of(null)));
        }

        /** What touches too many rows, with the plan. */
        List<String> slow() throws SQLException {
            List<String> slow = new ArrayList<>();
            for (ImageQuery query : ListPlanTest.queries().toList()) {
                for (Scope scope : List.of(Scope.EVERYTHING, new Scope(false, "project-7"), new Scope(false, null))) {
                    ImageId id = query.marker();
                    @Nullable
                    Image marker = id == null ? null : rows.find(connection, id).orElseThrow();
                    int found = 0;
                    for (ListStatement.Page page : ListStatement.of(connection, dialect, true, query, scope, marker)) {
                        if (found < LIMIT) {
                            ImageRows.Statement statement = page.first(LIMIT - found);
                            long touched = touched(statement);
                            if (touched > MOST_ROWS) {
                                slow.add(touched + " rows: " + query + " " + scope + "\n" + statement.sql() + "\n"
                                        + String.join("\n", explained("EXPLAIN ", statement)));
                            }
                            found += rows.images(connection, statement).size();
                        }
                    }
                }
            }
            return slow;
        }

        private long touched(ImageRows.Statement statement) throws SQLException {
            return kind == Kind.MARIADB ? handled(statement) : analyzed(statement);
        }

        /** By the counters of MariaDB's storage interface. */
        private long handled(ImageRows.Statement statement) throws SQLException {
            long before = handlerReads();
            rows.images(connection, statement);
            return handlerReads() - before;
        }

        private long handlerReads() throws SQLException {
            long sum = 0;
            try (Statement status = connection.createStatement();
                    ResultSet row = status.executeQuery("SHOW SESSION STATUS LIKE 'Handler_read%'")) {
                while (row.next()) {
                    sum += row.getLong(2);
                }
            }
            return sum;
        }

        /** By the rows each node of PostgreSQL's plan gave or threw away. */
        private long analyzed(ImageRows.Statement statement) throws SQLException {
            long sum = 0;
            long loops = 1;
            for (String line : explained("EXPLAIN (ANALYZE, TIMING OFF) ", statement)) {
                Matcher actual = ACTUAL.matcher(line);
                if (actual.find(Math.max(0, line.indexOf("actual")))) {
                    loops = Long.parseLong(actual.group(2));
                    sum += Long.parseLong(actual.group(1)) * loops;
                }
                Matcher removed = REMOVED.matcher(line);
                if (removed.find()) {
                    sum += Long.parseLong(removed.group(1)) * loops;
                }
            }
            return sum;
        }

        private List<String> explained(String how, ImageRows.Statement statement) throws SQLException {
            List<String> lines = new ArrayList<>();
            try (PreparedStatement explain = connection.prepareStatement(how + statement.sql())) {
                for (int i = 0; i < statement.values().size(); i++) {
                    explain.setObject(i + 1, statement.values().get(i));
                }
                try (ResultSet row = explain.executeQuery()) {
                    int columns = row.getMetaData().getColumnCount();
                    while (row.next()) {
                        StringBuilder line = new StringBuilder();
                        for (int i = 1; i <= columns; i++) {
                            line.append(row.getString(i)).append(i < columns ? " | " : "");
                        }
                        lines.add(line.toString());
                    }
                }
            }
            return lines;
        }
    }
}
