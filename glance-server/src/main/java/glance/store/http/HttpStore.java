package glance.store.http;

import glance.fetch.Fetcher;
import glance.fetch.Fetcher.Fetched;
import glance.fetch.WebAddress;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Capability;
import glance.store.Health;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Data that somebody else's web server holds: read from there, never written, left in place when the image goes. */
final class HttpStore implements Store {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-.*");

    /** Statuses after which GET may still succeed. */
    private static final Set<Integer> HEAD_UNTOLD = Set.of(200, 400, 403, 405, 501);

    private final StoreId id;
    private final Supplier<Fetcher> opening;
    private @Nullable Fetcher fetcher;

    /** @param opening makes the client, when the first URL is read: most services never read any */
    HttpStore(StoreId id, Supplier<Fetcher> opening) {
        this.id = id;
        this.opening = opening;
    }

    synchronized Fetcher fetcher() {
        Fetcher present = fetcher;
        if (present == null) {
            present = opening.get();
            fetcher = present;
        }
        return present;
    }

    @Override
    public StoreId id() {
        return id;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("http", "https");
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.READ, Capability.READ_RANGE);
    }

    @Override
    public Set<StoreLocation> candidates(ImageId image) {
        return Set.of();
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        throw new StoreException.Unsupported("store " + id + " only reads");
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        WebAddress address = address(location);
        String header =
                range.offset() == 0 ? null : "bytes=" + range.offset() + "-" + (range.offset() + range.length() - 1);
        Fetched answer = reached(address, () -> fetcher().get(address, header));
        try {
            requireGood(address, answer);
            InputStream body = answer.body();
            long start = start(address, answer);
            if (start > range.offset()) {
                throw new StoreException.Unavailable(
                        address + " sent a part from byte " + start + ", asked was " + range.offset(), null);
            }
            body.skipNBytes(range.offset() - start);
            return new HttpPayload(answer, body, OptionalLong.of(range.length()));
        } catch (IOException failure) {
            answer.close();
            throw broken(address, failure);
        }
    }

    /** Where the body begins: a server may answer the whole although a part was asked for. */
    private static long start(WebAddress address, Fetched answer) throws StoreException {
        if (answer.status() != 206) {
            return 0;
        }
        Matcher matcher = CONTENT_RANGE.matcher(String.valueOf(answer.header("Content-Range")));
        if (!matcher.matches()) {
            throw new StoreException.Unavailable(address + " sent a part and did not say which", null);
        }
        return Long.parseLong(matcher.group(1));
    }

    /** Servers that send no length send the body in pieces; then its end is told by the connection. */
    @Override
    public Payload open(StoreLocation location) throws StoreException {
        WebAddress address = address(location);
        Fetched answer = reached(address, () -> fetcher().get(address, null));
        try {
            requireGood(address, answer);
            return new HttpPayload(answer, answer.body(), answer.length());
        } catch (IOException failure) {
            answer.close();
            throw broken(address, failure);
        }
    }

    private static StoreException broken(WebAddress address, IOException failure) {
        return failure instanceof StoreException told
                ? told
                : new StoreException.Unavailable(address + " broke off: " + failure.getMessage(), failure);
    }

    /**
     * By HEAD, and where that is not allowed or tells nothing by a GET that is broken off: a URL may be signed for GET alone.
     */
    @Override
    public long size(StoreLocation location) throws StoreException {
        WebAddress address = address(location);
        try (Fetched answer = reached(address, () -> fetcher().head(address))) {
            if (answer.status() == 200 && answer.length().isPresent()) {
                return answer.length().getAsLong();
            }
            if (!HEAD_UNTOLD.contains(answer.status())) {
                requireGood(address, answer);
            }
        }
        try (Fetched answer = reached(address, () -> fetcher().get(address, null))) {
            requireGood(address, answer);
            return answer.length()
                    .orElseThrow(() -> new StoreException.Unsupported(address + " does not tell how much data it has"));
        }
    }

    private interface Call {
        Fetched run() throws IOException;
    }

    private static Fetched reached(WebAddress address, Call call) throws StoreException {
        try {
            return call.run();
        } catch (IOException failure) {
            throw new StoreException.Unavailable(address + " cannot be read: " + failure.getMessage(), failure);
        }
    }

    private static void requireGood(WebAddress address, Fetched answer) throws StoreException {
        int status = answer.status();
        if (status == 404 || status == 410 || status == 416) {
            throw new StoreException.NotFound(address + " was answered " + status);
        }
        if (status == 401 || status == 403) {
            throw new StoreException.Denied(address + " was answered " + status, null);
        }
        if (status != 200 && status != 206) {
            throw new StoreException.Unavailable(address + " was answered " + status, null);
        }
    }

    private static WebAddress address(StoreLocation location) throws StoreException {
        try {
            return WebAddress.parse(location.url());
        } catch (IllegalArgumentException malformed) {
            throw new StoreException.Unavailable("a recorded location cannot be read: " + malformed.getMessage(), null);
        }
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        throw new StoreException.Unsupported("store " + id + " does not delete");
    }

    @Override
    public int sweep() {
        return 0;
    }

    /** There is no one server that could be asked. */
    @Override
    public Health health() {
        return Health.ok();
    }

    @Override
    public synchronized void close() {
        Fetcher present = fetcher;
        if (present != null) {
            present.close();
        }
    }
}
