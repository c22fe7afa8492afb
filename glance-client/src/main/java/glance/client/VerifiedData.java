package glance.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An image's data on their way elsewhere: their end comes only when size and hash are those of the image, else an
 * {@link IOException} does, so that who sends them on leaves nothing that looks whole. One thread.
 */
public final class VerifiedData extends FilterInputStream {
    private final long size;
    private final @Nullable Expected expected;
    private final @Nullable MessageDigest digest;
    private long seen;
    private boolean verified;

    /**
     * @param data closed with this
     * @param image its document; without a hash the size alone is looked at, without a size neither
     */
    public VerifiedData(InputStream data, ObjectNode image) {
        super(data);
        this.size = image.path("size").longValue(-1);
        this.expected = Expected.of(image, null, true).orElse(null);
        this.digest = expected == null ? null : expected.digest();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read < 0) {
            if (!verified) {
                verify();
                verified = true;
            }
            return read;
        }
        seen += read;
        if (digest != null) {
            digest.update(buffer, offset, read);
        }
        return read;
    }

    private void verify() throws IOException {
        if (size >= 0 && seen != size) {
            throw new IOException("there are " + seen + " bytes, not " + size);
        }
        if (expected != null && digest != null) {
            String value = HexFormat.of().formatHex(digest.digest());
            if (!value.equals(expected.value())) {
                throw new IOException("their " + expected.algorithm() + " is " + value + ", not " + expected.value());
            }
        }
    }

    @Override
    public long skip(long bytes) {
        throw new UnsupportedOperationException("every byte is looked at");
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
