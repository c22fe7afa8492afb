package glance.testkit.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException.Conflict;
import glance.error.GlanceException.NotFound;
import glance.image.Attribute;
import glance.image.DataIntent;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.ImageRepository.Usage;
import glance.image.ImageStatus;
import glance.image.ImageUpdate;
import glance.image.Scope;
import glance.image.Visibility;
import glance.store.StoreId;
import glance.store.StoreLocation;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Promises about one image. */
public interface ImageContract extends RegistryFixture {
    @Test
    default void createdImageReadsBackWhole() {
        LinkedHashMap<String, String> properties = new LinkedHashMap<>();
        properties.put("os_distro", "debian");
        properties.put("Zeta", "");
        properties.put("grün", "ä'\"%_\\");
        ImageId id = Samples.id();
        Image given = Samples.image(id, clock().instant(), null, null, Visibility.PRIVATE)
                .with(new LinkedHashSet<>(List.of("b", "a")), new LinkedHashMap<>(properties), List.of());

        Image created = registry().images().create(given);

        assertThat(created).isEqualTo(given.asRecorded(precision()));
        assertThat(stored(id)).isEqualTo(created);
        assertThat(stored(id).properties().keySet()).containsExactly("os_distro", "Zeta", "grün");
        assertThat(stored(id).tags()).containsExactly("b", "a");
    }

    @Test
    default void timesKeepTheirPrecision() {
        clock().advance(Duration.ofNanos(123_456_789));
        Image image = createQueued();
        assertThat(stored(image.id()).createdAt()).isEqualTo(now());
    }

    @Test
    default void takenIdIsAConflict() {
        Image image = createQueued();
        assertThatThrownBy(() -> registry().images().create(image)).isInstanceOf(Conflict.class);
    }

    @Test
    default void idOfADeletedImageStaysTaken() {
        Image image = createQueued();
        delete(image.id());
        assertThatThrownBy(() -> registry().images().create(image)).isInstanceOf(Conflict.class);
    }

    @Test
    default void absentAndDeletedImagesAreNotFoundByEveryCall() {
        Image image = createQueued();
        delete(image.id());
        for (ImageId id : List.of(image.id(), Samples.id(), new ImageId("x".repeat(37)), new ImageId(""))) {
            assertThatThrownBy(() -> stored(id)).isInstanceOf(NotFound.class);
            assertThatThrownBy(() -> update(id, ImageChange.status(ImageStatus.SAVING), Guard.always()))
                    .isInstanceOf(NotFound.class);
            assertThatThrownBy(() -> delete(id)).isInstanceOf(NotFound.class);
            assertThatThrownBy(() -> registry().members().add(id, "project-b", -1))
                    .isInstanceOf(NotFound.class);
        }
    }

    @Test
    default void scopeDecidesWhoReaches() {
        record Case(String owner, Visibility visibility, boolean reached) {}
        for (Case one : List.of(
                new Case("project-a", Visibility.PRIVATE, false),
                new Case("project-a", Visibility.SHARED, false),
                new Case("project-a", Visibility.PUBLIC, true),
                new Case("project-a", Visibility.COMMUNITY, true),
                new Case("project-b", Visibility.PRIVATE, true),
                new Case("", Visibility.PRIVATE, true))) {
            ImageId id = Samples.id();
            registry().images().create(Samples.image(id, clock().instant(), "n", one.owner(), one.visibility()));
            Scope other = new Scope(false, "project-b");
            if (one.reached()) {
                assertThat(registry().images().get(id, other).id()).isEqualTo(id);
            } else {
                assertThatThrownBy(() -> registry().images().get(id, other)).isInstanceOf(NotFound.class);
            }
            assertThat(stored(id).id()).isEqualTo(id);
        }
    }

