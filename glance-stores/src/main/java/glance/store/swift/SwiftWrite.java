package glance.store.swift;

import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.store.remote.BufferBody;
import glance.store.remote.PartBudget;
import glance.store.remote.PartedWrite;
import glance.store.remote.StoreHttp;
import glance.store.remote.StreamedCall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One image being written. Below the configured threshold it is one object, streamed but for its last byte, which is sent on
 * commit. Otherwise it is cut into segments {@code ID-00001}, {@code ID-00002} and so on, which a manifest joins on commit:
 * several at a time as far as there is memory for that, larger ones one after the other without any.
 */
final class SwiftWrite implements WriteSession<StoreLocation> {
    private static final Logger LOG = LoggerFactory.getLogger(SwiftWrite.class);
    private static final Map<String, String> UNLESS_THERE = Map.of("If-None-Match", "*");

    /** Segments sent at a time. Those of which as many would not fit into the memory there is are streamed instead. */
    private static final int IN_FLIGHT = 4;

    /** Hears that a write is over. */
    @FunctionalInterface
    interface Ending {
        void ended(SwiftWrite write, boolean kept);
    }

    private final SwiftConfig config;
    private final SwiftClient client;
    private final SwiftClient.Target target;
    private final StoreLocation location;
    private final OptionalLong size;
    private final Ending ending;
    private final @Nullable PartedWrite parts;
    private final boolean single;
    private final AtomicInteger segments = new AtomicInteger();
    private @Nullable StreamedCall stream;
    private SwiftClient.Target streamed;
    private long streamedBytes;
    private volatile boolean forbidden;
    private long written;
    private byte lastByte;
    private boolean open = true;

    /**
     * @param ending told when the write is over, whichever way
     */
    SwiftWrite(
            SwiftConfig config,
            SwiftClient client,
            PartBudget budget,
            SwiftPlaces.Place place,
            OptionalLong size,
            Ending ending) {
        this.config = config;
        this.client = client;
        this.target = place.target();
        this.location = place.location();
        this.streamed = target;
        this.size = size;
        this.ending = ending;
        long known = size.orElse(0);
        this.single = known > 0 && known < config.largeObject();
        this.parts = single || config.segment() > budget.bytes() / IN_FLIGHT
                ? null
                : new PartedWrite(budget, _ -> config.segment(), IN_FLIGHT, this::putSegment);
    }

    /** A size of nothing is what some clients announce who do not know it. */
    private boolean isAnnounced() {
        return size.orElse(0) > 0;
    }

    /** Whether this writes the object at {@code place}. */
    boolean isAt(SwiftClient.Target place) {
        return target.container().equals(place.container()) && target.object().equals(place.object());
    }

    /** The image was deleted: this must not commit. */
    void forbid() {
        forbidden = true;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        int count = source.remaining();
        if (isAnnounced() && written + count > size.getAsLong()) {
            throw new StoreException.Unsupported("more than the announced " + size.getAsLong() + " bytes");
        }
        SwiftStore.told(() -> {
            if (parts != null) {
                parts.write(source);
            } else if (single) {
                writeSingle(source);
            } else {
                writeSegments(source);
            }
            return true;
        });
        written += count;
        return count;
    }

    private void writeSingle(ByteBuffer source) throws IOException {
        if (!source.hasRemaining()) {
            return;
        }
        ByteBuffer now = source.duplicate();
        if (written + source.remaining() == size.orElse(0)) {
            now.limit(now.limit() - 1);
            lastByte = source.get(source.limit() - 1);
        }
        if (stream == null) {
            stream = client.beginPut(target, UNLESS_THERE, size);
        }
        pour(stream, now);
        source.position(source.limit());
    }

    private void pour(StreamedCall into, ByteBuffer bytes) throws IOException {
        try {
            if (bytes.hasRemaining()) {
                into.write(bytes);
            }
        } catch (StreamedCall.EarlyAnswer early) {
            try (StoreHttp.Answer answer = into.finish()) {
                SwiftClient.stored(answer, streamed);
            }
            throw early;
        }
    }

    private void writeSegments(ByteBuffer source) throws IOException {
        for (long done = 0; source.hasRemaining(); ) {
            StreamedCall into = stream;
            if (into == null) {
                streamed = segment(segments.incrementAndGet());
                streamedBytes = 0;
                client.renewToken(streamed);
                into = client.beginPut(streamed, Map.of(), length(written + done));
                stream = into;
            }
            ByteBuffer now = source.duplicate();
            now.limit(now.position() + (int) Math.min(source.remaining(), config.segment() - streamedBytes));
            int count = now.remaining();
            pour(into, now);
            source.position(source.position() + count);
            streamedBytes += count;
            done += count;
            if (streamedBytes == config.segment()) {
                endSegment();
            }
        }
    }

    /** Of the segment that begins after {@code before} bytes: also of the last one, which may be shorter. */
    private OptionalLong length(long before) {
        return isAnnounced()
                ? OptionalLong.of(Math.min(config.segment(), size.getAsLong() - before))
                : OptionalLong.empty();
    }

