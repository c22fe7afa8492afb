package glance.crash;

import glance.fault.FailPoint;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Kills a loaded server, restarts it on what it left, and checks that nothing acknowledged is lost, no byte is wrong, no
 * image is stuck, no file is left over, and the service starts.
 *
 * <p>Each round starts the server once: first what the round before left is verified, then load runs until the server is
 * killed at a random instant or halts at a fail point it was started with. Which of both, where and when follows from the
 * seed and the round's number; the interleaving of the threads does not, so a replay meets the same plan, not the same
 * instant.
 */
public final class CrashCampaign {
    private static final int DATABASE_CHECK_EVERY = 25;
    private static final int EVERY_BYTE_EVERY = 20;
    /** After so many answered writes a fail point that was not passed is given up, and the server killed. */
    private static final int POINT_WRITES = 300;
    /** However slow the machine, a round's load ends. */
    private static final Duration LOAD_LIMIT = Duration.ofSeconds(5);

    private final Arguments arguments;
    private final PackagedServer.Home home;
    private final Ledger ledger = new Ledger();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Map<FailPoint, Integer> halts = new EnumMap<>(FailPoint.class);
    private int killed;
    private int diedStarting;
    private int happened;
    private int notHappened;

    private CrashCampaign(Arguments arguments, PackagedServer.Home home) {
        this.arguments = arguments;
        this.home = home;
    }

    /**
     * @param rounds how many crashes
     * @param limit stops earlier, between rounds, after this time
     */
    record Arguments(int rounds, Duration limit, long seed) {
        static final String USAGE = "usage: ./crash-campaign [ROUNDS] [--seconds LIMIT] [--seed SEED]";

        /**
         * @throws IllegalArgumentException in words for the user
         */
        static Arguments parse(String... words) {
            int rounds = 200;
            Duration limit = Duration.ofDays(1);
            long seed = System.nanoTime() & 0xffff_ffffL;
            for (int i = 0; i < words.length; i++) {
                if (words[i].equals("--seconds") && i + 1 < words.length) {
                    limit = Duration.ofSeconds(number(words[++i]));
                } else if (words[i].equals("--seed") && i + 1 < words.length) {
                    seed = number(words[++i]);
                } else {
                    rounds = Math.toIntExact(number(words[i]));
                }
            }
            return new Arguments(rounds, limit, seed);
        }

        private static long number(String word) {
            if (!word.matches("[0-9]{1,18}")) {
                throw new IllegalArgumentException("'" + word + "' is no number\n" + USAGE);
            }
            return Long.parseLong(word);
        }
    }

    /**
     * How a round ends its server: at a point, or from outside after so many answered writes and a moment more.
     *
     * @param passage which passage of the point halts
     */
    private record Plan(@Nullable FailPoint point, int passage, int writes, Duration moment) {
        static Plan of(Random random) {
            FailPoint[] points = FailPoint.values();
            FailPoint point = random.nextInt(3) == 0 ? null : points[random.nextInt(points.length)];
            int writes = point == null ? random.nextInt(40) : POINT_WRITES;
            return new Plan(point, 1 + random.nextInt(12), writes, Duration.ofNanos(random.nextInt(20_000_000)));
        }
    }

