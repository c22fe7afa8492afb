package glance.testkit.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException;
import glance.error.GlanceException.Conflict;
import glance.error.GlanceException.NotFound;
import glance.image.Attribute;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.MemberStatus;
import glance.image.Scope;
import glance.image.Visibility;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Promises about text: it is told apart exactly, by case, accent and trailing blank, whatever the database's collation
 * takes for equal; and what no database can hold matches nothing.
 */
public interface TextContract extends RegistryFixture {
    /** Alike to the collations of upstream's MySQL columns. */
    List<String> ALIKE = List.of("text", "TEXT", "t\u00e9xt", "text ");

    /** NUL, a character above U+FFFF, half of one. */
    List<String> UNSTORABLE = List.of("a\0b", "\ud83d\ude00", "\ud83d");

    @Test
    default void idsAreComparedExactly() {
        ImageId lower = new ImageId("abcdef");
        Image image = registry().images().create(Samples.queued(lower, clock().instant()));
        for (String other : List.of("ABCDEF", "abcdef ", "abcd\u00e9f")) {
            assertThatThrownBy(() -> stored(new ImageId(other))).isInstanceOf(NotFound.class);
            assertThatThrownBy(() ->
                            update(new ImageId(other), ImageChange.builder().addTag("t")))
                    .isInstanceOf(NotFound.class);
            assertThat(listed(new Filter.OneOf(Attribute.ID, List.of(other)))).isEmpty();
        }
        assertThat(stored(lower)).isEqualTo(image);
    }

    @Test
    default void idThatOnlyLooksTakenIsKeptOrRefused() {
        createWith("abcdef");
        try {
            createWith("ABCDEF");
            assertThat(textOrder().compare("abcdef", "ABCDEF")).isNotZero();
            assertThat(stored(new ImageId("ABCDEF")).id().value()).isEqualTo("ABCDEF");
        } catch (Conflict refused) {
            assertThat(textOrder().compare("abcdef", "ABCDEF")).isZero();
        }
        assertThat(stored(new ImageId("abcdef")).id().value()).isEqualTo("abcdef");
    }

    @Test
    default void filtersTellTextsApart() {
        for (String text : ALIKE) {
            Image image = registry()
                    .images()
                    .create(Samples.image(Samples.id(), clock().instant(), text, text, Visibility.PUBLIC));
            update(image.id(), ImageChange.builder().addTag(text).setProperty("p", text));
        }
        for (String text : ALIKE) {
            for (Filter filter : List.of(
                    new Filter.OneOf(Attribute.NAME, List.of(text)),
                    new Filter.OneOf(Attribute.NAME, List.of(text, "other")),
                    new Filter.OneOf(Attribute.OWNER, List.of(text)),
                    new Filter.Tag(text),
                    new Filter.Property("p", text))) {
                assertThat(listed(filter))
                        .as("%s", filter)
                        .extracting(Image::name)
                        .containsExactly(text);
            }
            assertThat(registry().images().usage(text).count()).isEqualTo(1);
        }
        assertThat(listed(new Filter.Property("P", "text"))).isEmpty();
    }

    @Test
    default void longValuesAreComparedToTheirEnd() {
        String start = "x".repeat(3000);
        for (String end : List.of("1", "2")) {
            update(createQueued().id(), ImageChange.builder().setProperty("long", start + end));
        }
        assertThat(listed(new Filter.Property("long", start + "1"))).hasSize(1);
        assertThat(listed(new Filter.Property("long", start))).isEmpty();
        assertThat(listed(new Filter.Property("long", start + "3"))).isEmpty();
    }

    @Test
    default void projectsAreToldApart() {
        Image shared = createQueued();
        Image own = registry()
                .images()
                .create(Samples.image(Samples.id(), clock().instant(), "own", "Owner", Visibility.PRIVATE));
        registry().members().add(shared.id(), "member", -1);
        registry().members().setStatus(shared.id(), "member", MemberStatus.ACCEPTED);
        registry().members().add(shared.id(), "Member", -1);

        assertThat(listed(new Scope(false, "member"))).containsExactly(stored(shared.id()));
        assertThat(listed(new Scope(false, "Member"))).isEmpty();
        assertThat(listed(new Scope(false, "member "))).isEmpty();
        assertThat(listed(new Scope(false, "Owner"))).containsExactly(own);
        assertThat(listed(new Scope(false, "owner"))).isEmpty();
        assertThatThrownBy(() -> registry().images().get(own.id(), new Scope(false, "owner")))
                .isInstanceOf(NotFound.class);
        registry().members().remove(shared.id(), "Member");
        assertThat(registry().members().find(shared.id(), "member")).isPresent();
        assertThat(registry().members().find(shared.id(), "MEMBER")).isEmpty();
    }

