package glance.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client without manners: sends the bytes it is told, reads answers byte by byte. */
final class RawClient implements AutoCloseable {
    /** An answer as read. */
    record Answer(String statusLine, List<String> headers, String body) {
        int status() {
            return Integer.parseInt(statusLine.split(" ", -1)[1]);
        }

        String header(String name) {
            return headers.stream()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    private final Socket socket;
    private final InputStream in;

    RawClient(InetSocketAddress server) throws IOException {
        this(new Socket(), server);
    }

    RawClient(Socket socket, InetSocketAddress server) throws IOException {
        this.socket = socket;
        if (!socket.isConnected()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()), 5_000);
        }
        socket.setSoTimeout(20_000);
        in = socket.getInputStream();
    }

    Socket socket() {
        return socket;
    }

    /** Sends text with every line end as CR LF. */
    RawClient send(String text) throws IOException {
        return raw(text.replace("\n", "\r\n"));
    }

    /** Sends text as it is. */
    RawClient raw(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** The next answer to anything but HEAD. */
    Answer read() throws IOException {
        Answer head = readHead();
        return new Answer(head.statusLine(), head.headers(), readBody(head));
    }

    /** The next answer's header; its body, if any, stays. */
    Answer readHead() throws IOException {
        String status = line();
        List<String> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            headers.add(line);
        }
        return new Answer(status, headers, "");
    }

    private String readBody(Answer head) throws IOException {
        int status = head.status();
        if (status < 200 || status == 204 || status == 304) {
            return "";
        }
        if (head.header("Transfer-Encoding").equals("chunked")) {
            StringBuilder body = new StringBuilder();
            for (int size = Integer.parseInt(line(), 16); ; size = Integer.parseInt(line(), 16)) {
                body.append(text(size));
                line();
                if (size == 0) {
                    return body.toString();
                }
            }
        }
        String length = head.header("Content-Length");
        return length.isEmpty()
                ? new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                : text(Integer.parseInt(length));
    }

    private String text(int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("answer ends after " + bytes.length + " of " + size + " bytes");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("connection closed after '" + line.toString(StandardCharsets.ISO_8859_1) + "'");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** Whether the server ends the connection properly now, without another byte. */
    boolean atEnd() throws IOException {
        return in.read() < 0;
    }

    /** Goes away now. */
    void leave() throws IOException {
        socket.close();
    }

    InputStream in() {
        return in;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
