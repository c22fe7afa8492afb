package glance.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/**
 * Which segments of a part are there, kept in a file beside it: a line naming the image's size, segment size and hash,
 * then {@code #} for each segment that is there and {@code -} for each that is not. What names another image, or cannot
 * be read so, counts as nothing. Thread-safe.
 */
final class PartState implements Closeable {
    private static final byte THERE = '#';
    private static final byte MISSING = '-';

    private final Path file;
    private final FileChannel channel;
    private final int header;
    private final long size;
    private final long segmentBytes;
    private final BitSet there = new BitSet();

    private PartState(Path file, FileChannel channel, int header, long size, long segmentBytes) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.size = size;
        this.segmentBytes = segmentBytes;
    }

    /**
     * @param expected the image's hash: other data of the same size are another image
     * @param prefix bytes from the start that are there, for a part without a state
     */
    static PartState of(Path file, long size, long segmentBytes, Expected expected, long prefix) throws IOException {
        byte[] head = ("glance-part " + size + " " + segmentBytes + " " + expected.algorithm() + " " + expected.value()
                        + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] before = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        PartState state = new PartState(file, channel, head.length, size, segmentBytes);
        boolean known = before.length == head.length + state.segments()
                && java.util.Arrays.equals(before, 0, head.length, head, 0, head.length);
        for (int i = 0; i < state.segments(); i++) {
            state.there.set(i, known ? before[head.length + i] == THERE : before.length == 0 && state.end(i) <= prefix);
        }
        state.write(ByteBuffer.wrap(head), 0);
        for (int i = 0; i < state.segments(); i++) {
            state.write(i);
        }
        channel.truncate(head.length + state.segments());
        return state;
    }

    long size() {
        return size;
    }

    int segments() {
        return Math.toIntExact((size + segmentBytes - 1) / segmentBytes);
    }

    long start(int segment) {
        return segment * segmentBytes;
    }

    /** Behind the segment's last byte. */
    long end(int segment) {
        return Math.min(size, start(segment) + segmentBytes);
    }

    synchronized boolean has(int segment) {
        return there.get(segment);
    }

    synchronized void add(int segment) throws IOException {
        there.set(segment);
        write(segment);
    }

    /** How many bytes of the image are there. */
    synchronized long bytes() {
        return there.stream()
                .mapToLong(segment -> end(segment) - start(segment))
                .sum();
    }

    /** Forgets all segments. */
    synchronized void reset() throws IOException {
        there.clear();
        for (int i = 0; i < segments(); i++) {
            write(i);
        }
    }

    private void write(int segment) throws IOException {
        write(ByteBuffer.wrap(new byte[] {there.get(segment) ? THERE : MISSING}), header + segment);
    }

    private void write(ByteBuffer bytes, long at) throws IOException {
        for (long to = at; bytes.hasRemaining(); ) {
            to += channel.write(bytes, to);
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
