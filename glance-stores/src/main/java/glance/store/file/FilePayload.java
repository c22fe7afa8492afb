package glance.store.file;

import glance.store.ByteRange;
import glance.store.FileRangeSink;
import glance.store.Payload;
import glance.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A slice of an open file: the range itself to a sink that can send files, buffers to any other. */
final class FilePayload implements Payload {
    private static final Logger LOG = LoggerFactory.getLogger(FilePayload.class);
    private static final int BUFFER_BYTES = 256 * 1024;

    private final FileChannel file;
    private final ByteRange range;

    FilePayload(FileChannel file, ByteRange range) {
        this.file = file;
        this.range = range;
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.of(range.length());
    }

    @Override
    public long transferTo(WritableByteChannel sink) throws IOException {
        if (sink instanceof FileRangeSink files) {
            return files.write(file, range.offset(), range.length());
        }
        long end = range.offset() + range.length();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, range.length()));
        for (long position = range.offset(); position < end; ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
            int count = file.read(buffer, position);
            if (count < 0) {
                throw new StoreException.Unavailable("file ended at " + position + " instead of " + end, null);
            }
            buffer.flip();
            while (buffer.hasRemaining()) {
                sink.write(buffer);
            }
            position += count;
        }
        return range.length();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException failure) {
            LOG.warn("closing an image file failed", failure);
        }
    }
}