    private void endSegment() throws IOException {
        StreamedCall ending = stream;
        if (ending != null) {
            stream = null;
            try (StoreHttp.Answer answer = ending.finish()) {
                SwiftClient.stored(answer, streamed);
            }
        }
    }

    private SwiftClient.Target segment(int number) {
        return target.named(String.format("%s-%05d", target.object(), number));
    }

    private void putSegment(int number, ByteBuffer part) throws IOException {
        segments.accumulateAndGet(number, Math::max);
        client.put(segment(number), Map.of(), new BufferBody(part));
    }

    @Override
    public StoreLocation commit() throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        open = false;
        boolean kept = false;
        try {
            SwiftStore.told(() -> {
                requireAllowed();
                finish();
                return true;
            });
            if (forbidden) {
                takeBack();
                requireAllowed();
            }
            kept = true;
            return location;
        } catch (StoreException.OutcomeUnknown unknown) {
            kept = true; // whoever finds out removes it all, or nothing
            throw unknown;
        } finally {
            end(kept);
        }
    }

    /** The delete came between. */
    private void takeBack() throws StoreException {
        try {
            client.delete(target);
        } catch (IOException failure) {
            throw new StoreException.OutcomeUnknown(
                    target + " was deleted while it was being written, and what was written may be there", failure);
        }
    }

    private void requireAllowed() throws StoreException {
        if (forbidden) {
            throw new StoreException.NotFound(
                    "the data of " + target.object() + " was deleted while it was being written");
        }
    }

    private void finish() throws IOException {
        if (isAnnounced() && written != size.getAsLong()) {
            // Before a segment under way is ended: Swift would wait for the rest of it.
            throw new StoreException.Unsupported(
                    "only " + written + " of the announced " + size.getAsLong() + " bytes");
        }
        if (single) {
            finishSingle();
            return;
        }
        ByteBuffer only = parts == null ? null : parts.onlyPart();
        if (written == 0) {
            putWhole(ByteBuffer.allocate(0));
        } else if (only != null && size.isEmpty()) {
            putWhole(only); // nobody could know that it would be so little
        } else {
            if (parts == null) {
                endSegment();
            } else {
                parts.finish();
            }
            putManifest();
        }
    }

    private void finishSingle() throws IOException {
        requireAbsent();
        StreamedCall call = stream == null ? client.beginPut(target, UNLESS_THERE, size) : stream;
        stream = call;
        pour(call, ByteBuffer.wrap(new byte[] {lastByte}));
        StoreHttp.Answer answer;
        try {
            answer = call.finish();
        } catch (IOException lost) {
            look(lost);
            return;
        }
        try (answer) {
            SwiftClient.stored(answer, target);
        }
    }

    private void putWhole(ByteBuffer bytes) throws IOException {
        requireAbsent();
        try {
            client.put(target, UNLESS_THERE, new BufferBody(bytes));
        } catch (StoreException.AlreadyExists repeated) {
            look(repeated);
        } catch (StoreException told) {
            throw told;
        } catch (IOException lost) {
            look(lost);
        }
    }

    private void putManifest() throws IOException {
        requireAbsent();
        Map<String, String> headers = Map.of("X-Object-Manifest", target.container() + "/" + target.object() + "-");
        try {
            client.put(target, headers, null);
        } catch (StoreException told) {
            throw told;
        } catch (IOException lost) {
            look(lost);
        }
    }

    private void requireAbsent() throws IOException {
        if (client.head(target).isPresent()) {
            throw new StoreException.AlreadyExists("there is data at " + target + " already");
        }
    }

    /** What was sent may be there or not: only the store knows. */
    private void look(IOException lost) throws StoreException {
        Optional<SwiftClient.Described> found;
        try {
            found = client.head(target);
        } catch (IOException silent) {
            silent.addSuppressed(lost);
            throw new StoreException.OutcomeUnknown("Swift did not answer whether " + target + " was stored", silent);
        }
        if (found.isEmpty()) {
            throw new StoreException.Unavailable("Swift did not store " + target + ": " + lost.getMessage(), lost);
        }
        if (found.get().size() != written) {
            throw new StoreException.OutcomeUnknown(
                    "Swift holds " + found.get().size() + " of " + written + " bytes of " + target, lost);
        }
    }

    @Override
    public long patienceNanos() {
        return parts == null ? Long.MAX_VALUE : parts.patienceNanos();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            end(false);
        }
    }

    /**
     * Leaves nothing that was not committed.
     *
     * @param kept whether it was, as far as that is known
     */
    private void end(boolean kept) {
        if (stream != null) {
            stream.close();
        }
        if (parts != null) {
            parts.close();
        }
        if (!kept && !single) {
            removeSegments();
        }
        ending.ended(this, kept);
    }

    private void removeSegments() {
        List<SwiftClient.Target> all =
                IntStream.rangeClosed(1, segments.get()).mapToObj(this::segment).toList();
        try {
            client.deleteAll(all);
        } catch (IOException failure) {
            LOG.warn("segments of an upload that was given up stay object={} segments={}", target, all.size(), failure);
        }
    }
}
