package glance.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** Passes connections on to a server and counts what the server sends. */
final class Relay implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final ServerSocket listener;
    private final int target;
    private final AtomicLong received = new AtomicLong();

    Relay(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Bytes that came from the server so far. */
    long received() {
        return received.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread.ofVirtual().start(() -> pass(near, far, new AtomicLong()));
                Thread.ofVirtual().start(() -> pass(far, near, received));
            } catch (IOException ended) {
                // closed, or the server is gone: the connection ends
            }
        }
    }

    private static void pass(Socket from, Socket to, AtomicLong count) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                out.write(buffer, 0, length);
                count.addAndGet(length);
            }
        } catch (IOException ended) {
            // one side is gone, which ends the other
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
