package glance.testkit.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException.Forbidden;
import glance.error.GlanceException.InvalidRequest;
import glance.error.GlanceException.NotFound;
import glance.image.Attribute;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import glance.image.ImageQuery.Population;
import glance.image.ImageQuery.Sort;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.ImageStatus;
import glance.image.MemberStatus;
import glance.image.Page;
import glance.image.Scope;
import glance.image.Visibility;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Promises about lists: compared with {@link ListRules} over random images. */
public interface ListContract extends RegistryFixture {
    /** What the API sorts by. */
    List<Attribute> SORT_KEYS = List.of(
            Attribute.NAME,
            Attribute.STATUS,
            Attribute.CONTAINER_FORMAT,
            Attribute.DISK_FORMAT,
            Attribute.SIZE,
            Attribute.ID,
            Attribute.CREATED_AT,
            Attribute.UPDATED_AT);

    /** Everybody whose view is compared. */
    List<Scope> SCOPES = List.of(
            Scope.EVERYTHING,
            new Scope(true, "project-0"),
            new Scope(false, "project-0"),
            new Scope(false, "project-1"),
            new Scope(false, "stranger"),
            new Scope(false, null));

    @Test
    default void pagesShowEveryImageOnceForEachKeyAndDirection() {
        List<Image> images = new RandomImages(registry(), clock(), 1).create(60);
        for (Attribute key : SORT_KEYS) {
            for (boolean ascending : new boolean[] {true, false}) {
                for (Scope scope : SCOPES) {
                    List<Sort> sort = withTies(List.of(new Sort(key, ascending)), ascending);
                    ImageQuery query = query(List.of(), new VisibilityFilter.All(), sort);
                    assertThat(walk(query, scope, 7))
                            .as("sort %s scope %s", sort, scope)
                            .isEqualTo(expected(images, query, scope));
                }
            }
        }
    }

    @Test
    default void pagesShowEveryImageOnceForMixedKeysAndDirections() {
        List<Image> images = new RandomImages(registry(), clock(), 2).create(60);
        Random random = new Random(3);
        for (int round = 0; round < 60; round++) {
            List<Sort> sort = new ArrayList<>();
            for (Attribute key : SORT_KEYS) {
                if (random.nextInt(3) == 0) {
                    sort.add(new Sort(key, random.nextBoolean()));
                }
            }
            Collections.shuffle(sort, random);
            List<Sort> whole = withTies(sort, random.nextBoolean());
            ImageQuery query = query(List.of(), new VisibilityFilter.Default(), whole);
            Scope scope = SCOPES.get(random.nextInt(SCOPES.size()));
            assertThat(walk(query, scope, 1 + random.nextInt(9)))
                    .as("sort %s scope %s", whole, scope)
                    .isEqualTo(expected(images, query, scope));
        }
    }

    @Test
    default void filtersVisibilityAndScopeKeepWhatTheRulesKeep() {
        RandomImages source = new RandomImages(registry(), clock(), 4);
        List<Image> images = source.create(80);
        Random random = new Random(5);
        for (int round = 0; round < 400; round++) {
            ImageQuery query = new ImageQuery(
                    source.filters(random, images),
                    source.visibility(random),
                    random.nextBoolean() ? MemberStatus.ACCEPTED : source.memberStatus(random),
                    source.population(random),
                    withTies(List.of(), random.nextBoolean()),
                    null,
                    1000);
            Scope scope = SCOPES.get(random.nextInt(SCOPES.size()));
            assertThat(registry().images().list(query, scope).items())
                    .as("query %s scope %s", query, scope)
                    .isEqualTo(expected(images, query, scope));
        }
    }

