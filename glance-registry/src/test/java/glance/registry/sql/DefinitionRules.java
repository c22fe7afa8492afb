package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException;
import glance.image.Scope;
import glance.metadef.Association;
import glance.metadef.AssociationValues;
import glance.metadef.Definition;
import glance.metadef.Definition.Kind;
import glance.metadef.DefinitionQuery;
import glance.metadef.DefinitionRepository;
import glance.metadef.DefinitionValues;
import glance.metadef.MetadefOrder;
import glance.metadef.MetadefRepository;
import glance.metadef.Namespace;
import glance.metadef.NamespaceContent;
import glance.metadef.NamespaceQuery;
import glance.metadef.NamespaceRepository;
import glance.metadef.NamespaceValues;
import glance.metadef.ResourceType;
import glance.metadef.ResourceTypeRepository;
import glance.task.Task;
import glance.task.TaskQuery;
import glance.task.TaskStatus;
import glance.task.TaskValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the ports to metadata definitions and tasks promise, on every database. */
interface DefinitionRules {
    SqlRegistry registry();

    default MetadefRepository metadefs() {
        return registry().metadefs();
    }

    private NamespaceRepository namespaces() {
        return metadefs().namespaces();
    }

    private DefinitionRepository definitions() {
        return metadefs().definitions();
    }

    private Namespace namespace(String name, @Nullable String displayName, String visibility, String owner) {
        return namespaces()
                .create(new NamespaceValues(name, displayName, null, visibility, false, owner), NamespaceContent.NONE);
    }

    private List<String> names(Scope scope, String key, boolean ascending, @Nullable String marker) {
        return namespaces()
                .list(new NamespaceQuery(scope, null, null, marker, 100, new MetadefOrder(key, ascending)))
                .stream()
                .map(Namespace::name)
                .toList();
    }

    @Test
    default void pagesOfNamespacesFollowEachOtherByEveryKey() {
        namespace("b", null, "public", "red");
        namespace("a", "x", "private", "red");
        namespace("d", null, "private", "red");
        namespace("c", "y", "public", "blue");
        for (String key : NamespaceQuery.KEYS) {
            for (boolean ascending : new boolean[] {true, false}) {
                List<String> whole = names(Scope.EVERYTHING, key, ascending, null);
                assertThat(whole).hasSize(4);
                for (int i = 0; i < whole.size(); i++) {
                    assertThat(names(Scope.EVERYTHING, key, ascending, whole.get(i)))
                            .as("%s %s after %s", key, ascending, whole.get(i))
                            .isEqualTo(whole.subList(i + 1, whole.size()));
                }
            }
        }
        assertThat(names(Scope.EVERYTHING, "display_name", true, null)).containsExactly("b", "d", "a", "c");
        assertThat(names(new Scope(false, "blue"), "namespace", true, null)).containsExactly("b", "c");
        assertThat(names(new Scope(false, "RED"), "namespace", true, null)).containsExactly("b", "c");
        assertThat(names(new Scope(false, null), "namespace", true, null)).containsExactly("b", "c");
        assertThatThrownBy(() -> names(new Scope(false, "blue"), "namespace", true, "a"))
                .isInstanceOf(GlanceException.NotFound.class);
    }

    @Test
    default void namesAreFoundAsTheyAreSpelt() {
        Namespace made = namespace("Name", null, "public", "red");
        assertThat(namespaces().find("Name")).contains(made);
        assertThat(namespaces().find(made.id())).contains(made);
        assertThat(namespaces().find("name")).isEmpty();
        assertThat(namespaces().find("Name ")).isEmpty();
        assertThat(namespaces().find("\0")).isEmpty();
        assertThatThrownBy(() -> namespace("Name", null, "public", "blue"))
                .isInstanceOf(GlanceException.Conflict.class);
    }

