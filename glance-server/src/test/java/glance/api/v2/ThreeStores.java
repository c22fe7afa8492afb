package glance.api.v2;

import glance.image.DeleteConfig;
import glance.image.ImageId;
import glance.image.Images;
import glance.image.LocationRules;
import glance.image.transfer.HashAlgorithm;
import glance.policy.PropertyProtections;
import glance.policy.RulePolicy;
import glance.quota.ProjectLimits;
import glance.quota.Quotas;
import glance.store.ByteRange;
import glance.store.Capability;
import glance.store.ForwardingStore;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.Stores;
import glance.store.Stores.Configured;
import glance.store.WriteSession;
import glance.testkit.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The API over three stores, {@code fast}, {@code slow} and read-only {@code web}, that can be made to fail. */
final class ThreeStores implements AutoCloseable {
    final Faulty fast = new Faulty(new MemoryStore(new StoreId("fast")));
    final Faulty slow = new Faulty(new MemoryStore(new StoreId("slow")));
    final Faulty web = new Faulty(new MemoryStore(new StoreId("web")));
    final TestApi api;

    ThreeStores() {
        this(true, 0, TestApi.DEFAULT_QUOTAS);
    }

    /** @param weight of {@code slow}; the others have 0 */
    ThreeStores(boolean secureHash, int weight, Quotas quotas) {
        this(secureHash, weight, quotas, DeleteConfig.AT_ONCE);
    }

    ThreeStores(boolean secureHash, int weight, Quotas quotas, DeleteConfig deletes) {
        web.writable = false;
        api = new TestApi(
                new Images.Rules(
                        RulePolicy.builtIn(),
                        quotas,
                        ProjectLimits.OFF,
                        PropertyProtections.OFF,
                        new LocationRules(true, secureHash, 2, HashAlgorithm.SHA512),
                        deletes),
                TestApi.config(true),
                ImageSchema.of(TestApi.config(true)),
                _ -> new Stores(
                        List.of(
                                new Configured(fast, "file", "SSD", 0),
                                new Configured(slow, "file", null, weight),
                                new Configured(web, "http", null, 0)),
                        fast.id(),
                        Stores.Mode.MULTI));
    }

    /** Puts bytes into a store as nobody's data, and says where. */
    static String put(Store store, String name, String data) {
        try (WriteSession<StoreLocation> session = store.create(new ImageId(name), OptionalLong.empty())) {
            var _ = session.write(ByteBuffer.wrap(data.getBytes(StandardCharsets.UTF_8)));
            return session.commit().url();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void close() {
        api.close();
    }

    /** A store that fails as told. */
    static final class Faulty extends ForwardingStore {
        /** Thrown by every read and delete. */
        volatile @Nullable StoreException failure;

        /** Bytes after which a read breaks off, with nothing said; negative means never. */
        volatile int breaksAfter = -1;

        volatile boolean mayRefuse;
        volatile boolean writable = true;
        volatile Runnable whileReading = () -> {};

        Faulty(Store store) {
            super(store);
        }

        @Override
        public Set<Capability> capabilities() {
            EnumSet<Capability> able = EnumSet.copyOf(super.capabilities());
            if (!writable) {
                able.remove(Capability.WRITE);
                able.remove(Capability.DELETE);
            }
            if (mayRefuse) {
                able.add(Capability.IN_USE);
            }
            return able;
        }

        @Override
        public Payload open(StoreLocation location, ByteRange range) throws StoreException {
            requireGood();
            return new Breaking(super.open(location, range));
        }

        @Override
        public Payload open(StoreLocation location) throws StoreException {
            return open(location, ByteRange.whole(super.size(location)));
        }

        @Override
        public boolean delete(StoreLocation location) throws StoreException {
            requireGood();
            return super.delete(location);
        }

        private void requireGood() throws StoreException {
            StoreException told = failure;
            if (told != null) {
                throw told;
            }
        }

        private final class Breaking implements Payload {
            private final Payload whole;

            Breaking(Payload whole) {
                this.whole = whole;
            }

            @Override
            public OptionalLong length() {
                return whole.length();
            }

            @Override
            public long transferTo(WritableByteChannel sink) throws IOException {
                whileReading.run();
                if (breaksAfter < 0) {
                    return whole.transferTo(sink);
                }
                var _ = whole.transferTo(new First(sink, breaksAfter));
                throw new IOException("the store went away");
            }

            @Override
            public void close() {
                whole.close();
            }
        }

        /** Passes the first bytes on. */
        private static final class First implements WritableByteChannel {
            private final WritableByteChannel sink;
            private int left;

            First(WritableByteChannel sink, int left) {
                this.sink = sink;
                this.left = left;
            }

            @Override
            public int write(ByteBuffer source) throws IOException {
                int all = source.remaining();
                ByteBuffer passed = source.slice(source.position(), Math.min(left, all));
                left -= passed.remaining();
                while (passed.hasRemaining()) {
                    var _ = sink.write(passed);
                }
                source.position(source.limit());
                return all;
            }

            @Override
            public boolean isOpen() {
                return sink.isOpen();
            }

            @Override
            public void close() throws IOException {
                sink.close();
            }
        }
    }
}