    @Test
    default void filteredPagesAreCompleteToo() {
        RandomImages source = new RandomImages(registry(), clock(), 6);
        List<Image> images = source.create(60);
        Random random = new Random(7);
        for (int round = 0; round < 60; round++) {
            ImageQuery query = query(
                    source.filters(random, images),
                    source.visibility(random),
                    withTies(
                            List.of(new Sort(SORT_KEYS.get(random.nextInt(SORT_KEYS.size())), random.nextBoolean())),
                            random.nextBoolean()));
            Scope scope = SCOPES.get(random.nextInt(SCOPES.size()));
            assertThat(walk(query, scope, 1 + random.nextInt(4)))
                    .as("query %s scope %s", query, scope)
                    .isEqualTo(expected(images, query, scope));
        }
    }

    @Test
    default void pagesOfOtherPopulationsShowEveryImageOnce() {
        RandomImages source = new RandomImages(registry(), clock(), 8);
        List<Image> images = source.create(60);
        Random random = new Random(9);
        for (Population population : Population.values()) {
            for (Attribute key : SORT_KEYS) {
                boolean ascending = random.nextBoolean();
                ImageQuery query = new ImageQuery(
                        random.nextBoolean() ? List.of() : source.filters(random, images),
                        source.visibility(random),
                        null,
                        population,
                        withTies(List.of(new Sort(key, ascending)), ascending),
                        null,
                        1000);
                for (Scope scope : SCOPES) {
                    assertThat(walk(query, scope, 1 + random.nextInt(4)))
                            .as("query %s scope %s", query, scope)
                            .isEqualTo(expected(images, query, scope));
                }
            }
        }
    }

