package glance.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.ForwardingStore;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.testkit.store.MemoryStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MeteredStoreTest {
    private static final ImageId IMAGE = new ImageId("11111111-1111-1111-1111-111111111111");

    private final Metrics metrics = new Metrics();
    private final MeteredStore store = new MeteredStore(new MemoryStore(new StoreId("far")), metrics);

    @Test
    void eachWriteIsCountedOnceByHowItEnded() throws IOException {
        StoreLocation saved = save(store, true);
        save(store, false);
        assertThatThrownBy(() -> store.create(IMAGE, OptionalLong.empty()).commit())
                .isInstanceOf(StoreException.AlreadyExists.class);
        assertThat(count("write", "ok")).isEqualTo(1);
        assertThat(count("write", "given_up")).isEqualTo(1);
        try (Payload payload = store.open(saved, ByteRange.whole(3))) {
            payload.transferTo(Channels.newChannel(new ByteArrayOutputStream()));
        }
        assertThat(count("read", "ok")).isEqualTo(1);
        assertThat(page()).contains("glance_store_bytes_total{direction=\"in\",store=\"far\"} 3.0");
    }

    @Test
    void whatBreaksAfterItsBeginningIsCountedAsWhatItWas() {
        Store broken = new MeteredStore(new BrokenStore(), metrics);
        assertThatThrownBy(() -> save(broken, true)).isInstanceOf(StoreException.Full.class);
        assertThat(count("write", "Full")).isEqualTo(1);
        assertThatThrownBy(() -> broken.open(StoreLocation.of("memory://far/x"), ByteRange.whole(3))
                        .transferTo(Channels.newChannel(new ByteArrayOutputStream())))
                .isInstanceOf(StoreException.Unavailable.class);
        assertThat(count("read", "Unavailable")).isEqualTo(1);
    }

    @Test
    void whatRunsIsShownUntilItEnds() throws IOException {
        assertThat(page()).contains(running("in", 0)).contains(running("out", 0));
        try (WriteSession<StoreLocation> session = store.create(IMAGE, OptionalLong.empty())) {
            session.write(ByteBuffer.wrap(new byte[3]));
            assertThat(page()).contains(running("in", 1));
            StoreLocation saved = session.commit();
            assertThat(page()).contains(running("in", 0));
            try (Payload payload = store.open(saved, ByteRange.whole(3))) {
                ByteArrayOutputStream seen = new ByteArrayOutputStream();
                payload.transferTo(watching(seen));
                assertThat(seen.toString(StandardCharsets.UTF_8)).contains(running("out", 1));
            }
        }
        assertThat(page()).contains(running("in", 0)).contains(running("out", 0));
    }

    private static String running(String direction, int count) {
        return "glance_store_transfers_running{direction=\"" + direction + "\",store=\"far\"} " + count + ".0";
    }

    /** Keeps the metrics page as it is while data passes. */
    private WritableByteChannel watching(ByteArrayOutputStream seen) {
        return Channels.newChannel(new OutputStream() {
            @Override
            public void write(int b) {
                seen.writeBytes(metrics.page());
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                seen.writeBytes(metrics.page());
            }
        });
    }

    private static StoreLocation save(Store store, boolean commit) throws IOException {
        ImageId image = commit ? IMAGE : new ImageId("22222222-2222-2222-2222-222222222222");
        try (WriteSession<StoreLocation> session = store.create(image, OptionalLong.empty())) {
            session.write(ByteBuffer.wrap(new byte[3]));
            return commit ? session.commit() : StoreLocation.of("memory://far/none");
        }
    }

    private String page() {
        return new String(metrics.page(), StandardCharsets.UTF_8);
    }

    private long count(String operation, String outcome) {
        return page().lines()
                .filter(line -> line.startsWith("glance_store_operation_seconds_count"))
                .filter(line -> line.contains("operation=\"" + operation + "\""))
                .filter(line -> line.contains("outcome=\"" + outcome + "\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static final class BrokenStore extends ForwardingStore {
        BrokenStore() {
            super(new MemoryStore(new StoreId("far")));
        }

        @Override
        public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) {
            return new WriteSession<>() {
                @Override
                public int write(ByteBuffer source) throws StoreException {
                    throw new StoreException.Full("no room", null);
                }

                @Override
                public StoreLocation commit() {
                    throw new IllegalStateException();
                }

                @Override
                public boolean isOpen() {
                    return true;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public Payload open(StoreLocation location, ByteRange range) {
            return new Payload() {
                @Override
                public OptionalLong length() {
                    return OptionalLong.of(3);
                }

                @Override
                public long transferTo(WritableByteChannel sink) throws IOException {
                    throw new StoreException.Unavailable("gone", null);
                }

                @Override
                public void close() {}
            };
        }
    }
}
