package glance.bench;

import glance.testkit.ceph.Ceph;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Images to and from a real Ceph through the service, beside {@code rbd import} and {@code rbd export} of the same bytes in the
 * same run. The service also digests what it stores, so both digests are made beside the import.
 */
final class RbdBench implements Bench.Group {
    private static final int LARGE_REPEATS = 3;

    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        Ceph ceph = Ceph.shared();
        try (PackagedServer server = home(ceph, directory).start();
                Peer peer = new Peer(server.port())) {
            Path small = SampleFile.write(directory.resolve("small"), scale.imageBytes() / 4);
            for (int i = 0; i <= scale.warmUps() / 500; i++) { // for the caches, and the compiler
                String id = peer.create("warm-up");
                peer.upload(id, small);
                peer.drain("/v2/images/" + id + "/file");
                peer.delete(id);
            }
            measure(small, scale.repeats(), server, peer, ceph, report);
            Files.delete(small);
            Path large = SampleFile.write(directory.resolve("large"), scale.imageBytes() * 2);
            measure(large, Math.min(LARGE_REPEATS, scale.repeats()), server, peer, ceph, report);
            report.recorded("RBD: peak RSS", Report.mib(server.use().peakBytes()), "MiB");
        }
    }

    private static void measure(Path data, int repeats, PackagedServer server, Peer peer, Ceph ceph, Report report)
            throws IOException, InterruptedException {
        double[] imports = new double[repeats];
        double[] exports = new double[repeats];
        double[] up = new double[repeats];
        double[] down = new double[repeats];
        Duration cpuUp = Duration.ZERO;
        Duration cpuDown = Duration.ZERO;
        Path fetched = data.resolveSibling("fetched");
        for (int i = 0; i < repeats; i++) { // in turns, so that a busy neighbour meets all
            imports[i] = importWithDigests(ceph, data);
            exports[i] = seconds(() -> ceph.rbd("export", "--no-progress", "images/reference", fetched.toString()));
            Files.delete(fetched);
            ceph.rbd("rm", "--no-progress", "images/reference");
            String id = peer.create("rbd");
            Duration before = server.use().cpu();
            up[i] = seconds(() -> peer.upload(id, data));
            Duration between = server.use().cpu();
            down[i] = seconds(() -> peer.drain("/v2/images/" + id + "/file"));
            cpuUp = cpuUp.plus(between.minus(before));
            cpuDown = cpuDown.plus(server.use().cpu().minus(between));
            peer.delete(id);
        }
        double mib = Report.mib(Files.size(data));
        String figure = "RBD " + Math.round(mib) + " MiB: ";
        report.recorded(figure + "rbd import, with digests", mib / Report.median(imports), "MiB/s");
        report.recorded(figure + "up", mib / Report.median(up), "MiB/s");
        report.atLeast(figure + "up, of import", Report.median(imports) / Report.median(up), "x", 0.8);
        report.recorded(figure + "rbd export", mib / Report.median(exports), "MiB/s");
        report.recorded(figure + "down", mib / Report.median(down), "MiB/s");
        report.atLeast(figure + "down, of export", Report.median(exports) / Report.median(down), "x", 0.9);
        double gib = mib / 1024 * repeats;
        report.recorded(figure + "server CPU up", cpuUp.toMillis() / 1000.0 / gib, "s/GiB");
        report.recorded(figure + "server CPU down", cpuDown.toMillis() / 1000.0 / gib, "s/GiB");
    }

    private static double importWithDigests(Ceph ceph, Path data) throws IOException, InterruptedException {
        return Together.run(1 + StoreBench.DIGESTS.size(), index -> {
            if (index == 0) {
                ceph.rbd("import", "--no-progress", data.toString(), "images/reference");
            } else {
                StoreBench.digest(StoreBench.DIGESTS.get(index - 1), data);
            }
        });
    }

    private static PackagedServer.Home home(Ceph ceph, Path directory) {
        return PackagedServer.Home.in(directory)
                .with("glance_store", "stores", "rbd")
                .with("glance_store", "default_store", "rbd")
                .with(
                        "glance_store",
                        "rbd_store_ceph_conf",
                        ceph.configuration().toString())
                .with("glance_store", "rbd_store_user", ceph.user());
    }

    private interface Step {
        void run() throws IOException;
    }

    private static double seconds(Step step) throws IOException {
        long began = System.nanoTime();
        step.run();
        return (System.nanoTime() - began) / 1e9;
    }
}