    @Test
    default void memberReachesASharedImageInAnyStatusAndNoOther() {
        Image image = createQueued();
        Scope member = new Scope(false, "project-b");
        registry().members().add(image.id(), "project-b", -1);
        assertThat(registry().images().get(image.id(), member)).isEqualTo(image);

        update(image.id(), set(Attribute.VISIBILITY, Visibility.PRIVATE), Guard.always());
        assertThatThrownBy(() -> registry().images().get(image.id(), member)).isInstanceOf(NotFound.class);

        update(image.id(), set(Attribute.VISIBILITY, Visibility.SHARED), Guard.always());
        registry().members().remove(image.id(), "project-b");
        assertThatThrownBy(() -> registry().images().get(image.id(), member)).isInstanceOf(NotFound.class);
    }

    @Test
    default void updateWritesOnlyWhatItNames() {
        Image before = createQueued();
        Image after = update(
                before.id(),
                ImageChange.builder()
                        .set(Attribute.NAME, "renamed")
                        .set(Attribute.MIN_RAM, 512)
                        .set(Attribute.PROTECTED, true)
                        .setProperty("a", "1")
                        .addTag("t")
                        .build(),
                Guard.always());

        assertThat(after).isEqualTo(stored(before.id()));
        assertThat(after.name()).isEqualTo("renamed");
        assertThat(after.minRam()).isEqualTo(512);
        assertThat(after.isProtected()).isTrue();
        assertThat(after.properties()).containsExactly(Map.entry("a", "1"));
        assertThat(after.tags()).containsExactly("t");
        assertThat(after.diskFormat()).isEqualTo(before.diskFormat());
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
    }

    @Test
    default void columnsCanBecomeNull() {
        Image before = createQueued();
        Image after = update(
                before.id(),
                ImageChange.builder()
                        .set(Attribute.NAME, null)
                        .set(Attribute.OWNER, null)
                        .set(Attribute.DISK_FORMAT, null)
                        .build(),
                Guard.always());
        assertThat(after).isEqualTo(stored(before.id()));
        assertThat(after.name()).isNull();
        assertThat(after.owner()).isNull();
        assertThat(after.diskFormat()).isNull();
    }

    @Test
    default void everyRealChangeRaisesUpdatedAtEvenWhenTheClockStands() {
        Image image = createQueued();
        Image first = update(image.id(), set(Attribute.NAME, "1"), Guard.always());
        Image second = update(image.id(), ImageChange.builder().addTag("x").build(), Guard.always());
        if (precision() == ChronoUnit.MICROS) {
            assertThat(first.updatedAt()).isAfter(image.updatedAt());
            assertThat(second.updatedAt()).isAfter(first.updatedAt());
        } else {
            assertThat(first.updatedAt()).isAfterOrEqualTo(image.updatedAt());
            assertThat(second.updatedAt()).isAfterOrEqualTo(first.updatedAt());
        }

        clock().advance(Duration.ofHours(1));
        Image third = update(image.id(), set(Attribute.NAME, "3"), Guard.always());
        assertThat(third.updatedAt()).isEqualTo(now());
    }

    @Test
    default void changeThatChangesNothingLeavesUpdatedAt() {
        Image image = createQueued();
        clock().advance(Duration.ofSeconds(5));
        Image same = update(
                image.id(),
                ImageChange.builder()
                        .set(Attribute.NAME, image.name())
                        .removeProperty("absent")
                        .removeTag("absent")
                        .build(),
                Guard.always());
        assertThat(same).isEqualTo(image);
        assertThat(stored(image.id())).isEqualTo(image);
    }

