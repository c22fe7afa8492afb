package glance.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The client side of every figure: blocking sockets, no library, as little CPU as a client can take, the same towards
 * us and towards the reference. One thread per instance.
 */
final class Peer implements AutoCloseable {
    private static final int CHUNK_BYTES = 256 * 1024;

    private final int port;
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);

    Peer(int port) throws IOException {
        this.port = port;
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /**
     * GETs a path and drops its body.
     *
     * @return bytes of the body
     * @throws IOException unless the answer is 200 and whole
     */
    long drain(String path) throws IOException {
        send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Head head = readHead();
        if (head.status() != 200) {
            throw new IOException("GET " + path + " was answered " + head.status());
        }
        long left = head.length() - buffer.remaining();
        buffer.position(buffer.limit());
        while (left > 0) {
            buffer.clear();
            int count = channel.read(buffer);
            if (count < 0) {
                throw new EOFException(left + " bytes missing of GET " + path);
            }
            left -= count;
        }
        buffer.position(0).limit(0);
        return head.length();
    }

    /** PUTs a file as an image's data, by sendfile. */
    void upload(String id, Path file) throws IOException {
        try (FileChannel data = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = data.size();
            send("PUT /v2/images/" + id
                    + "/file HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                    + "Content-Length: " + size + "\r\n\r\n");
            long sent = 0;
            while (sent < size) {
                sent += data.transferTo(sent, size - sent, channel);
            }
        }
        expect(204, "upload of " + id);
    }

    /** POSTs an image record and returns its id. */
    String create(String name) throws IOException {
        JsonNode image = new JsonMapper()
                .readTree(call(
                        "POST",
                        "/v2/images",
                        "{\"name\": \"" + name + "\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}",
                        201));
        return image.path("id").asString();
    }

    /** DELETEs an image. */
    void delete(String id) throws IOException {
        call("DELETE", "/v2/images/" + id, "", 204);
    }

    /** GETs a small document. */
    String get(String path) throws IOException {
        return call("GET", path, "", 200);
    }

    private String call(String method, String path, String body, int status) throws IOException {
        send(method + " " + path + " HTTP/1.1\r\nHost: localhost:" + port + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
        return expect(status, method + " " + path);
    }

    private String expect(int status, String what) throws IOException {
        Head head = readHead();
        byte[] body = new byte[Math.toIntExact(head.length())];
        int filled = 0;
        while (filled < body.length) {
            if (!buffer.hasRemaining()) {
                fill();
            }
            int count = Math.min(buffer.remaining(), body.length - filled);
            buffer.get(body, filled, count);
            filled += count;
        }
        String text = new String(body, StandardCharsets.UTF_8);
        if (head.status() != status) {
            throw new IOException(what + " was answered " + head.status() + ": " + text);
        }
        return text;
    }

    private record Head(int status, long length) {}

    private Head readHead() throws IOException {
        buffer.position(0).limit(0);
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            if (!buffer.hasRemaining()) {
                fill();
            }
            text.append((char) (buffer.get() & 0xff));
        }
        long length = 0;
        for (String line : text.toString().split("\r\n", -1)) {
            if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                length = Long.parseLong(line.substring(15).strip());
            }
        }
        return new Head(Integer.parseInt(text.substring(9, 12)), length);
    }

    private void fill() throws IOException {
        buffer.clear();
        if (channel.read(buffer) < 0) {
            throw new EOFException("the server closed the connection");
        }
        buffer.flip();
    }

    private void send(String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
