package glance.testkit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.fault.FailPoints;
import glance.image.Attribute;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageAccess;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.Images;
import glance.image.MemberStatus;
import glance.image.Members;
import glance.image.Scope;
import glance.image.StoreReaders;
import glance.image.Visibility;
import glance.image.Worker;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.RulePolicy;
import glance.quota.Quotas;
import glance.store.StoreId;
import glance.store.Stores;
import glance.testkit.auth.AuthorisationTable.Asked;
import glance.testkit.auth.AuthorisationTable.Expected;
import glance.testkit.auth.AuthorisationTable.Listed;
import glance.testkit.auth.AuthorisationTable.Person;
import glance.testkit.auth.AuthorisationTable.Situation;
import glance.testkit.registry.MemoryRegistry;
import glance.testkit.registry.Samples;
import glance.testkit.store.MemoryStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The built-in rules and the use cases' checks, cell by cell of the contract's tables. */
class AuthorisationTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Quotas QUOTAS = new Quotas(Long.MAX_VALUE, 0, 128, 128, 128, 10);

    private final Policy policy = RulePolicy.builtIn();
    private final MemoryRegistry registry = new MemoryRegistry();
    private final ImageAccess access = new ImageAccess(registry.images(), policy);
    private final Stores stores = Stores.of(new MemoryStore(new StoreId("memory")));
    private final Images.Rules rules = new Images.Rules(policy, QUOTAS);
    private final Members members = new Members(registry, access, rules, new StoreReaders(registry, stores));
    private final Images images = new Images(
            registry,
            stores,
            rules,
            new Images.Environment(InstantSource.fixed(NOW), () -> "unused", new Worker("test", FailPoints.INERT)));

    private ImageId imageOf(@Nullable String owner, Situation situation, boolean hidden) {
        ImageId id = Samples.id();
        registry.images().create(Samples.image(id, NOW, "n", owner, situation.visibility()));
        registry.images()
                .update(
                        id,
                        ImageChange.builder().set(Attribute.OS_HIDDEN, hidden).build(),
                        Guard.always());
        situation.membershipOfB().ifPresent(status -> {
            registry.members().add(id, "b", -1);
            registry.members().setStatus(id, "b", status);
        });
        return id;
    }

    static List<Expected> calls() {
        return AuthorisationTable.calls();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void calls(Expected expected) {
        ImageId id = imageOf("a", expected.image(), false);
        Caller caller = expected.caller().caller();
        switch (expected.call()) {
            case SHOW, TASKS -> assertAnswer(expected, () -> access.require(caller, id, Action.GET_IMAGE));
            case FILE -> assertAnswer(expected, () -> access.require(caller, id, Action.DOWNLOAD_IMAGE));
            case MODIFY -> {
                assertAnswer(expected, () -> access.require(caller, id, Action.MODIFY_IMAGE));
                assertAnswer(expected, () -> access.require(caller, id, Action.UPLOAD_IMAGE));
                assertAnswer(expected, () -> access.require(caller, id, Action.DELETE_IMAGE));
            }
            case ACTIVATION -> {
                assertAnswer(expected, () -> access.require(caller, id, Action.DEACTIVATE));
                assertAnswer(expected, () -> access.require(caller, id, Action.REACTIVATE));
            }
            case MEMBERS -> assertAnswer(expected, () -> members.list(caller, id));
            case ADD_MEMBER -> assertAnswer(expected, () -> members.add(caller, id, "c"));
            case LOCATIONS -> assertAnswer(expected, () -> images.locations(caller, id));
        }
    }

    private static void assertAnswer(Expected expected, Runnable call) {
        int answer;
        try {
            call.run();
            answer = expected.status() < 300 ? expected.status() : 200;
        } catch (GlanceException.NotFound e) {
            answer = 404;
        } catch (GlanceException.Forbidden e) {
            answer = 403;
        }
        assertThat(answer).as(expected.toString()).isEqualTo(expected.status());
    }

    static List<Listed> lists() {
        return AuthorisationTable.lists();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void lists(Listed expected) {
        Caller caller = expected.caller().caller();
        if (caller.projectId() == null) {
            // get_images compares projects: without one the registry's answer is all there is to look at.
            ImageId id = imageOf("a", expected.image(), false);
            List<ImageId> reached =
                    registry
                            .images()
                            .list(query(expected, MemberStatus.ACCEPTED, false), Scope.of(caller))
                            .items()
                            .stream()
                            .map(Image::id)
                            .toList();
            assertThat(reached.contains(id)).isEqualTo(expected.listed());
            return;
        }
        ImageId shown = imageOf("a", expected.image(), false);
        ImageId hidden = imageOf("a", expected.image(), true);
        assertThat(ids(caller, query(expected, MemberStatus.ACCEPTED, false)).contains(shown))
                .isEqualTo(expected.listed());
        assertThat(ids(caller, query(expected, MemberStatus.ACCEPTED, true)).contains(hidden))
                .isEqualTo(expected.listed());
        assertThat(ids(caller, query(expected, MemberStatus.ACCEPTED, false))).doesNotContain(hidden);
    }

    private List<ImageId> ids(Caller caller, ImageQuery query) {
        return images.list(caller, query).items().stream().map(Image::id).toList();
    }

    private static ImageQuery query(Listed expected, @Nullable MemberStatus memberStatus, boolean hidden) {
        VisibilityFilter filter = switch (expected.asked()) {
            case DEFAULT -> new VisibilityFilter.Default();
            case ALL -> new VisibilityFilter.All();
            case OWN -> new VisibilityFilter.Only(expected.image().visibility());
        };
        return new ImageQuery(List.of(), filter, memberStatus, hidden, ImageQuery.NEWEST_FIRST, null, 100);
    }

    @Test
    void membershipsOfOtherStatesAppearWhenAskedFor() {
        for (MemberStatus status : MemberStatus.values()) {
            Situation situation = new Situation(Visibility.SHARED, Optional.of(status));
            ImageId id = imageOf("a", situation, false);
            Listed asked = new Listed(situation, Person.B_READER, Asked.DEFAULT, true);
            assertThat(ids(Person.B_READER.caller(), query(asked, status, false)))
                    .contains(id);
            assertThat(ids(Person.B_READER.caller(), query(asked, null, false))).contains(id);
        }
    }

    @Test
    void listsNeedTheReaderRole() {
        for (Person person : new Person[] {Person.NOROLE, Person.SERVICE}) {
            assertThatThrownBy(() -> images.list(person.caller(), ImageQuery.firstPage(10)))
                    .isInstanceOf(GlanceException.Forbidden.class);
        }
    }
}
