package glance.store.remote;

import glance.store.ByteRange;
import glance.store.Payload;
import glance.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads slices of one object by GET with {@code Range}. The first request is made when the object is opened, which tells whether
 * it is there; a slice that breaks is asked for again.
 */
public final class HttpRangeReader implements RangeReader {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]+)/([0-9]{1,18})");
    private static final int BUFFER_BYTES = 128 << 10;

    /** Of one request of a download, and how many at a time. */
    private static final int PIECE_BYTES = 4 << 20;

    private static final int PIECES = 4;

    private final Request request;
    private final String name;
    private final Retry retry;
    private final AtomicReference<@Nullable Opened> opened = new AtomicReference<>();

    /** Asks for a slice, once: this class repeats it. */
    @FunctionalInterface
    public interface Request {
        /**
         * @return an answer with status 206, or 200 when the server gives everything; the caller closes it
         * @throws StoreException.NotFound when there is no such object or it has no such bytes
         */
        StoreHttp.Answer get(long first, long last) throws IOException;
    }

    private record Opened(long first, StoreHttp.Answer answer) {}

    private HttpRangeReader(String name, Retry retry, Request request) {
        this.name = name;
        this.retry = retry;
        this.request = request;
    }

    /**
     * Opens a slice that is not empty.
     *
     * @param name of the object, for messages
     * @throws StoreException.NotFound when there is no object, or it does not reach that far
     */
    public static Payload open(String name, ByteRange range, PartBudget budget, Retry retry, Request request)
            throws IOException {
        HttpRangeReader reader = new HttpRangeReader(name, retry, request);
        reader.begin(range, WindowedPayload.firstPiece(range, PIECE_BYTES));
        // The answer that was opened first is closed with it, should it never be read.
        return new ClosingPayload(new WindowedPayload(range, PIECE_BYTES, PIECES, budget, reader), reader::forget);
    }

    private void begin(ByteRange range, int count) throws IOException {
        StoreHttp.Answer answer = retry.run(() -> get(range.offset(), range.offset() + count - 1));
        try {
            long size = size(answer);
            if (range.length() > size - range.offset()) {
                throw new StoreException.NotFound("range " + range + " is not in " + name + " of " + size + " bytes");
            }
        } catch (IOException | RuntimeException refused) {
            answer.close();
            throw refused;
        }
        opened.set(new Opened(range.offset(), answer));
    }

    private static long size(StoreHttp.Answer answer) throws IOException {
        return answer.status() == 200
                ? answer.number("Content-Length")
                        .orElseThrow(() -> new IOException("the store sends an object without its length"))
                : Long.parseLong(place(answer).group(3));
    }

    private static Matcher place(StoreHttp.Answer answer) throws IOException {
        Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
        if (!range.matches()) {
            throw new IOException("the store sends a range without its place");
        }
        return range;
    }

    /** Other bytes than those asked for, as a broken cache between may send them, are no answer. */
    private StoreHttp.Answer get(long first, long last) throws IOException {
        StoreHttp.Answer answer = request.get(first, last);
        try {
            if (answer.status() == 206 && Long.parseLong(place(answer).group(1)) != first) {
                throw new IOException("the store sends "
                        + answer.header("Content-Range").orElse("") + " of " + name + " when asked for bytes " + first
                        + "-" + last);
            }
            return answer;
        } catch (IOException | RuntimeException refused) {
            answer.close();
            throw refused;
        }
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        int start = into.position();
        retry.run(() -> {
            into.position(start);
            readOnce(offset, into);
            return true;
        });
    }

    private void readOnce(long offset, ByteBuffer into) throws IOException {
        try (StoreHttp.Answer answer = answer(offset, offset + into.remaining() - 1);
                ReadableByteChannel bytes = Channels.newChannel(body(answer, offset))) {
            while (into.hasRemaining()) {
                if (bytes.read(into) < 0) {
                    throw new IOException("the store ended a slice " + into.remaining() + " bytes early");
                }
            }
        }
    }

    @Override
    public void stream(ByteRange range, WritableByteChannel sink) throws IOException {
        long last = range.offset() + range.length() - 1;
        try (StoreHttp.Answer answer = retry.run(() -> get(range.offset(), last));
                InputStream body = body(answer, range.offset())) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (long left = range.length(); left > 0; ) {
                int count = body.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    throw new IOException("the store ended a slice " + left + " bytes early");
                }
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
                while (bytes.hasRemaining()) {
                    sink.write(bytes);
                }
                left -= count;
            }
        }
    }

    /** The one opened already, if it covers these bytes from their first; else a new one. */
    private StoreHttp.Answer answer(long first, long last) throws IOException {
        Opened ready = opened.get();
        if (ready != null && ready.first() == first && opened.compareAndSet(ready, null)) {
            return ready.answer();
        }
        return get(first, last);
    }

    /** A server that knows no ranges sends everything: what comes before is passed over. */
    private static InputStream body(StoreHttp.Answer answer, long offset) throws IOException {
        InputStream body = answer.body();
        if (answer.status() == 200) {
            body.skipNBytes(offset);
        }
        return body;
    }

    private void forget() {
        Opened unread = opened.getAndSet(null);
        if (unread != null) {
            unread.answer().close();
        }
    }
}
