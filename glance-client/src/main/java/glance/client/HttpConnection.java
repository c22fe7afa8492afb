package glance.client;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection, one exchange at a time, one thread. Written here because {@code HttpURLConnection} cannot
 * send PATCH, repeats requests on its own and hides an answer that comes while a body is still being sent, and
 * {@code java.net.http} doubles the start-up time of a command.
 */
final class HttpConnection implements Closeable {
    /** Pieces of an upload, as the reference client cuts them. */
    private static final int UPLOAD_CHUNK_BYTES = 1 << 20;

    private static final int LINE_LIMIT = 64 << 10;

    /** API v1 sends one header per custom property, and how many an image may have is the operator's choice. */
    private static final int HEADER_LIMIT = 2000;

    private static final byte[] CRLF = {'\r', '\n'};

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private boolean reusable = true;
    /** Whether the request went out whole: what follows on the connection would be read as the rest of its body else. */
    private boolean sent;

    HttpConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 16 << 10);
    }

    /** Whether another exchange can follow: the last answer was read whole and nobody asked to close. */
    boolean reusable() {
        return reusable && !socket.isClosed();
    }

    /**
     * Sends the request and reads the head of its answer.
     *
     * @param target the request target: a path, or the whole address when a proxy is asked
     */
    Reply exchange(Request request, String target, Map<String, String> headers, Runnable done) throws IOException {
        reusable = false;
        sent = false;
        try {
            writeHead(request.method(), target, headers);
            writeBody(request.body());
        } catch (UploadException local) {
            throw local; // the server waits for the rest, and so would we for its answer
        } catch (IOException refused) {
            // A server that has heard enough answers and closes; its answer says more than our broken pipe.
            try {
                return readReply(request.method(), done);
            } catch (IOException silent) {
                refused.addSuppressed(silent);
                throw refused;
            }
        }
        return readReply(request.method(), done);
    }

    private void writeHead(String method, String target, Map<String, String> headers) throws IOException {
        StringBuilder head = new StringBuilder(512);
        head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    private void writeBody(Request.@Nullable Body body) throws IOException {
        boolean whole = true;
        switch (body) {
            case null -> {}
            case Request.Body.Document document -> out.write(document.bytes());
            case Request.Body.Stream stream -> whole = writeChunks(stream);
        }
        out.flush();
        sent = whole;
    }

    /** False when an answer came before the end. */
    private boolean writeChunks(Request.Body.Stream stream) throws IOException {
        out.flush();
        OutputStream wire = socket.getOutputStream();
        byte[] piece = new byte[UPLOAD_CHUNK_BYTES];
        while (true) {
            int length = UploadException.reading(stream.source(), piece);
            if (length == 0) {
                break;
            }
            if (in.available() > 0) {
                return false; // refused: the caller reads why
            }
            wire.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            wire.write(piece, 0, length);
            wire.write(CRLF);
            stream.progress().moved(length);
        }
        wire.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        stream.progress().end();
        return true;
    }

    private Reply readReply(String method, Runnable done) throws IOException {
        String line = readLine();
        while (line.startsWith("HTTP/1.1 1")) { // interim answers
            readHeaders();
            line = readLine();
        }
        if (!line.matches("HTTP/1\\.[01] [0-9]{3}( .*)?")) {
            throw new IOException("not an HTTP answer: " + Text.quoted(line));
        }
        int status = Integer.parseInt(line.substring(9, 12));
        String reason = line.length() > 13 ? line.substring(13) : "";
        Map<String, String> headers = readHeaders();
        boolean keep = sent
                && line.startsWith("HTTP/1.1")
                && !headers.getOrDefault("connection", "")
                        .toLowerCase(Locale.ROOT)
                        .contains("close");
        HttpBody body = HttpBody.of(method, status, headers, in, whole -> {
            if (whole && keep) {
                reusable = true;
                done.run();
            } else {
                close();
            }
        });
        return new Reply(status, reason, headers, body);
    }

    private Map<String, String> readHeaders() throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int count = 0; count <= HEADER_LIMIT; count++) {
            String line = readLine();
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IOException("not an HTTP header: " + Text.quoted(line));
            }
            headers.merge(
                    line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (first, second) -> first + ", " + second);
        }
        throw new IOException("the answer has more than " + HEADER_LIMIT + " headers");
    }

    private String readLine() throws IOException {
        return HttpBody.readLine(in, LINE_LIMIT);
    }

    @Override
    public void close() {
        reusable = false;
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // nothing is owed to a connection that is being thrown away
        }
    }

    /** Reading the local source failed, which is no fault of the connection. */
    static final class UploadException extends IOException {
        private static final long serialVersionUID = 1;

        UploadException(IOException cause) {
            super("cannot read the image data: " + Text.reason(cause), cause);
        }

        /** Fills {@code piece} as far as the source goes; 0 at its end. */
        static int reading(InputStream source, byte[] piece) throws UploadException {
            try {
                return source.readNBytes(piece, 0, piece.length);
            } catch (IOException broken) {
                throw new UploadException(broken);
            }
        }
    }

    static EOFException closedEarly() {
        return new EOFException("the connection was closed before the answer was complete");
    }
}
