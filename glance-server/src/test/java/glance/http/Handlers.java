package glance.http;

import glance.store.FileRangeSink;
import glance.store.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/** Handlers and payloads the engine's tests share. */
final class Handlers {
    private Handlers() {}

    /** Answers with method, path, query and body in one line. */
    static Response echo(Request request) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        request.body().transferTo(Channels.newChannel(body));
        return text(
                request.method() + " " + request.rawPath() + " [" + body.toString(StandardCharsets.ISO_8859_1) + "]");
    }

    static Response text(String text) {
        return text(200, text);
    }

    static Response text(int status, String text) {
        return new Response.Bytes(
                status, Headers.of("Content-Type", "text/plain"), text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Takes the whole body away; answers its size. */
    static Response swallow(Request request) throws IOException {
        return text(String.valueOf(request.body().transferTo(new Nowhere())));
    }

    /** Takes everything, keeps nothing. */
    static class Nowhere implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) {
            int size = source.remaining();
            source.position(source.limit());
            return size;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** How a test pours its data. */
    @FunctionalInterface
    interface Source {
        long pour(WritableByteChannel sink) throws IOException;
    }

    /** A payload of the test's own making; {@code length} below 0 is unknown. */
    record TestPayload(long size, Source source, AtomicBoolean closed) implements Payload {
        TestPayload(long size, Source source) {
            this(size, source, new AtomicBoolean());
        }

        @Override
        public OptionalLong length() {
            return size < 0 ? OptionalLong.empty() : OptionalLong.of(size);
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            return source.pour(sink);
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    static Response stream(Payload payload) {
        return new Response.Stream(200, Headers.of("Content-Type", "application/octet-stream"), payload);
    }

    /** A slice of a file, offered as a range. */
    static TestPayload slice(Path file, long offset, long length) {
        return new TestPayload(length, sink -> {
            try (FileChannel channel = FileChannel.open(file)) {
                return ((FileRangeSink) sink).write(channel, offset, length);
            }
        });
    }

    /** That many zero bytes from memory. */
    static TestPayload zeros(long size) {
        return new TestPayload(size, sink -> {
            for (long left = size; left > 0; ) {
                left -= sink.write(ByteBuffer.allocate((int) Math.min(left, 1 << 20)));
            }
            return size;
        });
    }
}
