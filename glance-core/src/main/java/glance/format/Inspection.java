package glance.format;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Watches one image's data pass and judges it at the end. Single use, one thread; keeps a bounded part of the bytes. */
public interface Inspection {
    /** Looks at the next bytes; may consume the buffer, never changes its content. */
    void accept(ByteBuffer bytes);

    /**
     * The judgement after the last byte.
     *
     * @param size bytes that passed
     * @return bytes of the disk inside, or null when unknown or 0
     * @throws glance.error.GlanceException.UnsupportedMedia when the content is not what the image claims, or is unsafe
     */
    @Nullable
    Long conclude(long size);

    /** Looks at nothing and accepts everything. */
    static Inspection none() {
        return new Inspection() {
            @Override
            public void accept(ByteBuffer bytes) {}

            @Override
            public @Nullable Long conclude(long size) {
                return null;
            }
        };
    }
}
