package glance.store.remote;

import glance.store.ByteRange;
import glance.store.Payload;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * A slice of a remote object, read by several requests at a time and handed on in order. The first piece is small, so that the
 * first byte comes soon; pieces and their number grow while the receiver keeps up. When memory is short it goes on with one
 * request that needs none.
 */
public final class WindowedPayload implements Payload {
    private static final int FIRST_PIECE_BYTES = 256 << 10;

    private final ByteRange range;
    private final int pieceBytes;
    private final int inFlight;
    private final PartBudget budget;
    private final RangeReader reader;
    private final Deque<Piece> window = new ArrayDeque<>();
    private final Set<Thread> working = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private int allowed = 1;
    private int nextBytes;
    private long asked;

    /** A read under way; done when {@code part} is full. */
    private record Piece(PartBudget.Part part, CompletableFuture<Void> done) {}

    /**
     * @param pieceBytes of one request, at most
     * @param inFlight requests at a time, at most
     */
    public WindowedPayload(ByteRange range, int pieceBytes, int inFlight, PartBudget budget, RangeReader reader) {
        this.range = range;
        this.pieceBytes = pieceBytes;
        this.inFlight = inFlight;
        this.budget = budget;
        this.reader = reader;
        this.nextBytes = Math.max(1, firstPiece(range, pieceBytes));
    }

    /** How many bytes the first read of {@code range} asks for, for drivers that begin it when they open the object. */
    public static int firstPiece(ByteRange range, int pieceBytes) {
        return (int) Math.min(Math.min(FIRST_PIECE_BYTES, pieceBytes), range.length());
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.of(range.length());
    }

    @Override
    public long transferTo(WritableByteChannel sink) throws IOException {
        try {
            while (asked < range.length() || !window.isEmpty()) {
                ask();
                Piece piece = window.poll();
                if (piece == null) {
                    streamRest(sink);
                    break;
                }
                pass(piece, sink);
            }
            return range.length();
        } finally {
            stop();
        }
    }

    /** Fills the window as far as it and memory go. */
    private void ask() throws IOException {
        while (window.size() < allowed && asked < range.length()) {
            requireOpen();
            int bytes = (int) Math.min(nextBytes, range.length() - asked);
            PartBudget.Part part = budget.tryTake(bytes);
            if (part == null) {
                return;
            }
            window.add(start(part, range.offset() + asked));
            asked += bytes;
            nextBytes = Math.min(pieceBytes, nextBytes * 2);
        }
    }

    private Piece start(PartBudget.Part part, long offset) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().name("piece-" + offset).unstarted(() -> read(part, offset, done));
        working.add(thread);
        thread.start();
        return new Piece(part, done);
    }

    private void read(PartBudget.Part part, long offset, CompletableFuture<Void> done) {
        try {
            ByteBuffer into = part.buffer();
            reader.read(offset, into);
            if (into.hasRemaining()) {
                throw new IOException("a read of " + into.limit() + " bytes came back short by " + into.remaining());
            }
            into.flip();
            done.complete(null);
        } catch (PartKept broken) {
            part.abandon(broken.over());
            done.completeExceptionally(broken.failure());
        } catch (IOException | RuntimeException broken) {
            done.completeExceptionally(broken);
        } finally {
            // Nothing waits for ever for a read that an Error has ended; does nothing otherwise.
            done.completeExceptionally(new IOException("a read of the store died"));
            working.remove(Thread.currentThread());
        }
    }

    private void pass(Piece piece, WritableByteChannel sink) throws IOException {
        PartBudget.Part part = piece.part();
        try {
            boolean ready = piece.done().isDone();
            await(piece.done());
            requireOpen();
            if (!ready && allowed < inFlight) {
                allowed++; // the receiver waits for the store: more at a time
                ask();
            }
            ByteBuffer bytes = part.buffer();
            while (bytes.hasRemaining()) {
                sink.write(bytes);
            }
        } finally {
            giveBack(piece);
        }
    }

    /** Not before nobody writes into it any more. */
    @SuppressWarnings("FutureReturnValueIgnored") // closing cannot fail
    private static void giveBack(Piece piece) {
        piece.done().whenComplete((_, _) -> piece.part().close());
    }

    private void streamRest(WritableByteChannel sink) throws IOException {
        requireOpen();
        ByteRange rest = new ByteRange(range.offset() + asked, range.length() - asked);
        asked = range.length();
        reader.stream(rest, sink);
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private static void await(CompletableFuture<Void> done) throws IOException {
        try {
            done.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException known
                    ? known
                    : new IOException("reading failed", failed.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading");
        }
    }

    private void stop() {
        closed = true;
        working.forEach(Thread::interrupt);
        for (Piece piece = window.poll(); piece != null; piece = window.poll()) {
            giveBack(piece);
        }
    }

    @Override
    public void close() {
        closed = true;
        working.forEach(Thread::interrupt);
    }
}
