package glance.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.testkit.net.FaultProxy;
import glance.testkit.net.FaultProxy.Fault;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A store over HTTP whose real server is behind a network that fails: every failure is told as what it is, in time, and leaves
 * nothing. A test class gives a store whose connect and idle limits are {@link #IDLE} and which repeats soon, behind the proxy.
 * Images of announced size go into one object here, others into parts.
 */
@Timeout(60)
public abstract class StoreFaultContract {
    /** How long the store under test waits for a byte. */
    public static final Duration IDLE = Duration.ofSeconds(1);

    /** Nothing takes longer than a few of these. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** The image of this test. */
    protected final ImageId image = new ImageId(UUID.randomUUID().toString());

    /** Before the server. */
    protected final FaultProxy proxy;

    private final byte[] bytes;
    private final int partBytes;

    /**
     * @param server the real one, of which scheme, host and port count
     * @param partBytes of the images whose size is not known
     */
    protected StoreFaultContract(URI server, int partBytes) throws IOException {
        this.proxy = FaultProxy.before(server);
        this.partBytes = partBytes;
        this.bytes = new byte[2 * partBytes + 7];
        new Random(7).nextBytes(bytes);
    }

    /** Behind the proxy. */
    protected abstract Store store();

    /** On the same data beside the proxy, to see what is there. */
    protected abstract Store direct();

    /** How the line of a request that carries data of {@link #image} begins. */
    protected abstract String data(boolean announced);

    /** How the line of the request begins that makes {@link #image} visible, with its last byte if {@code announced}. */
    protected abstract String commit(boolean announced);

    /** Names of all that is stored, half-written things too, as told beside the proxy. */
    protected abstract Set<String> contents() throws IOException;

    @AfterEach
    final void end() throws IOException {
        store().close();
        direct().close();
        proxy.close();
    }

    private StoreLocation upload(boolean announced) throws IOException {
        OptionalLong size = announced ? OptionalLong.of(bytes.length) : OptionalLong.empty();
        try (WriteSession<StoreLocation> session = store().create(image, size)) {
            for (int from = 0; from < bytes.length; from += 65_521) {
                session.write(ByteBuffer.wrap(bytes, from, Math.min(65_521, bytes.length - from)));
            }
            return session.commit();
        }
    }

    private StoreLocation stored() throws IOException {
        return StoreContract.save(direct(), image, bytes);
    }

    private void assertDownloads(Store from, StoreLocation saved) throws IOException {
        Compared compared = download(from, saved, bytes.length);
        assertThat(compared.isWhole()).isTrue();
    }

    private Compared download(Store from, StoreLocation saved, int count) throws IOException {
        Compared compared = new Compared(bytes, 0, count, () -> {});
        try (Payload payload = from.open(saved, ByteRange.whole(count))) {
            payload.transferTo(compared);
        }
        return compared;
    }

    private void assertNothingLeft() throws IOException {
        assertThat(contents()).noneMatch(name -> name.contains(image.value()));
    }

    private interface Step {
        Object run() throws IOException;
    }

    private static void assertFailsInTime(Class<? extends IOException> how, Step step) {
        long begun = System.nanoTime();
        assertThatThrownBy(step::run).isInstanceOf(how);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE);
    }

    @Test
    void aStoreThatIsGoneIsUnavailableUntilItIsBack() throws IOException {
        StoreLocation saved = stored();
        assertDownloads(store(), saved);
        proxy.refuse();
        Class<? extends IOException> gone = StoreException.Unavailable.class;
        assertFailsInTime(gone, () -> store().create(image, OptionalLong.empty()));
        assertFailsInTime(gone, () -> store().open(saved, ByteRange.whole(1)));
        assertFailsInTime(gone, () -> store().size(saved));
        assertFailsInTime(gone, () -> store().delete(saved));
        assertThat(store().health().up()).isFalse();
        proxy.heal();
        assertThat(store().health().up()).isTrue();
        assertDownloads(store(), saved);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anUploadThatIsCutOverAndOverLeavesNothing(boolean announced) throws IOException {
        for (long after : new long[] {0, 1, partBytes / 2}) {
            proxy.set(new Fault.CutRequest(data(announced), after));
            assertFailsInTime(IOException.class, () -> upload(announced));
            proxy.heal();
            assertNothingLeft();
        }
    }

    @Test
    void aPartThatIsCutIsSentAgain() throws IOException {
        proxy.setOnce(new Fault.CutRequest(data(false), partBytes / 2));
        assertDownloads(direct(), upload(false));
    }

    @Test
    void aPartThatTheStoreDoesNotTakeEndsTheUpload() throws IOException {
        proxy.set(new Fault.Stall(data(false), 0));
        assertFailsInTime(IOException.class, () -> upload(false));
        proxy.heal();
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLostAnswerToTheCommitIsLookedUp(boolean announced) throws IOException {
        for (long after : new long[] {0, 5}) {
            proxy.setOnce(new Fault.CutAnswer(commit(announced), after));
            StoreLocation saved = upload(announced);
            assertDownloads(direct(), saved);
            assertThat(direct().delete(saved)).isTrue();
        }
    }

    @Test
    void anAnswerToTheCommitThatDoesNotComeIsLookedUp() throws IOException {
        proxy.setOnce(new Fault.Stall(commit(true), 0));
        assertDownloads(direct(), upload(true));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoCannotBeAskedAfterTheCommitLeavesTheOutcomeOpen(boolean announced) throws IOException {
        proxy.set(new Fault.GoneAfter(commit(announced)));
        assertFailsInTime(StoreException.OutcomeUnknown.class, () -> upload(announced));
        assertDownloads(direct(), direct().candidates(image).iterator().next());
    }

    @Test
    void aCommitThatNeverArrivedLeavesNothing() throws IOException {
        proxy.set(new Fault.CutRequest(commit(false), 20));
        assertFailsInTime(StoreException.Unavailable.class, () -> upload(false));
        proxy.heal();
        assertNothingLeft();
    }

    @Test
    void aDownloadGoesOnWhereAnAnswerBroke() throws IOException {
        StoreLocation saved = stored();
        for (long after : new long[] {0, 10, 100_000}) {
            proxy.setOnce(new Fault.CutAnswer("GET ", after));
            assertDownloads(store(), saved);
        }
    }

    @Test
    void aDownloadThatIsCutOverAndOverEnds() throws IOException {
        StoreLocation saved = stored();
        proxy.set(new Fault.CutAnswer("GET ", 100_000));
        assertFailsInTime(IOException.class, () -> download(store(), saved, bytes.length));
    }

    @Test
    void aStoreThatStallsIsGivenUp() throws IOException {
        StoreLocation saved = stored();
        for (long after : new long[] {0, 1000}) {
            proxy.set(new Fault.Stall("GET ", after));
            assertFailsInTime(IOException.class, () -> download(store(), saved, bytes.length));
        }
    }

    @Test
    void aSlowStoreIsWaitedForWhileBytesCome() throws IOException {
        StoreLocation saved = stored();
        proxy.set(new Fault.Slow("GET ", 100_000));
        assertThat(download(store(), saved, 150_000).isWhole()).isTrue();
    }

    @Test
    void aWrongLengthNeverPassesAsTheWhole() throws IOException {
        StoreLocation saved = stored();
        proxy.set(new Fault.WrongLength("GET ", -1));
        assertFailsInTime(IOException.class, () -> download(store(), saved, bytes.length));
        proxy.set(new Fault.WrongLength("GET ", 1));
        try {
            assertDownloads(store(), saved);
        } catch (IOException told) {
            assertThat(told).isNotInstanceOf(StoreException.NotFound.class);
        }
        proxy.heal();
        assertDownloads(store(), saved);
    }

    @Test
    void aDeletionWhoseAnswerIsLostIsMadeAgain() throws IOException {
        StoreLocation saved = stored();
        proxy.setOnce(new Fault.CutAnswer("DELETE ", 0));
        store().delete(saved);
        assertThatThrownBy(() -> direct().size(saved)).isInstanceOf(StoreException.NotFound.class);
        assertNothingLeft();
    }
}
