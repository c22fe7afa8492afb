package glance.store.s3;

import glance.store.ByteRange;
import glance.store.StoreException;
import glance.store.remote.RangeReader;
import glance.store.remote.StoreHttp;
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

/** Reads slices of one object. The first request is made when the object is opened, which tells whether it is there. */
final class S3Reader implements RangeReader, AutoCloseable {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]+)-([0-9]+)/([0-9]{1,18})");
    private static final int BUFFER_BYTES = 128 << 10;

    private final S3Client client;
    private final S3Client.Target target;
    private final AtomicReference<@Nullable Opened> opened = new AtomicReference<>();

    private record Opened(long first, StoreHttp.Answer answer) {}

    S3Reader(S3Client client, S3Client.Target target) {
        this.client = client;
        this.target = target;
    }

    /**
     * Opens the beginning of {@code range}.
     *
     * @param count bytes of it
     * @throws StoreException.NotFound when there is no object, or it does not reach that far
     */
    void begin(ByteRange range, int count) throws IOException {
        long last = range.offset() + count - 1;
        StoreHttp.Answer answer = client.get(target, range.offset(), last);
        try {
            long size = size(answer);
            if (range.length() > size - range.offset()) {
                throw new StoreException.NotFound(
                        "range " + range + " is not in object " + target.key() + " of " + size + " bytes");
            }
        } catch (IOException | RuntimeException refused) {
            answer.close();
            throw refused;
        }
        opened.set(new Opened(range.offset(), answer));
    }

    private static long size(StoreHttp.Answer answer) throws IOException {
        if (answer.status() == 200) {
            return answer.number("Content-Length")
                    .orElseThrow(() -> new IOException("the store sends an object without its length"));
        }
        Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
        if (!range.matches()) {
            throw new IOException("the store sends a range without its place");
        }
        return Long.parseLong(range.group(3));
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
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
        try (StoreHttp.Answer answer = client.get(target, range.offset(), last);
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
        return client.get(target, first, last);
    }

    /** A server that knows no ranges sends everything: what comes before is passed over. */
    private static InputStream body(StoreHttp.Answer answer, long offset) throws IOException {
        InputStream body = answer.body();
        if (answer.status() == 200) {
            body.skipNBytes(offset);
        }
        return body;
    }

    @Override
    public void close() {
        Opened unread = opened.getAndSet(null);
        if (unread != null) {
            unread.answer().close();
        }
    }
}
