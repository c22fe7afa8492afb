package glance.bench;

import glance.testkit.process.PackagedServer;
import glance.testkit.process.Script;
import glance.testkit.store.ObjectServer;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** A thousand machines that boot one image at the same time, from a remote store. */
final class StormBench implements Bench.Group {
    /** A line of {@code jcmd GC.heap_info} for the serial collector, one a generation. */
    private static final Pattern USED = Pattern.compile("(?:generation|Tenured|DefNew).*used ([0-9]+)K");

    private final RemoteStore store;

    StormBench(RemoteStore store) {
        this.store = store;
    }

    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        int count = scale.equals(Scale.SMOKE) ? 40 : 1000;
        Path data = SampleFile.write(directory.resolve("data"), scale.imageBytes() / 16);
        ObjectServer objects = ObjectServer.shared();
        try (Relay relay = new Relay(Integer.parseInt(objects.fact("PORT")));
                PackagedServer server = store.behind(
                                PackagedServer.Home.in(directory), objects, relay.port(), objects.freshName())
                        .start();
                Peer peer = new Peer(server.port())) {
            String id = peer.create("storm");
            peer.upload(id, data);
            String path = "/v2/images/" + id + "/file";
            warmUp(scale, server, peer, count, directory);
            storm(server, path, data, Math.max(1, count / 10));
            long heapBefore = heap(server);
            long rssBefore = server.use().residentBytes();
            long before = relay.received();
            List<Crowd.Reader> readers = storm(server, path, data, count);
            long fromStore = relay.received() - before;
            report(report, readers, data, fromStore);
            report.atMost(figure("heap growth"), Report.mib(heap(server) - heapBefore), "MiB", 64);
            report.recorded(figure("RSS growth"), Report.mib(server.use().peakBytes() - rssBefore), "MiB");
        }
    }

    /** Crowds that read a small image: figures are of a server that has run a while. */
    private static void warmUp(Scale scale, PackagedServer server, Peer peer, int count, Path directory)
            throws IOException {
        Path small = SampleFile.write(directory.resolve("small"), 2 << 20);
        String id = peer.create("warm-up");
        peer.upload(id, small);
        for (int i = 0; i < Math.max(1, scale.warmUps() / 200); i++) {
            storm(server, "/v2/images/" + id + "/file", small, count);
        }
        peer.delete(id);
    }

    private String figure(String what) {
        return "storm, " + store + ": " + what;
    }

    private static List<Crowd.Reader> storm(PackagedServer server, String path, Path data, int count)
            throws IOException {
        try (Crowd crowd = new Crowd(server.port(), count)) {
            return crowd.get(path, Files.size(data));
        }
    }

    private void report(Report report, List<Crowd.Reader> readers, Path data, long fromStore) throws IOException {
        long size = Files.size(data);
        long checksum = checksum(data);
        double[] firsts =
                readers.stream().mapToDouble(Crowd.Reader::secondsToFirstByte).toArray();
        double[] wholes = readers.stream().mapToDouble(Crowd.Reader::seconds).toArray();
        double fastest = Report.percentile(0, wholes);
        double slowest = Report.percentile(1, wholes);
        report.recorded(figure("readers"), readers.size(), "");
        report.recorded(figure("all together"), Report.mib(size) * readers.size() / slowest, "MiB/s");
        report.atMost(figure("reads of the store"), (double) fromStore / size, "x", 1.05);
        report.atMost(figure("first byte, p99"), 1000 * Report.percentile(0.99, firsts), "ms", 250);
        report.atMost(figure("slowest beside the fastest"), slowest / fastest, "x", 1.5);
        long wrong =
                readers.stream().filter(reader -> !reader.got(size, checksum)).count();
        report.atMost(figure("wrong or short answers"), (double) wrong, "", 0);
    }

    private static long checksum(Path data) throws IOException {
        try (FileChannel channel = FileChannel.open(data)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            CRC32C checksum = new CRC32C();
            checksum.update(mapped);
            return checksum.getValue();
        }
    }

    /** Bytes of the heap in use, garbage included. */
    private static long heap(PackagedServer server) throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        long kib = 0;
        for (String line : Script.run(List.of(jcmd, Long.toString(server.pid()), "GC.heap_info"), Map.of())) {
            Matcher used = USED.matcher(line);
            if (used.find()) {
                kib += Long.parseLong(used.group(1));
            }
        }
        if (kib == 0) {
            throw new IOException("jcmd tells no use of the heap");
        }
        return kib << 10;
    }
}
