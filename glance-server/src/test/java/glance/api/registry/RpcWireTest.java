package glance.api.registry;

import static glance.api.registry.TestRegistry.ADMIN;
import static glance.api.registry.TestRegistry.BLUE;
import static glance.api.registry.TestRegistry.RED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code POST /rpc} as API servers of upstream speak it. */
class RpcWireTest {
    private static final String ONE = "71c675ab-d94f-49cd-a114-e12490b328d9";
    private static final String TWO = "82d786bc-d94f-49cd-a114-e12490b328d9";
    private static final String EXCEPTION = "glance.common.exception.";

    private final TestRegistry registry = new TestRegistry();

    private JsonNode create(String id, String owner, String more) {
        return registry.command(
                ADMIN,
                "image_create",
                "{'values': {'id': '%s', 'status': 'queued', 'owner': '%s', 'name': 'n'%s}}"
                        .formatted(id, owner, more));
    }

    private static String image(String id) {
        return "{'image_id': '" + id + "'}";
    }

    @Test
    void anImageIsDescribedForReadersOfEveryRelease() {
        JsonNode created = create(ONE, "red", ", 'visibility': 'public', 'properties': {'os': 'linux'}, 'min_ram': 64");
        assertThat(created.get("is_public").asBoolean()).isTrue();
        assertThat(created.get("visibility").asString()).isEqualTo("public");
        assertThat(created.get("size").isNull()).isTrue();
        assertThat(created.get("min_ram").asInt()).isEqualTo(64);
        assertThat(created.get("deleted").asBoolean()).isFalse();
        assertThat(created.get("created_at").toString())
                .isEqualToIgnoringWhitespace("{\"_type\":\"datetime\",\"_value\":\"2014-05-05T17:15:11.000000\"}");
        assertThat(created.get("properties").get(0).get("name").asString()).isEqualTo("os");
        assertThat(created.get("properties").get(0).get("value").asString()).isEqualTo("linux");
        assertThat(created.has("tags")).isFalse();
        assertThat(registry.command(RED, "image_get", image(ONE))).isEqualTo(created);
    }

    @Test
    void ofABatchTheOthersRunWhenOneFails() {
        create(ONE, "red", "");
        JsonNode results = registry.rpc(ADMIN, """
                [{"command": "image_get", "kwargs": {"image_id": "%1$s"}},
                 {"command": "image_get", "kwargs": {"image_id": "%2$s"}},
                 {"command": "image_tag_get_all", "kwargs": {"image_id": "%1$s"}}]""".formatted(ONE, TWO)).json();
        assertThat(results.size()).isEqualTo(3);
        assertThat(results.get(0).get("id").asString()).isEqualTo(ONE);
        assertThat(results.get(1).path("_error").path("cls").asString()).isEqualTo(EXCEPTION + "NotFound");
        assertThat(results.get(2).toString()).isEqualTo("[]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | 400",
                "`` | 400",
                "[ | 400",
                "[1] | 400",
                "[{\"kwargs\": {}}] | 400",
                "[{\"command\": 5}] | 400",
                "[{\"command\": \"image_get\", \"kwargs\": []}] | 400",
                "[{\"command\": \"image_got\"}] | 404",
                "[{\"command\": \"_image_get\"}] | 404",
                "[{\"command\": \"image_get_all\"}, {\"command\": \"get_session\"}] | 404",
                "[] | 200",
                "[{\"command\": \"image_get_all\"}] | 200",
            })
    void whatIsNoBatchIsRefusedAsAWhole(String body, int status) {
        assertThat(registry.rpc(ADMIN, body).status()).isEqualTo(status);
    }

    @Test
    void onlyPostIsThere() {
        assertThat(registry.get(ADMIN, "/rpc").status()).isEqualTo(404);
    }

    @Test
    void upstreamsCommandsCanBeSwitchedOffAlone() {
        TestRegistry off = new TestRegistry(new RegistryConfig(true, false, 1000, 25));
        assertThat(off.rpc(ADMIN, "[{\"command\": \"image_get_all\"}]").status())
                .isEqualTo(404);
        assertThat(off.command(ADMIN, "glancejvm_CheckHealth", "{}").get("up").asBoolean())
                .isTrue();
    }

