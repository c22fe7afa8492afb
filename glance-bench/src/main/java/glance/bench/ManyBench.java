package glance.bench;

import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Many transfers at once: memory stays flat and nothing fails. */
final class ManyBench implements Bench.Group {
    /** Of one transfer: large enough that all of them overlap. */
    private static final int TRANSFER_DIVISOR = 16;

    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        Path data = SampleFile.write(directory.resolve("data"), scale.imageBytes() / TRANSFER_DIVISOR);
        try (PackagedServer server = PackagedServer.Home.in(directory).start();
                Peer peer = new Peer(server.port())) {
            String source = peer.create("source");
            peer.upload(source, data);
            int transfers = scale.downloads() + scale.uploads();
            String[] ids = new String[scale.uploads()];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = peer.create("upload");
            }
            AtomicInteger failures = new AtomicInteger();
            double seconds = Together.run(transfers, index -> {
                try (Peer one = new Peer(server.port())) {
                    if (index < ids.length) {
                        one.upload(ids[index], data);
                    } else {
                        one.drain("/v2/images/" + source + "/file");
                    }
                } catch (IOException failed) {
                    failures.incrementAndGet();
                    report.note(failed.toString());
                }
            });
            String figure = scale.downloads() + " downloads and " + scale.uploads() + " uploads at once: ";
            report.recorded(figure + "time", seconds, "s");
            report.atMost(figure + "failures", failures.get(), "", 0);
            report.atMost(figure + "peak RSS", Report.mib(server.use().peakBytes()), "MiB", 512);
        }
    }
}
