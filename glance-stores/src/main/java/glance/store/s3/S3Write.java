package glance.store.s3;

import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.store.remote.PartBudget;
import glance.store.remote.PartedWrite;
import glance.store.remote.StoreHttp;
import glance.store.remote.StreamedCall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One object being written. What fits into a part is held and sent as one object on commit. An announced size below the
 * configured threshold is streamed as one object, but for its last byte, which is sent on commit. Everything else goes in parts,
 * several at a time, and becomes an object on commit.
 */
final class S3Write implements WriteSession<StoreLocation> {
    private static final Logger LOG = LoggerFactory.getLogger(S3Write.class);

    /** An upload has no more (Amazon S3, multipart upload limits). */
    private static final int MOST_PARTS = 10_000;

    /** After so many parts of an upload of unknown size they are twice as large, */
    private static final int DOUBLING_PARTS = 1000;

    /** up to this. */
    private static final int MOST_PART_BYTES = 64 << 20;

    private final S3Config config;
    private final S3Client client;
    private final S3Client.Target target;
    private final OptionalLong size;
    private final Lock turn;
    private final Consumer<S3Write> ended;
    private final Map<Integer, S3Client.SentPart> sent = new ConcurrentHashMap<>();
    private final @Nullable PartedWrite parts;
    private final @Nullable StreamedCall stream;
    private volatile @Nullable String upload;
    private volatile boolean forbidden;
    private long written;
    private byte lastByte;
    private boolean open = true;

    /**
     * @param turn held while this commits: of two writers of this process one sees what the other has stored
     * @param ended told when the write is over, whichever way
     */
    S3Write(
            S3Config config,
            S3Client client,
            PartBudget budget,
            S3Client.Target target,
            OptionalLong size,
            Lock turn,
            Consumer<S3Write> ended) {
        this.config = config;
        this.client = client;
        this.target = target;
        this.size = size;
        this.turn = turn;
        this.ended = ended;
        long known = size.orElse(Long.MAX_VALUE);
        if (known > config.part() && known < config.largeObject() && client.takesStreams()) {
            this.parts = null;
            this.stream = client.beginPut(target, known);
        } else {
            this.parts = new PartedWrite(budget, this::partBytes, config.inFlight(), this::send);
            this.stream = null;
        }
    }

    private int partBytes(int number) {
        if (isAnnounced()) {
            long even = Math.max(config.part(), Math.ceilDiv(size.getAsLong(), MOST_PARTS));
            return Math.clamp(Math.min(even, size.getAsLong()), 1, Integer.MAX_VALUE);
        }
        long grown = (long) config.part() << Math.min(10, (number - 1) / DOUBLING_PARTS);
        return (int) Math.max(config.part(), Math.min(grown, MOST_PART_BYTES));
    }

    /** A size of nothing is what some clients announce who do not know it. */
    private boolean isAnnounced() {
        return size.orElse(0) > 0;
    }

    /** Whether this writes the object at {@code place}. */
    boolean isAt(S3Client.Target place) {
        return target.bucket().equals(place.bucket()) && target.key().equals(place.key());
    }

    /** Whether this is the upload of that id. */
    boolean isUpload(String other) {
        return other.equals(upload);
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
        return S3Store.told(() -> {
            if (parts != null) {
                writeParts(parts, source);
            } else if (stream != null) {
                writeStream(stream, source);
            }
            return count;
        });
    }

    private void writeParts(PartedWrite into, ByteBuffer source) throws IOException {
        if (upload == null && written + source.remaining() > partBytes(1)) {
            begin();
        }
        into.write(source);
        written = into.written();
    }

    private void writeStream(StreamedCall into, ByteBuffer source) throws IOException {
        int count = source.remaining();
        if (count == 0) {
            return;
        }
        ByteBuffer now = source.duplicate();
        if (written + count == size.orElse(0)) {
            now.limit(now.limit() - 1);
            lastByte = source.get(source.limit() - 1);
        }
        try {
            if (now.hasRemaining()) {
                into.write(now);
            }
        } catch (StreamedCall.EarlyAnswer early) {
            try (StoreHttp.Answer answer = into.finish()) {
                client.streamed(answer, target);
            }
            throw early;
        }
        written += count;
        source.position(source.limit());
    }

