package glance.bench;

import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Downloads from the page cache, beside nginx with sendfile on the very same file. */
final class DownloadBench implements Bench.Group {
    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        try (PackagedServer server = PackagedServer.Home.in(directory).start();
                Peer peer = new Peer(server.port())) {
            String id = peer.create("download");
            peer.upload(id, SampleFile.write(directory.resolve("data"), scale.imageBytes()));
            try (Nginx nginx = Nginx.serving(server.home().images(), directory)) {
                measure(1, scale, server, nginx, id, report);
                measure(8, scale, server, nginx, id, report);
            }
        }
    }

    private static void measure(int clients, Scale scale, PackagedServer server, Nginx nginx, String id, Report report)
            throws IOException, InterruptedException {
        String ours = "/v2/images/" + id + "/file";
        String theirs = "/" + id;
        drain(server.port(), ours, clients); // the first run of each is for the caches
        drain(nginx.port(), theirs, clients);
        double[] ourSeconds = new double[scale.repeats()];
        double[] theirSeconds = new double[scale.repeats()];
        Duration ourCpu = server.use().cpu();
        Duration theirCpu = nginx.cpu();
        for (int i = 0; i < scale.repeats(); i++) { // in turns, so that a busy neighbour meets both
            theirSeconds[i] = drain(nginx.port(), theirs, clients);
            ourSeconds[i] = drain(server.port(), ours, clients);
        }
        double moved = Report.gib(scale.imageBytes()) * clients;
        double all = moved * scale.repeats();
        String figure = "download, " + clients + (clients == 1 ? " client: " : " clients: ");
        report.recorded(figure + "nginx", moved * 1024 / Report.median(theirSeconds), "MiB/s");
        report.recorded(figure + "glance", moved * 1024 / Report.median(ourSeconds), "MiB/s");
        report.atLeast(
                figure + "of nginx's throughput", Report.median(theirSeconds) / Report.median(ourSeconds), "x", 0.85);
        report.recorded(figure + "nginx CPU", seconds(nginx.cpu().minus(theirCpu)) / all, "s/GiB");
        report.atMost(figure + "server CPU", seconds(server.use().cpu().minus(ourCpu)) / all, "s/GiB", 0.2);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static double drain(int port, String path, int clients) throws IOException, InterruptedException {
        return Together.run(clients, _ -> {
            try (Peer peer = new Peer(port)) {
                peer.drain(path);
            }
        });
    }
}
