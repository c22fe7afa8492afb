package glance.image;

import glance.store.FileRangeSink;
import glance.store.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Data of which there are several copies: where one breaks off, the next goes on from the same byte. A sink that fails is its
 * own matter and is not tried again. File ranges reach the sink as they are.
 */
final class ContinuedPayload implements Payload {
    private final long length;
    private final Next next;
    private volatile Payload current;
    private volatile boolean closed;

    /** Where to go on. */
    @FunctionalInterface
    interface Next {
        /**
         * @param sent bytes the receiver has
         * @return the rest; empty when there is no further copy
         */
        Optional<Payload> after(long sent, @Nullable IOException broken);
    }

    /** @param length bytes that {@code first} promises */
    ContinuedPayload(Payload first, long length, Next next) {
        this.current = first;
        this.length = length;
        this.next = next;
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.of(length);
    }

    @Override
    public long transferTo(WritableByteChannel sink) throws IOException {
        long sent = 0;
        while (true) {
            Counted counted = sink instanceof FileRangeSink files ? new CountedFiles(files) : new Counted(sink);
            IOException broken = null;
            try {
                var _ = current.transferTo(counted);
            } catch (IOException failure) {
                if (counted.failed || closed) {
                    throw failure;
                }
                broken = failure;
            }
            sent += counted.taken;
            if (sent >= length) {
                return sent;
            }
            Optional<Payload> rest = closed ? Optional.empty() : next.after(sent, broken);
            if (rest.isEmpty()) {
                if (broken != null) {
                    throw broken;
                }
                return sent;
            }
            replace(rest.get());
        }
    }

    private synchronized void replace(Payload rest) {
        current.close();
        current = rest;
        if (closed) {
            rest.close();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        current.close();
    }

    /** A sink that knows what it took, and whether it was the one that failed. One thread. */
    private static class Counted implements WritableByteChannel {
        private final WritableByteChannel sink;
        long taken;
        boolean failed;

        Counted(WritableByteChannel sink) {
            this.sink = sink;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            failed = true;
            int written = sink.write(source);
            failed = false;
            taken += written;
            return written;
        }

        @Override
        public boolean isOpen() {
            return sink.isOpen();
        }

        @Override
        public void close() throws IOException {
            sink.close();
        }
    }

    private static final class CountedFiles extends Counted implements FileRangeSink {
        private final FileRangeSink files;

        CountedFiles(FileRangeSink files) {
            super(files);
            this.files = files;
        }

        @Override
        public long write(FileChannel file, long offset, long length) throws IOException {
            failed = true;
            long written = files.write(file, offset, length);
            failed = false;
            taken += written;
            return written;
        }
    }
}
