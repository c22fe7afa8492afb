package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import glance.fault.FailPoints;
import glance.image.Attribute;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import glance.image.ImageQuery.Population;
import glance.image.ImageQuery.Sort;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.ImageUpdate;
import glance.image.MemberStatus;
import glance.image.Scope;
import glance.image.Visibility;
import glance.testkit.registry.BulkImages;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sqlite.ProgressHandler;

/**
 * Every kind of list over many images: no plan reads a table or a whole index, and the work, counted in steps of SQLite's
 * machine and so the same on every box, stays that of a page.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListPlanTest {
    private static final int IMAGES = 20_000;
    private static final int LIMIT = 25;

    /** Reading all images with a filter takes thirty times as many. */
    private static final long MOST_STEPS = 40_000;

    private static final int STEPS_PER_CALL = 100;

    private final SqliteDialect dialect = new SqliteDialect(300);
    private final Connection connection;
    private final ImageRows rows = new ImageRows(dialect, LocationText.of(null));

    ListPlanTest(@TempDir Path directory) throws SQLException {
        Path file = directory.resolve("glance.sqlite");
        SqlRegistry.open(DatabaseConfig.sqlite(file), InstantSource.system(), FailPoints.INERT)
                .close();
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    @BeforeAll
    void load() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous = OFF");
        }
        BulkImages.load(connection, IMAGES);
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE images SET os_hidden = TRUE WHERE rowid % 11 = 1");
            statement.execute("""
                    UPDATE images SET deleted = TRUE, deleted_at = updated_at, status = 'deleted'
                    WHERE rowid % 7 = 1""");
        }
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    static Stream<ImageQuery> queries() {
        List<ImageQuery> queries = new ArrayList<>();
        List<@Nullable ImageId> markers = new ArrayList<>();
        markers.add(null);
        markers.add(new ImageId(BulkImages.id(IMAGES / 10)));
        for (@Nullable ImageId marker : markers) {
            for (VisibilityFilter visibility : visibilities()) {
                queries.add(query(List.of(), visibility, ImageQuery.NEWEST_FIRST, marker));
            }
            for (List<Filter> filters : filters()) {
                queries.add(query(filters, new VisibilityFilter.Default(), ImageQuery.NEWEST_FIRST, marker));
                queries.add(query(filters, new VisibilityFilter.All(), by(Attribute.NAME, true), marker));
            }
            for (Attribute key : List.of(
                    Attribute.NAME,
                    Attribute.STATUS,
                    Attribute.CONTAINER_FORMAT,
                    Attribute.DISK_FORMAT,
                    Attribute.SIZE,
                    Attribute.ID,
                    Attribute.CREATED_AT,
                    Attribute.UPDATED_AT)) {
                queries.add(query(List.of(), new VisibilityFilter.Default(), by(key, true), marker));
                queries.add(query(List.of(), new VisibilityFilter.Default(), by(key, false), marker));
            }
        }
        queries.addAll(ofV1());
        return queries.stream();
    }

    /** As API v1 lists: hidden images are like others; what changed since, with deleted ones. */
    private static List<ImageQuery> ofV1() {
        List<ImageQuery> queries = new ArrayList<>();
        for (VisibilityFilter visibility :
                List.of(new VisibilityFilter.Default(), new VisibilityFilter.All(), new VisibilityFilter.NotPublic())) {
            queries.add(ofV1(List.of(), visibility, Population.LIVE, Attribute.CREATED_AT));
            queries.add(ofV1(List.of(), visibility, Population.LIVE, Attribute.NAME));
            queries.add(ofV1(List.of(new Filter.Property("rare", "7")), visibility, Population.LIVE, Attribute.SIZE));
            for (int changed : List.of(10, IMAGES / 2, IMAGES - 99)) {
                Filter since =
                        new Filter.Time(Attribute.UPDATED_AT, Operator.GT, BulkImages.START.plusSeconds(changed));
                queries.add(ofV1(List.of(since), visibility, Population.EVER, Attribute.CREATED_AT));
                queries.add(ofV1(List.of(since), visibility, Population.EVER, Attribute.UPDATED_AT));
            }
        }
        return queries;
    }

    private static ImageQuery ofV1(
            List<Filter> filters, VisibilityFilter visibility, Population population, Attribute key) {
        return new ImageQuery(filters, visibility, null, population, by(key, false), null, LIMIT);
    }

    private static List<VisibilityFilter> visibilities() {
        List<VisibilityFilter> all = new ArrayList<>();
        all.add(new VisibilityFilter.Default());
        all.add(new VisibilityFilter.All());
        all.add(new VisibilityFilter.NotPublic());
        for (Visibility visibility : Visibility.values()) {
            all.add(new VisibilityFilter.Only(visibility));
        }
        return all;
    }

    private static List<List<Filter>> filters() {
        return List.of(
                List.of(new Filter.Property("rare", "7")),
                List.of(new Filter.Property("common", "1")),
                List.of(new Filter.Property("os_distro", "debian")),
                List.of(new Filter.Property("absent", "x")),
                List.of(new Filter.Property("common", "1"), new Filter.Property("rare", "7")),
                List.of(new Filter.Tag("all")),
                List.of(new Filter.Tag("tag-7")),
                List.of(new Filter.Tag("all"), new Filter.Property("rare", "7")),
                List.of(new Filter.OneOf(Attribute.NAME, List.of("image-42"))),
                List.of(new Filter.OneOf(Attribute.NAME, List.of("image-42", "image-43"))),
                List.of(new Filter.OneOf(Attribute.ID, List.of(BulkImages.id(1), BulkImages.id(2)))),
                List.of(new Filter.OneOf(Attribute.STATUS, List.of("active"))),
                List.of(new Filter.OneOf(Attribute.STATUS, List.of("queued", "saving"))),
                List.of(new Filter.OneOf(Attribute.OWNER, List.of("project-9"))),
                List.of(new Filter.OneOf(Attribute.CHECKSUM, List.of("none"))),
                List.of(new Filter.OneOf(Attribute.DISK_FORMAT, List.of("raw"))),
                List.of(new Filter.Quantity(Attribute.SIZE, Operator.GTE, 1_000_100)),
                List.of(new Filter.Quantity(Attribute.SIZE, Operator.GTE, 2_000_000)),
                List.of(new Filter.Time(Attribute.CREATED_AT, Operator.GTE, BulkImages.START.plusSeconds(IMAGES / 2))),
                List.of(new Filter.Time(Attribute.UPDATED_AT, Operator.GT, BulkImages.START.plusSeconds(IMAGES - 99))),
                List.of(new Filter.Flag(Attribute.PROTECTED, false)));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void workIsThatOfAPage(ImageQuery query) throws SQLException {
        for (Scope scope : List.of(Scope.EVERYTHING, new Scope(false, "project-7"), new Scope(false, null))) {
            assertThat(plans(query, scope))
                    .as("%s %s", query, scope)
                    .noneMatch(line -> line.matches("SCAN (i|m|p|t|l|images|image_\\w+)\\b.*"));
            assertThat(steps(query, scope)).as("%s %s", query, scope).isLessThan(mostSteps(query));
        }
    }

    /** With deleted images there are four walks to merge where other lists have one or two. */
    private static long mostSteps(ImageQuery query) {
        return query.population() == Population.EVER ? 2 * MOST_STEPS : MOST_STEPS;
    }

    @Test
    void showAndChildrenAreFoundByTheImage() throws SQLException {
        Image image = rows.find(connection, new ImageId(BulkImages.id(5))).orElseThrow();
        assertThat(image.properties()).hasSize(8);
        long steps = counted(() -> rows.find(connection, image.id()));
        assertThat(steps).isLessThan(2000);
    }

    @Test
    void writesTouchTheImagesOwnRowsAlone() throws SQLException {
        ImageWriter writer = new ImageWriter(dialect, LocationText.of(null));
        Image before = rows.find(connection, new ImageId(BulkImages.id(6))).orElseThrow();
        ImageChange change = ImageChange.builder()
                .removeTag("all")
                .removeProperty("common")
                .setProperty("os_distro", "other")
                .removeLocation(before.locations().getFirst().id(), "deleted")
                .build();
        Image after = ImageUpdate.apply(before, change, Guard.always(), BulkImages.START);
        connection.setAutoCommit(false);
        // Not closed: that would close the connection, which is this class's.
        Handle handle = Jdbi.open(connection);
        long steps = counted(() -> {
            writer.store(handle, before, after, change);
            writer.delete(handle, before.id(), BulkImages.START, "deleted");
            return true;
        });
        connection.rollback();
        connection.setAutoCommit(true);
        assertThat(steps).isLessThan(5000);
    }

    private List<String> plans(ImageQuery query, Scope scope) throws SQLException {
        List<String> lines = new ArrayList<>();
        for (ListStatement.Page page : pages(query, scope)) {
            ImageRows.Statement statement = page.first(LIMIT);
            try (PreparedStatement explain = connection.prepareStatement("EXPLAIN QUERY PLAN " + statement.sql())) {
                for (int i = 0; i < statement.values().size(); i++) {
                    explain.setObject(i + 1, statement.values().get(i));
                }
                try (ResultSet row = explain.executeQuery()) {
                    while (row.next()) {
                        lines.add(row.getString(4));
                    }
                }
            }
        }
        return lines;
    }

    private long steps(ImageQuery query, Scope scope) throws SQLException {
        return counted(() -> {
            int found = 0;
            for (ListStatement.Page page : pages(query, scope)) {
                if (found < LIMIT) {
                    found += rows.images(connection, page.first(LIMIT - found)).size();
                }
            }
            return found;
        });
    }

    private List<ListStatement.Page> pages(ImageQuery query, Scope scope) throws SQLException {
        ImageId id = query.marker();
        Image marker = id == null ? null : rows.find(connection, id).orElseThrow();
        return ListStatement.of(connection, dialect, true, query, scope, marker);
    }

    private interface Work {
        Object run() throws SQLException;
    }

    /** Steps of SQLite's machine, in whole hundreds per statement. */
    private long counted(Work work) throws SQLException {
        long[] calls = {0};
        ProgressHandler.setHandler(connection, STEPS_PER_CALL, new ProgressHandler() {
            @Override
            protected int progress() {
                calls[0]++;
                return 0;
            }
        });
        assertThat(work.run()).isNotNull();
        ProgressHandler.clearHandler(connection);
        return calls[0] * STEPS_PER_CALL;
    }

    private static List<Sort> by(Attribute key, boolean ascending) {
        List<Sort> sort = new ArrayList<>();
        for (Attribute one : List.of(key, Attribute.CREATED_AT, Attribute.ID)) {
            if (sort.stream().noneMatch(present -> present.key() == one)) {
                sort.add(new Sort(one, ascending));
            }
        }
        return sort;
    }

    private static ImageQuery query(
            List<Filter> filters, VisibilityFilter visibility, List<Sort> sort, @Nullable ImageId marker) {
        return new ImageQuery(filters, visibility, MemberStatus.ACCEPTED, false, sort, marker, LIMIT);
    }
}
