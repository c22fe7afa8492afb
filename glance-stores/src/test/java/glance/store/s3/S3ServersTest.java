package glance.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.testkit.store.ObjectServer;
import glance.testkit.store.StoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What servers of the S3 protocol differ in: uploads in parts, what of them is left, listings, who of two writers wins. */
class S3ServersTest {
    private static final int PART_BYTES = 5 << 20;

    private static ImageId anImage() {
        return new ImageId(UUID.randomUUID().toString());
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(ObjectServer.Kind.class)
    void aStreamedObjectIsReadBack(ObjectServer.Kind kind) throws IOException {
        byte[] bytes = randomBytes(2 * PART_BYTES + 1); // below the threshold, above a part
        try (S3Store store = S3Stores.fresh(ObjectServer.shared(kind))) {
            StoreLocation saved = StoreContract.save(store, anImage(), bytes);
            assertThat(Arrays.equals(StoreContract.read(store, saved, ByteRange.whole(bytes.length)), bytes))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(ObjectServer.Kind.class)
    void anAbandonedUploadLeavesNoParts(ObjectServer.Kind kind) throws IOException {
        ObjectServer server = ObjectServer.shared(kind);
        String bucket = server.freshName();
        ImageId image = anImage();
        try (S3Store store = S3Stores.open(server, bucket)) {
            try (WriteSession<StoreLocation> session = store.create(image, OptionalLong.empty())) {
                session.write(ByteBuffer.allocate(3 * PART_BYTES));
            }
            assertThat(S3Stores.unfinished(server, bucket)).isEmpty();
            assertThat(StoreContract.save(store, image, new byte[] {1})).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(ObjectServer.Kind.class)
    void aDeleteEndsTheUploadInParts(ObjectServer.Kind kind) throws IOException {
        ObjectServer server = ObjectServer.shared(kind);
        String bucket = server.freshName();
        ImageId image = anImage();
        try (S3Store writer = S3Stores.open(server, bucket);
                S3Store other = S3Stores.open(server, bucket);
                WriteSession<StoreLocation> session = writer.create(image, OptionalLong.empty())) {
            session.write(ByteBuffer.allocate(2 * PART_BYTES + 1));
            S3Stores.awaitUnfinished(server, bucket);
            for (StoreLocation candidate : other.candidates(image)) {
                other.delete(candidate);
            }
            assertThatThrownBy(session::commit).isInstanceOf(StoreException.class);
            for (StoreLocation candidate : other.candidates(image)) {
                assertThatThrownBy(() -> other.size(candidate)).isInstanceOf(StoreException.NotFound.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ObjectServer.Kind.class)
    void allObjectsAreListed(ObjectServer.Kind kind) throws IOException {
        try (S3Store store = S3Stores.fresh(ObjectServer.shared(kind))) {
            List<String> saved = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                saved.add(StoreContract.save(store, anImage(), new byte[i]).url());
            }
            List<String> listed = new ArrayList<>();
            store.visitAll(stored -> listed.add(stored.location().url() + " " + stored.size()));
            assertThat(listed).hasSize(5);
            for (int i = 0; i < 5; i++) {
                assertThat(listed).contains(saved.get(i) + " " + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ObjectServer.Kind.class)
    void ofWritersOfOneServiceThatCommitAtOnceOneWins(ObjectServer.Kind kind) throws Exception {
        ObjectServer server = ObjectServer.shared(kind);
        String bucket = server.freshName();
        try (S3Store store = S3Stores.open(server, bucket);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int bytes : new int[] {1, PART_BYTES + 1}) {
                ImageId image = anImage();
                CyclicBarrier together = new CyclicBarrier(2);
                List<Future<StoreLocation>> both = new ArrayList<>();
                for (byte content = 1; content <= 2; content++) {
                    byte[] data = new byte[bytes];
                    Arrays.fill(data, content);
                    both.add(threads.submit(() -> {
                        try (WriteSession<StoreLocation> session = store.create(image, OptionalLong.empty())) {
                            session.write(ByteBuffer.wrap(data));
                            together.await();
                            return session.commit();
                        }
                    }));
                }
                assertThat(both.stream().filter(S3ServersTest::succeeded))
                        .as(bytes + " bytes")
                        .hasSize(1);
            }
        }
    }

    private static boolean succeeded(Future<StoreLocation> writer) {
        try {
            return writer.get() != null;
        } catch (ExecutionException lost) {
            assertThat(lost.getCause()).isInstanceOf(StoreException.AlreadyExists.class);
            return false;
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    @ParameterizedTest
    @EnumSource(ObjectServer.Kind.class)
    void allUnfinishedUploadsAreListedPageByPage(ObjectServer.Kind kind) throws IOException {
        ObjectServer server = ObjectServer.shared(kind);
        String bucket = server.freshName();
        try (S3Store store = S3Stores.open(server, bucket)) {
            List<WriteSession<StoreLocation>> sessions = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                WriteSession<StoreLocation> session = store.create(anImage(), OptionalLong.empty());
                session.write(ByteBuffer.allocate(PART_BYTES + 1));
                sessions.add(session);
            }
            assertThat(S3Stores.unfinished(server, bucket, 2)).hasSize(3);
            for (WriteSession<StoreLocation> session : sessions) {
                session.close();
            }
            assertThat(S3Stores.unfinished(server, bucket, 2)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(ObjectServer.Kind.class)
    void signedBodiesAreTakenToo(ObjectServer.Kind kind) throws IOException {
        byte[] bytes = randomBytes(PART_BYTES + 1);
        try (S3Store store = S3Stores.fresh(
                ObjectServer.shared(kind), "s3_store_payload_signing = true", "s3_store_large_object_size = 0")) {
            StoreLocation saved = StoreContract.save(store, anImage(), bytes);
            assertThat(Arrays.equals(StoreContract.read(store, saved, ByteRange.whole(bytes.length)), bytes))
                    .isTrue();
        }
    }
}
