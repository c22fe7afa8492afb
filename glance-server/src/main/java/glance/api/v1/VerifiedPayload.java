package glance.api.v1;

import glance.error.GlanceException;
import glance.store.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Data that must have the MD5 its sender declared; null declares none. */
record VerifiedPayload(Payload data, @Nullable String md5) implements Payload {
    @Override
    public OptionalLong length() {
        return data.length();
    }

    @Override
    public long transferTo(WritableByteChannel sink) throws IOException {
        if (md5 == null) {
            return data.transferTo(sink);
        }
        MessageDigest digest = newDigest();
        long moved = data.transferTo(new DigestingSink(digest, sink));
        String real = HexFormat.of().formatHex(digest.digest());
        if (!real.equals(md5.toLowerCase(Locale.ROOT))) {
            // Before the upload commits: nothing of these bytes stays.
            throw new GlanceException.InvalidRequest(
                    "The data's checksum is " + real + ", but x-image-meta-checksum says '" + md5 + "'");
        }
        return moved;
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has MD5", missing);
        }
    }

    @Override
    public void close() {
        data.close();
    }

    private record DigestingSink(MessageDigest digest, WritableByteChannel sink) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) throws IOException {
            digest.update(source.duplicate());
            return sink.write(source);
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
}
