package glance.store.front;

import glance.store.ByteRange;
import glance.store.FileRangeSink;
import glance.store.ForwardingStore;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A store whose readers share: those who want all of the same data at the same time cause one read of the store behind. What is
 * in the window goes to a socket without passing the heap, whatever the store behind hands out.
 */
public final class SharedReads extends ForwardingStore {
    /** Below this a read is over before anybody could join. */
    static final long WORTHWHILE_BYTES = 1 << 20;

    private final SharedReadsConfig config;
    private final Semaphore permits;
    /** Complete once the store behind has answered. */
    private final Map<Key, CompletableFuture<Flight>> flights = new ConcurrentHashMap<>();

    /** Everything at {@code url}, which is {@code length} bytes. */
    private record Key(String url, long length) {}

    /**
     * @param permits one for every segment there may be, of all stores
     */
    public SharedReads(Store store, SharedReadsConfig config, Semaphore permits) {
        super(store);
        this.config = config;
        this.permits = permits;
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        if (range.offset() > 0 || range.length() < WORTHWHILE_BYTES) {
            return store().open(location, range);
        }
        Key key = new Key(location.url(), range.length());
        CompletableFuture<Flight> mine = new CompletableFuture<>();
        while (true) {
            CompletableFuture<Flight> found = flights.putIfAbsent(key, mine);
            if (found == null) {
                return takeOff(key, mine, location, range);
            }
            Flight flight = opened(found);
            Flight.Seat seat = flight.join();
            if (seat != null) {
                return new Reader(location, range.length(), flight, seat);
            }
            flights.remove(key, found);
        }
    }

    private Payload takeOff(Key key, CompletableFuture<Flight> mine, StoreLocation location, ByteRange range)
            throws StoreException {
        try {
            Payload source = store().open(location, range);
            Flight flight = new Flight(config, permits, source, range.length(), () -> flights.remove(key, mine));
            Flight.Seat seat = flight.board();
            flight.start();
            mine.complete(flight);
            return new Reader(location, range.length(), flight, seat);
        } catch (StoreException | RuntimeException failed) {
            mine.completeExceptionally(failed);
            throw failed;
        } finally {
            // Those who wait must hear of it, also when an Error has ended the opening.
            var _ = mine.completeExceptionally(new IOException("opening the store's data died"));
            if (mine.isCompletedExceptionally()) {
                flights.remove(key, mine);
            }
        }
    }

    /** The same failure for all who waited: a store in trouble is asked once. */
    private static Flight opened(CompletableFuture<Flight> opening) throws StoreException {
        try {
            return opening.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof StoreException known) {
                throw known;
            }
            throw new StoreException.Unavailable("the store could not be read", failed.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StoreException.Unavailable("interrupted while the store was being opened", stop);
        }
    }

    /** A reader of a flight; one who was left behind goes on with a read of his own. */
    private final class Reader implements Payload {
        private final StoreLocation location;
        private final long length;
        private final Flight flight;
        private final Flight.Seat seat;
        private volatile @Nullable Payload alone;
        private volatile boolean closed;

        Reader(StoreLocation location, long length, Flight flight, Flight.Seat seat) {
            this.location = location;
            this.length = length;
            this.flight = flight;
            this.seat = seat;
        }

        @Override
        public OptionalLong length() {
            return OptionalLong.of(length);
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            for (long sent = 0; sent < length; ) {
                Flight.Slice slice = flight.next(seat);
                if (slice == null) {
                    return sent + transferAlone(sent, sink);
                }
                try {
                    send(slice, sink);
                } finally {
                    flight.passed(seat, slice);
                }
                sent += slice.length();
            }
            return length;
        }

        private void send(Flight.Slice slice, WritableByteChannel sink) throws IOException {
            if (sink instanceof FileRangeSink files) {
                files.write(slice.segment().file, slice.offset(), slice.length());
                return;
            }
            for (long done = 0; done < slice.length(); ) {
                done += slice.segment().file.transferTo(slice.offset() + done, slice.length() - done, sink);
            }
        }

        private long transferAlone(long from, WritableByteChannel sink) throws IOException {
            try (Payload rest = store().open(location, new ByteRange(from, length - from))) {
                alone = rest;
                if (closed) {
                    throw new ClosedChannelException();
                }
                return rest.transferTo(sink);
            }
        }

        @Override
        public void close() {
            closed = true;
            flight.leave(seat);
            Payload rest = alone;
            if (rest != null) {
                rest.close();
            }
        }
    }
}