    @Test
    default void deletedImageIsFoundAmongAllThatEverWereAndStartsAPage() {
        Image older = createQueued();
        clock().advance(Duration.ofSeconds(2));
        Image deleted = createQueued();
        clock().advance(Duration.ofSeconds(2));
        registry().images().delete(deleted.id(), Guard.always(), (id, location) -> null);
        Image found = registry().images().getEver(deleted.id(), Scope.EVERYTHING);
        assertThat(found.status()).isEqualTo(ImageStatus.DELETED);
        assertThat(found.deletedAt()).isEqualTo(found.updatedAt()).isAfter(deleted.updatedAt());
        assertThatThrownBy(() -> registry().images().getEver(deleted.id(), new Scope(false, "stranger")))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> registry().images().getEver(Samples.id(), Scope.EVERYTHING))
                .isInstanceOf(NotFound.class);
        ImageQuery changed = new ImageQuery(
                List.of(new Filter.Time(Attribute.UPDATED_AT, Operator.GT, deleted.updatedAt())),
                new VisibilityFilter.Default(),
                null,
                Population.EVER,
                ImageQuery.NEWEST_FIRST,
                null,
                10);
        assertThat(registry().images().list(changed, Scope.EVERYTHING).items()).containsExactly(found);
        ImageQuery behind = changed.withFilters(List.of()).after(deleted.id(), 10);
        assertThat(registry().images().list(behind, Scope.EVERYTHING).items()).containsExactly(older);
    }

    @Test
    default void fullPageSaysThatMoreMayCome() {
        createQueued();
        createQueued();
        assertThat(registry()
                        .images()
                        .list(ImageQuery.firstPage(2), Scope.EVERYTHING)
                        .full())
                .isTrue();
        assertThat(registry()
                        .images()
                        .list(ImageQuery.firstPage(3), Scope.EVERYTHING)
                        .full())
                .isFalse();
        Page<Image> none = registry().images().list(ImageQuery.firstPage(0), Scope.EVERYTHING);
        assertThat(none.items()).isEmpty();
        assertThat(none.full()).isFalse();
    }

    @Test
    default void deletedImagesAreNotListed() {
        Image image = createQueued();
        registry().images().delete(image.id(), Guard.always(), (id, location) -> null);
        assertThat(registry()
                        .images()
                        .list(ImageQuery.firstPage(9), Scope.EVERYTHING)
                        .items())
                .isEmpty();
    }

    @Test
    default void markerThatNamesNoImageIsInvalid() {
        Image deleted = createQueued();
        registry().images().delete(deleted.id(), Guard.always(), (id, location) -> null);
        for (ImageId marker : List.of(Samples.id(), deleted.id(), new ImageId("x".repeat(40)), new ImageId(""))) {
            assertThatThrownBy(() -> registry().images().list(after(marker), Scope.EVERYTHING))
                    .isInstanceOf(InvalidRequest.class);
        }
    }

    @Test
    default void markerOutOfScopeIsForbidden() {
        Image image = registry()
                .images()
                .create(Samples.image(Samples.id(), clock().instant(), "n", Samples.OWNER, Visibility.PRIVATE));
        assertThatThrownBy(() -> registry().images().list(after(image.id()), new Scope(false, "project-b")))
                .isInstanceOf(Forbidden.class);
    }

    @Test
    default void markerNeedNotMatchTheFilters() {
        Image older = createQueued();
        clock().advance(Duration.ofSeconds(1));
        Image marker = createQueued();
        ImageQuery query = new ImageQuery(
                List.of(new Filter.OneOf(Attribute.ID, List.of(older.id().value()))),
                new VisibilityFilter.Default(),
                MemberStatus.ACCEPTED,
                false,
                ImageQuery.NEWEST_FIRST,
                marker.id(),
                10);
        assertThat(registry().images().list(query, Scope.EVERYTHING).items()).containsExactly(older);
    }

    @Test
    default void timeFiltersCompareToTheMicrosecond() {
        Image image = createQueued();
        for (Operator operator : Operator.values()) {
            for (long nanos : new long[] {-1000, 0, 1000}) {
                Filter filter = new Filter.Time(
                        Attribute.CREATED_AT, operator, image.createdAt().plusNanos(nanos));
                ImageQuery query = query(List.of(filter), new VisibilityFilter.Default(), ImageQuery.NEWEST_FIRST);
                assertThat(registry().images().list(query, Scope.EVERYTHING).items())
                        .as("%s %d", operator, nanos)
                        .isEqualTo(expected(List.of(image), query, Scope.EVERYTHING));
            }
        }
    }

    /** Follows the pages to the end. */
    private List<Image> walk(ImageQuery query, Scope scope, int limit) {
        List<Image> all = new ArrayList<>();
        @Nullable ImageId marker = null;
        Page<Image> page;
        do {
            page = registry().images().list(query.after(marker, limit), scope);
            all.addAll(page.items());
            marker = page.items().isEmpty() ? null : page.items().getLast().id();
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            assertThat(all).as("an image came twice: %s", query).doesNotHaveDuplicates();
        } while (page.full());
        return all;
    }

    private List<Image> expected(List<Image> images, ImageQuery query, Scope scope) {
        ListRules rules = new ListRules(query, scope, registry().members()::list);
        Comparator<Image> order = ListRules.order(query.sort(), textOrder());
        return images.stream().filter(rules::matches).sorted(order).toList();
    }

    private static ImageQuery query(List<Filter> filters, VisibilityFilter visibility, List<Sort> sort) {
        return new ImageQuery(filters, visibility, MemberStatus.ACCEPTED, false, sort, null, 1000);
    }

    private static ImageQuery after(ImageId marker) {
        return new ImageQuery(
                List.of(),
                new VisibilityFilter.Default(),
                MemberStatus.ACCEPTED,
                false,
                ImageQuery.NEWEST_FIRST,
                marker,
                10);
    }

    /** The keys, and {@code created_at} and {@code id} behind them unless present. */
    private static List<Sort> withTies(List<Sort> keys, boolean ascending) {
        List<Sort> sort = new ArrayList<>(keys);
        Set<Attribute> named = keys.stream().map(Sort::key).collect(Collectors.toSet());
        for (Attribute tie : List.of(Attribute.CREATED_AT, Attribute.ID)) {
            if (!named.contains(tie)) {
                sort.add(new Sort(tie, ascending));
            }
        }
        return sort;
    }
}
