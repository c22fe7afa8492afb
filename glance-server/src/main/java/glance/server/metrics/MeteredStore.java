package glance.server.metrics;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.ForwardingStore;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/** A store, measured: same meaning, same zero-copy path. */
public final class MeteredStore extends ForwardingStore {
    private final Metrics metrics;

    public MeteredStore(Store store, Metrics metrics) {
        super(store);
        this.metrics = metrics;
        metrics.storeOpened(id().value());
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        return new MeteredSession(measured("create", () -> store().create(image, size)), System.nanoTime());
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        return new MeteredPayload(measured("open", () -> store().open(location, range)));
    }

    @Override
    public Payload open(StoreLocation location) throws StoreException {
        return new MeteredPayload(measured("open", () -> store().open(location)));
    }

    @Override
    public long size(StoreLocation location) throws StoreException {
        return measured("size", () -> store().size(location));
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        return measured("delete", () -> store().delete(location));
    }

    @Override
    protected Store before(Store acting) {
        return new MeteredStore(acting, metrics);
    }

    private interface Operation<T> {
        T run() throws StoreException;
    }

    private <T> T measured(String name, Operation<T> operation) throws StoreException {
        long start = System.nanoTime();
        String outcome = "error";
        try {
            T result = operation.run();
            outcome = "ok";
            return result;
        } catch (StoreException failure) {
            outcome = outcome(failure);
            throw failure;
        } finally {
            metrics.storeOperation(id().value(), name, outcome, System.nanoTime() - start);
        }
    }

    private static String outcome(IOException failure) {
        return failure instanceof StoreException ? failure.getClass().getSimpleName() : "error";
    }

    private final class MeteredSession implements WriteSession<StoreLocation> {
        private final WriteSession<StoreLocation> session;
        private final long start;
        private long bytes;
        private String outcome = "given_up";
        private boolean told;

        MeteredSession(WriteSession<StoreLocation> session, long start) {
            this.session = session;
            this.start = start;
            metrics.storeTransferBegan(id().value(), "in");
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            try {
                int written = session.write(source);
                bytes += written;
                return written;
            } catch (IOException failure) {
                outcome = outcome(failure);
                throw failure;
            }
        }

        @Override
        public StoreLocation commit() throws IOException {
            try {
                StoreLocation location = session.commit();
                outcome = "ok";
                metrics.storeBytes(id().value(), "in", bytes);
                return location;
            } catch (IOException failure) {
                outcome = outcome(failure);
                throw failure;
            } finally {
                tell();
            }
        }

        private void tell() {
            if (!told) {
                told = true;
                metrics.storeTransferEnded(id().value(), "in");
                metrics.storeOperation(id().value(), "write", outcome, System.nanoTime() - start);
            }
        }

        @Override
        public long patienceNanos() {
            return session.patienceNanos();
        }

        @Override
        public boolean isOpen() {
            return session.isOpen();
        }

        @Override
        public void close() throws IOException {
            tell();
            session.close();
        }
    }

    private final class MeteredPayload implements Payload {
        private final Payload payload;

        MeteredPayload(Payload payload) {
            this.payload = payload;
        }

        /** A failure of the store; the reader's own, who may go at any time, is none. */
        private void tell(IOException failure, long start) {
            if (failure instanceof StoreException) {
                metrics.storeOperation(id().value(), "read", outcome(failure), System.nanoTime() - start);
            }
        }

        @Override
        public OptionalLong length() {
            return payload.length();
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            long start = System.nanoTime();
            metrics.storeTransferBegan(id().value(), "out");
            try {
                long moved = payload.transferTo(sink);
                metrics.storeOperation(id().value(), "read", "ok", System.nanoTime() - start);
                metrics.storeBytes(id().value(), "out", moved);
                return moved;
            } catch (IOException failure) {
                tell(failure, start);
                throw failure;
            } finally {
                metrics.storeTransferEnded(id().value(), "out");
            }
        }

        @Override
        public void close() {
            payload.close();
        }
    }
}
