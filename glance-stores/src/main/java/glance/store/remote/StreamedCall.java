package glance.store.remote;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A call whose body is written while it is being sent, without memory of its own: each write returns when its bytes have been
 * taken. The call runs on a virtual thread beside the one that writes.
 */
public final class StreamedCall implements WritableByteChannel {
    private final OptionalLong length;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final CompletableFuture<StoreHttp.Answer> answer = new CompletableFuture<>();
    private final Thread caller;
    private @Nullable ByteBuffer offered;
    private boolean ended;
    private boolean aborted;

    /**
     * Starts the call.
     *
     * @param length bytes that will be written, when known; without it the body goes in chunks
     */
    public StreamedCall(StoreHttp http, String method, URI url, Map<String, String> headers, OptionalLong length) {
        this.length = length;
        this.caller = Thread.ofVirtual().name("streamed-call").start(() -> call(http, method, url, headers));
    }

    private void call(StoreHttp http, String method, URI url, Map<String, String> headers) {
        try {
            StoreHttp.Answer got = http.send(method, url, headers, new Pushed());
            if (!answer.complete(got)) {
                got.close();
            }
        } catch (IOException | RuntimeException failed) {
            answer.completeExceptionally(failed);
        } finally {
            // Nobody waits for ever for a call that an Error has ended; does nothing otherwise.
            answer.completeExceptionally(new IOException("the call died"));
            signal();
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private final class Pushed implements StoreHttp.Body {
        @Override
        public OptionalLong length() {
            return length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            for (ByteBuffer bytes = next(); bytes != null; bytes = next()) {
                BufferBody.write(bytes, out);
                taken();
            }
        }
    }

    private @Nullable ByteBuffer next() throws IOException {
        lock.lock();
        try {
            while (offered == null && !ended && !aborted) {
                changed.await();
            }
            if (aborted) {
                throw new IOException("the body was given up");
            }
            return offered;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the body");
        } finally {
            lock.unlock();
        }
    }

    private void taken() {
        lock.lock();
        try {
            offered = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Hands over all of {@code source}.
     *
     * @throws EarlyAnswer when the server has answered before the end of the body; {@link #finish} gives the answer
     */
    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = source.remaining();
        lock.lock();
        try {
            if (ended || aborted) {
                throw new ClosedChannelException();
            }
            requireRunning();
            offered = source;
            changed.signalAll();
            while (offered != null) {
                requireRunning();
                changed.await();
            }
            return count;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the body is being sent");
        } finally {
            lock.unlock();
        }
    }

    private void requireRunning() throws IOException {
        if (answer.isDone()) {
            offered = null;
            if (answer.isCompletedExceptionally()) {
                finish(); // throws what broke the call
            }
            throw new EarlyAnswer();
        }
    }

    /** The server did not wait for the end of the body. */
    public static final class EarlyAnswer extends IOException {
        private static final long serialVersionUID = 1L;

        private EarlyAnswer() {
            super("the store answered before the end of the body");
        }
    }

    /** Ends the body and waits for the answer, which the caller closes. */
    public StoreHttp.Answer finish() throws IOException {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException known
                    ? known
                    : new IOException("the call failed", failed.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            giveUpAnswer();
            throw new InterruptedIOException("interrupted while waiting for the store's answer");
        }
    }

    /** Nobody will ask for it again: it must not keep its connection, should it come after all. */
    private void giveUpAnswer() {
        if (!answer.completeExceptionally(new ClosedChannelException()) && !answer.isCompletedExceptionally()) {
            answer.join().close();
        }
        caller.interrupt();
    }

    @Override
    public boolean isOpen() {
        return !ended && !aborted;
    }

    /** Breaks the call off, if {@link #finish} was not called: the store then sees a body cut short. Waits until it is over. */
    @Override
    public void close() {
        lock.lock();
        try {
            aborted = !ended;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (aborted) {
            answer.completeExceptionally(new ClosedChannelException());
            caller.interrupt();
            boolean interrupted = Thread.interrupted();
            try {
                caller.join();
            } catch (InterruptedException stop) {
                interrupted = true;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
