package glance.api.registry;

import static glance.api.registry.TestRegistry.ADMIN;
import static glance.api.registry.TestRegistry.BLUE;
import static glance.api.registry.TestRegistry.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.registry.sql.SqlRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Upstream's commands about tasks. */
class TaskRpcTest {
    private static final String EXCEPTION = "glance.common.exception.";

    private final SqlRegistry database;
    private final TestRegistry registry;

    TaskRpcTest(@TempDir Path directory) {
        database = TestRegistry.database(directory);
        registry = new TestRegistry(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private JsonNode create(String id, String owner, String more) {
        JsonNode task = registry.command(
                ADMIN,
                "task_create",
                "{'values': {'id': '%s', 'type': 'import', 'status': 'pending', 'owner': '%s'%s}}"
                        .formatted(id, owner, more));
        assertThat(task.get("id").asString()).isEqualTo(id);
        return task;
    }

    private List<String> list(String arguments) {
        List<String> ids = new ArrayList<>();
        registry.command(ADMIN, "task_get_all", arguments)
                .forEach(task -> ids.add(task.get("id").asString()));
        return ids;
    }

    @Test
    void aTaskIsToldWholeAndListedWithoutWhatIsLong() {
        JsonNode made = create("one", "red", ", 'input': {'a': [1]}, 'message': 'm', 'image_id': 'i'");
        assertThat(made.get("input").toString()).isEqualTo("{\"a\":[1]}");
        assertThat(made.get("result").isNull()).isTrue();
        assertThat(made.get("message").asString()).isEqualTo("m");
        assertThat(made.get("deleted").asBoolean()).isFalse();
        assertThat(registry.command(RED, "task_get", "{'task_id': 'one'}")).isEqualTo(made);
        JsonNode listed = registry.command(RED, "task_get_all", "{}").get(0);
        assertThat(listed.propertyNames())
                .containsExactly(
                        "id",
                        "type",
                        "status",
                        "owner",
                        "image_id",
                        "request_id",
                        "user_id",
                        "expires_at",
                        "created_at",
                        "updated_at",
                        "deleted_at",
                        "deleted");
    }

    @Test
    void anUpdateTouchesWhatItNames() {
        create("one", "red", ", 'input': {'a': 1}");
        JsonNode changed = registry.command(
                ADMIN,
                "task_update",
                "{'task_id': 'one', 'values': {'status': 'success', 'result': {'image_id': 'i'},"
                        + " 'expires_at': {'_type': 'datetime', '_value': '2014-05-07T17:15:11.000000'}}}");
        assertThat(changed.get("status").asString()).isEqualTo("success");
        assertThat(changed.get("result").get("image_id").asString()).isEqualTo("i");
        assertThat(changed.get("input").get("a").asInt()).isEqualTo(1);
        assertThat(changed.get("expires_at").get("_value").asString()).isEqualTo("2014-05-07T17:15:11.000000");
    }

    @Test
    void listsAreFilteredSortedAndPaged() {
        create("one", "red", ", 'expires_at': '2014-06-01T00:00:00'");
        create("two", "blue", "");
        create("three", "red", ", 'expires_at': '2014-07-01T00:00:00'");
        assertThat(list("{'filters': {'owner': 'red'}, 'sort_key': 'id', 'sort_dir': 'asc'}"))
                .containsExactly("one", "three");
        assertThat(list("{'sort_key': 'expires_at'}")).containsExactly("three", "one", "two");
        for (String order : List.of("asc", "desc")) {
            String sorted = "'sort_key': 'expires_at', 'sort_dir': '%s'".formatted(order);
            List<String> whole = list("{" + sorted + "}");
            assertThat(whole).hasSize(3);
            for (int i = 0; i < 3; i++) {
                assertThat(list("{" + sorted + ", 'marker': '" + whole.get(i) + "'}"))
                        .isEqualTo(whole.subList(i + 1, 3));
            }
        }
        assertThat(list("{'limit': 1, 'sort_key': 'id'}")).containsExactly("two");
        assertThat(registry.command(BLUE, "task_get_all", "{}").size()).isEqualTo(1);
    }

    @Test
    void whatIsDeletedIsForAdministratorsAndThoseWhoAskForIt() {
        create("one", "red", "");
        JsonNode deleted = registry.command(RED, "task_delete", "{'task_id': 'one'}");
        assertThat(deleted.get("deleted").asBoolean()).isTrue();
        assertThat(deleted.get("deleted_at").get("_value").asString()).isEqualTo("2014-05-05T17:15:11.000000");
        assertThat(registry.error(RED, "task_get", "{'task_id': 'one'}")).isEqualTo(EXCEPTION + "TaskNotFound");
        assertThat(registry.error(RED, "task_get", "{'task_id': 'one', 'force_show_deleted': true}"))
                .isEmpty();
        assertThat(registry.error(ADMIN, "task_get", "{'task_id': 'one'}")).isEmpty();
        assertThat(list("{}")).isEmpty();
        assertThat(list("{'filters': {'deleted': true}}")).containsExactly("one");
    }

    @Test
    void whoseTimeIsOverGoesWithTheNextListOfItsProject() {
        create("over", "red", ", 'expires_at': '2014-05-05T17:15:10'");
        create("others", "blue", ", 'expires_at': '2014-05-05T17:15:10'");
        assertThat(registry.command(RED, "task_get_all", "{}")).isEmpty();
        assertThat(list("{}")).containsExactly("others");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "task_get | {'task_id': 'none'} | TaskNotFound",
                "task_get | {'task_id': 'reds'} | Forbidden",
                "task_update | {'task_id': 'reds', 'values': {}} | Forbidden",
                "task_delete | {'task_id': 'reds'} | Forbidden",
                "task_update | {'task_id': 'blues', 'values': {'owner': 'red'}} | Forbidden",
                "task_update | {'task_id': 'blues', 'values': {'status': 'ready'}} | Invalid",
                "task_create | {'values': {'type': 'import', 'status': 'pending', 'owner': 'red'}} | Forbidden",
                "task_create | {'values': {'id': 'blues', 'type': 'import', 'status': 'pending', 'owner': 'blue'}} | Duplicate",
                "task_create | {'values': {'status': 'pending', 'owner': 'blue'}} | Invalid",
                "task_create | {'values': {'type': 'a type that has more than thirty letters', 'status': 'pending', 'owner': 'blue'}} | Invalid",
                "task_get_all | {'sort_key': 'colour'} | InvalidSortKey",
                "task_get_all | {'filters': {'colour': 'red'}} | Invalid",
                "task_get_all | {'marker': 'none'} | TaskNotFound",
            })
    void errorsHaveUpstreamsClasses(String command, String arguments, String error) {
        create("reds", "red", "");
        create("blues", "blue", "");
        assertThat(registry.error(BLUE, command, arguments)).isEqualTo(EXCEPTION + error);
    }
}
