package glance.client;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the bytes of an image must hash to.
 *
 * @param algorithm as the JDK names it
 * @param value lower-case hex
 */
record Expected(String algorithm, String value) {

    /**
     * The strongest promise there is: the multihash, else the MD5 of the image, else the MD5 of the answer. A multihash
     * of an algorithm unknown here is a failure unless {@code md5Fallback}.
     *
     * @param contentMd5 from the answer's headers, or null
     */
    static Optional<Expected> of(ObjectNode image, @Nullable String contentMd5, boolean md5Fallback) {
        String algorithm = image.path("os_hash_algo").stringValue("");
        String value = image.path("os_hash_value").stringValue("");
        if (!algorithm.isEmpty() && !value.isEmpty()) {
            Optional<MessageDigest> digest = find(standardName(algorithm));
            if (digest.isPresent()) {
                return Optional.of(new Expected(digest.get().getAlgorithm(), value.toLowerCase(Locale.ROOT)));
            }
            if (!md5Fallback) {
                throw new ClientException("The hash algorithm " + Text.quoted(algorithm) + " of image "
                        + image.path("id").stringValue("") + " is not available here;"
                        + " --allow-md5-fallback verifies the MD5 checksum instead");
            }
        }
        String md5 = image.path("checksum").stringValue(contentMd5);
        return md5 == null || md5.isEmpty()
                ? Optional.empty()
                : Optional.of(new Expected("MD5", md5.toLowerCase(Locale.ROOT)));
    }

    MessageDigest digest() {
        return find(algorithm).orElseThrow(() -> new ClientException("no digest " + algorithm));
    }

    /** Python's hashlib spells {@code sha512}, {@code sha3_256}; the JDK {@code SHA-512}, {@code SHA3-256}. */
    private static String standardName(String name) {
        String upper = name.toUpperCase(Locale.ROOT).replace('_', '-');
        return upper.matches("SHA[0-9]{1,3}") ? "SHA-" + upper.substring(3) : upper;
    }

    private static Optional<MessageDigest> find(String algorithm) {
        try {
            return Optional.of(MessageDigest.getInstance(algorithm));
        } catch (NoSuchAlgorithmException unknown) {
            return Optional.empty();
        }
    }
}
