package glance.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Inventory;
import glance.store.Payload;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What a store promises at the borders of the parts it cuts images into, and to several who come at once. Between tests the store
 * may stay the same; each looks at what it adds itself.
 */
public interface StorePartsContract extends StoreContract {
    /** Bytes after which the store begins another part, object, segment or chunk. */
    int partBytes();

    /** Names of all the store holds, half-written things too, as its own means tell them. */
    Set<String> contents() throws IOException;

    private static ImageId anImage() {
        return new ImageId(UUID.randomUUID().toString());
    }

    private static byte[] randomBytes(int count, int seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private StoreLocation write(ImageId image, byte[] bytes, OptionalLong announced) throws IOException {
        try (WriteSession<StoreLocation> session = store().create(image, announced)) {
            // In pieces that no part is a multiple of.
            for (int from = 0; from < bytes.length; from += 65_521) {
                session.write(ByteBuffer.wrap(bytes, from, Math.min(65_521, bytes.length - from)));
            }
            return session.commit();
        }
    }

    private void requireSame(StoreLocation saved, byte[] bytes, int offset, int length) throws IOException {
        Compared compared = new Compared(bytes, offset, length, () -> {});
        try (Payload payload = store().open(saved, new ByteRange(offset, length))) {
            assertThat(payload.transferTo(compared)).isEqualTo(length);
        }
        assertThat(compared.isWhole())
                .as("bytes %d+%d of %d", offset, length, bytes.length)
                .isTrue();
    }

    /** The last ones differ from part to part. */
    private int[] borders() {
        int part = partBytes();
        return new int[] {0, 1, part - 1, part, part + 1, 2 * part, 3 * part + 5};
    }

    @Test
    default void everySizeAroundABorderIsReadBackAnnouncedOrNot() throws IOException {
        Set<String> before = contents();
        for (int size : borders()) {
            byte[] bytes = randomBytes(size, size);
            for (OptionalLong announced : List.of(OptionalLong.of(size), OptionalLong.empty())) {
                StoreLocation saved = write(anImage(), bytes, announced);
                assertThat(store().size(saved)).isEqualTo(size);
                requireSame(saved, bytes, 0, size);
                assertThat(store().delete(saved)).isTrue();
            }
        }
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    default void rangesAreExactAtEveryBorder() throws IOException {
        int part = partBytes();
        byte[] bytes = randomBytes(3 * part + 5, 1);
        StoreLocation saved = write(anImage(), bytes, OptionalLong.empty());
        for (int border : new int[] {0, part, 2 * part, 3 * part, bytes.length}) {
            for (int from = Math.max(0, border - 1); from <= Math.min(bytes.length, border + 1); from++) {
                for (int length : new int[] {0, 1, 2, part, part + 2}) {
                    if (length <= bytes.length - from) {
                        requireSame(saved, bytes, from, length);
                    }
                }
            }
        }
        store().delete(saved);
    }

    @Test
    default void partsOfZerosAreReadAsZeros() throws IOException {
        int part = partBytes();
        byte[] bytes = new byte[4 * part + 3];
        bytes[part] = 1;
        bytes[3 * part - 1] = 2;
        for (OptionalLong announced : List.of(OptionalLong.of(bytes.length), OptionalLong.empty())) {
            StoreLocation saved = write(anImage(), bytes, announced);
            assertThat(store().size(saved)).isEqualTo(bytes.length);
            requireSame(saved, bytes, 0, bytes.length);
            requireSame(saved, bytes, 3 * part + 1, part + 2);
            store().delete(saved);
        }
    }

    @Test
    default void aWriteGivenUpAtAnyByteLeavesNothing() throws IOException {
        Set<String> before = contents();
        int part = partBytes();
        byte[] bytes = randomBytes(2 * part + 1, 3);
        Random anywhere = new Random(partBytes());
        for (int end : new int[] {
            0,
            1,
            part - 1,
            part,
            part + 1,
            2 * part,
            2 * part + 1,
            anywhere.nextInt(part),
            part + anywhere.nextInt(part)
        }) {
            for (OptionalLong announced : List.of(OptionalLong.of(bytes.length), OptionalLong.empty())) {
                try (WriteSession<StoreLocation> session = store().create(anImage(), announced)) {
                    session.write(ByteBuffer.wrap(bytes, 0, end));
                }
                assertThat(contents()).as("after %d bytes", end).isEqualTo(before);
            }
        }
    }

    @Test
    default void ofManyWritersAtOnceOneWinsAndTheOthersLeaveNothing() throws Exception {
        Set<String> before = contents();
        ImageId image = anImage();
        int writers = 5;
        CountDownLatch begun = new CountDownLatch(writers);
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            int seed = writer;
            tasks.add(() -> wins(image, seed, begun) ? seed : -1);
        }
        List<Integer> winners =
                together(tasks).stream().filter(winner -> winner >= 0).toList();
        assertThat(winners).hasSize(1);
        StoreLocation saved = store().candidates(image).stream()
                .filter(this::isThere)
                .findFirst()
                .orElseThrow();
        byte[] bytes = randomBytes(partBytes() + 1, winners.getFirst());
        requireSame(saved, bytes, 0, bytes.length);
        requireListed(image, bytes.length);
        assertThat(store().delete(saved)).isTrue();
        assertThat(contents()).isEqualTo(before);
    }

    private boolean wins(ImageId image, int seed, CountDownLatch begun) throws IOException {
        try (WriteSession<StoreLocation> session = store().create(image, OptionalLong.empty())) {
            begun.countDown();
            session.write(ByteBuffer.wrap(randomBytes(partBytes() + 1, seed)));
            // No commit before everybody writes.
            begun.await();
            session.commit();
            return true;
        } catch (StoreException.AlreadyExists other) {
            return false;
        } catch (InterruptedException stop) {
            throw new IOException(stop);
        } finally {
            begun.countDown(); // for those that could not even begin
        }
    }

    private boolean isThere(StoreLocation candidate) {
        try {
            return store().size(candidate) >= 0;
        } catch (StoreException missing) {
            return false;
        }
    }

    private void requireListed(ImageId image, long size) throws StoreException {
        var inventory = store().ability(Inventory.class);
        if (inventory.isPresent()) {
            List<Long> sizes = new ArrayList<>();
            inventory.get().visitAll(stored -> {
                if (stored.name().equals(image.value())) {
                    sizes.add(stored.size());
                }
            });
            assertThat(sizes).containsExactly(size);
        }
    }

    private static <T> List<T> together(List<Callable<T>> tasks) throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
        }
        return results;
    }

    @Test
    default void manyReadersAtOnceEachGetTheirOwnSlice() throws Exception {
        int part = partBytes();
        byte[] bytes = randomBytes(2 * part + 9, 5);
        StoreLocation saved = write(anImage(), bytes, OptionalLong.of(bytes.length));
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int reader = 0; reader < 6; reader++) {
            int from = reader * part / 3;
            tasks.add(() -> {
                requireSame(saved, bytes, from, Math.min(part, bytes.length - from));
                return true;
            });
        }
        assertThat(together(tasks)).hasSize(6);
        store().delete(saved);
    }

    @Test
    default void dataDeletedUnderAReadIsNeverReadWrong() throws IOException {
        byte[] bytes = randomBytes(3 * partBytes() + 5, 6);
        StoreLocation saved = write(anImage(), bytes, OptionalLong.of(bytes.length));
        Compared compared = new Compared(bytes, 0, bytes.length, () -> store().delete(saved));
        try (Payload payload = store().open(saved, ByteRange.whole(bytes.length))) {
            payload.transferTo(compared);
            assertThat(compared.isWhole()).isTrue();
        } catch (IOException broken) {
            assertThat(compared.isRightSoFar()).as("up to: " + broken).isTrue();
        }
        assertThatThrownBy(() -> store().size(saved)).isInstanceOf(StoreException.NotFound.class);
    }

    @Test
    default void whatWasNeverStoredIsNotFound() throws IOException {
        for (StoreLocation candidate : store().candidates(anImage())) {
            assertThatThrownBy(() -> store().open(candidate, ByteRange.whole(1)))
                    .isInstanceOf(StoreException.NotFound.class);
            assertThatThrownBy(() -> store().open(candidate)).isInstanceOf(StoreException.NotFound.class);
            assertThatThrownBy(() -> store().size(candidate)).isInstanceOf(StoreException.NotFound.class);
            assertThat(store().delete(candidate)).isFalse();
        }
    }

    /** Who announces wrongly is refused, or what came is stored as what it is: never cut, never filled up. */
    @Test
    default void aWrongAnnouncementNeverChangesTheData() throws IOException {
        Set<String> before = contents();
        int part = partBytes();
        byte[] bytes = randomBytes(part + 7, 7);
        for (long announced : new long[] {1, part, part + 6, part + 8, 3L * part}) {
            StoreLocation saved;
            try {
                saved = write(anImage(), bytes, OptionalLong.of(announced));
            } catch (StoreException.Unsupported refused) {
                assertThat(contents()).as("announced " + announced).isEqualTo(before);
                continue;
            }
            assertThat(store().size(saved)).isEqualTo(bytes.length);
            requireSame(saved, bytes, 0, bytes.length);
            store().delete(saved);
        }
        assertThat(contents()).isEqualTo(before);
    }
}
