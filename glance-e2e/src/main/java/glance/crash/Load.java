package glance.crash;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Random work on one server process by several threads, until the server is gone. Every request is noted in the ledger
 * before it is sent and acknowledged there after its answer, so that at the end each image has at most one request whose
 * fate is open.
 */
final class Load {
    private static final int WRITERS = 4;
    private static final int READERS = 2;
    /** Above this many images the writers delete rather than create. */
    private static final int MANY = 40;

    private static final long NOTICE_NANOS = 10_000_000_000L;

    private final Ledger ledger;
    private final Wire wire;
    private final BooleanSupplier serverLives;
    private final AtomicLong acknowledged;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /**
     * @param serverLives whether a broken connection cannot be explained by the server's end; may wait a moment for it
     * @param acknowledged counts answered writes
     */
    Load(Ledger ledger, Wire wire, BooleanSupplier serverLives, AtomicLong acknowledged) {
        this.ledger = ledger;
        this.wire = wire;
        this.serverLives = serverLives;
        this.acknowledged = acknowledged;
    }

    void start(Random random) {
        for (int i = 0; i < WRITERS + READERS; i++) {
            Random own = new Random(random.nextLong());
            Step step = i < WRITERS ? this::write : this::read;
            threads.add(Thread.ofPlatform().name("load-" + i).start(() -> repeat(step, own)));
        }
    }

    /** Waits until every thread has noticed that the server is gone. */
    void join() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @FunctionalInterface
    private interface Step {
        void run(Random random) throws IOException, InterruptedException;
    }

    private void repeat(Step step, Random random) {
        try {
            while (!stopping) {
                step.run(random);
            }
        } catch (IOException broken) {
            if (!stopping && serverLives.getAsBoolean()) {
                ledger.violated("a connection broke although the server lives: " + broken);
            }
        } catch (Wire.Unexpected answer) {
            ledger.violated(answer.toString());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Random random) throws IOException, InterruptedException {
        Ledger.Entry entry = ledger.size() < MANY / 4 || (ledger.size() < MANY && random.nextInt(4) == 0)
                ? null
                : ledger.claim(random);
        if (entry == null) {
            entry = ledger.add(UUID.randomUUID().toString());
            create(entry, random);
        } else {
            change(entry, random);
        }
        // Not in a finally block: an entry whose request has no answer stays out of reach for the rest of the round.
        ledger.release(entry);
    }

    private void create(Ledger.Entry entry, Random random) throws IOException, InterruptedException {
        String name = "crash-" + random.nextInt(1_000_000);
        entry.ask(ImageState.created(name));
        wire.create(entry.id, name);
        done(entry);
        if (random.nextBoolean()) {
            upload(entry, random);
        }
    }

    private void change(Ledger.Entry entry, Random random) throws IOException, InterruptedException {
        ImageState now = entry.sure();
        int choice = random.nextInt(100);
        if (choice < 20 || ledger.size() > MANY) {
            entry.ask(ImageState.GONE);
            wire.delete(entry.id);
        } else if (now.data() == null && choice < 30) {
            abandonUpload(entry, random);
            return;
        } else if (now.data() == null) {
            upload(entry, random);
            return;
        } else if (choice < 60) {
            String name = "crash-" + random.nextInt(1_000_000);
            String serial = Integer.toString(random.nextInt(1_000_000));
            entry.ask(now.patched(name, serial));
            wire.patch(entry.id, name, serial);
        } else if (now.tags().isEmpty() || (choice < 85 && now.tags().size() < 5)) {
            String tag = "t" + random.nextInt(1000);
            entry.ask(now.tagged(tag));
            wire.tag("PUT", entry.id, tag);
        } else {
            String tag = now.tags().iterator().next();
            entry.ask(now.untagged(tag));
            wire.tag("DELETE", entry.id, tag);
        }
        done(entry);
    }

    private void upload(Ledger.Entry entry, Random random) throws IOException, InterruptedException {
        ImageState.Data data = ImageState.Data.random(random.nextLong(), size(random));
        entry.ask(entry.sure().uploaded(data));
        wire.upload(entry.id, data.bytes(), random.nextBoolean());
        done(entry);
    }

    /** Mostly small, so that much happens; now and then some megabytes, so that a kill meets bytes on their way; or none. */
    private static int size(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1 -> 2_000_000 + random.nextInt(6_000_000);
            case 2, 3 -> 200_000 + random.nextInt(500_000);
            default -> 1 + random.nextInt(60_000);
        };
    }

    /** The client vanishes mid-way: the image must return to queued, whatever the server's fate. */
    private void abandonUpload(Ledger.Entry entry, Random random) throws IOException, InterruptedException {
        byte[] bytes =
                ImageState.Data.random(random.nextLong(), 2 + size(random)).bytes();
        try (Socket _ = wire.beginUpload(entry.id, bytes)) {
            // Only once it has begun: otherwise it might still begin after this image was used for something else.
            awaitStatus(entry, "saving");
        }
        awaitStatus(entry, "queued");
    }

    private void awaitStatus(Ledger.Entry entry, String wanted) throws IOException, InterruptedException {
        long limit = System.nanoTime() + NOTICE_NANOS;
        String status = wire.status(entry.id);
        while (!status.equals(wanted) && System.nanoTime() < limit) {
            Thread.sleep(5);
            status = wire.status(entry.id);
        }
        if (!status.equals(wanted)) {
            ledger.violated("image " + entry.id + " is " + status + " instead of " + wanted
                    + " 10 s after its upload was abandoned half-way");
        }
    }

    private void done(Ledger.Entry entry) {
        entry.acknowledge();
        acknowledged.incrementAndGet();
    }

    /** Downloads some image while others may change or delete it. */
    private void read(Random random) throws IOException, InterruptedException {
        List<Ledger.Entry> entries = new ArrayList<>(ledger.entries());
        if (entries.isEmpty()) {
            Thread.sleep(1);
            return;
        }
        Ledger.Entry entry = entries.get(random.nextInt(entries.size()));
        ImageState.Data data = entry.sure().data();
        if (data == null) {
            return;
        }
        HttpResponse<byte[]> answer = wire.download(entry.id);
        if (answer.statusCode() == 200) {
            if (!ImageState.Data.sha512(answer.body()).equals(data.sha512())) {
                ledger.violated(
                        "image " + entry.id + " delivered " + answer.body().length + " wrong bytes of " + data.size());
            }
        } else {
            // Deleted meanwhile: the record is gone (404), or was still there while its data no longer was (204).
            boolean gone = (answer.statusCode() == 404 || answer.statusCode() == 204) && !isStillThere(entry);
            boolean empty = answer.statusCode() == 204 && data.size() == 0; // an image without bytes may say so
            if (!gone && !empty) {
                ledger.violated("download of " + entry.id + " was answered " + answer.statusCode());
            }
        }
    }

    private static boolean isStillThere(Ledger.Entry entry) {
        ImageState asked = entry.asked();
        return entry.sure().exists() && (asked == null || asked.exists());
    }
}
