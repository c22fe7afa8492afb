package glance.bench;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import glance.testkit.store.ObjectServer;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;

/** Images up to a remote store and down from it, beside the store's own client on the same server in the same run. */
final class StoreBench implements Bench.Group {
    static final List<String> DIGESTS = List.of("MD5", "SHA-512");

    private final RemoteStore store;

    StoreBench(RemoteStore store) {
        this.store = store;
    }

    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        ObjectServer objects = ObjectServer.shared();
        String container = objects.freshName();
        int port = Integer.parseInt(objects.fact("PORT"));
        try (PackagedServer server = store.behind(PackagedServer.Home.in(directory), objects, port, container)
                        .start();
                Peer peer = new Peer(server.port())) {
            Path small = SampleFile.write(directory.resolve("small"), scale.imageBytes() / 4);
            for (int i = 0; i <= scale.warmUps() / 1000; i++) { // makes the container, and warms the compiler
                String id = peer.create("warm-up");
                peer.upload(id, small);
                peer.drain("/v2/images/" + id + "/file");
                peer.delete(id);
            }
            measure(small, scale.repeats(), server, peer, objects, container, report);
            Files.delete(small);
            Path large = SampleFile.write(directory.resolve("large"), scale.imageBytes() * 2);
            measure(large, 1, server, peer, objects, container, report);
            report.recorded(store + ": peak RSS", Report.mib(server.use().peakBytes()), "MiB");
        }
    }

    private void measure(
            Path data,
            int repeats,
            PackagedServer server,
            Peer peer,
            ObjectServer objects,
            String container,
            Report report)
            throws IOException, InterruptedException {
        double[] up = new double[repeats];
        double[] down = new double[repeats];
        double[] clientUp = new double[repeats];
        double[] clientDown = new double[repeats];
        Duration cpuUp = Duration.ZERO;
        Duration cpuDown = Duration.ZERO;
        Path fetched = data.resolveSibling("fetched");
        for (int i = 0; i < repeats; i++) { // in turns, so that a busy neighbour meets all
            clientUp[i] = clientUp(objects, container, data);
            clientDown[i] = seconds(() -> client(store.download(objects, container, fetched)));
            Files.delete(fetched);
            String id = peer.create("store");
            Duration before = server.use().cpu();
            up[i] = seconds(() -> peer.upload(id, data));
            Duration between = server.use().cpu();
            down[i] = seconds(() -> peer.drain("/v2/images/" + id + "/file"));
            cpuUp = cpuUp.plus(between.minus(before));
            cpuDown = cpuDown.plus(server.use().cpu().minus(between));
            peer.delete(id);
        }
        double mib = Report.mib(Files.size(data));
        String figure = store + " " + Math.round(mib) + " MiB: ";
        report.recorded(figure + "own client up, with digests", mib / Report.median(clientUp), "MiB/s");
        report.recorded(figure + "up", mib / Report.median(up), "MiB/s");
        report.atLeast(figure + "up, of its own client's", Report.median(clientUp) / Report.median(up), "x", 0.8);
        report.recorded(figure + "own client down", mib / Report.median(clientDown), "MiB/s");
        report.recorded(figure + "down", mib / Report.median(down), "MiB/s");
        report.atLeast(figure + "down, of its own client's", Report.median(clientDown) / Report.median(down), "x", 0.9);
        double gib = mib / 1024 * repeats;
        report.recorded(figure + "server CPU up", cpuUp.toMillis() / 1000.0 / gib, "s/GiB");
        report.recorded(figure + "server CPU down", cpuDown.toMillis() / 1000.0 / gib, "s/GiB");
    }

    /** The client's upload with both digests of the file beside it, as the service makes them: until the last is done. */
    private double clientUp(ObjectServer objects, String container, Path data)
            throws IOException, InterruptedException {
        return Together.run(1 + DIGESTS.size(), index -> {
            if (index == 0) {
                client(store.upload(objects, container, data));
            } else {
                digest(DIGESTS.get(index - 1), data);
            }
        });
    }

    static void digest(String algorithm, Path data) throws IOException {
        try (FileChannel channel = FileChannel.open(data)) {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (long at = 0; at < channel.size(); at += 1 << 28) {
                MappedByteBuffer mapped =
                        channel.map(FileChannel.MapMode.READ_ONLY, at, Math.min(1 << 28, channel.size() - at));
                digest.update(mapped);
            }
            if (digest.digest().length == 0) {
                throw new IllegalStateException("a digest has bytes");
            }
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void client(List<String> words) throws IOException {
        try {
            Command.of(words.toArray(String[]::new)).run().orFail();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static double seconds(Work work) throws IOException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
