package glance.store.remote;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what is written into numbered parts and sends several of them at a time, each on a virtual thread. Holds no more than
 * the parts in flight and the one being filled, and those only as far as the budget goes. The first failure of a part is what
 * every later call throws. One thread writes.
 */
public final class PartedWrite implements WritableByteChannel {
    private final PartBudget budget;
    private final IntUnaryOperator partBytes;
    private final int inFlight;
    private final PartTarget target;
    private final Semaphore slots;
    private final Set<Thread> senders = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private PartBudget.@Nullable Part filling;
    private int parts;
    private long written;
    private boolean open = true;

    /**
     * @param partBytes the size of each part by its number, from 1; the last may be smaller
     * @param inFlight parts on their way at a time, at least 1
     */
    public PartedWrite(PartBudget budget, IntUnaryOperator partBytes, int inFlight, PartTarget target) {
        this.budget = budget;
        this.partBytes = partBytes;
        this.inFlight = inFlight;
        this.target = target;
        this.slots = new Semaphore(inFlight);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        requireOpen();
        int count = source.remaining();
        while (source.hasRemaining()) {
            ByteBuffer into = part().buffer();
            int fitting = Math.min(source.remaining(), into.remaining());
            into.put(into.position(), source, source.position(), fitting);
            into.position(into.position() + fitting);
            source.position(source.position() + fitting);
        }
        written += count;
        return count;
    }

    private void requireOpen() throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        requireWell();
    }

    private void requireWell() throws IOException {
        IOException broken = failure.get();
        if (broken != null) {
            throw broken;
        }
    }

    /** Where more goes. A full part is sent when something comes after it: what fits into one stays {@link #onlyPart}. */
    private PartBudget.Part part() throws IOException {
        PartBudget.Part part = filling;
        if (part != null && !part.buffer().hasRemaining()) {
            send();
            part = null;
        }
        if (part == null) {
            part = budget.take(partBytes.applyAsInt(parts + 1));
            filling = part;
        }
        return part;
    }

    private void send() throws IOException {
        PartBudget.Part part = filling;
        if (part == null) {
            return;
        }
        acquire(1);
        filling = null;
        int number = ++parts;
        part.buffer().flip();
        Thread sender = Thread.ofVirtual().name("part-" + number).unstarted(() -> put(number, part));
        senders.add(sender);
        sender.start();
    }

    private void put(int number, PartBudget.Part part) {
        boolean sent = false;
        try {
            if (failure.get() == null) {
                target.put(number, part.buffer());
                sent = true;
            }
        } catch (PartKept broken) {
            part.abandon(broken.over());
            failure.compareAndSet(null, broken.failure());
        } catch (IOException broken) {
            failure.compareAndSet(null, broken);
        } catch (RuntimeException unexpected) {
            failure.compareAndSet(null, new IOException("part " + number + " failed", unexpected));
        } finally {
            if (!sent) {
                // Also what an Error has ended: the image must not be committed without it.
                failure.compareAndSet(null, new IOException("part " + number + " was not sent"));
            }
            part.close();
            senders.remove(Thread.currentThread());
            slots.release();
        }
    }

    private void acquire(int count) throws InterruptedIOException {
        try {
            slots.acquire(count);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while parts are being sent");
        }
    }

    /** As {@link glance.store.HurriedSink#patienceNanos}. */
    public long patienceNanos() {
        PartBudget.Part part = filling;
        return part == null ? Long.MAX_VALUE : part.patienceNanos();
    }

    /** Bytes written so far. */
    public long written() {
        return written;
    }

    /** Whether everything so far is still in one unsent part: its bytes then, ready to be read; else null. */
    public @Nullable ByteBuffer onlyPart() {
        PartBudget.Part part = filling;
        return parts == 0 && part != null ? part.buffer().duplicate().flip() : null;
    }

    /**
     * Sends what is left and waits for all parts; nothing may be written afterwards.
     *
     * @return how many parts there are: 0 when nothing was written
     */
    public int finish() throws IOException {
        requireOpen();
        open = false;
        send();
        acquire(inFlight);
        slots.release(inFlight);
        requireWell();
        return parts;
    }

    /** Whether {@link #finish} or {@link #close} has not been called. */
    @Override
    public boolean isOpen() {
        return open;
    }

    /** Stops what is in flight and returns when nothing of it goes on. After {@link #finish} it only gives back memory. */
    @Override
    public void close() {
        open = false;
        PartBudget.Part unsent = filling;
        if (unsent != null) {
            filling = null;
            unsent.close();
        }
        failure.compareAndSet(null, new ClosedChannelException());
        senders.forEach(Thread::interrupt);
        slots.acquireUninterruptibly(inFlight);
        slots.release(inFlight);
    }
}
