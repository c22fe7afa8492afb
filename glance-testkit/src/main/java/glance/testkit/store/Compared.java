package glance.testkit.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A sink that compares what comes with what should, from some offset on. One thread. */
final class Compared implements WritableByteChannel {
    private final ByteBuffer expected;
    private final Hook onFirstBytes;
    private long count;
    private boolean same = true;

    /** Runs once, before the first bytes are taken. */
    @FunctionalInterface
    interface Hook {
        void run() throws IOException;
    }

    Compared(byte[] expected, int offset, int length, Hook onFirstBytes) {
        this.expected = ByteBuffer.wrap(expected, offset, length);
        this.onFirstBytes = onFirstBytes;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (count == 0 && source.hasRemaining()) {
            onFirstBytes.run();
        }
        int bytes = source.remaining();
        int fitting = Math.min(bytes, expected.remaining());
        same &= fitting == bytes && expected.slice(expected.position(), fitting).equals(source);
        expected.position(expected.position() + fitting);
        source.position(source.limit());
        count += bytes;
        return bytes;
    }

    /** Whether nothing that came was wrong. */
    boolean isRightSoFar() {
        return same;
    }

    /** Whether it was right and all of it. */
    boolean isWhole() {
        return same && !expected.hasRemaining();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
