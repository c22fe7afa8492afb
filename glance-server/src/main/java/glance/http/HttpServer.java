package glance.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1.1 server: event loops move the bytes, one virtual thread per request runs the {@link Handler}.
 *
 * <p>Memory is bounded by construction. A connection without a request holds no buffer; one in its header at most the header
 * limit and one read of 16 KiB; a request body at most {@link RequestBody#HIGH_BYTES} and two reads; an answer at most
 * {@link ConnectionSink#IN_FLIGHT_BYTES}. Over all connections, request bodies share {@link Connections#BODY_BYTES}: beyond
 * it each may hold one read only.
 */
public final class HttpServer implements AutoCloseable {
    /** Of a mode as stat(2) tells it: what the file is, and that it is a socket. */
    private static final int FILE_KIND = 0xf000;

    private static final int SOCKET = 0xc000;

    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

    private final Duration drainTime;
    private final Connections connections;
    private final RequestThreads threads;
    private final Tls tls;
    private final EventLoopGroup loops;
    private final List<Channel> listeners = new ArrayList<>();
    private final @Nullable Path socketFile;
    private @Nullable DrainReport report;

    private HttpServer(
            HttpServerConfig config, Connections connections, RequestThreads threads, Tls tls, EventLoopGroup loops) {
        this.drainTime = config.limits().drain();
        this.connections = connections;
        this.threads = threads;
        this.tls = tls;
        this.loops = loops;
        this.socketFile = config.listener().unixSocket();
    }

    /**
     * Binds and serves.
     *
     * @throws IOException when an address cannot be bound or a TLS file cannot be used; nothing is left running
     */
    public static HttpServer start(HttpServerConfig config, Handler handler, ExchangeObserver observer)
            throws IOException {
        return start(config, handler, observer, Transport.best());
    }

    static HttpServer start(HttpServerConfig config, Handler handler, ExchangeObserver observer, Transport transport)
            throws IOException {
        Tls tls = Tls.from(config.listener().tls());
        Connections connections = new Connections(config.limits());
        RequestThreads threads = new RequestThreads();
        Service service = new Service(config, handler, observer, connections, threads);
        HttpServer server = new HttpServer(config, connections, threads, tls, transport.loops());
        try {
            server.listen(
                    transport.tcp(config.listener()).childHandler(new ConnectionSetup(service, transport, tls)),
                    config);
            Path file = config.listener().unixSocket();
            if (file != null) {
                server.listen(
                        transport
                                .unix(config.listener())
                                .childHandler(new ConnectionSetup(service, transport, Tls.OFF)),
                        file,
                        transport);
            }
            return server;
        } catch (IOException | RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    private void listen(ServerBootstrap bootstrap, HttpServerConfig config) throws IOException {
        String host = config.listener().host();
        int port = config.listener().port();
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("cannot listen on " + host + ":" + port + ": the name does not resolve");
        }
        bind(bootstrap.group(loops), address, host + ":" + port);
    }

    private void listen(ServerBootstrap bootstrap, Path file, Transport transport) throws IOException {
        if (transport.answers(file)) {
            throw new IOException("cannot listen on " + file + ": another process does");
        }
        removeFormer(file);
        bind(bootstrap.group(loops), transport.unixAddress(file), file.toString());
        // Whatever the umask: who is in its group connects by writing.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    }

    /** A socket that a process left behind; anything else of this name was not meant. */
    private static void removeFormer(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_KIND) != SOCKET) {
            throw new IOException("cannot listen on " + file + ": it is there already, and no socket");
        }
        Files.delete(file);
    }

    /**
     * Reads what can be read before anything listens.
     *
     * @throws IOException naming the file of the certificate that cannot be used
     */
    public static void check(HttpServerConfig config) throws IOException {
        var _ = Tls.from(config.listener().tls());
    }

    private void bind(ServerBootstrap bootstrap, SocketAddress address, String shown) throws IOException {
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new IOException("cannot listen on " + shown + ": " + cause.getMessage(), cause);
        }
        listeners.add(bound.channel());
        connections.accepting(bound.channel());
    }

    /** The TCP address really bound: with port 0, the port taken. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listeners.getFirst().localAddress();
    }

    /** Requests in progress now. */
    public int requestsInProgress() {
        return connections.requests();
    }

    /** Open connections now. */
    public int openConnections() {
        return connections.open();
    }

    /**
     * Reads certificate, key and authorities anew, for connections from now on; all else of {@code config} counts at a start
     * only. Whether there is TLS at all does not change.
     *
     * @throws IOException naming the file that cannot be used; what was read before stays in use then
     */
    public void reload(HttpServerConfig config) throws IOException {
        HttpServerConfig.Tls files = config.listener().tls();
        if (tls.on() != (files != null)) {
            throw new IOException("cert_file and key_file turn TLS on or off at a start only");
        }
        if (files != null) {
            tls.replace(files);
            log.info("certificate read anew file={}", files.certificate());
        }
    }

    /**
     * Stops accepting, lets requests in progress finish within the drain time, cuts the rest and says which. Blocks; a
     * second call returns the first one's report.
     */
    public synchronized DrainReport drain() {
        DrainReport done = report;
        if (done != null) {
            return done;
        }
        listeners.forEach(listener -> listener.close().awaitUninterruptibly());
        removeSocketFile(); // later it might be a successor's
        connections.drain();
        connections.awaitNone(drainTime);
        List<String> cut = connections.cutAll();
        connections.awaitNone(Duration.ofSeconds(2));
        threads.awaitNone(Duration.ofSeconds(2));
        cut.forEach(request -> log.warn("request cut at shutdown request={}", request));
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        done = new DrainReport(cut);
        report = done;
        return done;
    }

    private void removeSocketFile() {
        if (socketFile != null && listeners.size() > 1) {
            try {
                Files.deleteIfExists(socketFile);
            } catch (IOException failure) {
                log.warn("socket file not removed file={} cause={}", socketFile, failure.toString());
            }
        }
    }

    @Override
    public void close() {
        drain();
    }
}
