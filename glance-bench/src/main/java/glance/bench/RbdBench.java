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
    private static final int SHARE = 4;

    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        long bytes = scale.imageBytes() / SHARE;
        Path data = SampleFile.write(directory.resolve("data"), bytes);
        Path fetched = directory.resolve("fetched");
        Ceph ceph = Ceph.shared();
        double[] imports = new double[scale.repeats()];
        double[] exports = new double[scale.repeats()];
        double[] uploads = new double[scale.repeats()];
        double[] downloads = new double[scale.repeats()];
        try (PackagedServer server = home(ceph, directory).start()) {
            measure(server, data); // for the caches, and the compiler
            Duration before = server.use().cpu();
            for (int i = 0; i < scale.repeats(); i++) { // in turns, so that a busy neighbour meets all
                imports[i] = importWithDigests(ceph, data);
                exports[i] = seconds(() -> ceph.rbd("export", "--no-progress", "images/reference", fetched.toString()));
                Files.delete(fetched);
                ceph.rbd("rm", "--no-progress", "images/reference");
                double[] ours = measure(server, data);
                uploads[i] = ours[0];
                downloads[i] = ours[1];
            }
            double cpu = server.use().cpu().minus(before).toMillis() / 1000.0;
            double mib = Report.mib(bytes);
            report.recorded("rbd import, with digests", mib / Report.median(imports), "MiB/s");
            report.recorded("glance, up", mib / Report.median(uploads), "MiB/s");
            report.atLeast("up, of import", Report.median(imports) / Report.median(uploads), "x", 0.8);
            report.recorded("rbd export", mib / Report.median(exports), "MiB/s");
            report.recorded("glance, down", mib / Report.median(downloads), "MiB/s");
            report.atLeast("down, of export", Report.median(exports) / Report.median(downloads), "x", 0.9);
            report.recorded("server CPU, up and down", cpu / Report.gib(bytes) / scale.repeats(), "s/GiB");
            report.recorded(
                    "server's largest resident set", Report.mib(server.use().peakBytes()), "MiB");
        }
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

    /** Seconds of an upload, and of the download after it. */
    private static double[] measure(PackagedServer server, Path data) throws IOException, InterruptedException {
        try (Peer peer = new Peer(server.port())) {
            String id = peer.create("rbd");
            double up = seconds(() -> peer.upload(id, data));
            double down = seconds(() -> peer.drain("/v2/images/" + id + "/file"));
            peer.delete(id);
            return new double[] {up, down};
        }
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
