package glance.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * The body of one answer: as long as its Content-Length, chunked, or until the connection closes. An early end is an
 * {@link java.io.EOFException}, so half a body never looks whole.
 */
final class HttpBody extends InputStream {
    /** Told once how the body ended. */
    interface Ending {
        void ended(boolean whole);
    }

    private static final long UNTIL_CLOSE = -1;
    private static final int CHUNK_LINE_LIMIT = 4096;

    private final InputStream wire;
    private final Ending ending;
    private final boolean chunked;
    private long remaining; // bytes of the body, or of the current chunk; UNTIL_CLOSE when the connection's end counts
    private boolean over;

    private HttpBody(InputStream wire, Ending ending, boolean chunked, long remaining) {
        this.wire = wire;
        this.ending = ending;
        this.chunked = chunked;
        this.remaining = remaining;
    }

    static HttpBody of(String method, int status, Map<String, String> headers, InputStream wire, Ending ending)
            throws IOException {
        HttpBody body;
        if (method.equals("HEAD") || status == 204 || status == 304) {
            body = new HttpBody(wire, ending, false, 0);
        } else if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            return new HttpBody(wire, ending, true, 0);
        } else {
            body = new HttpBody(wire, ending, false, length(headers));
        }
        if (body.remaining == 0) {
            body.finish(true);
        }
        return body;
    }

    private static long length(Map<String, String> headers) throws IOException {
        String text = headers.get("content-length");
        if (text == null) {
            return UNTIL_CLOSE;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw new IOException("not a Content-Length: " + Text.quoted(text));
        }
        return Long.parseLong(text);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (over) {
            return -1;
        }
        if (length == 0) {
            return 0;
        }
        if (chunked && remaining == 0 && !nextChunk()) {
            return -1;
        }
        int wanted = remaining == UNTIL_CLOSE ? length : (int) Math.min(length, remaining);
        int got = wire.read(buffer, offset, wanted);
        if (got < 0) {
            finish(false);
            if (remaining == UNTIL_CLOSE) {
                return -1;
            }
            throw HttpConnection.closedEarly();
        }
        if (remaining != UNTIL_CLOSE) {
            remaining -= got;
            endOfPiece();
        }
        return got;
    }

    private void endOfPiece() throws IOException {
        if (remaining > 0) {
            return;
        }
        if (chunked) {
            readLine(wire, CHUNK_LINE_LIMIT);
        } else {
            finish(true);
        }
    }

    private boolean nextChunk() throws IOException {
        String line = readLine(wire, CHUNK_LINE_LIMIT);
        String size = line.split(";", 2)[0].strip();
        if (!size.matches("[0-9a-fA-F]{1,15}")) {
            throw new IOException("not a chunk size: " + Text.quoted(line));
        }
        remaining = Long.parseLong(size, 16);
        if (remaining > 0) {
            return true;
        }
        while (!readLine(wire, CHUNK_LINE_LIMIT).isEmpty()) {
            // trailers carry nothing for us
        }
        finish(true);
        return false;
    }

    private void finish(boolean whole) {
        if (!over) {
            over = true;
            ending.ended(whole);
        }
    }

    @Override
    public void close() {
        finish(false);
    }

    /** One line without its end; at most {@code limit} bytes. */
    static String readLine(InputStream in, int limit) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw HttpConnection.closedEarly();
            }
            if (line.size() == limit) {
                throw new IOException("a line of the answer is longer than the limit of " + limit + " bytes");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