    @Test
    default void aNamespaceIsMadeWholeOrNotAtAll() {
        NamespaceValues values = new NamespaceValues("n", null, "d", "private", true, "red");
        NamespaceContent twice = new NamespaceContent(
                List.of(new AssociationValues("OS::Thing", "p_", null)),
                Map.of(Kind.TAG, List.of(DefinitionValues.tag("t"), DefinitionValues.tag("t"))));
        assertThatThrownBy(() -> namespaces().create(values, twice)).isInstanceOf(GlanceException.Conflict.class);
        assertThat(namespaces().find("n")).isEmpty();
        assertThat(metadefs().resourceTypes().list()).isEmpty();

        Namespace made = namespaces()
                .create(
                        values,
                        new NamespaceContent(
                                List.of(new AssociationValues("OS::Thing", "p_", null)),
                                Map.of(
                                        Kind.TAG,
                                        List.of(DefinitionValues.tag("t")),
                                        Kind.OBJECT,
                                        List.of(new DefinitionValues("o", "d", List.of("a", "b"), "{}")),
                                        Kind.PROPERTY,
                                        List.of(DefinitionValues.property("p", "{\"title\":\"t\"}")))));
        Definition object = definitions().find(made.id(), Kind.OBJECT, "o").orElseThrow();
        assertThat(object.values().required()).containsExactly("a", "b");
        assertThat(definitions()
                        .find(made.id(), Kind.PROPERTY, "p")
                        .orElseThrow()
                        .values()
                        .schema())
                .isEqualTo("{\"title\":\"t\"}");
        assertThat(metadefs().resourceTypes().associations(made.id()))
                .extracting(each -> each.values().prefix())
                .containsExactly("p_");
        assertThat(metadefs().resourceTypes().associations(Set.of(made.id(), made.id() + 1)))
                .containsOnly(Map.entry(made.id(), metadefs().resourceTypes().associations(made.id())));
        assertThat(metadefs().resourceTypes().associations(Set.of())).isEmpty();
        assertThat(namespaces().delete(made.id())).isTrue();
        assertThat(namespaces().delete(made.id())).isFalse();
        assertThat(definitions().count(made.id(), Kind.OBJECT)).isZero();
        assertThatThrownBy(() -> definitions().create(made.id(), Kind.TAG, List.of(DefinitionValues.tag("t"))))
                .isInstanceOf(GlanceException.NotFound.class);
    }

    @Test
    default void resourceTypesAreMadeAndUsed() {
        ResourceTypeRepository types = metadefs().resourceTypes();
        long id = namespace("n", null, "public", "red").id();
        ResourceType made = types.create("OS::A", true);
        assertThat(types.find("OS::A")).contains(made);
        assertThat(made.updatedAt()).isEqualTo(made.createdAt());
        assertThatThrownBy(() -> types.create("OS::A", false)).isInstanceOf(GlanceException.Conflict.class);
        Association association = types.associate(id, new AssociationValues("OS::A", null, "image"));
        assertThat(types.findAssociation(id, "OS::A")).contains(association);
        assertThatThrownBy(() -> types.associate(id, new AssociationValues("OS::A", "x", null)))
                .isInstanceOf(GlanceException.Conflict.class);
        assertThatThrownBy(() -> types.delete(made.id())).isInstanceOf(GlanceException.Conflict.class);
        assertThat(types.dissociate(id, "OS::A")).isTrue();
        assertThat(types.dissociate(id, "OS::A")).isFalse();
        // Another type, or the same one, as the engine's unique keys have it.
        assertThat(types.associate(id, new AssociationValues("os::a", null, null))
                        .values()
                        .resourceType())
                .isEqualToIgnoringCase("OS::A");
        assertThat(types.associations(id)).hasSize(1);
        assertThat(namespaces().delete(id)).isTrue();
        types.list().forEach(each -> assertThat(types.delete(each.id())).isTrue());
        assertThat(types.list()).isEmpty();
    }

