package glance.crash;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a client can tell of one image.
 *
 * @param serial a property that every PATCH sets anew
 * @param data null while the image is queued
 */
record ImageState(
        boolean exists,
        String name,
        String serial,
        Set<String> tags,
        @Nullable Data data) {
    /** Never created, or deleted. */
    static final ImageState GONE = new ImageState(false, "", "", Set.of(), null);

    ImageState {
        tags = Set.copyOf(tags);
    }

    static ImageState created(String name) {
        return new ImageState(true, name, "0", Set.of(), null);
    }

    ImageState patched(String newName, String newSerial) {
        return new ImageState(true, newName, newSerial, tags, data);
    }

    ImageState tagged(String tag) {
        Set<String> more = new TreeSet<>(tags);
        more.add(tag);
        return new ImageState(true, name, serial, more, data);
    }

    ImageState untagged(String tag) {
        Set<String> fewer = new TreeSet<>(tags);
        fewer.remove(tag);
        return new ImageState(true, name, serial, fewer, data);
    }

    ImageState uploaded(Data bytes) {
        return new ImageState(true, name, serial, tags, bytes);
    }

    /** Image data as its size and SHA-512; the bytes can be made again from the seed. */
    record Data(long seed, int size, String sha512) {
        static Data random(long seed, int size) {
            return new Data(seed, size, sha512(bytes(seed, size)));
        }

        byte[] bytes() {
            return bytes(seed, size);
        }

        private static byte[] bytes(long seed, int size) {
            byte[] bytes = new byte[size];
            new SplittableRandom(seed).nextBytes(bytes);
            return bytes;
        }

        static String sha512(byte[] bytes) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