    @Test
    void aCommandOfTheServicesIsNotForUsers() {
        String health = "[{\"command\": \"glancejvm_CheckHealth\", \"kwargs\": {}}]";
        assertThat(registry.rpc(RED, health).status()).isEqualTo(403);
        assertThat(registry.rpc(ADMIN, health).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image_get | {'image_id': 'ID', 'colour': 'red'} | builtins.TypeError",
                "image_get | {} | builtins.TypeError",
                "image_get | {'image_id': 'ID', 'session': null} | ''",
                "image_get | {'image_id': 5} | glance.common.exception.Invalid",
                "image_get_all | {'sort_key': ['colour']} | glance.common.exception.InvalidSortKey",
                "image_get_all | {'sort_key': 'name', 'sort_dir': 'up'} | glance.common.exception.Invalid",
                "image_get_all | {'limit': -1} | glance.common.exception.Invalid",
                "image_get_all | {'marker': 'gone'} | glance.common.exception.NotFound",
                "image_get_all | {'filters': {'size_min': 'big'}} | glance.common.exception.Invalid",
                "image_create | {'values': {'id': 'ID', 'status': 'queued'}} | glance.common.exception.Duplicate",
                "image_create | {'values': {'status': 'ready'}} | glance.common.exception.Invalid",
                "image_create | {'values': {}} | glance.common.exception.Invalid",
                "image_create | {'values': {'status': 'queued', 'min_disk': -1}} | glance.common.exception.Invalid",
                "image_create | {'values': {'status': 'queued', 'properties': {'a': {}}}} | glance.common.exception.Invalid",
                "image_update | {'image_id': 'ID', 'values': {}, 'from_state': 'saving'} | glance.common.exception.Conflict",
                "image_tag_delete | {'image_id': 'ID', 'value': 'none'} | glance.common.exception.NotFound",
                "image_member_delete | {'memb_id': '7'} | glance.common.exception.NotFound",
                "image_location_delete | {'image_id': 'ID', 'location_id': 1, 'status': 'gone'} | glance.common.exception.Invalid",
                "image_location_delete | {'image_id': 'ID', 'location_id': 1, 'status': 'deleted'} | glance.common.exception.NotFound",
                "image_property_delete | {'image_ref': 'ID', 'prop_ref': 'none'} | glance.common.exception.NotFound",
            })
    void errorsHaveUpstreamsClasses(String command, String arguments, String error) {
        create(ONE, "red", "");
        assertThat(registry.error(ADMIN, command, arguments.replace("ID", ONE))).isEqualTo(error);
    }

    @Test
    void visibleIsReadOwnedIsChanged() {
        create(ONE, "red", ", 'visibility': 'private'");
        create(TWO, "red", ", 'is_public': true");
        assertThat(registry.error(BLUE, "image_get", image(ONE))).isEqualTo(EXCEPTION + "Forbidden");
        assertThat(registry.error(BLUE, "image_get", image(TWO))).isEmpty();
        String name = "{'image_id': '%s', 'values': {'name': 'mine'}}";
        assertThat(registry.error(BLUE, "image_update", name.formatted(ONE))).isEqualTo(EXCEPTION + "Forbidden");
        assertThat(registry.error(BLUE, "image_update", name.formatted(TWO)))
                .isEqualTo(EXCEPTION + "ForbiddenPublicImage");
        assertThat(registry.error(BLUE, "image_destroy", image(TWO))).isEqualTo(EXCEPTION + "ForbiddenPublicImage");
        assertThat(registry.command(RED, "image_update", name.formatted(ONE))
                        .get("name")
                        .asString())
                .isEqualTo("mine");
    }

    @Test
    void anUpdateMergesOrPurgesProperties() {
        create(ONE, "red", ", 'properties': {'a': '1', 'b': '2'}");
        String change = "{'image_id': '%s', 'purge_props': %s, 'values': {'properties': {'b': '3', 'c': 4}}}";
        assertThat(names(registry.command(RED, "image_update", change.formatted(ONE, "false"))))
                .containsExactlyInAnyOrder("a=1", "b=3", "c=4");
        assertThat(names(registry.command(RED, "image_update", change.formatted(ONE, "true"))))
                .containsExactlyInAnyOrder("b=3", "c=4");
    }

    private static List<String> names(JsonNode image) {
        return image.get("properties")
                .valueStream()
                .map(property -> property.get("name").asString() + "="
                        + property.get("value").asString())
                .toList();
    }