    @Test
    default void tagsAreReplacedTogetherAndPaged() {
        long id = namespace("n", null, "public", "red").id();
        definitions().create(id, Kind.TAG, List.of(DefinitionValues.tag("old")));
        List<DefinitionValues> twice = List.of(DefinitionValues.tag("a"), DefinitionValues.tag("a"));
        assertThatThrownBy(() -> definitions().replaceAll(id, Kind.TAG, twice))
                .isInstanceOf(GlanceException.Conflict.class);
        assertThat(definitions().list(DefinitionQuery.all(id, Kind.TAG)))
                .extracting(Definition::name)
                .containsExactly("old");
        definitions().replaceAll(id, Kind.TAG, List.of(DefinitionValues.tag("a"), DefinitionValues.tag("b")));
        assertThat(definitions().list(new DefinitionQuery(id, Kind.TAG, "b", 5, MetadefOrder.NEWEST_FIRST)))
                .extracting(Definition::name)
                .containsExactly("a");
        Definition tag = definitions().find(id, Kind.TAG, "a").orElseThrow();
        assertThatThrownBy(() -> definitions().update(id, Kind.TAG, tag.id(), DefinitionValues.tag("b")))
                .isInstanceOf(GlanceException.Conflict.class);
        assertThat(definitions()
                        .update(id, Kind.TAG, tag.id(), DefinitionValues.tag("c"))
                        .updatedAt())
                .isNotNull();
        assertThat(definitions().delete(id, Kind.TAG, tag.id())).isTrue();
        assertThat(definitions().deleteAll(id, Kind.TAG)).isOne();
    }

    private static TaskValues task(String owner, TaskStatus status, @Nullable String message) {
        return new TaskValues("import", status, owner, null, "{\"a\":1}", null, message, "i", null, null);
    }

    @Test
    default void whatNoDatabaseHoldsIsNotFoundAndNotRecorded() {
        long id = namespace("n", null, "public", "red").id();
        for (String name : List.of("\0", "\ud83d\ude00", "\ud800")) {
            assertThat(namespaces().find(name)).isEmpty();
            assertThat(definitions().find(id, Kind.TAG, name)).isEmpty();
            assertThat(metadefs().resourceTypes().find(name)).isEmpty();
            assertThat(metadefs().resourceTypes().dissociate(id, name)).isFalse();
            assertThat(namespaces()
                            .list(new NamespaceQuery(
                                    Scope.EVERYTHING, null, List.of(name), null, 5, MetadefOrder.NEWEST_FIRST)))
                    .isEmpty();
            assertThatThrownBy(() -> names(Scope.EVERYTHING, "id", true, name))
                    .isInstanceOf(GlanceException.NotFound.class);
            assertThatThrownBy(() ->
                            definitions().list(new DefinitionQuery(id, Kind.TAG, name, 5, MetadefOrder.NEWEST_FIRST)))
                    .isInstanceOf(GlanceException.NotFound.class);
            assertThatThrownBy(() -> namespace(name, null, "public", "red"))
                    .isInstanceOf(GlanceException.InvalidRequest.class);
            assertThatThrownBy(() -> definitions().create(id, Kind.TAG, List.of(DefinitionValues.tag(name))))
                    .isInstanceOf(GlanceException.InvalidRequest.class);
            assertThatThrownBy(() -> definitions().replaceAll(id, Kind.TAG, List.of(DefinitionValues.tag(name))))
                    .isInstanceOf(GlanceException.InvalidRequest.class);
            assertThatThrownBy(() -> metadefs().resourceTypes().associate(id, new AssociationValues(name, null, null)))
                    .isInstanceOf(GlanceException.InvalidRequest.class);
        }
        assertThatThrownBy(() -> namespace("x".repeat(81), null, "public", "red"))
                .isInstanceOf(GlanceException.InvalidRequest.class);
    }

    @Test
    default void sizesCountTextsAndRows() {
        long id = namespace("n", null, "public", "red").id();
        definitions().create(id, Kind.PROPERTY, List.of(DefinitionValues.property("p", "x".repeat(50_000))));
        definitions().create(id, Kind.OBJECT, List.of(new DefinitionValues("o", null, List.of(), "{}")));
        definitions().create(id, Kind.TAG, List.of(DefinitionValues.tag("t")));
        assertThat(definitions().size(id, Kind.PROPERTY)).isBetween(50_001L, 51_000L);
        assertThat(definitions().size(id, Kind.OBJECT)).isBetween(1L, 1000L);
        assertThat(definitions().size(id, Kind.TAG)).isBetween(1L, 1000L);
        assertThat(definitions().size(id + 1, Kind.TAG)).isZero();
    }

