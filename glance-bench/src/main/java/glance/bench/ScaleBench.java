package glance.bench;

import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Sort;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.MemberStatus;
import glance.image.Registry;
import glance.image.Scope;
import glance.registry.migration.OwnIndexes;
import glance.registry.sql.SqlRegistry;
import glance.testkit.registry.BulkImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every kind of list over very many images on each engine, asked of the registry, without HTTP.
 *
 * <p>Half of the images belong to one project, the others to 10,000. Five images and the five public ones are all that a small
 * project sees; one in twenty is shared with another project.
 */
final class ScaleBench implements Bench.Group {
    private static final String BIG = "project-big";
    private static final String SMALL = "project-small";
    private static final int PROJECTS = 10_000;
    private static final int FEW = 5;

    /** A list that takes long is not asked a hundred times. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final List<Attribute> SORT_KEYS = List.of(
            Attribute.NAME,
            Attribute.STATUS,
            Attribute.CONTAINER_FORMAT,
            Attribute.DISK_FORMAT,
            Attribute.SIZE,
            Attribute.ID,
            Attribute.CREATED_AT,
            Attribute.UPDATED_AT);

    private static final BulkImages.Spread SPREAD = new BulkImages.Spread() {
        @Override
        public String owner(int i) {
            if (i < FEW) {
                return SMALL;
            }
            return isBig(i) ? BIG : "project-" + i % PROJECTS;
        }

        @Override
        public String visibility(int i) {
            if (i >= FEW && i < 2 * FEW) {
                return "public";
            }
            return i % 20 == 15 ? "shared" : "private";
        }

        @Override
        public String member(int i) {
            return "project-" + (i + 1) % PROJECTS;
        }
    };

    /** Half of all, in no step with the values of names, tags and properties. */
    private static boolean isBig(int i) {
        return (((i * 0x9E3779B97F4A7C15L) >>> 40) & 1) == 0;
    }

    /** A page's size, and the most milliseconds its slowest hundredth may take. */
    private record Size(int limit, double required) {}

    private static final List<Size> SIZES = List.of(new Size(25, 10), new Size(1000, 60));

    /** The directory whose databases are kept and, when they were loaded before, taken as they are. */
    private static final @Nullable String KEEP = System.getenv("GLANCE_BENCH_DATA");

    private final Engine.Start start;

    ScaleBench(Engine.Start start) {
        this.start = start;
    }

    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException {
        Path data = KEEP == null ? directory : Files.createDirectories(Path.of(KEEP));
        try (Engine engine = start.in(data)) {
            Path loaded = data.resolve(engine.name() + "-" + scale.manyImages() + ".loaded");
            if (!Files.exists(loaded)) {
                load(engine, scale.manyImages(), report);
                Files.createFile(loaded);
            }
            try (SqlRegistry registry = engine.registry()) {
                measure(engine, registry, scale, report);
            }
        } catch (SQLException broken) {
            throw new IOException(broken);
        }
    }

