package glance.image;

import glance.image.transfer.HashAlgorithm;
import glance.store.StoreLocation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place a client names as holding an image's data.
 *
 * @param metadata as sent; JSON values
 * @param promise what the client says of the data
 */
public record NewLocation(
        String url, Map<String, Object> metadata, @Nullable Promise promise) {
    public NewLocation {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * Digests the data is said to have: {@code validation_data}.
     *
     * @param checksum MD5 in hex
     * @param algorithm in hashlib's spelling, e.g. {@code sha512}
     * @param value in hex
     */
    public record Promise(@Nullable String checksum, String algorithm, String value) {
        /** The same in lower case, as digests are recorded. */
        Promise folded() {
            return new Promise(
                    checksum == null ? null : checksum.toLowerCase(Locale.ROOT),
                    algorithm,
                    value.toLowerCase(Locale.ROOT));
        }

        /** What is wrong with it, so that no data could have these digests; null when nothing is. */
        @Nullable
        String flaw() {
            if (checksum != null && !checksum.matches("[0-9a-fA-F]{32}")) {
                return "checksum is not 32 hexadecimal digits";
            }
            int digits = 2 * new HashAlgorithm(algorithm).digest().getDigestLength();
            return value.matches("[0-9a-fA-F]{" + digits + "}")
                    ? null
                    : "os_hash_value is not " + digits + " hexadecimal digits, as " + algorithm + " has";
        }
    }

    /** Without what is secret in the URL. */
    @Override
    public String toString() {
        return StoreLocation.of(url) + " " + metadata;
    }
}