    private void send(int number, ByteBuffer part) throws IOException {
        sent.put(number, client.putPart(target, begun(), number, part));
    }

    /**
     * Begins the upload in parts, before the first is sent. On the writer's thread: a sender is interrupted when the write is
     * given up, and an upload whose id is lost with that could not be aborted.
     */
    private void begin() throws IOException {
        upload = S3Store.told(() -> client.beginParts(target));
    }

    private String begun() {
        String known = upload;
        if (known == null) {
            throw new IllegalStateException("a part of " + target.key() + " is sent before the upload has begun");
        }
        return known;
    }

    @Override
    public StoreLocation commit() throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        open = false;
        turn.lock();
        try {
            S3Store.told(() -> {
                requireAllowed();
                finish();
                return true;
            });
            if (forbidden) {
                takeBack();
                requireAllowed();
            }
            upload = null;
            return S3Url.write(config, target.key());
        } finally {
            turn.unlock();
            end();
        }
    }

    /** The delete came between. */
    private void takeBack() throws StoreException {
        try {
            client.delete(target);
        } catch (IOException failure) {
            throw new StoreException.OutcomeUnknown(
                    target.key() + " was deleted while it was being written, and what was written may be there",
                    failure);
        }
    }

    private void requireAllowed() throws StoreException {
        if (forbidden) {
            throw new StoreException.NotFound(
                    "the data of " + target.key() + " was deleted while it was being written");
        }
    }

    private void finish() throws IOException {
        if (isAnnounced() && written != size.getAsLong()) {
            throw new StoreException.Unsupported(
                    "only " + written + " of the announced " + size.getAsLong() + " bytes");
        }
        try {
            if (stream != null) {
                finishStream(stream);
            } else if (parts != null) {
                finishParts(parts);
            }
        } catch (S3Client.LostAnswer lost) {
            look(lost);
        }
    }

    private void finishStream(StreamedCall call) throws IOException {
        requireAbsent();
        call.write(ByteBuffer.wrap(new byte[] {lastByte}));
        StoreHttp.Answer answer;
        try {
            answer = call.finish();
        } catch (IOException lost) {
            throw new S3Client.LostAnswer(lost);
        }
        try (answer) {
            client.streamed(answer, target);
        }
    }

    private void finishParts(PartedWrite write) throws IOException {
        ByteBuffer only = write.onlyPart();
        if (only != null || written == 0) {
            requireAbsent();
            client.put(target, only == null ? ByteBuffer.allocate(0) : only);
            return;
        }
        int count = write.finish();
        List<S3Client.SentPart> all = new ArrayList<>(count);
        for (int number = 1; number <= count; number++) {
            S3Client.SentPart part = sent.get(number);
            if (part == null) {
                throw new IOException("part " + number + " was not acknowledged");
            }
            all.add(part);
        }
        requireAbsent();
        client.completeParts(target, begun(), all);
    }

    /** Servers that know no conditions would replace what another writer committed. */
    private void requireAbsent() throws IOException {
        if (client.head(target).isPresent()) {
            throw new StoreException.AlreadyExists("there is data at " + target.key() + " already");
        }
    }

    /** What was sent may be there or not: only the store knows. */
    private void look(S3Client.LostAnswer lost) throws StoreException {
        OptionalLong found;
        try {
            found = client.head(target);
        } catch (IOException silent) {
            silent.addSuppressed(lost);
            throw new StoreException.OutcomeUnknown(
                    "S3 did not answer whether " + target.key() + " was stored", silent);
        }
        if (found.isEmpty()) {
            throw new StoreException.Unavailable("S3 did not store " + target.key() + ": " + lost.getMessage(), lost);
        }
        if (found.getAsLong() != written) {
            throw new StoreException.OutcomeUnknown(
                    "S3 holds " + found.getAsLong() + " of " + written + " bytes of " + target.key(), lost);
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
            end();
        }
    }

    /** Leaves nothing that was not committed. */
    private void end() {
        if (stream != null) {
            stream.close();
        }
        if (parts != null) {
            parts.close();
        }
        String left = upload;
        if (left != null) {
            try {
                client.abortParts(target, left);
                upload = null;
            } catch (IOException failure) {
                LOG.warn("unfinished upload stays until the next sweep key={}", target.key(), failure);
            }
        }
        ended.accept(this);
    }
}
