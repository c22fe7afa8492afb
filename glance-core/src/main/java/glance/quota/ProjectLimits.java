package glance.quota;

import glance.error.GlanceException;
import glance.image.ImageRepository.Usage;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Limits that projects have in the identity service, over all their images. Thread-safe. */
public interface ProjectLimits extends AutoCloseable {
    /** What is limited, under the name it is registered by. */
    enum Resource {
        /** MiB of stored data, rounded down. */
        IMAGE_SIZE_TOTAL,
        /** MiB of data in staging, rounded down. */
        IMAGE_STAGE_TOTAL,
        /** Images. */
        IMAGE_COUNT_TOTAL,
        /** Images that data is on its way to. */
        IMAGE_COUNT_UPLOADING;

        private final String registeredName = name().toLowerCase(Locale.ROOT);

        public String registeredName() {
            return registeredName;
        }

        /** How much of it a project uses, in this resource's unit. */
        public long of(Usage usage) {
            return switch (this) {
                case IMAGE_SIZE_TOTAL -> toMebibytes(usage.storedBytes());
                case IMAGE_STAGE_TOTAL -> toMebibytes(usage.stagedBytes());
                case IMAGE_COUNT_TOTAL -> usage.count();
                case IMAGE_COUNT_UPLOADING -> usage.uploading();
            };
        }

        /** Whole MiB in that many bytes. */
        public static long toMebibytes(long bytes) {
            return bytes >> 20;
        }
    }

    /** No limits. */
    ProjectLimits OFF = new ProjectLimits() {
        @Override
        public boolean areInForce() {
            return false;
        }

        @Override
        public long limit(@Nullable String project, Resource resource) {
            return -1;
        }
    };

    /** Whether there are limits at all; {@code user_storage_quota} counts only while there are none. */
    boolean areInForce();

    /**
     * A project's limit in the resource's unit; -1 is unlimited, and 0 is what a project has that nobody gave a limit.
     *
     * @throws GlanceException.Unavailable when the identity service does not tell
     */
    long limit(@Nullable String project, Resource resource);

    /**
     * Refuses what would exceed the limit; usage equal to it is fine.
     *
     * @param project the caller's, whoever owns the image
     * @param usage asked only when there is a limit
     * @param delta what is about to be added, in the resource's unit; 0 asks whether the limit is exceeded already
     * @throws GlanceException.LimitExceeded when usage and delta together exceed the limit
     */
    default void check(@Nullable String project, Supplier<Usage> usage, Resource resource, long delta) {
        if (!areInForce()) {
            return;
        }
        long limit = limit(project, resource);
        if (limit < 0) {
            return;
        }
        long used = resource.of(usage.get());
        if (used + delta > limit) {
            throw new GlanceException.LimitExceeded("Project " + project + " is over a limit for [Resource "
                    + resource.registeredName() + " is over limit of " + limit + " due to current usage " + used
                    + " and delta " + delta + "]");
        }
    }

    @Override
    default void close() {}
}
