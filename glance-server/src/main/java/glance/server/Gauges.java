package glance.server;

import glance.http.HttpServer;
import glance.image.Registry;
import glance.registry.sql.SqlRegistry;
import glance.server.metrics.Metrics;

/** The numbers that both daemons keep anyway and show on their metrics page. */
final class Gauges {
    private Gauges() {}

    static void ofServer(Metrics metrics, HttpServer server) {
        metrics.watch("glance_http_requests_running", "Requests being answered now.", server::requestsInProgress);
        metrics.watch("glance_http_connections_open", "Open client connections.", server::openConnections);
    }

    /** Nothing where the metadata is another server's: its own page tells. */
    static void ofDatabase(Metrics metrics, Registry registry) {
        if (registry instanceof SqlRegistry database) {
            metrics.watch(
                    "glance_database_connections_active",
                    "Database connections that work now.",
                    () -> database.poolUse().active());
            metrics.watch(
                    "glance_database_connections_idle",
                    "Open database connections without work.",
                    () -> database.poolUse().idle());
            metrics.watch(
                    "glance_database_connections_awaited",
                    "Threads that wait for a database connection.",
                    () -> database.poolUse().waiting());
        }
    }
}