    private static void load(Engine engine, int count, Report report) throws SQLException {
        long began = System.nanoTime();
        engine.registry().close(); // makes the schema
        try (Connection connection = engine.connect()) {
            OwnIndexes indexes = OwnIndexes.on(connection);
            indexes.remove(); // loading is much faster without
            BulkImages.load(connection, count, SPREAD);
            report.recorded(engine.name() + ": loading " + count + " images", seconds(began), "s");
            long loaded = System.nanoTime();
            indexes.add();
            report.recorded(engine.name() + ": adding our indexes online", seconds(loaded), "s");
            engine.analyze(connection);
        }
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static void measure(Engine engine, Registry registry, Scale scale, Report report) {
        Map<String, Scope> scopes = new LinkedHashMap<>();
        scopes.put("admin", Scope.EVERYTHING);
        scopes.put("sees 10", new Scope(false, SMALL));
        scopes.put("sees half", new Scope(false, BIG));
        for (Size size : SIZES) {
            for (Map.Entry<String, ImageQuery> query :
                    queries(scale.manyImages(), size.limit()).entrySet()) {
                for (Map.Entry<String, Scope> scope : scopes.entrySet()) {
                    String figure = engine.name() + " " + size.limit() + ", " + scope.getKey() + ", " + query.getKey();
                    double worst = worst(registry, query.getValue(), scope.getValue(), scale.listCalls());
                    if (worst >= 0 && engine.isServer()) {
                        report.atMost(figure + ": p99", worst, "ms", size.required());
                    } else if (worst >= 0) {
                        report.recorded(figure + ": p99", worst, "ms");
                    }
                }
            }
        }
    }

    /** The 99th percentile in milliseconds; below 0 where the scope cannot see the marker. */
    private static double worst(Registry registry, ImageQuery query, Scope scope, int calls) {
        if (query.marker() != null && !canSee(registry, query.marker(), scope)) {
            return -1;
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; i < calls / 5 && System.nanoTime() < end; i++) {
            registry.images().list(query, scope);
        }
        List<Double> millis = new ArrayList<>();
        while (millis.isEmpty() || (millis.size() < calls && System.nanoTime() < end)) {
            long began = System.nanoTime();
            registry.images().list(query, scope);
            millis.add((System.nanoTime() - began) / 1e6);
        }
        return Report.percentile(
                0.99, millis.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** A client pages only through what it sees. */
    private static boolean canSee(Registry registry, ImageId marker, Scope scope) {
        Image image = registry.images().get(marker, Scope.EVERYTHING);
        return scope.reaches(image, () -> false);
    }

    private static Map<String, ImageQuery> queries(int images, int limit) {
        Map<String, ImageQuery> queries = new LinkedHashMap<>();
        VisibilityFilter usual = new VisibilityFilter.Default();
        queries.put("first page", query(List.of(), usual, ImageQuery.NEWEST_FIRST, null, limit));
        for (int percent : List.of(10, 50, 90, 99)) {
            int number = (int) (images * (100L - percent) / 100); // newest first
            while (!isBig(number)) {
                number--;
            }
            ImageId marker = new ImageId(BulkImages.id(number));
            queries.put("after " + percent + " %", query(List.of(), usual, ImageQuery.NEWEST_FIRST, marker, limit));
        }
        Map<String, List<Filter>> filters = new LinkedHashMap<>();
        filters.put("by name", List.of(new Filter.OneOf(Attribute.NAME, List.of("image-77"))));
        filters.put("by owner", List.of(new Filter.OneOf(Attribute.OWNER, List.of(BIG))));
        filters.put("by a tag of all", List.of(new Filter.Tag("all")));
        filters.put("by a tag of 1 %", List.of(new Filter.Tag("tag-7")));
        filters.put("by a property of 0.1 %", List.of(new Filter.Property("rare", "7")));
        filters.put("by a property of half", List.of(new Filter.Property("common", "1")));
        filters.put("by two properties", List.of(new Filter.Property("common", "1"), new Filter.Property("rare", "7")));
        filters.put("by an absent property", List.of(new Filter.Property("absent", "x")));
        filters.forEach(
                (name, filter) -> queries.put(name, query(filter, usual, ImageQuery.NEWEST_FIRST, null, limit)));
        queries.put(
                "member_status=all",
                new ImageQuery(List.of(), usual, null, false, ImageQuery.NEWEST_FIRST, null, limit));
        queries.put(
                "visibility=all", query(List.of(), new VisibilityFilter.All(), ImageQuery.NEWEST_FIRST, null, limit));
        for (Attribute key : SORT_KEYS) {
            for (boolean ascending : List.of(true, false)) {
                queries.put(
                        "by " + key.column() + (ascending ? " up" : " down"),
                        query(List.of(), usual, order(key, ascending), null, limit));
            }
        }
        return queries;
    }

    private static ImageQuery query(
            List<Filter> filters, VisibilityFilter visibility, List<Sort> sort, @Nullable ImageId marker, int limit) {
        return new ImageQuery(filters, visibility, MemberStatus.ACCEPTED, false, sort, marker, limit);
    }

    private static List<Sort> order(Attribute key, boolean ascending) {
        List<Sort> sort = new ArrayList<>(List.of(new Sort(key, ascending)));
        for (Attribute tie : List.of(Attribute.CREATED_AT, Attribute.ID)) {
            if (tie != key) {
                sort.add(new Sort(tie, ascending));
            }
        }
        return sort;
    }
}
