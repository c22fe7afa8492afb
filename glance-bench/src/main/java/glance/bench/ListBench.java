package glance.bench;

import glance.testkit.process.PackagedServer;
import glance.testkit.registry.BulkImages;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Pages of the image list over HTTP, beside the same rows read by bare JDBC from the same file. */
final class ListBench implements Bench.Group {
    private static final int[] LIMITS = {25, 100};

    /** What a page asks for: the API's query, and the condition of the bare query with its parameters. */
    private record Page(String name, String query, String condition, List<String> parameters) {}

    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        PackagedServer.Home home = PackagedServer.Home.in(directory).with("DEFAULT", "api_limit_max", "1000");
        home.start().close(); // makes the database
        try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + home.database())) {
            BulkImages.load(sqlite, scale.images());
            sqlite.createStatement().execute("ANALYZE");
            try (PackagedServer server = home.start();
                    Peer peer = new Peer(server.port())) {
                for (Page page : pages(scale, sqlite)) {
                    for (int limit : LIMITS) {
                        measure(page, limit, scale, peer, sqlite, report);
                    }
                }
            }
        } catch (SQLException broken) {
            throw new IOException(broken);
        }
    }

    private static List<Page> pages(Scale scale, Connection sqlite) throws SQLException {
        // Newest first: nine tenths of the list lie before the image that was made after the first tenth.
        String marker = BulkImages.id(scale.images() / 10);
        String markerTime = text(sqlite, "SELECT created_at FROM images WHERE id = ?", marker);
        return List.of(
                new Page("first page", "", "", List.of()),
                new Page(
                        "page at 90 %",
                        "&marker=" + marker,
                        "AND i.created_at <= ? AND (i.created_at < ? OR i.id < ?)",
                        List.of(markerTime, markerTime, marker)),
                new Page(
                        "by property",
                        "&rare=7",
                        "AND EXISTS (SELECT 1 FROM image_properties p WHERE p.image_id = i.id AND p.name = 'rare' AND p.value = ?"
                                + " AND p.deleted = 0)",
                        List.of("7")),
                new Page("by name", "&name=image-77", "AND i.name = ?", List.of("image-77")));
    }

    private static void measure(Page page, int limit, Scale scale, Peer peer, Connection sqlite, Report report)
            throws IOException, SQLException {
        String path = "/v2/images?limit=" + limit + page.query();
        int bare = 0;
        for (int i = 0; i < scale.warmUps(); i++) { // for the compilers and caches of both
            peer.get(path);
            if (i < scale.calls()) { // mostly the engine's own code; slow where it has no index
                bare = readBare(sqlite, page, limit);
            }
        }
        int listed = peer.get(path).split("\"self\"", -1).length - 1;
        if (listed != bare) {
            throw new IOException(page.name() + ": the list has " + listed + " images, the bare query " + bare);
        }
        double[] ours = new double[scale.calls()];
        double[] theirs = new double[scale.calls()];
        for (int i = 0; i < scale.calls(); i++) {
            long began = System.nanoTime();
            peer.get(path);
            long between = System.nanoTime();
            readBare(sqlite, page, limit);
            ours[i] = (between - began) / 1e6;
            theirs[i] = (System.nanoTime() - between) / 1e6;
        }
        String figure = "list limit=" + limit + ", " + page.name() + ": ";
        report.recorded(figure + "bare JDBC p50", Report.median(theirs), "ms");
        report.recorded(figure + "glance p50", Report.median(ours), "ms");
        report.recorded(figure + "glance p99", Report.percentile(0.99, ours), "ms");
        report.atMost(figure + "of bare JDBC", Report.median(ours) / Report.median(theirs), "x", 2);
    }

    /** The page's rows and those that belong to them, every column as an object; how many images. */
    private static int readBare(Connection sqlite, Page page, int limit) throws SQLException {
        List<String> ids = new ArrayList<>();
        // An administrator's default list leaves out other projects' community images; so does this.
        String sql = "SELECT i.* FROM images i WHERE i.deleted = 0 AND i.visibility <> 'community' AND i.os_hidden = 0 "
                + page.condition() + " ORDER BY i.created_at DESC, i.id DESC LIMIT " + limit;
        try (PreparedStatement select = sqlite.prepareStatement(sql)) {
            for (int i = 0; i < page.parameters().size(); i++) {
                select.setString(i + 1, page.parameters().get(i));
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    readColumns(rows);
                    ids.add(rows.getString("id"));
                }
            }
        }
        for (String table : List.of("image_properties", "image_tags", "image_locations")) {
            String marks = String.join(",", Collections.nCopies(ids.size(), "?"));
            try (PreparedStatement select = sqlite.prepareStatement(
                    "SELECT * FROM " + table + " WHERE deleted = 0 AND image_id IN (" + marks + ")")) {
                for (int i = 0; i < ids.size(); i++) {
                    select.setString(i + 1, ids.get(i));
                }
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        readColumns(rows);
                    }
                }
            }
        }
        return ids.size();
    }

    private static void readColumns(ResultSet rows) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        for (int i = 1; i <= columns; i++) {
            rows.getObject(i);
        }
    }

    private static String text(Connection sqlite, String sql, String parameter) throws SQLException {
        try (PreparedStatement select = sqlite.prepareStatement(sql)) {
            select.setString(1, parameter);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
