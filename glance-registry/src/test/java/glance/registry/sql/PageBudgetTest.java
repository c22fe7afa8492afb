package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import glance.fault.FailPoints;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.Page;
import glance.image.Scope;
import glance.testkit.registry.Samples;
import glance.testkit.registry.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of images that carry very much text. */
class PageBudgetTest {
    private static final int IMAGES = 12;

    @Test
    void aPageOfHeavyImagesEndsEarlyAndTheRestFollows(@TempDir Path directory) {
        SettableClock clock = new SettableClock(Instant.parse("2026-01-02T03:04:05.000001Z"));
        Path file = directory.resolve("glance.sqlite");
        try (SqlRegistry registry = SqlRegistry.open(DatabaseConfig.sqlite(file), clock, FailPoints.INERT)) {
            for (int i = 0; i < IMAGES; i++) {
                createHeavy(registry, clock);
            }
            Set<ImageId> seen = new HashSet<>();
            ImageQuery query = ImageQuery.firstPage(IMAGES);
            Page<Image> page = registry.images().list(query, Scope.EVERYTHING);
            assertThat(page.items()).hasSizeLessThan(IMAGES).isNotEmpty();
            assertThat(page.full()).isTrue();
            while (page.full()) {
                page.items().forEach(image -> assertThat(seen.add(image.id())).isTrue());
                ImageId last = page.items().getLast().id();
                page = registry.images().list(query.after(last, query.limit()), Scope.EVERYTHING);
            }
            page.items().forEach(image -> assertThat(seen.add(image.id())).isTrue());
            assertThat(seen).hasSize(IMAGES);
        }
    }

    private static void createHeavy(SqlRegistry registry, SettableClock clock) {
        ImageId id = Samples.id();
        registry.images().create(Samples.queued(id, clock.instant()));
        ImageChange.Builder change = ImageChange.builder();
        for (int i = 0; i < 16; i++) {
            change.setProperty("p" + i, "z".repeat(60_000));
        }
        registry.images().update(id, change.build(), Guard.always());
        clock.advance(Duration.ofSeconds(1));
    }
}
