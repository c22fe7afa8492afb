package glance.server.filter;

import glance.http.Handler;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.store.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The optional {@code gzip} filter of the paste file: compresses bodies for clients that take it. Image data is
 * compressed while it streams, without a Content-Length; {@code Content-MD5} stays that of the plain data. In no shipped
 * pipeline, since it takes downloads off the zero-copy path.
 */
public final class Gzip implements Handler {
    private final Handler next;

    public Gzip(Handler next) {
        this.next = next;
    }

    @Override
    public Response handle(Request request) throws IOException {
        Response response = next.handle(request);
        if (!accepts(request.headers().first("Accept-Encoding"))
                || request.method().equals("HEAD")
                || response.headers().has("Content-Encoding")
                || response.status() == 206) {
            return response;
        }
        Headers headers = response.headers().without("Content-Length").with("Content-Encoding", "gzip");
        return switch (response) {
            case Response.Empty empty -> empty;
            case Response.Bytes bytes -> new Response.Bytes(bytes.status(), headers, compressed(bytes.content()));
            case Response.Stream stream ->
                new Response.Stream(stream.status(), headers, new Compressed(stream.payload()));
        };
    }

    /** Whether {@code gzip} is named with a weight above 0 (RFC 9110, 12.5.3). */
    static boolean accepts(@Nullable String header) {
        if (header == null) {
            return false;
        }
        for (String item : header.split(",", -1)) {
            String[] parts = item.strip().split(";", -1);
            if (parts[0].strip().equalsIgnoreCase("gzip")) {
                return parts.length < 2 || !parts[1].strip().matches("q=0(\\.0*)?");
            }
        }
        return false;
    }

    private static byte[] compressed(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 4 + 64);
        try (GZIPOutputStream gzip = fast(out)) {
            gzip.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private static GZIPOutputStream fast(OutputStream out) throws IOException {
        return new GZIPOutputStream(out, 64 * 1024) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        };
    }

    /** A payload that compresses on its way; its length is not known before. */
    private record Compressed(Payload plain) implements Payload {
        @Override
        public OptionalLong length() {
            return OptionalLong.empty();
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            ChannelStream out = new ChannelStream(sink);
            try (GZIPOutputStream gzip = fast(out)) {
                plain.transferTo(new StreamChannel(gzip));
            }
            return out.written;
        }

        @Override
        public void close() {
            plain.close();
        }
    }

    private static final class ChannelStream extends OutputStream {
        private final WritableByteChannel channel;
        private long written;

        ChannelStream(WritableByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                written += channel.write(buffer);
            }
        }
    }

    private record StreamChannel(OutputStream out) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) throws IOException {
            int length = source.remaining();
            byte[] chunk = new byte[Math.min(length, 64 * 1024)];
            while (source.hasRemaining()) {
                int part = Math.min(chunk.length, source.remaining());
                source.get(chunk, 0, part);
                out.write(chunk, 0, part);
            }
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // the stream's owner closes it
        }
    }
}
