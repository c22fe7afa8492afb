package glance.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** A file of random bytes, which end up in the page cache. */
final class SampleFile {
    private static final int BLOCK_BYTES = 1 << 20;

    private SampleFile() {}

    static Path write(Path file, long bytes) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        new Random(1).nextBytes(block);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long written = 0; written < bytes; ) {
                written += out.write(ByteBuffer.wrap(block, 0, (int) Math.min(BLOCK_BYTES, bytes - written)));
            }
        }
        return file;
    }
}
