package glance.bench;

import glance.image.Visibility;
import glance.registry.sql.SqlRegistry;
import glance.testkit.registry.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Durable creates by many clients on each engine, beside bare commits of one row by as many connections. */
final class CreateBench implements Bench.Group {
    private static final int CLIENTS = 16;

    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        for (Engine.Start start : Engine.all()) {
            try (Engine engine = start.in(directory);
                    SqlRegistry registry = engine.registry()) {
                int each = scale.creates() / CLIENTS;
                create(registry, each); // for the compilers and caches of both
                double commits = commits(engine, each);
                double seconds = create(registry, each);
                String figure = engine.name() + ", " + CLIENTS + " clients: ";
                report.recorded(figure + "bare commits", commits, "/s");
                double rate = each * CLIENTS / seconds;
                // What the engine itself cannot commit, nobody can create.
                report.atLeast(figure + "creates", rate, "/s", Math.min(1000, commits * 0.9));
            } catch (SQLException broken) {
                throw new IOException(broken);
            }
        }
    }

    private static double create(SqlRegistry registry, int each) throws IOException, InterruptedException {
        return Together.run(CLIENTS, _ -> {
            for (int i = 0; i < each; i++) {
                registry.images()
                        .create(Samples.image(
                                Samples.id(),
                                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                                "created",
                                "project-1",
                                Visibility.SHARED));
            }
        });
    }

    /** One-row transactions a second. */
    private static double commits(Engine engine, int each) throws SQLException, IOException, InterruptedException {
        try (Connection connection = engine.connect()) {
            Engine.execute(connection, "CREATE TABLE bare (id INTEGER, text VARCHAR(36))");
        }
        int clients = engine.isServer() ? CLIENTS : 1; // SQLite has one writer
        double seconds = Together.run(clients, client -> {
            try (Connection connection = engine.connect()) {
                if (!engine.isServer()) {
                    Engine.execute(connection, "PRAGMA synchronous = FULL");
                }
                try (PreparedStatement insert = connection.prepareStatement("INSERT INTO bare VALUES (?, ?)")) {
                    for (int i = 0; i < each * CLIENTS / clients; i++) {
                        insert.setInt(1, client);
                        insert.setString(2, "row-" + i);
                        insert.executeUpdate();
                    }
                }
            } catch (SQLException broken) {
                throw new IOException(broken);
            }
        });
        return each * CLIENTS / seconds;
    }
}