    @Test
    default void guardThatDoesNotHoldWritesNothing() {
        Image image = createQueued();
        update(image.id(), ImageChange.builder().setProperty("p", "1").build(), Guard.always());
        Image before = stored(image.id());
        for (Guard guard : List.of(
                Guard.statusIs(ImageStatus.ACTIVE, ImageStatus.SAVING),
                new Guard.PropertyAbsent("p"),
                new Guard.PropertyIs("p", "2"),
                new Guard.PropertyIs("q", "1"),
                new Guard.All(List.of(Guard.always(), Guard.statusIs(ImageStatus.ACTIVE))))) {
            assertThatThrownBy(() -> update(image.id(), set(Attribute.NAME, "changed"), guard))
                    .isInstanceOf(Conflict.class);
            assertThatThrownBy(() -> registry().images().delete(image.id(), guard, (id, location) -> null))
                    .isInstanceOf(Conflict.class);
        }
        assertThat(stored(image.id())).isEqualTo(before);
    }

    @Test
    default void guardThatHoldsLetsThrough() {
        Image image = createQueued();
        update(image.id(), ImageChange.builder().setProperty("p", "1").build(), new Guard.PropertyAbsent("p"));
        Guard all = new Guard.All(
                List.of(new Guard.PropertyIs("p", "1"), new Guard.NotProtected(), Guard.statusIs(ImageStatus.QUEUED)));
        assertThat(update(image.id(), set(Attribute.PROTECTED, true), all).isProtected())
                .isTrue();
        assertThatThrownBy(() -> update(image.id(), set(Attribute.NAME, "n"), all))
                .isInstanceOf(Conflict.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"QUEUED", "SAVING", "UPLOADING", "IMPORTING", "ACTIVE", "DEACTIVATED", "KILLED"})
    default void onlyAllowedTransitionsAreRecorded(ImageStatus from) {
        for (ImageStatus to : ImageStatus.values()) {
            if (to == ImageStatus.DELETED || to == ImageStatus.PENDING_DELETE) {
                continue;
            }
            ImageId id = inStatus(from);
            if (from == to || from.canBecome(to)) {
                assertThat(update(id, ImageChange.status(to), Guard.always()).status())
                        .isEqualTo(to);
            } else {
                assertThatThrownBy(() -> update(id, ImageChange.status(to), Guard.always()))
                        .isInstanceOf(Conflict.class);
                assertThat(stored(id).status()).isEqualTo(from);
            }
        }
    }

