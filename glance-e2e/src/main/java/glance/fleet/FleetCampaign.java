package glance.fleet;

import glance.testkit.database.DatabaseServer;
import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import glance.testkit.store.ObjectServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Two API servers behind nginx on one MariaDB and one S3 store, 50 clients at once. First one of the servers is killed again and
 * again at random, and started anew: clients that repeat lose nothing. Then both are restarted one after the other: clients that
 * do not repeat see no failure. In the end every byte that was acknowledged is there, no image is stuck, and fsck finds nothing.
 */
public final class FleetCampaign {
    private static final int CLIENTS = 50;
    private static final Duration DRAIN = Duration.ofSeconds(60);

    private final List<PackagedServer.Home> homes = new ArrayList<>();
    private final List<PackagedServer> servers = new ArrayList<>();
    private final Map<String, Long> stored = Clients.nothingStored();
    private final Random random;
    private final int clients;

    private FleetCampaign(Path directory, int clients, long seed) throws IOException {
        this.random = new Random(seed);
        this.clients = clients;
        String database = DatabaseServer.shared(DatabaseServer.Kind.MARIADB).freshUrl();
        ObjectServer s3 = ObjectServer.shared(ObjectServer.Kind.S3PROXY);
        String bucket = s3.freshName();
        for (String name : new String[] {"one", "two"}) {
            homes.add(PackagedServer.Home.in(Files.createDirectory(directory.resolve(name)))
                    .with("DEFAULT", "worker_id", name)
                    .with("DEFAULT", "bind_port", Integer.toString(PackagedServer.freePort()))
                    .with("database", "connection", database)
                    .with("glance_store", "stores", "s3")
                    .with("glance_store", "default_store", "s3")
                    .with("glance_store", "s3_store_host", s3.fact("S3_URL"))
                    .with("glance_store", "s3_store_access_key", s3.fact("S3_ACCESS_KEY"))
                    .with("glance_store", "s3_store_secret_key", s3.fact("S3_SECRET_KEY"))
                    .with("glance_store", "s3_store_bucket", bucket)
                    .with("glance_store", "s3_store_create_bucket_on_put", "true"));
        }
    }

    /**
     * {@code [KILLS] [--seed SEED]}: 20 kills by default.
     */
    public static void main(String[] words) throws IOException, InterruptedException {
        int kills = 20;
        long seed = System.nanoTime() & 0xffff_ffffL;
        for (int i = 0; i < words.length; i++) {
            boolean isSeed = words[i].equals("--seed") && i + 1 < words.length;
            String number = isSeed ? words[++i] : words[i];
            if (!number.matches("[0-9]{1,9}")) {
                System.err.println("'" + number + "' is no number\nusage: ./fleet-test [KILLS] [--seed SEED]");
                System.exit(2);
            }
            if (isSeed) {
                seed = Long.parseLong(number);
            } else {
                kills = Integer.parseInt(number);
            }
        }
        Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "fleet-");
        System.out.println("fleet: " + kills + " kills, seed " + seed + ", in " + directory);
        List<String> violations = run(directory, kills, CLIENTS, seed);
        violations.stream().limit(20).forEach(System.out::println);
        System.out.println("fleet: " + violations.size() + " violations");
        if (violations.isEmpty()) {
            Command.of("rm", "-rf", directory.toString()).run().orFail();
        }
        System.exit(violations.isEmpty() ? 0 : 1);
    }

    /**
     * Runs all of it.
     *
     * @param clients half of them upload, half download
     * @return what should not be, in words; empty when all holds
     */
    static List<String> run(Path directory, int kills, int clients, long seed)
            throws IOException, InterruptedException {
        return new FleetCampaign(directory, clients, seed).run(directory, kills);
    }

    private List<String> run(Path directory, int kills) throws IOException, InterruptedException {
        List<String> violations = new ArrayList<>();
        try {
            for (PackagedServer.Home home : homes) {
                servers.add(home.start());
            }
            List<Integer> ports = servers.stream().map(PackagedServer::port).toList();
            try (Balancer balancer = Balancer.before(ports, directory.resolve("nginx"))) {
                killed(new Clients(balancer.url(), true, stored), kills, violations);
                restarted(new Clients(balancer.url(), false, stored), violations);
                compare(new Clients(balancer.url(), true, stored), violations);
            }
            fsck(violations);
        } finally {
            servers.forEach(PackagedServer::close);
        }
        return violations;
    }

    private void killed(Clients load, int kills, List<String> violations) throws IOException, InterruptedException {
        load.start(clients / 2, clients / 2);
        for (int i = 0; i < kills; i++) {
            Thread.sleep(random.nextInt(1000, 3000));
            int victim = random.nextInt(servers.size());
            servers.get(victim).kill();
            Thread.sleep(random.nextInt(100, 1000));
            servers.set(victim, homes.get(victim).start());
        }
        Thread.sleep(500);
        load.stop();
        System.out.println("fleet: " + kills + " kills: " + load.counts());
        violations.addAll(load.failures());
    }

    private void restarted(Clients load, List<String> violations) throws IOException, InterruptedException {
        load.start(clients / 2, clients / 2);
        for (int i = 0; i < servers.size(); i++) {
            Thread.sleep(1000);
            servers.get(i).terminate();
            servers.get(i).awaitExit(DRAIN);
            servers.set(i, homes.get(i).start());
        }
        Thread.sleep(1000);
        load.stop();
        System.out.println("fleet: all restarted: " + load.counts());
        violations.addAll(load.failures());
    }

    private void compare(Clients clients, List<String> violations) throws InterruptedException {
        for (String id : stored.keySet()) {
            try {
                clients.fetch(id);
                String status = clients.status(id);
                if (!status.equals("active")) {
                    violations.add("image " + id + " was stored and is " + status);
                }
            } catch (IOException | AssertionError lost) {
                violations.add("image " + id + " was stored: " + lost.getMessage());
            }
        }
        System.out.println("fleet: " + stored.size() + " images compared");
    }

    private void fsck(List<String> violations) throws IOException, InterruptedException {
        Command.Outcome told = Command.of(
                        PackagedServer.distribution()
                                .resolve("bin/glance-manage")
                                .toString(),
                        "--config-file",
                        homes.getFirst().configuration().toString(),
                        "fsck",
                        "--deep",
                        // What it would leave alone for a day has all happened just now, and nothing is under way any
                        // more.
                        "--min-age",
                        "0")
                .run();
        System.out.println("fleet: fsck: "
                + told.out().strip().lines().reduce((_, last) -> last).orElse(""));
        if (told.exit() != 0) {
            violations.add("fsck ended with " + told.exit() + ": " + told.out() + told.err());
        }
    }
}