    /** One makes the type, the others use it. */
    @Test
    default void namespacesMadeAtOnceShareANewResourceType() throws Exception {
        NamespaceContent content =
                new NamespaceContent(List.of(new AssociationValues("OS::New", null, null)), Map.of());
        atOnce(6, i -> namespaces().create(new NamespaceValues("n" + i, null, null, "public", false, "red"), content));
        assertThat(metadefs().resourceTypes().list()).hasSize(1);
        assertThat(names(Scope.EVERYTHING, "id", true, null)).hasSize(6);
    }

    @Test
    default void tagsReplacedAtOnceAreThoseOfOne() throws Exception {
        long id = namespace("n", null, "public", "red").id();
        atOnce(
                4,
                i -> definitions()
                        .replaceAll(
                                id,
                                Kind.TAG,
                                IntStream.range(0, 10)
                                        .mapToObj(k -> DefinitionValues.tag(i + "-" + k))
                                        .toList()));
        assertThat(definitions().count(id, Kind.TAG)).isEqualTo(10);
    }

    private static void atOnce(int threads, IntFunction<Object> work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        try (var pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Object>> running = IntStream.range(0, threads)
                    .mapToObj(i -> pool.submit(() -> {
                        start.await();
                        return work.apply(i);
                    }))
                    .toList();
            for (Future<Object> each : running) {
                assertThat(each.get()).isNotNull();
            }
        }
    }

    @Test
    default void pagesOfTasksFollowEachOtherByEveryKey() {
        registry().tasks().create("a", task("red", TaskStatus.PENDING, "m"));
        registry().tasks().create("b", task("blue", TaskStatus.SUCCESS, null));
        registry().tasks().create("c", task("red", TaskStatus.FAILURE, null));
        for (String key : TaskQuery.KEYS) {
            for (boolean ascending : new boolean[] {true, false}) {
                List<String> whole = ids(null, Map.of(), key, ascending, null);
                assertThat(whole).hasSize(3);
                for (int i = 0; i < whole.size(); i++) {
                    assertThat(ids(null, Map.of(), key, ascending, whole.get(i)))
                            .as("%s %s after %s", key, ascending, whole.get(i))
                            .isEqualTo(whole.subList(i + 1, whole.size()));
                }
            }
        }
        assertThat(ids("red", Map.of(), "id", true, null)).containsExactly("a", "c");
        assertThat(ids("RED", Map.of(), "id", true, null)).isEmpty();
        assertThat(ids(null, Map.of("status", "success", "type", "import"), "id", true, null))
                .containsExactly("b");
    }

    private List<String> ids(
            @Nullable String owner, Map<String, String> equal, String key, boolean ascending, @Nullable String marker) {
        List<String> ids = new ArrayList<>();
        for (Task task : registry().tasks().list(new TaskQuery(owner, equal, false, marker, 100, key, ascending))) {
            assertThat(task.values().input()).isNull();
            ids.add(task.id());
        }
        return ids;
    }

    @Test
    default void aTaskKeepsItsLongTextsAndIsDeletedOnce() {
        Task made = registry().tasks().create("a", task("red", TaskStatus.PENDING, "m"));
        assertThat(registry().tasks().find("a")).contains(made);
        assertThat(made.values().input()).isEqualTo("{\"a\":1}");
        assertThatThrownBy(() -> registry().tasks().create("a", task("red", TaskStatus.PENDING, null)))
                .isInstanceOf(GlanceException.Conflict.class);
        Task changed = registry().tasks().update("a", task("red", TaskStatus.SUCCESS, null));
        assertThat(changed.values().status()).isEqualTo(TaskStatus.SUCCESS);
        assertThat(changed.values().message()).isNull();
        assertThat(registry().tasks().delete("a").deletedAt()).isNotNull();
        assertThat(registry().tasks().find("a"))
                .get()
                .extracting(Task::deletedAt)
                .isNotNull();
        assertThatThrownBy(() -> registry().tasks().delete("a")).isInstanceOf(GlanceException.NotFound.class);
        assertThatThrownBy(() -> registry().tasks().update("a", task("red", TaskStatus.SUCCESS, null)))
                .isInstanceOf(GlanceException.NotFound.class);
    }
}
