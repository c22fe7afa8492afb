package glance.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections each address has open. A network that one customer of a provider gets whole, an IPv6 /64, counts as one.
 * Thread-safe.
 */
final class Addresses {
    private static final Logger log = LoggerFactory.getLogger(Addresses.class);
    private static final int NETWORK_BYTES = 8;
    private static final long TELL_NANOS = 60_000_000_000L;

    private final HttpServerConfig.PerAddress limit;
    private final ConcurrentMap<ByteBuffer, Integer> counts = new ConcurrentHashMap<>();
    private final AtomicLong told = new AtomicLong(System.nanoTime() - TELL_NANOS);

    Addresses(HttpServerConfig.PerAddress limit) {
        this.limit = limit;
    }

    /** False when it has as many as it may; else to be followed by {@link #leave}. */
    boolean enter(@Nullable SocketAddress remote) {
        ByteBuffer network = network(remote);
        if (network == null) {
            return true;
        }
        if (counts.merge(network, 1, Integer::sum) <= limit.most()) {
            return true;
        }
        leave(remote);
        tell(remote);
        return false;
    }

    void leave(@Nullable SocketAddress remote) {
        ByteBuffer network = network(remote);
        if (network != null) {
            counts.computeIfPresent(network, (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** Of clients that are counted: those of a socket file have no address. */
    private @Nullable ByteBuffer network(@Nullable SocketAddress remote) {
        if (limit.most() == 0 || !(remote instanceof InetSocketAddress address)) {
            return null;
        }
        InetAddress internet = address.getAddress();
        if (internet.isLoopbackAddress() && !limit.loopback()) {
            return null;
        }
        byte[] bytes = internet.getAddress();
        return ByteBuffer.wrap(internet instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
    }

    /** Now and then: whoever floods the service must not flood its log. */
    private void tell(@Nullable SocketAddress remote) {
        long last = told.get();
        long now = System.nanoTime();
        if (now - last >= TELL_NANOS && told.compareAndSet(last, now)) {
            log.warn("connection refused remote={} max_connections_per_address={}", remote, limit.most());
        }
    }
}