    /** Exits 0 when all held, 1 on a violation, 2 on wrong arguments. */
    public static void main(String... words) throws IOException, InterruptedException, SQLException {
        Arguments arguments;
        try {
            arguments = Arguments.parse(words);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
            return;
        }
        Path directory = Files.createTempDirectory("glance-crash");
        boolean held = new CrashCampaign(arguments, PackagedServer.Home.in(directory)).run();
        if (held) {
            delete(directory);
        } else {
            System.out.println("kept for inspection: " + directory);
        }
        System.exit(held ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException, SQLException {
        System.out.printf("crash campaign: up to %d rounds, seed %d%n", arguments.rounds(), arguments.seed());
        long began = System.nanoTime();
        int round = 0;
        while (round < arguments.rounds()
                && System.nanoTime() - began < arguments.limit().toNanos()
                && ledger.violations().isEmpty()) {
            round++;
            crash(round, new Random(arguments.seed() * 1_000_003 + round));
        }
        if (ledger.violations().isEmpty()) {
            finish();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        report(round, seconds);
        return ledger.violations().isEmpty();
    }

    /** One start, verification, load and crash. */
    private void crash(int round, Random random) throws IOException, InterruptedException, SQLException {
        Plan plan = Plan.of(random);
        FailPoint point = plan.point();
        PackagedServer.Home armed =
                point == null ? home : home.withEnvironment("GLANCE_FAIL_POINTS", point + "=halt@" + plan.passage());
        PackagedServer server = armed.launch();
        try {
            server = server.awaitReady();
        } catch (IOException notReady) {
            if (point == null || server.isAlive()) {
                server.close();
                throw notReady;
            }
            // The point was passed while the start mended what the round before had left: a crash in the recovery.
            diedStarting++;
            server = home.start();
            point = null;
        }
        PackagedServer running = server;
        try (Wire wire = new Wire(running.url())) {
            verify(wire, round, random);
            if (!ledger.violations().isEmpty()) {
                return;
            }
            Load load = new Load(ledger, wire, () -> survives(running), acknowledged);
            load.start(random);
            boolean halted = awaitEnd(running, plan);
            if (halted && point != null) {
                halts.merge(point, 1, Integer::sum);
            } else if (halted) {
                ledger.violated("the server ended by itself, exit code " + running.awaitExit(Duration.ZERO));
            } else {
                killed++;
                running.kill();
            }
            load.join();
        } finally {
            running.kill();
        }
    }

    private void verify(Wire wire, int round, Random random) throws IOException, InterruptedException, SQLException {
        Verification verification = new Verification(ledger, wire, home, random);
        Verification.Settled settled = verification.run(round % EVERY_BYTE_EVERY == 0);
        happened += settled.happened();
        notHappened += settled.not();
        if (round % DATABASE_CHECK_EVERY == 0) {
            verification.checkDatabase();
        }
    }

    /** Lets the load run as planned; whether the server ended by itself. */
    private boolean awaitEnd(PackagedServer server, Plan plan) throws InterruptedException {
        long target = acknowledged.get() + plan.writes();
        long end = System.nanoTime() + LOAD_LIMIT.toNanos();
        while (server.isAlive() && acknowledged.get() < target && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        return awaitEnd(server, plan.moment());
    }

    private static boolean awaitEnd(PackagedServer server, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (server.isAlive() && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        return !server.isAlive();
    }

    /** A connection broke: is the server still there a second later? */
    private static boolean survives(PackagedServer server) {
        try {
            return !awaitEnd(server, Duration.ofSeconds(1));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A last start without crash: every byte, then everything deleted leaves nothing, then an orderly stop. */
    private void finish() throws IOException, InterruptedException, SQLException {
        try (PackagedServer server = home.start();
                Wire wire = new Wire(server.url())) {
            Random random = new Random(arguments.seed());
            Verification verification = new Verification(ledger, wire, home, random);
            Verification.Settled settled = verification.run(true);
            happened += settled.happened();
            notHappened += settled.not();
            verification.checkDatabase();
            for (Ledger.Entry entry : ledger.entries()) {
                entry.ask(ImageState.GONE);
                wire.delete(entry.id);
                entry.acknowledge();
                ledger.release(entry);
            }
            verification.run(true);
            server.terminate();
            int exit = server.awaitExit(Duration.ofSeconds(30));
            if (exit != 0 && exit != 143) {
                ledger.violated("SIGTERM ended the server with exit code " + exit);
            }
        }
    }

    private void report(int rounds, double seconds) {
        ledger.violations().forEach(violation -> System.out.println("VIOLATION in round " + rounds + ": " + violation));
        String points = halts.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
        System.out.printf(
                "%d killed at random, %d halted at fail points (%s), %d while starting%n",
                killed, halts.values().stream().mapToInt(Integer::intValue).sum(), points, diedStarting);
        System.out.printf(
                "%d writes acknowledged; of %d without an answer %d had happened%n",
                acknowledged.get(), happened + notHappened, happened);
        if (rounds < arguments.rounds()) {
            System.out.printf("stopped after %d of %d rounds%n", rounds, arguments.rounds());
        }
        System.out.printf("replay: ./crash-campaign %d --seed %d%n", rounds, arguments.seed());
        System.out.printf(
                "crash campaign: %d rounds in %.0f s (%.2f s each), %d violations%n",
                rounds,
                seconds,
                seconds / Math.max(1, rounds),
                ledger.violations().size());
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
