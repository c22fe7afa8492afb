package glance.manage.fsck;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a comparison is made.
 *
 * @param repair whether anything is changed
 * @param deep whether data is read and hashed
 * @param bytesPerSecond most that is read for hashing
 * @param minAge how long data and states must have rested before they count: far longer than an upload takes to record its
 *     data after writing it
 * @param staging directories of staged imports
 */
public record FsckOptions(boolean repair, boolean deep, long bytesPerSecond, Duration minAge, List<Path> staging) {
    public FsckOptions {
        staging = List.copyOf(staging);
        if (bytesPerSecond <= 0 || minAge.isNegative()) {
            throw new IllegalArgumentException("rate " + bytesPerSecond + ", age " + minAge);
        }
    }

    /** The same, with more staging directories; each is compared once. */
    public FsckOptions withStaging(List<Path> more) {
        List<Path> all = Stream.concat(staging.stream(), more.stream())
                .map(Path::toAbsolutePath)
                .map(Path::normalize)
                .distinct()
                .toList();
        return new FsckOptions(repair, deep, bytesPerSecond, minAge, all);
    }
}
