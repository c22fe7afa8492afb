package glance.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Many connections that all ask for the same at the same time; one thread reads them all and keeps nothing. */
final class Crowd implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MOST_HEAD_BYTES = 8192;
    private static final long PATIENCE_NANOS = 300_000_000_000L;

    private final List<Reader> readers = new ArrayList<>();
    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /** One of them; times in nanoseconds. */
    static final class Reader {
        private final SocketChannel channel;
        private final StringBuilder head = new StringBuilder();
        private final CRC32C checksum = new CRC32C();
        private long asked;
        private long firstByte;
        private long end;
        private long bytes;
        private boolean inBody;

        Reader(SocketChannel channel) {
            this.channel = channel;
        }

        double secondsToFirstByte() {
            return (firstByte - asked) / 1e9;
        }

        double seconds() {
            return (end - asked) / 1e9;
        }

        boolean got(long size, long crc) {
            return end > 0
                    && bytes == size
                    && checksum.getValue() == crc
                    && head.toString().startsWith("HTTP/1.1 200");
        }
    }

    Crowd(int port, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.configureBlocking(false);
            Reader reader = new Reader(channel);
            channel.register(selector, SelectionKey.OP_READ, reader);
            readers.add(reader);
        }
    }

    /** Sends every request, then reads every answer of {@code size} bytes to its end. */
    List<Reader> get(String path, long size) throws IOException {
        byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        for (Reader reader : readers) {
            reader.asked = System.nanoTime();
            if (reader.channel.write(ByteBuffer.wrap(request)) != request.length) {
                throw new IOException("a small request was not taken at once");
            }
        }
        long limit = System.nanoTime() + PATIENCE_NANOS;
        for (int left = readers.size(); left > 0 && System.nanoTime() < limit; ) {
            selector.select(1000);
            for (SelectionKey key : selector.selectedKeys()) {
                Reader reader = (Reader) key.attachment();
                read(reader);
                if (reader.bytes >= size || !reader.channel.isOpen()) {
                    reader.end = System.nanoTime();
                    key.cancel();
                    left--;
                }
            }
            selector.selectedKeys().clear();
        }
        return readers;
    }

    private void read(Reader reader) throws IOException {
        buffer.clear();
        if (reader.channel.read(buffer) < 0) {
            reader.channel.close();
            return;
        }
        buffer.flip();
        if (!reader.inBody && !endsHead(reader)) {
            return;
        }
        if (buffer.hasRemaining() && reader.bytes == 0) {
            reader.firstByte = System.nanoTime();
        }
        reader.bytes += buffer.remaining();
        reader.checksum.update(buffer);
    }

    private boolean endsHead(Reader reader) throws IOException {
        while (buffer.hasRemaining()) {
            reader.head.append((char) buffer.get());
            if (reader.head.length() > MOST_HEAD_BYTES) {
                throw new IOException("the head of the answer has no end");
            }
            if (reader.head.toString().endsWith("\r\n\r\n")) {
                reader.inBody = true;
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        for (Reader reader : readers) {
            reader.channel.close();
        }
        selector.close();
    }
}
