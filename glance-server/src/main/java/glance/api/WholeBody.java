package glance.api;

import glance.error.GlanceException;
import glance.store.HurriedSink;
import glance.store.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * A request's body in memory. Each has its limit; all that are being worked on share {@value #ROOM_BYTES} bytes, beyond which
 * requests are refused rather than the process lost. The first {@value #OWN_BYTES} bytes are each one's own, so that large bodies
 * do not stop small ones. To be closed when nothing of the body is used any more.
 */
public final class WholeBody implements AutoCloseable {
    private static final int ROOM_BYTES = 32 << 20;

    /** Of as many as there are requests at once, which bounds them. */
    private static final int OWN_BYTES = 16 << 10;

    /** For all of a body: a client that lets its body trickle must not hold the room that others need. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Semaphore ROOM = new Semaphore(ROOM_BYTES);

    private final int most;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private byte[] bytes = {};
    private int taken;

    private WholeBody(int most) {
        this.most = most;
    }

    /**
     * Reads a body to its end.
     *
     * @param most bytes it may have
     * @throws GlanceException.LimitExceeded when it has more
     * @throws GlanceException.Unavailable when the bodies at work leave no room for it
     * @throws IOException when the client has gone, or has not sent it in {@link #PATIENCE}
     */
    public static WholeBody of(Payload body, int most) throws IOException {
        WholeBody whole = new WholeBody(most);
        try {
            body.transferTo(whole.new Sink());
            whole.bytes = whole.collected.toByteArray();
            return whole;
        } catch (IOException | RuntimeException failure) {
            whole.close();
            throw failure;
        }
    }

    /** The bytes themselves, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        ROOM.release(taken);
        taken = 0;
    }

    private final class Sink implements HurriedSink {
        private final long deadline = System.nanoTime() + PATIENCE.toNanos();

        @Override
        public long patienceNanos() {
            return deadline - System.nanoTime();
        }

        @Override
        public int write(ByteBuffer source) {
            int count = source.remaining();
            if (collected.size() + count > most) {
                throw new GlanceException.LimitExceeded("The request body is longer than " + most + " bytes");
            }
            int more = Math.max(0, collected.size() + count - OWN_BYTES) - taken;
            if (!ROOM.tryAcquire(more)) {
                throw new GlanceException.Unavailable("Too many large request bodies at once; try again");
            }
            taken += more;
            byte[] chunk = new byte[count];
            source.get(chunk);
            collected.writeBytes(chunk);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // the body's own to close
        }
    }
}
