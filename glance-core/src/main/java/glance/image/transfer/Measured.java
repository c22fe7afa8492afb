package glance.image.transfer;

import org.jspecify.annotations.Nullable;

/**
 * What is known about bytes once all of them have passed.
 *
 * @param size bytes
 * @param checksum MD5, lower-case hex
 * @param hashAlgorithm the multihash algorithm as clients see it, e.g. {@code sha512}
 * @param hashValue multihash, lower-case hex
 * @param virtualSize bytes of the disk inside, when the format tells
 */
public record Measured(
        long size,
        String checksum,
        String hashAlgorithm,
        String hashValue,
        @Nullable Long virtualSize) {}
