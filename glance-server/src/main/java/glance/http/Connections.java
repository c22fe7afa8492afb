package glance.http;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The open connections of one server and what they hold together. Thread-safe. */
final class Connections {
    /** Bytes all request bodies together may hold before each is kept to one read. */
    static final long BODY_BYTES = 128L << 20;

    /** Between two requests of a client that goes on using its connection. */
    private static final Duration SPARED = Duration.ofSeconds(3);

    private final HttpServerConfig.Limits limits;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bodyBytes = new AtomicLong();
    private final Addresses addresses;
    private final List<Channel> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private volatile boolean draining;
    private volatile boolean full;

    Connections(HttpServerConfig.Limits limits) {
        this.limits = limits;
        this.addresses = new Addresses(limits.perAddress());
    }

    /** A listener to hold back while too many connections are open. */
    void accepting(Channel listener) {
        listeners.add(listener);
    }

    /** False when there are too many of its address. */
    boolean admit(Connection connection) {
        return addresses.enter(connection.remote());
    }

    void opened(Connection connection) {
        open.add(connection);
        if (isFull()) {
            holdBack();
        }
    }

    void closed(Connection connection) {
        open.remove(connection);
        addresses.leave(connection.remote());
        if (full) {
            holdBack();
        }
        if (draining && open.isEmpty()) {
            lock.lock();
            try {
                none.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean isFull() {
        return open.size() >= limits.connections();
    }

    /** Accepts or not, as the number of connections says; looks again, since it may change meanwhile. */
    private void holdBack() {
        lock.lock();
        try {
            while (full != isFull()) {
                full = !full;
                boolean accept = !full;
                listeners.forEach(listener -> listener.config().setAutoRead(accept));
                if (full) {
                    relieveSoon();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void relieveSoon() {
        if (!listeners.isEmpty()) {
            var _ = listeners.getFirst().eventLoop().schedule(this::relieve, 1, TimeUnit.SECONDS);
        }
    }

    /** Connections that only wait for another request make room for those that wait to be accepted. */
    private void relieve() {
        if (full && !draining) {
            open.forEach(connection -> connection.closeIfIdle(SPARED));
            relieveSoon();
        }
    }

    int open() {
        return open.size();
    }

    /** Takes a place for a request; false when all are taken. */
    boolean tryBegin() {
        if (requests.incrementAndGet() > limits.requests()) {
            requests.decrementAndGet();
            return false;
        }
        return true;
    }

    void ended() {
        requests.decrementAndGet();
    }

    int requests() {
        return requests.get();
    }

    void hold(long bytes) {
        bodyBytes.addAndGet(bytes);
    }

    /** Whether request bodies hold more than their common share. */
    boolean crowded() {
        return bodyBytes.get() > BODY_BYTES;
    }

    boolean draining() {
        return draining;
    }

    /** No connection begins another request; idle ones close. */
    void drain() {
        draining = true;
        open.forEach(Connection::drain);
    }

    /** Closes what is left; returns the requests that were in progress. */
    List<String> cutAll() {
        List<String> cut = new ArrayList<>();
        for (Connection connection : open) {
            String request = connection.cut();
            if (request != null) {
                cut.add(request);
            }
        }
        return cut;
    }

    /** Waits until no connection is open, for at most {@code limit}. */
    void awaitNone(Duration limit) {
        long left = limit.toNanos();
        boolean interrupted = false;
        lock.lock();
        try {
            while (!open.isEmpty() && left > 0) {
                try {
                    left = none.awaitNanos(left);
                } catch (InterruptedException asked) {
                    // Whoever stops the server wants it stopped: cut now, and say so to the caller.
                    interrupted = true;
                    left = 0;
                }
            }
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
