package glance.http;

import glance.store.Payload;

/**
 * An answer. The engine adds framing ({@code Content-Length}, chunking, {@code Connection}, {@code Date}) and leaves the
 * body out for HEAD.
 */
public sealed interface Response {
    int status();

    Headers headers();

    /** The same answer with other headers. */
    Response withHeaders(Headers headers);

    /** No body. */
    record Empty(int status, Headers headers) implements Response {
        @Override
        public Empty withHeaders(Headers other) {
            return new Empty(status, other);
        }
    }

    /** A body in memory; {@code content} is not copied and must not change. */
    @SuppressWarnings("ArrayRecordComponent") // an answer is written once and never compared
    record Bytes(int status, Headers headers, byte[] content) implements Response {
        @Override
        public Bytes withHeaders(Headers other) {
            return new Bytes(status, other, content);
        }
    }

    /**
     * A body that is poured into the connection; the engine closes {@code payload} afterwards, whatever happened. With a
     * known length the answer has that Content-Length, and a payload that delivers less breaks the connection. A
     * {@link glance.store.FileRangeSink}-aware payload goes out by sendfile.
     */
    record Stream(int status, Headers headers, Payload payload) implements Response {
        @Override
        public Stream withHeaders(Headers other) {
            return new Stream(status, other, payload);
        }
    }
}