    @Test
    void dataArrivesAsUpstreamsUploadRecordsIt() {
        create(ONE, "red", "");
        registry.command(RED, "image_update", "{'image_id': '%s', 'values': {'status': 'saving'}}".formatted(ONE));
        JsonNode active = registry.command(RED, "image_update", """
                {'image_id': '%s', 'from_state': 'saving', 'purge_props': true, 'values': {
                  'status': 'active', 'size': 3, 'checksum': 'c', 'name': 'n', 'properties': {}, 'locations':
                    [{'url': 'file:///a', 'metadata': {'m': 1}, 'status': 'active'}]}}""".formatted(ONE));
        assertThat(active.get("status").asString()).isEqualTo("active");
        assertThat(active.get("size").asLong()).isEqualTo(3);
        JsonNode location = active.get("locations").get(0);
        assertThat(location.get("url").asString()).isEqualTo("file:///a");
        assertThat(location.get("metadata").get("m").asInt()).isEqualTo(1);
        assertThat(registry.command(ADMIN, "user_get_storage_usage", "{'owner_id': 'red'}")
                        .asLong())
                .isEqualTo(3);
        assertThat(registry.command(
                                ADMIN, "user_get_storage_usage", "{'owner_id': 'red', 'image_id': '%s'}".formatted(ONE))
                        .asLong())
                .isZero();

        String number = location.get("id").toString();
        registry.command(
                RED, "image_location_add", "{'image_id': '%s', 'location': {'url': 'file:///b'}}".formatted(ONE));
        registry.command(RED, "image_location_update", """
                {'image_id': '%s', 'location': {'id': %s, 'url': 'file:///a', 'metadata': {'m': 2}}}""".formatted(ONE, number));
        assertThat(urls()).containsExactly("file:///a", "file:///b");
        String first = registry.command(RED, "image_get", image(ONE))
                .get("locations")
                .get(0)
                .get("id")
                .toString();
        registry.command(RED, "image_location_delete", """
                {'image_id': '%s', 'location_id': %s, 'status': 'deleted'}""".formatted(ONE, first));
        assertThat(urls()).containsExactly("file:///b");
    }

    @Test
    void anImageThatUpstreamLeavesToItsScrubberAwaitsIt() {
        create(ONE, "red", "");
        registry.command(
                RED, "image_location_add", "{'image_id': '%s', 'location': {'url': 'file:///a'}}".formatted(ONE));
        String number = registry.command(RED, "image_get", image(ONE))
                .get("locations")
                .get(0)
                .get("id")
                .toString();
        registry.command(RED, "image_location_delete", """
                {'image_id': '%s', 'location_id': %s, 'status': 'pending_delete'}""".formatted(ONE, number));
        registry.command(
                RED, "image_update", "{'image_id': '%s', 'values': {'status': 'pending_delete'}}".formatted(ONE));
        registry.command(RED, "image_destroy", image(ONE));
        assertThat(registry.error(RED, "image_get", image(ONE))).isEqualTo(EXCEPTION + "NotFound");
        assertThat(registry.command(ADMIN, "image_get", "{'image_id': '%s', 'force_show_deleted': true}".formatted(ONE))
                        .get("status")
                        .asString())
                .isEqualTo("pending_delete");
    }

