package glance.crash;

import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Compares a restarted server with the ledger. Leaves the ledger certain about every image. */
final class Verification {
    /** How long a start may go on mending in the background before a leftover counts as left. */
    private static final long MENDING_NANOS = 10_000_000_000L;

    private final Ledger ledger;
    private final Wire wire;
    private final PackagedServer.Home home;
    private final Random random;

    Verification(Ledger ledger, Wire wire, PackagedServer.Home home, Random random) {
        this.ledger = ledger;
        this.wire = wire;
        this.home = home;
        this.random = random;
    }

    /** How many requests without an answer turned out to have happened, and how many not. */
    record Settled(int happened, int not) {}

    /**
     * @param everyByte downloads every image; otherwise those with an open request and one in eight
     */
    Settled run(boolean everyByte) throws IOException, InterruptedException {
        Map<String, Wire.Seen> images = wire.list();
        long limit = System.nanoTime() + MENDING_NANOS;
        while (System.nanoTime() < limit
                && (isAnyUnsettled(images) || !leftovers(images).isEmpty())) {
            Thread.sleep(20);
            images = wire.list();
        }
        for (Map.Entry<String, Wire.Seen> image : images.entrySet()) {
            String status = image.getValue().status();
            if (!status.equals("active") && !status.equals("queued")) {
                ledger.violated("image " + image.getKey() + " is stuck in " + status);
            }
            if (ledger.find(image.getKey()) == null) {
                ledger.violated("image " + image.getKey() + " is back although its deletion was acknowledged");
            }
        }
        leftovers(images).forEach(ledger::violated);
        int happened = 0;
        int not = 0;
        for (Ledger.Entry entry : ledger.entries()) {
            ImageState asked = entry.asked();
            Wire.Seen seen = images.get(entry.id);
            ImageState truth = compare(entry, seen == null ? ImageState.GONE : seen.state());
            boolean open = asked != null;
            if (open && truth.equals(asked)) {
                happened++;
            } else if (open) {
                not++;
            }
            entry.settle(truth);
            ledger.release(entry);
            if (truth.data() != null && (everyByte || open || random.nextInt(8) == 0)) {
                compareBytes(entry.id, truth.data());
            }
        }
        return new Settled(happened, not);
    }

    private static boolean isAnyUnsettled(Map<String, Wire.Seen> images) {
        return images.values().stream()
                .anyMatch(image ->
                        !image.status().equals("active") && !image.status().equals("queued"));
    }

    /** The state that holds: the acknowledged one, or the one asked for last. Anything else is a violation. */
    private ImageState compare(Ledger.Entry entry, ImageState seen) {
        ImageState asked = entry.asked();
        if (isSame(entry.sure(), seen)) {
            return entry.sure();
        }
        if (asked != null && isSame(asked, seen)) {
            return asked;
        }
        ledger.violated("image " + entry.id + " is " + seen + " but was acknowledged as " + entry.sure()
                + (asked == null ? "" : ", open request: " + asked));
        return seen;
    }

    private static boolean isSame(ImageState expected, ImageState seen) {
        ImageState.Data wanted = expected.data();
        ImageState.Data found = seen.data();
        boolean sameData = (wanted == null && found == null)
                || (wanted != null
                        && found != null
                        && wanted.size() == found.size()
                        && wanted.sha512().equals(found.sha512()));
        return sameData
                && expected.exists() == seen.exists()
                && expected.name().equals(seen.name())
                && expected.serial().equals(seen.serial())
                && expected.tags().equals(seen.tags());
    }

    private void compareBytes(String id, ImageState.Data data) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = wire.download(id);
        boolean empty = answer.statusCode() == 204 && data.size() == 0;
        if (answer.statusCode() != 200 && !empty) {
            ledger.violated("download of " + id + " was answered " + answer.statusCode());
        } else if (!ImageState.Data.sha512(answer.body()).equals(data.sha512())) {
            ledger.violated("image " + id + " has wrong bytes: " + answer.body().length + " of " + data.size());
        }
    }

    /** Files in the store that belong to no active image, or have another size than it. */
    private List<String> leftovers(Map<String, Wire.Seen> images) throws IOException {
        Map<String, Long> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(home.images())) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                files.put(home.images().relativize(file).toString(), sizeOf(file));
            }
        }
        List<String> wrong = new ArrayList<>();
        files.forEach((file, size) -> {
            Wire.Seen image = images.get(file);
            ImageState.Data data = image == null ? null : image.state().data();
            if (data == null) {
                wrong.add("file " + file + " (" + size + " bytes) belongs to no active image");
            } else if (data.size() != size) {
                wrong.add("file " + file + " has " + size + " bytes, its image " + data.size());
            }
        });
        return wrong;
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException goneMeanwhile) {
            return -1;
        }
    }

    /** Asks SQLite itself, on the living database. */
    void checkDatabase() throws SQLException {
        String url = "jdbc:sqlite:file:" + home.database() + "?mode=ro";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA integrity_check")) {
            result.next();
            if (!"ok".equals(result.getString(1))) {
                ledger.violated("PRAGMA integrity_check: " + result.getString(1));
            }
        }
    }
}
