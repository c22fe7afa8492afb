package glance.bench;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

/**
 * The {@code glance} command beside the reference client, from start to end: {@code image-download} of one image, whose
 * SHA-512 both verify, and {@code image-create} beside the bare upload of the same bytes.
 */
final class ClientDownloadBench implements Bench.Group {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        Path data = SampleFile.write(directory.resolve("data"), scale.imageBytes());
        try (PackagedServer server = PackagedServer.Home.in(directory).start();
                Peer peer = new Peer(server.port())) {
            String id = peer.create("client-download");
            peer.upload(id, data);
            downloads(scale, directory, server, id, data, report);
            creates(scale, server, peer, data, report);
        }
    }

    private static void downloads(
            Scale scale, Path directory, PackagedServer server, String id, Path data, Report report)
            throws IOException, InterruptedException {
        Path file = directory.resolve("copy");
        String[] words = {"image-download", id, "--file", file.toString()};
        boolean reference = Command.find("glance").isPresent();
        double[] ours = new double[scale.repeats()];
        double[] theirs = new double[scale.repeats()];
        double[] digests = new double[scale.repeats()];
        for (int i = 0; i < scale.repeats(); i++) { // in turns, so that a busy neighbour meets all
            if (reference) {
                theirs[i] = seconds(reference(server).and(words));
                Files.delete(file);
            }
            ours[i] = seconds(ours(server).and(words));
            if (Files.mismatch(file, data) >= 0) {
                throw new IOException("the downloaded file is not the image");
            }
            Files.delete(file);
            digests[i] = digest(data);
        }
        double mib = Report.mib(scale.imageBytes());
        report.recorded("image-download: SHA-512 alone, one core", mib / Report.median(digests), "MiB/s");
        report.recorded("image-download: glance", mib / Report.median(ours), "MiB/s");
        if (!reference) {
            report.note("no reference: python3-glanceclient is not installed");
            return;
        }
        report.recorded("image-download: python3-glanceclient", mib / Report.median(theirs), "MiB/s");
        report.atLeast("image-download: of its throughput", Report.median(theirs) / Report.median(ours), "x", 3);
    }

    private static void creates(Scale scale, PackagedServer server, Peer peer, Path data, Report report)
            throws IOException, InterruptedException {
        double[] commands = new double[scale.repeats()];
        double[] uploads = new double[scale.repeats()];
        for (int i = 0; i < scale.repeats(); i++) {
            commands[i] = seconds(ours(server)
                    .and("image-create", "--disk-format", "raw", "--container-format", "bare")
                    .and("--file", data.toString()));
            String bare = peer.create("bare");
            long start = System.nanoTime();
            peer.upload(bare, data);
            uploads[i] = since(start);
        }
        report.recorded("image-create: the bare upload", Report.median(uploads), "s");
        report.atMost(
                "image-create: beyond the bare upload", Report.median(commands) - Report.median(uploads), "s", 0.5);
    }

    private static Command ours(PackagedServer server) {
        return Command.of(PackagedServer.distribution().resolve("bin/glance").toString())
                .and("--os-image-url", server.url().toString())
                .within(LIMIT);
    }

    private static Command reference(PackagedServer server) {
        return Command.of("/usr/bin/glance", "--os-image-url", server.url().toString(), "--os-auth-token", "unused")
                .within(LIMIT);
    }

    private static double seconds(Command command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        command.run().orFail();
        return since(start);
    }

    private static double digest(Path data) throws IOException {
        long start = System.nanoTime();
        try (InputStream in = Files.newInputStream(data)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            byte[] buffer = new byte[256 << 10];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                digest.update(buffer, 0, length);
            }
            if (digest.digest().length == 0) {
                throw new IOException("no digest");
            }
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every Java runtime has SHA-512
        }
        return since(start);
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
