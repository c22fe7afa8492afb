package glance.testkit.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException.Conflict;
import glance.error.GlanceException.LimitExceeded;
import glance.error.GlanceException.NotFound;
import glance.image.Guard;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberRepository;
import glance.image.MemberStatus;
import java.time.Duration;
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

    private MemberRepository members() {
        return registry().members();
    }
}
