package glance.bench;

import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Durable uploads, beside their two digests alone on all cores and a synced write of the same bytes. */
final class UploadBench implements Bench.Group {
    private static final String[] DIGESTS = {"MD5", "SHA-512"};

    private final int streams;

    UploadBench(int streams) {
        this.streams = streams;
    }

    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        long bytes = scale.imageBytes() / streams;
        Path data = SampleFile.write(directory.resolve("data"), bytes);
        try (PackagedServer server = PackagedServer.Home.in(directory).start()) {
            for (int i = 0; i <= scale.warmUps() / 500; i++) { // for the caches, and the compiler
                upload(server, data);
            }
            double[] digests = new double[scale.repeats()];
            double[] writes = new double[scale.repeats()];
            double[] uploads = new double[scale.repeats()];
            AtomicLong digestNanos = new AtomicLong();
            Duration serverCpu = Duration.ZERO;
            for (int i = 0; i < scale.repeats(); i++) { // in turns, so that a busy neighbour meets all
                digests[i] = digest(data, digestNanos);
                writes[i] = writeSynced(data, directory);
                Uploaded uploaded = upload(server, data);
                uploads[i] = uploaded.seconds();
                serverCpu = serverCpu.plus(uploaded.serverCpu());
            }
            report(scale, report, Report.median(digests), Report.median(writes), Report.median(uploads));
            double gib = Report.gib(bytes) * streams * scale.repeats();
            double digestCpu = digestNanos.get() / 1e9;
            report.recorded(figure() + "digests' CPU", digestCpu / gib, "s/GiB");
            report.recorded(figure() + "server CPU", serverCpu.toMillis() / 1000.0 / gib, "s/GiB");
            report.atMost(figure() + "of the digests' CPU", serverCpu.toMillis() / 1000.0 / digestCpu, "x", 1.35);
        }
    }

    private String figure() {
        return streams == 1 ? "upload: " : streams + " uploads at once: ";
    }

    private void report(Scale scale, Report report, double digests, double writes, double uploads) {
        double mib = Report.mib(scale.imageBytes());
        report.recorded(figure() + "digests alone", mib / digests, "MiB/s");
        report.recorded(figure() + "synced write alone", mib / writes, "MiB/s");
        report.recorded(figure() + "glance", mib / uploads, "MiB/s");
        report.atLeast(
                figure() + "of the slower of the two",
                Math.max(digests, writes) / uploads,
                "x",
                streams == 1 ? 0.65 : 0.6);
    }

    private double digest(Path data, AtomicLong cpuNanos) throws IOException, InterruptedException {
        try (FileChannel channel = FileChannel.open(data)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            return Together.run(streams * DIGESTS.length, index -> {
                long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                try {
                    MessageDigest digest = MessageDigest.getInstance(DIGESTS[index % DIGESTS.length]);
                    byte[] chunk = new byte[64 * 1024]; // digests want arrays; this copy is part of any digesting
                    ByteBuffer own = mapped.duplicate();
                    while (own.hasRemaining()) {
                        int count = Math.min(chunk.length, own.remaining());
                        own.get(chunk, 0, count);
                        digest.update(chunk, 0, count);
                    }
                    if (digest.digest().length == 0) {
                        throw new IllegalStateException("a digest has bytes");
                    }
                } catch (NoSuchAlgorithmException impossible) {
                    throw new IllegalStateException(impossible);
                }
                cpuNanos.addAndGet(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
            });
        }
    }

    private double writeSynced(Path data, Path directory) throws IOException, InterruptedException {
        double seconds = Together.run(streams, index -> {
            try (FileChannel in = FileChannel.open(data);
                    FileChannel out = FileChannel.open(
                            directory.resolve("write" + index),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
                while (in.read(chunk) >= 0) {
                    chunk.flip();
                    while (chunk.hasRemaining()) {
                        out.write(chunk);
                    }
                    chunk.clear();
                }
                out.force(true);
            }
        });
        for (int i = 0; i < streams; i++) {
            Files.delete(directory.resolve("write" + i));
        }
        return seconds;
    }

    private record Uploaded(double seconds, Duration serverCpu) {}

    /** Of the uploads alone; records are made before, the images deleted after. */
    private Uploaded upload(PackagedServer server, Path data) throws IOException, InterruptedException {
        String[] ids = new String[streams];
        try (Peer peer = new Peer(server.port())) {
            for (int i = 0; i < streams; i++) {
                ids[i] = peer.create("upload");
            }
        }
        Duration before = server.use().cpu();
        double seconds = Together.run(streams, index -> {
            try (Peer peer = new Peer(server.port())) {
                peer.upload(ids[index], data);
            }
        });
        Duration used = server.use().cpu().minus(before);
        try (Peer peer = new Peer(server.port())) {
            for (String id : ids) {
                peer.delete(id);
            }
        }
        return new Uploaded(seconds, used);
    }
}
