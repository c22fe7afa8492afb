package glance.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests. Keeps the connection of the last finished exchange per origin and uses it again. One thread.
 * Connection failures become a {@link ClientException} naming the address and the cause.
 */
public final class Transport implements Closeable {
    private record Idle(String origin, HttpConnection connection) {}

    private final Duration timeout;
    private final TlsSettings tls;
    private final @Nullable CurlTrace trace;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private @Nullable SSLSocketFactory sockets;

    /**
     * @param timeout longest wait for a connection and for each piece of an answer; zero waits for ever
     * @param debug takes what goes over the wire, without secrets; null: nobody wants to know
     */
    public Transport(Duration timeout, TlsSettings tls, @Nullable Consumer<String> debug) {
        this(timeout, tls, debug == null ? null : new CurlTrace(debug));
    }

    private Transport(Duration timeout, TlsSettings tls, @Nullable CurlTrace trace) {
        this.timeout = timeout;
        this.tls = tls;
        this.trace = trace;
    }

    /** One for another thread, to the same places in the same way. */
    Transport another() {
        return new Transport(timeout, tls, trace);
    }

    /** The answer, whatever its status. The caller closes it. */
    Reply send(Request request) {
        try {
            if (trace == null) {
                return exchange(request);
            }
            trace.request(request, tls);
            return trace.reply(request, exchange(request));
        } catch (HttpConnection.UploadException local) {
            throw new ClientException(Objects.requireNonNull(local.getMessage()), local);
        } catch (SocketTimeoutException late) {
            throw new ClientException(
                    "Error communicating with " + shown(request.uri()) + ": no answer within " + timeout.toSeconds()
                            + " seconds",
                    late);
        } catch (IOException broken) {
            throw new ClientException(
                    "Error communicating with " + shown(request.uri()) + ": " + Text.reason(broken), broken);
        }
    }

    private Reply exchange(Request request) throws IOException {
        HttpConnection waiting = takeIdle(origin(request.uri()));
        if (waiting != null) {
            try {
                return exchange(request, waiting);
            } catch (IOException stale) {
                waiting.close();
                if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
                    throw stale; // it may have been carried out; only the user can decide to repeat it
                }
            }
        }
        HttpConnection fresh = open(request.uri());
        try {
            return exchange(request, fresh);
        } catch (IOException broken) {
            fresh.close();
            throw broken;
        }
    }

    private Reply exchange(Request request, HttpConnection connection) throws IOException {
        URI uri = request.uri();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("host", uri.getRawAuthority());
        headers.put("user-agent", "glance-jvm");
        headers.put("accept", "*/*");
        headers.putAll(request.headers());
        request.contentLength().ifPresent(length -> headers.put("content-length", Long.toString(length)));
        if (request.body() instanceof Request.Body.Stream) {
            headers.put("transfer-encoding", "chunked");
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        return connection.exchange(request, target, headers, () -> idle.addLast(new Idle(origin(uri), connection)));
    }

    private @Nullable HttpConnection takeIdle(String origin) {
        for (Idle candidate : idle) {
            if (candidate.origin().equals(origin)) {
                idle.remove(candidate);
                return candidate.connection().reusable() ? candidate.connection() : null;
            }
        }
        return null;
    }

    private static String origin(URI uri) {
        return uri.getScheme().toLowerCase(Locale.ROOT) + "://" + uri.getRawAuthority();
    }

    private HttpConnection open(URI uri) throws IOException {
        boolean secure = uri.getScheme().equalsIgnoreCase("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        Socket plain;
        try {
            plain = connect(host(uri), port);
        } catch (IOException unreachable) {
            throw new ClientException(
                    "Error finding address for " + shown(uri) + ": " + Text.reason(unreachable), unreachable);
        }
        try {
            return new HttpConnection(secure ? secured(plain, host(uri), port) : plain);
        } catch (IOException broken) {
            plain.close();
            throw broken;
        }
    }

    /** Tries each address of the name in turn; the last failure counts. */
    private Socket connect(String host, int port) throws IOException {
        IOException last = new IOException("no address");
        for (InetAddress address : InetAddress.getAllByName(host)) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
                socket.connect(new InetSocketAddress(address, port), Math.toIntExact(timeout.toMillis()));
                return socket;
            } catch (IOException failed) {
                socket.close();
                last = failed;
            }
        }
        throw last;
    }

    private Socket secured(Socket plain, String host, int port) throws IOException {
        if (sockets == null) {
            sockets = tls.socketFactory();
        }
        SSLSocket socket = (SSLSocket) sockets.createSocket(plain, host, port, true);
        if (!tls.insecure()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return socket;
    }

    private static String shown(URI uri) {
        return Redaction.of(uri.toString());
    }

    private static String host(URI uri) {
        String host = uri.getHost();
        if (host == null) {
            throw new ClientException("not a usable address: " + shown(uri));
        }
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public void close() {
        idle.forEach(left -> left.connection().close());
        idle.clear();
    }
}