    @Test
    default void deletedStatusComesByDeleteAlone() {
        Image image = createQueued();
        assertThatThrownBy(() -> update(image.id(), ImageChange.status(ImageStatus.DELETED), Guard.always()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void aRetiredImageIsDeletedAndItsDataAwaitsTheScrubber() {
        for (ImageStatus status : List.of(ImageStatus.ACTIVE, ImageStatus.DEACTIVATED)) {
            ImageId id = inStatus(status);
            registry().images().retire(id, new Guard.NotProtected());
            assertThatThrownBy(() -> registry().images().get(id, Scope.EVERYTHING))
                    .isInstanceOf(NotFound.class);
            Image after = registry().images().getEver(id, Scope.EVERYTHING);
            assertThat(after.status()).isEqualTo(ImageStatus.PENDING_DELETE);
            assertThat(after.deletedAt()).isNotNull();
            assertThatThrownBy(() -> registry().images().retire(id, Guard.always()))
                    .isInstanceOf(NotFound.class);
        }
        assertThat(registry().journal().open()).isEmpty();
    }

    @Test
    default void withoutDataARetiredImageIsDeletedForGood() {
        ImageId id = createQueued().id();
        registry().images().retire(id, Guard.always());
        assertThat(registry().images().getEver(id, Scope.EVERYTHING).status()).isEqualTo(ImageStatus.DELETED);
    }

    @Test
    default void anImageWithDataLeftToTheScrubberBeforeAwaitsItWhenItIsDeleted() {
        ImageId id = inStatus(ImageStatus.ACTIVE);
        update(id, ImageChange.builder().addLocation(Samples.location(id)).build(), Guard.always());
        long first = stored(id).locations().getFirst().id();
        update(
                id,
                ImageChange.builder()
                        .removeLocation(first, ImageLocation.PENDING_DELETE)
                        .build(),
                Guard.always());
        delete(id);
        assertThat(registry().images().getEver(id, Scope.EVERYTHING).status()).isEqualTo(ImageStatus.PENDING_DELETE);
    }

    @Test
    default void aProtectedImageIsNotRetired() {
        ImageId id = inStatus(ImageStatus.ACTIVE);
        update(id, set(Attribute.PROTECTED, true), Guard.always());
        assertThatThrownBy(() -> registry().images().retire(id, new Guard.NotProtected()))
                .isInstanceOf(Conflict.class);
        assertThat(stored(id).status()).isEqualTo(ImageStatus.ACTIVE);
    }

    @Test
    default void becomingQueuedForgetsTheData() {
        ImageId id = inStatus(ImageStatus.SAVING);
        update(
                id,
                ImageChange.builder()
                        .set(Attribute.SIZE, 5L)
                        .set(Attribute.VIRTUAL_SIZE, 6L)
                        .set(Attribute.CHECKSUM, "c")
                        .set(Attribute.OS_HASH_ALGO, "sha512")
                        .set(Attribute.OS_HASH_VALUE, "h")
                        .addLocation(Samples.location(id))
                        .build(),
                Guard.always());

        Image queued = update(id, ImageChange.status(ImageStatus.QUEUED), Guard.always());

        assertThat(queued).isEqualTo(stored(id));
        assertThat(queued.size()).isNull();
        assertThat(queued.virtualSize()).isNull();
        assertThat(queued.checksum()).isNull();
        assertThat(queued.hashAlgorithm()).isNull();
        assertThat(queued.hashValue()).isNull();
        assertThat(queued.locations()).isEmpty();
    }

    @Test
    default void removedPropertyComesBackWithItsNewValue() {
        Image image = createQueued();
        update(image.id(), ImageChange.builder().setProperty("p", "1").build(), Guard.always());
        update(image.id(), ImageChange.builder().removeProperty("p").build(), Guard.always());
        assertThat(stored(image.id()).properties()).isEmpty();
        update(image.id(), ImageChange.builder().setProperty("p", "2").build(), Guard.always());
        assertThat(stored(image.id()).properties()).containsExactly(Map.entry("p", "2"));
    }

    @Test
    default void tagsAreAddedRemovedAndReplaced() {
        Image image = createQueued();
        update(
                image.id(),
                ImageChange.builder().addTag("a").addTag("b").addTag("a").build(),
                Guard.always());
        assertThat(stored(image.id()).tags()).containsExactly("a", "b");
        update(image.id(), ImageChange.builder().removeTag("a").build(), Guard.always());
        update(image.id(), ImageChange.builder().addTag("a").build(), Guard.always());
        assertThat(stored(image.id()).tags()).containsExactlyInAnyOrder("b", "a");
        ImageChange replaced = ImageChange.builder()
                .tags(new LinkedHashSet<>(List.of("x", "b")))
                .build();
        assertThat(update(image.id(), replaced, Guard.always()).tags()).containsExactlyInAnyOrder("b", "x");
        assertThat(stored(image.id()).tags()).containsExactlyInAnyOrder("b", "x");
    }

    @Test
    default void aNewImageMayComeWithItsLocations() {
        Image given = Samples.queued(Samples.id(), clock().instant());
        Image created = registry()
                .images()
                .create(given.with(
                        given.tags(),
                        given.properties(),
                        List.of(
                                new ImageLocation(0, StoreLocation.of("http://one.test/a"), ImageLocation.ACTIVE),
                                new ImageLocation(0, Samples.location(given.id()), ImageLocation.ACTIVE))));
        assertThat(created.locations())
                .extracting(location -> location.at().url())
                .containsExactly(
                        "http://one.test/a", Samples.location(given.id()).url());
        assertThat(created.locations())
                .extracting(ImageLocation::id)
                .doesNotContain(0L)
                .doesNotHaveDuplicates();
        assertThat(registry().images().get(given.id(), Scope.EVERYTHING)).isEqualTo(created);
    }

    @Test
    default void locationsKeepOrderMetadataAndNumbers() {
        ImageId id = inStatus(ImageStatus.SAVING);
        LinkedHashMap<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("store", "slow");
        metadata.put("list", List.of("a", 1));
        metadata.put("map", Map.of("k", "v"));
        Image image = update(
                id,
                ImageChange.builder()
                        .addLocation(Samples.location(id))
                        .addLocation(new StoreLocation("http://h/x", metadata))
                        .build(),
                Guard.always());

        assertThat(image).isEqualTo(stored(id));
        assertThat(image.locations()).hasSize(2).doesNotHaveDuplicates();
        assertThat(image.locations().getLast().at().metadata()).isEqualTo(metadata);
        assertThat(image.locations()).extracting(ImageLocation::id).doesNotContain(0L);

        long first = image.locations().getFirst().id();
        Image shorter = update(
                id, ImageChange.builder().removeLocation(first, "deleted").build(), Guard.always());
        assertThat(shorter.locations()).containsExactly(image.locations().getLast());
        assertThat(stored(id)).isEqualTo(shorter);
    }

    @Test
    default void aLocationIsRewrittenInItsPlaceWhileAllAreAsExpected() {
        ImageId id = inStatus(ImageStatus.ACTIVE);
        Image before = update(
                id,
                ImageChange.builder()
                        .addLocation(StoreLocation.of("http://h/second"))
                        .build(),
                Guard.always());
        long first = before.locations().getFirst().id();
        StoreLocation named = new StoreLocation("http://h/other", Map.of("store", "fast", "list", List.of("a", "b")));
        ImageChange rewrite = ImageChange.builder().setLocation(first, named).build();

        Image after = update(id, rewrite, new Guard.LocationsAre(before.locations()));

        assertThat(after).isEqualTo(stored(id));
        assertThat(after.locations())
                .containsExactly(
                        new ImageLocation(first, named, ImageLocation.ACTIVE),
                        before.locations().getLast());
        assertThatThrownBy(() -> update(id, rewrite, new Guard.LocationsAre(before.locations())))
                .isInstanceOf(Conflict.class);
        assertThatThrownBy(() -> update(
                        id,
                        ImageChange.builder().removeLocation(first, "deleted").build(),
                        new Guard.LocationsAre(List.of())))
                .isInstanceOf(Conflict.class);
        assertThat(stored(id)).isEqualTo(after);
    }

    @Test
    default void importLockChangesOnlyUnderAGuardOnItself() {
        Image image = createQueued();
        String lock = ImageUpdate.IMPORT_LOCK;
        ImageChange take = ImageChange.builder().setProperty(lock, "task-1").build();
        assertThatThrownBy(() -> update(image.id(), take, Guard.statusIs(ImageStatus.QUEUED)))
                .isInstanceOf(IllegalArgumentException.class);
        update(image.id(), take, new Guard.PropertyAbsent(lock));
        assertThatThrownBy(() -> update(image.id(), take, new Guard.PropertyAbsent(lock)))
                .isInstanceOf(Conflict.class);
        ImageChange release = ImageChange.builder().removeProperty(lock).build();
        assertThatThrownBy(() -> update(image.id(), release, new Guard.PropertyIs(lock, "task-2")))
                .isInstanceOf(Conflict.class);
        update(image.id(), release, new Guard.PropertyIs(lock, "task-1"));
        assertThat(stored(image.id()).properties()).doesNotContainKey(lock);
        update(image.id(), take, new Guard.PropertyAbsent(lock));
        assertThat(stored(image.id()).properties()).containsEntry(lock, "task-1");
    }

    @Test
    default void deleteOpensOneEntryPerLocationOfAConfiguredStore() {
        ImageId id = inStatus(ImageStatus.ACTIVE);
        update(
                id,
                ImageChange.builder().addLocation(StoreLocation.of("gone://x")).build(),
                Guard.always());
        List<DataIntent> opened = registry()
                .images()
                .delete(
                        id,
                        Guard.always(),
                        (image, location) -> location.at().scheme().equals("gone") ? null : discard(image, location));
        assertThat(opened).hasSize(1);
        assertThat(opened.getFirst().url()).isEqualTo(Samples.location(id).url());
        assertThat(registry().journal().open()).isEqualTo(opened);
    }

    @Test
    default void statusFindsItsImagesOldestFirst() {
        ImageId first = inStatus(ImageStatus.SAVING);
        clock().advance(Duration.ofSeconds(1));
        ImageId second = inStatus(ImageStatus.SAVING);
        createQueued();
        ImageId gone = inStatus(ImageStatus.SAVING);
        update(second, set(Attribute.OS_HIDDEN, true), Guard.always());
        delete(gone);
        assertThat(registry().images().withStatus(ImageStatus.SAVING)).containsExactly(first, second);
    }

    @Test
    default void usageSumsWhatAnOwnerHolds() {
        ImageId active = inStatus(ImageStatus.ACTIVE);
        update(
                active,
                ImageChange.builder()
                        .set(Attribute.SIZE, 100L)
                        .addLocation(StoreLocation.of("http://h/copy"))
                        .build(),
                Guard.always());
        ImageId staged = inStatus(ImageStatus.UPLOADING);
        update(staged, set(Attribute.SIZE, 10L), Guard.always());
        ImageId copying = inStatus(ImageStatus.ACTIVE);
        update(
                copying,
                ImageChange.builder()
                        .set(Attribute.SIZE, 1L)
                        .setProperty("os_glance_importing_to_stores", "slow")
                        .build(),
                Guard.always());
        inStatus(ImageStatus.SAVING);
        inStatus(ImageStatus.KILLED);
        delete(inStatus(ImageStatus.ACTIVE));

        assertThat(registry().images().usage(Samples.OWNER)).isEqualTo(new Usage(201, 11, 4, 3));
        assertThat(registry().images().usage("nobody")).isEqualTo(new Usage(0, 0, 0, 0));
        assertThat(registry().images().usage(null)).isEqualTo(new Usage(0, 0, 0, 0));
    }

    /** An image brought to a status through the life cycle; active ones have one location. */
    private ImageId inStatus(ImageStatus status) {
        ImageId id = createQueued().id();
        List<ImageStatus> path = switch (status) {
            case QUEUED -> List.of();
            case SAVING, UPLOADING, IMPORTING -> List.of(status);
            case ACTIVE -> List.of(ImageStatus.SAVING, ImageStatus.ACTIVE);
            case DEACTIVATED -> List.of(ImageStatus.SAVING, ImageStatus.ACTIVE, ImageStatus.DEACTIVATED);
            case KILLED -> List.of(ImageStatus.SAVING, ImageStatus.KILLED);
            case DELETED, PENDING_DELETE -> throw new IllegalArgumentException(status.wire());
        };
        for (ImageStatus next : path) {
            ImageChange.Builder change = ImageChange.builder().set(Attribute.STATUS, next);
            if (next == ImageStatus.ACTIVE) {
                change.addLocation(Samples.location(id));
            }
            update(id, change.build(), Guard.always());
        }
        return id;
    }

    private Image update(ImageId id, ImageChange change, Guard guard) {
        return registry().images().update(id, change, guard);
    }

    private void delete(ImageId id) {
        registry().images().delete(id, Guard.always(), (image, location) -> null);
    }

    private static ImageChange set(Attribute attribute, Object value) {
        return ImageChange.builder().set(attribute, value).build();
    }

    private static DataIntent discard(ImageId image, ImageLocation location) {
        return new DataIntent(image, new StoreId("file"), location.at().url(), DataIntent.Kind.DISCARD, "worker-1");
    }
}
