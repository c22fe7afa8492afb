package glance.testkit.net;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on loopback in front of an HTTP/1.1 server, which breaks what it is told to break. A fault holds for exchanges whose
 * request line begins as told, from the next request on. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final Pattern REQUEST = Pattern.compile("(GET|HEAD|PUT|POST|DELETE) /");
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)\r\n");

    private final InetSocketAddress server;
    private final String scheme;
    private final int port;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong up = new AtomicLong();
    private final AtomicLong down = new AtomicLong();
    private Fault fault = new Fault.None();
    private boolean once;
    private volatile @Nullable ServerSocket listener;

    /** What goes wrong. */
    public sealed interface Fault {
        /** Nothing. */
        record None() implements Fault {}

        /** The connection ends after so many bytes of the request, head included. */
        record CutRequest(String begins, long after) implements Fault {}

        /** The connection ends after so many bytes of the answer; 0 keeps the answer back, the work being done. */
        record CutAnswer(String begins, long after) implements Fault {}

        /** As a cut answer, and from then on nobody listens. */
        record GoneAfter(String begins) implements Fault {}

        /** After so many bytes of the answer nothing more comes. */
        record Stall(String begins, long after) implements Fault {}

        /** Both directions get so many bytes per second. */
        record Slow(String begins, long bytesPerSecond) implements Fault {}

        /** The answer's {@code Content-Length} is off by this. */
        record WrongLength(String begins, long by) implements Fault {}

        /** Whether it holds for this request. */
        private boolean concerns(String request) {
            return request.startsWith(
                    switch (this) {
                        case None _ -> "";
                        case CutRequest(String begins, long _) -> begins;
                        case CutAnswer(String begins, long _) -> begins;
                        case GoneAfter(String begins) -> begins;
                        case Stall(String begins, long _) -> begins;
                        case Slow(String begins, long _) -> begins;
                        case WrongLength(String begins, long _) -> begins;
                    });
        }
    }

    private FaultProxy(URI server) throws IOException {
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
        this.scheme = server.getScheme();
        this.port = listen(0);
    }

    /** Starts one that passes everything on to {@code server}. */
    public static FaultProxy before(URI server) throws IOException {
        return new FaultProxy(server);
    }

    private int listen(int wanted) throws IOException {
        ServerSocket listening = new ServerSocket(wanted, 128, InetAddress.getLoopbackAddress());
        listener = listening;
        Thread.ofVirtual().name("fault-proxy").start(() -> accept(listening));
        return listening.getLocalPort();
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                new Connection(listening.accept()).start();
            } catch (IOException closed) {
                // told by the loop's condition; else one client less
            }
        }
    }

    /** Where clients connect. */
    public URI url() {
        return URI.create(scheme + "://127.0.0.1:" + port);
    }

    /** Bytes sent to the server. */
    public long bytesUp() {
        return up.get();
    }

    /** Bytes the clients got. */
    public long bytesDown() {
        return down.get();
    }

    /** From the next request on. */
    public synchronized void set(Fault next) {
        fault = next;
        once = false;
    }

    /** For the next request that it concerns, and no other. */
    public synchronized void setOnce(Fault next) {
        fault = next;
        once = true;
    }

    private synchronized Fault faultOf(String request) {
        Fault asked = fault;
        if (!asked.concerns(request)) {
            return new Fault.None();
        }
        if (once) {
            fault = new Fault.None();
        }
        return asked;
    }

    /** Ends all connections and lets no new one in. */
    public void refuse() throws IOException {
        ServerSocket listening = listener;
        if (listening != null) {
            listening.close();
        }
        connections.forEach(Connection::close);
    }

    /** Everything passes again, after {@link #refuse} too. */
    public void heal() throws IOException {
        set(new Fault.None());
        ServerSocket listening = listener;
        if (listening == null || listening.isClosed()) {
            listen(port);
        }
    }

    @Override
    public void close() throws IOException {
        refuse();
    }

    private final class Connection {
        private final Socket client;
        private final Socket target;
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile Fault current = new Fault.None();
        private final AtomicLong sent = new AtomicLong();
        private final AtomicLong answered = new AtomicLong();

        Connection(Socket client) throws IOException {
            this.client = client;
            this.target = new Socket();
            try {
                target.connect(server, 5000);
                client.setTcpNoDelay(true);
                target.setTcpNoDelay(true);
            } catch (IOException unreachable) {
                client.close();
                throw unreachable;
            }
        }

        void start() {
            connections.add(this);
            Thread.ofVirtual().name("proxy-up").start(() -> pump(client, target, true));
            Thread.ofVirtual().name("proxy-down").start(() -> pump(target, client, false));
        }

        private void pump(Socket from, Socket to, boolean upwards) {
            try {
                OutputStream out = to.getOutputStream();
                byte[] chunk = new byte[CHUNK_BYTES];
                int count = from.getInputStream().read(chunk);
                while (count >= 0) {
                    byte[] bytes = Arrays.copyOf(chunk, count);
                    boolean goesOn = upwards ? passUp(bytes, out) : passDown(bytes, out);
                    count = goesOn ? from.getInputStream().read(chunk) : -1;
                }
            } catch (IOException ended) {
                // one side is gone: so is the other
            } finally {
                close();
            }
        }

        private boolean passUp(byte[] bytes, OutputStream out) throws IOException {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            if (REQUEST.matcher(text).lookingAt()) {
                current = faultOf(text);
                sent.set(0);
                answered.set(0);
            }
            long limit = current instanceof Fault.CutRequest(String _, long after) ? after : Long.MAX_VALUE;
            int count = (int) Math.min(bytes.length, limit - sent.get());
            send(bytes, count, out);
            up.addAndGet(count);
            return sent.addAndGet(count) < limit;
        }

        private boolean passDown(byte[] received, OutputStream out) throws IOException {
            byte[] bytes = answered.get() == 0 && current instanceof Fault.WrongLength(String _, long by)
                    ? withLength(received, by)
                    : received;
            long limit = switch (current) {
                case Fault.CutAnswer(String _, long after) -> after;
                case Fault.Stall(String _, long after) -> after;
                case Fault.GoneAfter _ -> 0;
                default -> Long.MAX_VALUE;
            };
            int count = (int) Math.min(bytes.length, limit - answered.get());
            send(bytes, count, out);
            down.addAndGet(count);
            if (answered.addAndGet(count) < limit) {
                return true;
            }
            if (current instanceof Fault.Stall) {
                awaitClosed();
            } else if (current instanceof Fault.GoneAfter) {
                refuse();
            }
            return false;
        }

        private void send(byte[] bytes, int count, OutputStream out) throws IOException {
            out.write(bytes, 0, count);
            out.flush();
            if (current instanceof Fault.Slow(String _, long bytesPerSecond)) {
                LockSupport.parkNanos(count * 1_000_000_000L / bytesPerSecond);
            }
        }

        private void awaitClosed() {
            try {
                closed.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }

        void close() {
            closed.countDown();
            connections.remove(this);
            for (Socket socket : new Socket[] {client, target}) {
                try {
                    socket.close();
                } catch (IOException gone) {
                    // closed it is
                }
            }
        }
    }

    private static byte[] withLength(byte[] head, long by) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        Matcher length = LENGTH.matcher(text);
        if (!length.find()) {
            return head;
        }
        long told = Math.max(0, Long.parseLong(length.group(1)) + by);
        return (text.substring(0, length.start(1)) + told + text.substring(length.end(1)))
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
