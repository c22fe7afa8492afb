package glance.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an image on their way in.
 *
 * @param offset where in the image the first byte belongs; 0 when the service ignored the wish to start later
 * @param size of the whole image in bytes, when the service says it
 * @param checksum MD5 of the whole image in hex, from the answer's headers; or null
 */
record ImageData(
        InputStream bytes,
        long offset,
        OptionalLong size,
        @Nullable String checksum) implements Closeable {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18})");

    /** Reads the head of the answer; anything but data is a failure, and 416 is one too. */
    static ImageData of(String id, long wantedOffset, Reply reply) {
        try {
            if (reply.status() == 204) {
                reply.close();
                throw new ClientException("Image " + id + " has no data.");
            }
            if (reply.status() != 200 && reply.status() != 206) {
                try (reply) {
                    throw reply.failure();
                }
            }
            String md5 = reply.header("content-md5").isEmpty()
                    ? reply.header("x-image-meta-checksum") // API v1
                    : reply.header("content-md5");
            String checksum = md5.isEmpty() ? null : md5;
            if (reply.status() == 200) {
                return new ImageData(reply.body(), 0, reply.contentLength(), checksum);
            }
            Matcher range = CONTENT_RANGE.matcher(reply.header("content-range"));
            if (!range.matches() || Long.parseLong(range.group(1)) != wantedOffset) {
                reply.close();
                throw new ClientException("The image service sent the range "
                        + Text.quoted(reply.header("content-range")) + " instead of the bytes from " + wantedOffset);
            }
            return new ImageData(reply.body(), wantedOffset, OptionalLong.of(Long.parseLong(range.group(2))), checksum);
        } catch (IOException broken) {
            throw Session.unusable(broken);
        }
    }

    static HttpFailure refused(String id, HttpFailure failure) {
        return new HttpFailure(
                failure.status(), "Unable to download image '" + id + "'. (" + failure.getMessage() + ")");
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
