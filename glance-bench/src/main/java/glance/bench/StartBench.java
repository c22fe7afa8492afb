package glance.bench;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.nio.file.Path;

/** Start to first answer, idle resident set, and a client command from start to end. */
final class StartBench implements Bench.Group {
    @Override
    public void run(Scale scale, Path directory, Report report) throws IOException, InterruptedException {
        PackagedServer.Home home = PackagedServer.Home.in(directory);
        home.start().close(); // makes the database
        double[] starts = new double[scale.repeats()];
        double resident = 0;
        double[] commands = new double[scale.repeats()];
        Command list =
                Command.of(PackagedServer.distribution().resolve("bin/glance").toString(), "image-list");
        for (int i = 0; i < scale.repeats(); i++) {
            try (PackagedServer server = home.start()) {
                starts[i] = server.startup().toMillis() / 1000.0;
                long began = System.nanoTime();
                list.with("OS_IMAGE_URL", server.url().toString()).run().orFail();
                commands[i] = (System.nanoTime() - began) / 1e9;
                resident = Report.mib(server.use().residentBytes());
            }
        }
        report.atMost("server: start to first answer", Report.median(starts), "s", 1.0);
        report.atMost("server: resident set when idle", resident, "MiB", 200);
        report.atMost("client: glance image-list", Report.median(commands), "s", 0.4);
    }
}
