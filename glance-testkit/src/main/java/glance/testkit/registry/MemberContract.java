package glance.testkit.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import glance.error.GlanceException.Conflict;
import glance.error.GlanceException.LimitExceeded;
import glance.error.GlanceException.NotFound;
import glance.image.Guard;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberGrant;
import glance.image.MemberRepository;
import glance.image.MemberStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Promises about the projects an image is shared with. */
public interface MemberContract extends RegistryFixture {
    @Test
    default void addedMemberIsPending() {
        ImageId image = createQueued().id();
        ImageMember added = members().add(image, "project-b", -1);
        assertThat(added).isEqualTo(new ImageMember(image, "project-b", MemberStatus.PENDING, false, now(), now()));
        assertThat(members().find(image, "project-b")).contains(added);
        assertThat(members().list(image)).containsExactly(added);
    }

    @Test
    default void membersComeInTheOrderTheyWereAdded() {
        ImageId image = createQueued().id();
        for (String project : new String[] {"c", "a", "b"}) {
            members().add(image, project, -1);
        }
        assertThat(members().list(image)).extracting(ImageMember::member).containsExactly("c", "a", "b");
    }

    @Test
    default void presentMemberIsAConflictAndKeepsItsStatus() {
        ImageId image = createQueued().id();
        members().add(image, "b", -1);
        members().setStatus(image, "b", MemberStatus.ACCEPTED);
        assertThatThrownBy(() -> members().add(image, "b", -1)).isInstanceOf(Conflict.class);
        assertThat(members().find(image, "b").map(ImageMember::status)).contains(MemberStatus.ACCEPTED);
    }

    @Test
    default void removedMemberReturnsPendingWithItsFirstCreationTime() {
        ImageId image = createQueued().id();
        ImageMember first = members().add(image, "b", -1);
        members().setStatus(image, "b", MemberStatus.REJECTED);
        members().remove(image, "b");
        assertThat(members().find(image, "b")).isEmpty();
        assertThat(members().list(image)).isEmpty();

        clock().advance(Duration.ofSeconds(9));
        ImageMember again = members().add(image, "b", -1);
        assertThat(again.status()).isEqualTo(MemberStatus.PENDING);
        assertThat(again.createdAt()).isEqualTo(first.createdAt());
        assertThat(again.updatedAt()).isEqualTo(now());
        assertThat(members().list(image)).containsExactly(again);
    }

    @Test
    default void anyStatusMayFollowAnyOther() {
        ImageId image = createQueued().id();
        members().add(image, "b", -1);
        for (MemberStatus from : MemberStatus.values()) {
            for (MemberStatus to : MemberStatus.values()) {
                members().setStatus(image, "b", from);
                assertThat(members().setStatus(image, "b", to).status()).isEqualTo(to);
            }
        }
    }

    @Test
    default void quotaCountsLiveMembers() {
        ImageId image = createQueued().id();
        members().add(image, "a", 2);
        members().add(image, "b", 2);
        assertThatThrownBy(() -> members().add(image, "c", 2)).isInstanceOf(LimitExceeded.class);
        members().remove(image, "a");
        assertThat(members().add(image, "c", 2).member()).isEqualTo("c");
        assertThatThrownBy(() -> members().add(image, "a", 2)).isInstanceOf(LimitExceeded.class);
        assertThat(members().add(image, "a", -1).member()).isEqualTo("a");
    }

    @Test
    default void absentMemberIsNotFound() {
        ImageId image = createQueued().id();
        assertThat(members().find(image, "b")).isEmpty();
        assertThatThrownBy(() -> members().setStatus(image, "b", MemberStatus.ACCEPTED))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> members().remove(image, "b")).isInstanceOf(NotFound.class);
    }

    @Test
    default void membersGoWithTheImageAndLeaveItsTimeAlone() {
        ImageId image = createQueued().id();
        clock().advance(Duration.ofSeconds(1));
        members().add(image, "b", -1);
        assertThat(stored(image).updatedAt()).isEqualTo(stored(image).createdAt());
        registry().images().delete(image, Guard.always(), (id, location) -> null);
        assertThat(members().list(image)).isEmpty();
        assertThat(members().find(image, "b")).isEmpty();
    }

    @Test
    default void sharingAddsChangesAndKeepsWhatIsNotSaid() {
        ImageId image = createQueued().id();
        members().add(image, "a", -1);
        members().setStatus(image, "a", MemberStatus.ACCEPTED);
        clock().advance(Duration.ofSeconds(1));
        members().share(image, List.of(new MemberGrant("a", true), new MemberGrant("b", null)), false, -1);
        assertThat(members().list(image))
                .extracting(ImageMember::member, ImageMember::status, ImageMember::canShare)
                .containsExactly(tuple("a", MemberStatus.ACCEPTED, true), tuple("b", MemberStatus.PENDING, false));
        members().share(image, List.of(new MemberGrant("a", null)), false, -1);
        assertThat(members().find(image, "a").map(ImageMember::canShare)).contains(true);
    }

    @Test
    default void sharingWithTheseAloneRemovesAllOthers() {
        ImageId image = createQueued().id();
        members().share(image, List.of(new MemberGrant("a", true), new MemberGrant("b", null)), false, -1);
        members().share(image, List.of(new MemberGrant("b", true), new MemberGrant("c", null)), true, 2);
        assertThat(members().list(image)).extracting(ImageMember::member).containsExactly("b", "c");
        members().share(image, List.of(), true, 0);
        assertThat(members().list(image)).isEmpty();
        members().share(image, List.of(new MemberGrant("a", null)), false, -1);
        assertThat(members().find(image, "a").map(ImageMember::canShare)).contains(false);
    }

    @Test
    default void quotaOfSharingChangesNothingWhenReached() {
        ImageId image = createQueued().id();
        members().add(image, "a", -1);
        assertThatThrownBy(() -> members().share(image, List.of(new MemberGrant("a", true)), false, 1))
                .isInstanceOf(LimitExceeded.class);
        List<MemberGrant> two = List.of(new MemberGrant("b", null), new MemberGrant("c", null));
        assertThatThrownBy(() -> members().share(image, two, true, 1)).isInstanceOf(LimitExceeded.class);
        assertThat(members().list(image))
                .extracting(ImageMember::member, ImageMember::canShare)
                .containsExactly(tuple("a", false));
        assertThatThrownBy(() -> members().share(new ImageId("absent"), two, true, -1))
                .isInstanceOf(NotFound.class);
    }

    @Test
    default void membershipsOfAProjectAreThoseOfLiveImages() {
        ImageId first = createQueued().id();
        ImageId second = createQueued().id();
        ImageId gone = createQueued().id();
        for (ImageId image : List.of(first, second, gone)) {
            members().add(image, "b", -1);
        }
        members().add(first, "B", -1);
        registry().images().delete(gone, Guard.always(), (id, location) -> null);
        List<ImageId> both = Stream.of(first, second)
                .sorted(Comparator.comparing(ImageId::value))
                .toList();
        assertThat(members().of("b", null, 10)).extracting(ImageMember::image).isEqualTo(both);
        assertThat(members().of("b", stored(first).owner(), 1))
                .extracting(ImageMember::image)
                .containsExactly(both.getFirst());
        assertThat(members().of("b", "nobody", 10)).isEmpty();
        members().remove(first, "b");
        assertThat(members().of("b", null, 10)).extracting(ImageMember::image).containsExactly(second);
    }

    private MemberRepository members() {
        return registry().members();
    }
}
