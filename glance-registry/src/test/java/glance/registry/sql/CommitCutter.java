package glance.registry.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A relay to a database server that cuts a connection when it carries a COMMIT, once for each time it is armed. */
final class CommitCutter implements AutoCloseable {
    /** What becomes of the COMMIT. */
    enum Cut {
        /** It never reaches the server. */
        BEFORE,
        /** It reaches the server, and both ends are gone at once. */
        DURING,
        /** It reaches the server, whose answer does not come through. */
        AFTER
    }

    private static final Pattern COMMIT = Pattern.compile("COMMIT(?!TED)");

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicReference<@Nullable Cut> armed = new AtomicReference<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private final int serverPort;

    CommitCutter(int serverPort) throws IOException {
        this.serverPort = serverPort;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void arm(Cut cut) {
        armed.set(cut);
    }

    int cuts() {
        return cuts.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                Thread.ofVirtual().start(() -> relay(client, server, true));
                Thread.ofVirtual().start(() -> relay(server, client, false));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /** Small messages arrive whole, as loopback delivers them. */
    private void relay(Socket from, Socket to, boolean towardsServer) {
        byte[] buffer = new byte[64 * 1024];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                Cut cut = towardsServer && COMMIT.matcher(text).find() ? armed.getAndSet(null) : null;
                if (cut != null) {
                    cuts.incrementAndGet();
                    if (cut == Cut.BEFORE) {
                        return;
                    }
                    if (cut == Cut.AFTER) {
                        // No answer can come this way any more.
                        from.shutdownOutput();
                    }
                    out.write(buffer, 0, n);
                    out.flush();
                    if (cut == Cut.AFTER) {
                        in.transferTo(OutputStream.nullOutputStream());
                    }
                    return;
                }
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException gone) {
            // Either end closed; closing both is what follows anyway.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
