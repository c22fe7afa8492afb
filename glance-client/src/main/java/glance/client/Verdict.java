package glance.client;

import org.jspecify.annotations.Nullable;

/**
 * What hashing the bytes showed.
 *
 * @param expected null when the image has nothing to compare with
 * @param computed hex
 */
record Verdict(@Nullable Expected expected, String computed) {
    boolean right() {
        return expected == null || expected.value().equals(computed);
    }

    void require(String id) {
        if (expected != null && !right()) {
            throw new ClientException("Corrupt image download of image " + id + ": " + expected.algorithm() + " was "
                    + computed + " expected " + expected.value());
        }
    }
}
