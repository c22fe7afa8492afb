package glance.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** {@code ./bench [--smoke] [NAME...]}: prints each figure beside its reference. */
public final class Bench {
    /** One group of figures. Starts what it needs and stops it again. */
    @FunctionalInterface
    interface Group {
        void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException;
    }

    private Bench() {}

    private static Map<String, Group> groups() {
        Map<String, Group> groups = new LinkedHashMap<>();
        groups.put("start", new StartBench());
        groups.put("download", new DownloadBench());
        groups.put("upload", new UploadBench(1));
        groups.put("uploads", new UploadBench(4));
        groups.put("client-download", new ClientDownloadBench());
        groups.put("get", new GetBench());
        groups.put("list", new ListBench());
        groups.put("many", new ManyBench());
        groups.put("creates", new CreateBench());
        groups.put("store-s3", new StoreBench(RemoteStore.S3));
        groups.put("store-swift", new StoreBench(RemoteStore.SWIFT));
        groups.put("store-rbd", new RbdBench());
        groups.put("storm-s3", new StormBench(RemoteStore.S3));
        groups.put("storm-swift", new StormBench(RemoteStore.SWIFT));
        groups.put("scale-mariadb", new ScaleBench(Engine.MARIADB));
        groups.put("scale-postgresql", new ScaleBench(Engine.POSTGRESQL));
        groups.put("scale-sqlite", new ScaleBench(Engine.SQLITE));
        return groups;
    }

    /** Exits 0 when every group ran, whatever it measured; 1 when one could not; 2 on wrong arguments. */
    public static void main(String... words) throws InterruptedException, IOException {
        Map<String, Group> groups = groups();
        List<String> names = new ArrayList<>(List.of(words));
        Scale scale = names.remove("--smoke") ? Scale.SMOKE : Scale.FULL;
        if (!groups.keySet().containsAll(names)) {
            System.err.println("usage: ./bench [--smoke] [NAME...]; names: " + String.join(" ", groups.keySet()));
            System.exit(2);
        }
        Logger.getLogger("").setLevel(Level.WARNING); // what connection pools say would stand between the figures
        Report report = new Report(System.out);
        boolean complete = true;
        for (Map.Entry<String, Group> group : groups.entrySet()) {
            // Loading a million images three times takes longer than all the others: only when asked for.
            boolean byDefault = scale.equals(Scale.SMOKE) || !group.getKey().startsWith("scale");
            if (names.isEmpty() ? !byDefault : !names.contains(group.getKey())) {
                continue;
            }
            report.heading(group.getKey());
            Path directory = Files.createTempDirectory("glance-bench");
            try {
                group.getValue().run(scale, directory, report);
            } catch (IOException | RuntimeException broken) {
                complete = false;
                report.note("could not be measured: " + broken);
            } finally {
                delete(directory);
            }
        }
        report.summary(scale);
        System.exit(complete ? 0 : 1);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