    @Test
    void ofTwoListsOfLocationsAtOnceOneIsKeptWhole() throws Exception {
        create(ONE, "red", "");
        List<Thread> writers = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            writers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50; i++) {
                    String list =
                            "[{'url': 'file:///%1$s%2$d', 'metadata': {}, 'status': 'active'}]".formatted(name, i);
                    registry.rpc(RED, """
                            [{"command": "image_update", "kwargs": {"image_id": "%s", "values": {"locations": %s}}}]""".formatted(ONE, list.replace('\'', '"')));
                }
            }));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(urls()).hasSize(1);
    }

    private List<String> urls() {
        return registry.command(RED, "image_get", image(ONE))
                .get("locations")
                .valueStream()
                .map(location -> location.get("url").asString())
                .toList();
    }

    @Test
    void aDeleteIsAnUpdateAndADestroy() {
        create(ONE, "red", "");
        assertThat(registry.command(
                                RED,
                                "image_update",
                                "{'image_id': '%s', 'values': {'status': 'deleted'}}".formatted(ONE))
                        .get("status")
                        .asString())
                .isEqualTo("deleted");
        JsonNode destroyed = registry.command(RED, "image_destroy", image(ONE));
        assertThat(destroyed.get("deleted").asBoolean()).isTrue();
        assertThat(destroyed.get("deleted_at").get("_type").asString()).isEqualTo("datetime");
        assertThat(registry.error(RED, "image_get", image(ONE))).isEqualTo(EXCEPTION + "NotFound");
        assertThat(registry.command(RED, "image_get", "{'image_id': '%s', 'force_show_deleted': true}".formatted(ONE))
                        .get("deleted")
                        .asBoolean())
                .isTrue();
        assertThat(list("{}")).isEmpty();
        assertThat(list("{'filters': {'deleted': true}}")).containsExactly(ONE);
        String since = "'changes-since': {'_type': 'datetime', '_value': '2014-05-05T17:15:11.000000'}";
        assertThat(list("{'filters': {" + since + "}}")).containsExactly(ONE);
        assertThat(list("{'filters': {" + since + ", 'deleted': false}}")).isEmpty();
    }

    @Test
    void aListIsFilteredSortedAndPaged() {
        create(ONE, "red", ", 'size': 10, 'properties': {'os': 'linux'}");
        create(TWO, "red", ", 'size': 20, 'is_public': true");
        registry.command(ADMIN, "image_tag_set_all", "{'image_id': '%s', 'tags': ['x', 'y']}".formatted(TWO));
        assertThat(list("{'sort_key': 'size', 'sort_dir': 'asc'}")).containsExactly(ONE, TWO);
        assertThat(list("{'sort_key': ['size'], 'sort_dir': ['desc'], 'limit': 1}"))
                .containsExactly(TWO);
        assertThat(list("{'sort_key': ['size'], 'sort_dir': ['desc'], 'marker': '%s'}".formatted(TWO)))
                .containsExactly(ONE);
        assertThat(list("{'filters': {'size_min': 15}}")).containsExactly(TWO);
        assertThat(list("{'filters': {'properties': {'os': 'linux'}}}")).containsExactly(ONE);
        assertThat(list("{'filters': {'tags': ['x', 'y']}}")).containsExactly(TWO);
        assertThat(list("{'filters': {'visibility': 'public', 'deleted': false}}"))
                .containsExactly(TWO);
        assertThat(list("{'is_public': true}")).containsExactly(TWO);
        assertThat(list("{'filters': {'is_public': false}}")).containsExactly(ONE);
        assertThat(list("{'filters': {'id': 'in:%s,%s'}}".formatted(ONE, TWO))).hasSize(2);
        assertThat(
                        list(
                                "{'filters': {'changes-since': {'_type': 'datetime', '_value': '2014-05-05T17:15:11.000000'}}}"))
                .hasSize(2);
        assertThat(list("{'filters': {'changes-since': {'_type': 'datetime', '_value': '2015-01-01T00:00:00'}}}"))
                .isEmpty();
        assertThat(registry.command(
                                ADMIN,
                                "image_get_all",
                                "{'return_tag': true, 'filters': {'name': 'n'}, 'sort_key': 'size'}")
                        .get(0)
                        .get("tags")
                        .toString())
                .isEqualTo("[\"x\",\"y\"]");
    }

    private List<String> list(String arguments) {
        return registry.command(ADMIN, "image_get_all", arguments)
                .valueStream()
                .map(image -> image.get("id").asString())
                .toList();
    }

    @Test
    void membersAnswerForThemselves() {
        create(ONE, "red", ", 'visibility': 'shared'");
        JsonNode member = registry.command(
                RED, "image_member_create", "{'values': {'image_id': '%s', 'member': 'blue'}}".formatted(ONE));
        assertThat(member.get("status").asString()).isEqualTo("pending");
        assertThat(registry.error(
                        RED, "image_member_create", "{'values': {'image_id': '%s', 'member': 'blue'}}".formatted(ONE)))
                .isEqualTo(EXCEPTION + "Duplicate");
        String key = member.get("id").asString();
        assertThat(registry.command(
                                BLUE,
                                "image_member_update",
                                "{'memb_id': '%s', 'values': {'status': 'accepted'}}".formatted(key))
                        .get("status")
                        .asString())
                .isEqualTo("accepted");
        assertThat(registry.command(BLUE, "image_member_find", image(ONE)).size())
                .isEqualTo(1);
        assertThat(registry.command(RED, "image_member_find", "{'image_id': '%s', 'status': 'pending'}".formatted(ONE))
                        .size())
                .isZero();
        assertThat(registry.command(RED, "image_member_count", image(ONE)).asInt())
                .isEqualTo(1);
        assertThat(registry.command(BLUE, "image_member_find", "{'member': 'blue'}")
                        .get(0)
                        .get("image_id")
                        .asString())
                .isEqualTo(ONE);
        assertThat(registry.command(
                                RED,
                                "image_member_update",
                                "{'memb_id': '%s', 'values': {'can_share': true}}".formatted(key))
                        .get("can_share")
                        .asBoolean())
                .isTrue();
        assertThat(registry.error(BLUE, "image_member_delete", "{'memb_id': '%s'}".formatted(key)))
                .isEqualTo(EXCEPTION + "Forbidden");
        assertThat(registry.command(RED, "image_member_delete", "{'memb_id': '%s'}".formatted(key))
                        .isNull())
                .isTrue();
        assertThat(registry.error(BLUE, "image_get", image(ONE))).isEqualTo(EXCEPTION + "Forbidden");
    }
}
