package glance.server.metrics;

import glance.image.Copies;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/** The service's metrics. One instance per process; thread-safe. */
public final class Metrics {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Histogram requests = Histogram.builder()
            .name("glance_http_request_seconds")
            .help("Time from a request's head to the end of its answer.")
            .unit(Unit.SECONDS)
            .labelNames("route", "method", "status")
            .classicOnly()
            .classicUpperBounds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600)
            .register(registry);
    private final Counter requestBytes = Counter.builder()
            .name("glance_http_bytes_total")
            .help("Body bytes received (in) and sent (out).")
            .labelNames("direction")
            .register(registry);
    private final Counter cut = Counter.builder()
            .name("glance_http_cut_total")
            .help("Answers that broke before their end: the peer went away, or data could not be delivered.")
            .register(registry);
    private final Histogram storeOperations = Histogram.builder()
            .name("glance_store_operation_seconds")
            .help("Time of store operations; writing counts from create to commit.")
            .unit(Unit.SECONDS)
            .labelNames("store", "operation", "outcome")
            .classicOnly()
            .classicUpperBounds(0.001, 0.01, 0.1, 1, 10, 60, 600)
            .register(registry);
    private final Counter storeBytes = Counter.builder()
            .name("glance_store_bytes_total")
            .help("Image data bytes written to (in) and read from (out) a store.")
            .labelNames("store", "direction")
            .register(registry);
    private final Gauge storeTransfers = Gauge.builder()
            .name("glance_store_transfers_running")
            .help("Images being written to (in) and read from (out) a store now.")
            .labelNames("store", "direction")
            .register(registry);
    private final Counter copies = Counter.builder()
            .name("glance_copies_total")
            .help("Copies of image data from elsewhere that ended, by how.")
            .labelNames("outcome")
            .register(registry);

    public Metrics() {
        // Shown from the start: a rate over a line that appears with its first event misses that event.
        requestBytes.initLabelValues("in");
        requestBytes.initLabelValues("out");
        for (Copies.Outcome outcome : Copies.Outcome.values()) {
            copies.initLabelValues(label(outcome));
        }
        GaugeWithCallback.builder()
                .name("glance_heap_used_bytes")
                .help("Java heap in use.")
                .unit(Unit.BYTES)
                .callback(callback -> callback.call((double)
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("glance_uptime_seconds")
                .help("Time since the process started.")
                .unit(Unit.SECONDS)
                .callback(callback ->
                        callback.call(ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0))
                .register(registry);
    }

    /**
     * A request is over.
     *
     * @param route a bounded name, never a path with ids
     */
    public void requestEnded(
            String route, String method, int status, long bytesIn, long bytesOut, long nanos, boolean complete) {
        requests.labelValues(route, knownMethod(method), String.valueOf(status)).observe(nanos / 1e9);
        requestBytes.labelValues("in").inc(bytesIn);
        requestBytes.labelValues("out").inc(bytesOut);
        if (!complete) {
            cut.inc();
        }
    }

    void storeOperation(String store, String operation, String outcome, long nanos) {
        storeOperations.labelValues(store, operation, outcome).observe(nanos / 1e9);
    }

    void storeBytes(String store, String direction, long bytes) {
        storeBytes.labelValues(store, direction).inc(bytes);
    }

    /** A store is there, and its lines with it. */
    void storeOpened(String store) {
        for (String direction : List.of("in", "out")) {
            storeBytes.initLabelValues(store, direction);
            storeTransfers.initLabelValues(store, direction);
        }
    }

    void storeTransferBegan(String store, String direction) {
        storeTransfers.labelValues(store, direction).inc();
    }

    void storeTransferEnded(String store, String direction) {
        storeTransfers.labelValues(store, direction).dec();
    }

    /** A copy is over. */
    public void copyEnded(Copies.Outcome outcome) {
        copies.labelValues(label(outcome)).inc();
    }

    private static String label(Copies.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Shows a number that somebody else keeps.
     *
     * @param name with its unit last
     */
    public void watch(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    /** The Prometheus text exposition format, version 0.0.4. */
    public byte[] page() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private static String knownMethod(String method) {
        return switch (method) {
            case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" -> method;
            default -> "other";
        };
    }
}
