package glance.bench;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** GET of one image under {@code wrk}: latency, rate, server CPU per request. */
final class GetBench implements Bench.Group {
    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        if (Command.find("wrk").isEmpty()) {
            throw new IOException("wrk is not installed");
        }
        try (PackagedServer server = PackagedServer.Home.in(directory).start()) {
            String id;
            try (Peer peer = new Peer(server.port())) {
                id = peer.create("get");
            }
            wrk(server, id, scale.load()); // for the compiler
            Duration before = server.use().cpu();
            String printed = wrk(server, id, scale.load());
            double cpu = server.use().cpu().minus(before).toNanos() / 1000.0;
            double requests = number(printed, "([0-9]+) requests in");
            report.recorded("GET one image, 8 connections: p50", milliseconds(printed, "50%"), "ms");
            report.recorded("GET one image, 8 connections: p99", milliseconds(printed, "99%"), "ms");
            report.recorded("GET one image, 8 connections: rate", number(printed, "Requests/sec: +([0-9.]+)"), "/s");
            report.recorded("GET one image, 8 connections: server CPU", cpu / requests, "us/request");
            if (printed.contains("Non-2xx") || printed.contains("Socket errors")) {
                throw new IOException("wrk saw failures:\n" + printed);
            }
        }
    }

    private static String wrk(PackagedServer server, String id, Duration load)
            throws IOException, InterruptedException {
        return Command.of(
                        "wrk",
                        "-t1",
                        "-c8",
                        "-d" + load.toSeconds() + "s",
                        "--latency",
                        server.url() + "/v2/images/" + id)
                .run()
                .orFail();
    }

    private static double number(String printed, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(printed);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in:\n" + printed);
        }
        return Double.parseDouble(matcher.group(1));
    }

    /** wrk chooses the unit: us, ms or s. */
    private static double milliseconds(String printed, String line) {
        Matcher matcher = Pattern.compile(line + " +([0-9.]+)(us|ms|s)").matcher(printed);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + line + " in:\n" + printed);
        }
        double value = Double.parseDouble(matcher.group(1));
        return switch (matcher.group(2)) {
            case "us" -> value / 1000;
            case "ms" -> value;
            default -> value * 1000;
        };
    }
}