    @Test
    default void oneTagIsRemovedAndNotThoseLikeIt() {
        ImageId id = createQueued().id();
        ALIKE.forEach(tag -> update(id, ImageChange.builder().addTag(tag)));
        update(id, ImageChange.builder().removeTag("TEXT"));
        assertThat(stored(id).tags()).containsExactly("text", "t\u00e9xt", "text ");
    }

    @Test
    default void propertyNamesThatOnlyLookAlikeAreKeptOrRefusedWhole() {
        ImageId id = createQueued().id();
        Image before = update(id, ImageChange.builder().setProperty("name", "1"));
        try {
            Image after = update(id, ImageChange.builder().setProperty("Name", "2"));
            assertThat(after.properties()).containsExactly(Map.entry("name", "1"), Map.entry("Name", "2"));
            assertThat(textOrder().compare("name", "Name")).isNotZero();
        } catch (Conflict refused) {
            assertThat(stored(id)).isEqualTo(before);
            assertThat(textOrder().compare("name", "Name")).isZero();
        }
    }

    @Test
    default void propertyMayChangeTheCaseOfItsName() {
        ImageId id = createQueued().id();
        update(id, ImageChange.builder().setProperty("name", "1"));
        update(id, ImageChange.builder().removeProperty("name").setProperty("Name", "2"));
        assertThat(stored(id).properties()).containsExactly(Map.entry("Name", "2"));
    }

    @Test
    default void textThatNoDatabaseHoldsMatchesNothing() {
        createQueued();
        for (String text : UNSTORABLE) {
            for (Filter filter : List.of(
                    new Filter.OneOf(Attribute.NAME, List.of(text)),
                    new Filter.OneOf(Attribute.ID, List.of(text)),
                    new Filter.Tag(text),
                    new Filter.Property(text, "x"),
                    new Filter.Property("x", text))) {
                assertThat(listed(filter)).as("%s", filter).isEmpty();
            }
            assertThat(listed(new Filter.OneOf(Attribute.NAME, List.of(text, "sample"))))
                    .hasSize(1);
            assertThatThrownBy(() -> stored(new ImageId(text))).isInstanceOf(NotFound.class);
            assertThatThrownBy(() -> registry().images().list(after(text), Scope.EVERYTHING))
                    .isInstanceOf(GlanceException.InvalidRequest.class);
            ImageId image = createQueued().id();
            assertThat(registry().members().find(image, text)).isEmpty();
            assertThatThrownBy(() -> registry().members().remove(image, text)).isInstanceOf(NotFound.class);
            registry().images().delete(image, Guard.always(), (id, location) -> null);
        }
    }

    private void createWith(String id) {
        registry().images().create(Samples.queued(new ImageId(id), clock().instant()));
    }

    private Image update(ImageId id, ImageChange.Builder change) {
        return registry().images().update(id, change.build(), Guard.always());
    }

    private List<Image> listed(Filter filter) {
        return listed(List.of(filter), Scope.EVERYTHING);
    }

    private List<Image> listed(Scope scope) {
        return listed(List.of(), scope);
    }

    private List<Image> listed(List<Filter> filters, Scope scope) {
        return registry().images().list(query(filters, null), scope).items();
    }

    private static ImageQuery after(String marker) {
        return query(List.of(), new ImageId(marker));
    }

    private static ImageQuery query(List<Filter> filters, @Nullable ImageId marker) {
        return new ImageQuery(
                filters,
                new VisibilityFilter.Default(),
                MemberStatus.ACCEPTED,
                false,
                ImageQuery.NEWEST_FIRST,
                marker,
                100);
    }
}
