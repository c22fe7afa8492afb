package glance.api.registry;

import static glance.api.registry.TestRegistry.ADMIN;
import static glance.api.registry.TestRegistry.BLUE;
import static glance.api.registry.TestRegistry.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.api.registry.TestRegistry.Answer;
import glance.auth.Caller;
import glance.http.Headers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** REST v1 of the registry as upstream's API v1 speaks it. */
class RestWireTest {
    private static final String ONE = "71c675ab-d94f-49cd-a114-e12490b328d9";
    private static final String TWO = "82d786bc-d94f-49cd-a114-e12490b328d9";
    private static final Headers PURGE = Headers.of("X-Glance-Registry-Purge-Props", "true");

    private final TestRegistry registry = new TestRegistry();

    private JsonNode create(String id, String owner, String more) {
        Answer answer = registry.call(
                ADMIN,
                "POST",
                "/images",
                "{'image': {'id': '%s', 'name': 'n', 'owner': '%s', 'status': 'queued'%s}}"
                        .formatted(id, owner, more)
                        .replace('\'', '"'));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().get("image");
    }

    private Answer put(Caller caller, String id, Headers headers, String body) {
        return registry.call(caller, "PUT", "/images/" + id, headers, body.replace('\'', '"'));
    }

    private JsonNode show(String id) {
        return registry.get(ADMIN, "/images/" + id).json().get("image");
    }

    @Test
    void anImageIsDescribedAsUpstreamDoes() {
        JsonNode image = create(ONE, "red", """
                , 'is_public': true, 'properties': {'os': 'linux'}, 'location_data': [
                  {'url': 'file:///b', 'metadata': {'m': 'x'}, 'status': 'active'},
                  {'url': 'file:///a', 'metadata': {}, 'status': 'active'}]""");
        assertThat(image.propertyStream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder(
                        "id",
                        "name",
                        "status",
                        "size",
                        "virtual_size",
                        "disk_format",
                        "container_format",
                        "checksum",
                        "min_disk",
                        "min_ram",
                        "owner",
                        "is_public",
                        "protected",
                        "created_at",
                        "updated_at",
                        "deleted_at",
                        "deleted",
                        "properties",
                        "location_data",
                        "location");
        assertThat(image.get("properties").toString()).isEqualTo("{\"os\":\"linux\"}");
        assertThat(image.get("created_at").asString()).isEqualTo("2014-05-05T17:15:11");
        assertThat(image.get("location").asString()).isEqualTo("file:///b");
        assertThat(image.get("location_data").get(0).get("metadata").get("m").asString())
                .isEqualTo("x");
        assertThat(image.get("location_data").get(1).get("url").asString()).isEqualTo("file:///a");
        assertThat(show(ONE)).isEqualTo(image);
    }

    @Test
    void whatIsNotGivenHasUpstreamsDefaults() {
        Answer answer = registry.call(
                RED, "POST", "/images", "{\"image\": {\"owner\": \"blue\", \"location\": \"file:///x\"}}");
        JsonNode image = answer.json().get("image");
        assertThat(image.get("status").asString()).isEqualTo("active");
        assertThat(image.get("owner").asString()).isEqualTo("red");
        assertThat(image.get("is_public").asBoolean()).isFalse();
        assertThat(image.get("location_data").get(0).get("status").asString()).isEqualTo("active");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"image\": {\"id\": \"ONE\"}} | 409",
                "{\"image\": {\"id\": \"seven\"}} | 400",
                "{\"image\": {\"status\": \"ready\"}} | 400",
                "{\"image\": {\"min_ram\": \"much\"}} | 400",
                "{\"image\": {\"location_data\": [{\"metadata\": {}}]}} | 400",
                "{\"image\": 5} | 400",
                "{} | 400",
                "[] | 400",
                "{ | 400",
                "`` | 400",
            })
    void aCreateThatCannotBeIsRefusedInALine(String body, int status) {
        create(ONE, "red", "");
        Answer answer = registry.call(ADMIN, "POST", "/images", body.replace("ONE", ONE));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().first("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
        assertThat(answer.text()).isNotBlank().doesNotContain("\n");
    }

    @Test
    void anAdministratorsImageIsItsProjectsUnlessAnotherIsNamed() {
        Caller operator = Caller.of("root", "operations", Set.of("admin"), true);
        String body = "{\"image\": {\"name\": \"x\", \"status\": \"queued\"%s}}";
        JsonNode image = registry.call(operator, "POST", "/images", body.formatted(""))
                .json()
                .get("image");
        assertThat(image.get("owner").asString()).isEqualTo("operations");
        assertThat(registry.get(RED, "/images/" + image.get("id").asString()).status())
                .isEqualTo(404);
        JsonNode nobodys = registry.call(operator, "POST", "/images", body.formatted(", \"owner\": null"))
                .json()
                .get("image");
        assertThat(nobodys.get("owner").isNull()).isTrue();
    }

    @Test
    void aNullSaysNothingOfWhatIsNeverNull() {
        create(ONE, "red", ", 'status': 'queued'");
        JsonNode image = put(RED, ONE, Headers.NONE, "{'image': {'protected': null, 'status': null, 'name': 'n'}}")
                .json()
                .get("image");
        assertThat(image.get("name").asString()).isEqualTo("n");
        assertThat(image.get("protected").asBoolean()).isFalse();
        assertThat(image.get("status").asString()).isEqualTo("queued");
    }

    @Test
    void anAdministratorIsShownWhatWasDeletedAndADeleteSaysSo() {
        create(ONE, "red", "");
        JsonNode gone =
                registry.call(RED, "DELETE", "/images/" + ONE, "").json().get("image");
        assertThat(gone.get("status").asString()).isEqualTo("deleted");
        assertThat(gone.get("deleted").asBoolean()).isTrue();
        assertThat(registry.get(RED, "/images/" + ONE).status()).isEqualTo(404);
        assertThat(registry.get(ADMIN, "/images/" + ONE).status()).isEqualTo(200);
    }

    @Test
    void moreFiltersThanAStatementIsMadeForAreRefused() {
        String many = "property-a=1&".repeat(600);
        assertThat(registry.get(RED, "/images?" + many).status()).isEqualTo(400);
    }

    @Test
    void anUpdateMindsTheStateItComesFrom() {
        create(ONE, "red", "");
        assertThat(put(ADMIN, ONE, Headers.NONE, "{'image': {'status': 'active'}, 'from_state': 'saving'}")
                        .status())
                .isEqualTo(409);
        assertThat(put(ADMIN, ONE, Headers.NONE, "{'image': {'status': 'saving'}, 'from_state': 'queued'}")
                        .status())
                .isEqualTo(200);
        JsonNode active = put(ADMIN, ONE, Headers.NONE, """
                {'image': {'status': 'active', 'size': 3, 'location': 'file:///a', 'colour': 'red', 'deleted': true},
                 'from_state': 'saving'}""").json().get("image");
        assertThat(active.get("status").asString()).isEqualTo("active");
        assertThat(active.get("size").asInt()).isEqualTo(3);
        assertThat(active.get("location").asString()).isEqualTo("file:///a");
        assertThat(active.get("deleted").asBoolean()).isFalse();
    }

    @Test
    void onlyTheWordTruePurgesProperties() {
        create(ONE, "red", ", 'properties': {'a': '1'}");
        put(RED, ONE, Headers.of("X-Glance-Registry-Purge-Props", "True"), "{'image': {'properties': {'b': '2'}}}");
        assertThat(show(ONE).get("properties").toString()).isEqualTo("{\"a\":\"1\",\"b\":\"2\"}");
        put(RED, ONE, PURGE, "{'image': {'properties': {'b': '2'}}}");
        assertThat(show(ONE).get("properties").toString()).isEqualTo("{\"b\":\"2\"}");
    }

    @Test
    void anUpdateReplacesLocationsInTheOrderGiven() {
        create(ONE, "red", ", 'location_data': [{'url': 'a', 'metadata': {}}, {'url': 'b', 'metadata': {}}]");
        String first = show(ONE).get("location_data").get(0).get("id").toString();
        put(
                RED,
                ONE,
                Headers.NONE,
                "{'image': {'location_data': [{'id': %s, 'url': 'a', 'metadata': {}}, {'url': 'c'}]}}"
                        .formatted(first));
        JsonNode after = show(ONE).get("location_data");
        assertThat(after.valueStream().map(each -> each.get("url").asString())).containsExactly("a", "c");
        assertThat(after.get(0).get("id").toString()).isEqualTo(first);
    }

    @Test
    void whoIsAskingDecidesWhatIsRefused() {
        create(ONE, "red", ", 'visibility': 'private'");
        create(TWO, "red", ", 'is_public': true");
        assertThat(registry.get(BLUE, "/images/" + ONE).status()).isEqualTo(404);
        assertThat(registry.get(BLUE, "/images/" + TWO).status()).isEqualTo(200);
        String change = "{'image': {'name': 'mine', 'owner': 'blue'}}";
        assertThat(put(BLUE, ONE, Headers.NONE, change).status()).isEqualTo(404);
        assertThat(put(BLUE, TWO, Headers.NONE, change).status()).isEqualTo(403);
        assertThat(registry.call(BLUE, "DELETE", "/images/" + TWO, "").status()).isEqualTo(403);
        assertThat(put(RED, ONE, Headers.NONE, change)
                        .json()
                        .get("image")
                        .get("owner")
                        .asString())
                .isEqualTo("red");
        Answer deleted = registry.call(RED, "DELETE", "/images/" + ONE, "");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().get("image").get("id").asString()).isEqualTo(ONE);
        assertThat(registry.call(RED, "DELETE", "/images/" + ONE, "").status()).isEqualTo(404);
        assertThat(ids(ADMIN, "/images?is_public=false")).isEmpty();
        assertThat(ids(ADMIN, "/images?is_public=false&deleted=true")).containsExactly(ONE);
        assertThat(ids(RED, "/images?changes-since=2014-05-05T17:15:10")).contains(ONE);
    }

    private List<String> ids(Caller caller, String target) {
        Answer answer = registry.get(caller, target);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json()
                .get("images")
                .valueStream()
                .map(image -> image.get("id").asString())
                .toList();
    }

    @Test
    void listsAreBriefOrDetailedAndFiltered() {
        create(ONE, "red", ", 'size': 10, 'properties': {'os': 'linux'}");
        create(TWO, "red", ", 'size': 20, 'is_public': true");
        assertThat(registry.get(RED, "/images")
                        .json()
                        .get("images")
                        .get(0)
                        .propertyStream()
                        .map(Map.Entry::getKey))
                .containsExactlyInAnyOrder("id", "name", "size", "disk_format", "container_format", "checksum");
        assertThat(registry.get(RED, "/images/detail")
                        .json()
                        .get("images")
                        .get(0)
                        .has("location_data"))
                .isTrue();
        assertThat(ids(RED, "/?sort_key=size&sort_dir=asc")).containsExactly(ONE, TWO);
        assertThat(ids(RED, "/images?sort_key=size&limit=1")).containsExactly(TWO);
        assertThat(ids(RED, "/images?sort_key=size&marker=" + TWO)).containsExactly(ONE);
        assertThat(ids(RED, "/images?size_max=15")).containsExactly(ONE);
        assertThat(ids(RED, "/images?property-os=linux")).containsExactly(ONE);
        assertThat(ids(RED, "/images?changes-since=2014-05-05T17:15:11Z")).isEmpty();
        assertThat(ids(RED, "/images?min_disk=none&colour=red")).isEmpty();
        assertThat(ids(BLUE, "/images?is_public=none")).containsExactly(TWO);
        assertThat(ids(ADMIN, "/images")).containsExactly(TWO);
        assertThat(ids(ADMIN, "/images?is_public=false")).containsExactly(ONE);
        assertThat(ids(ADMIN, "/images?is_public=none")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "size_min=big",
                "limit=-1",
                "limit=x",
                "marker=gone",
                "sort_key=colour",
                "sort_dir=up",
                "changes-since=now",
                "protected=none",
                "is_public=maybe"
            })
    void aListThatCannotBeIsRefused(String query) {
        assertThat(registry.get(ADMIN, "/images?" + query).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/images",
        "GET, /pictures",
        "HEAD, /images/ID",
        "PATCH, /images/ID",
        "DELETE, /images",
        "GET, /images/ID/x",
        "POST, /images/detail",
        "PATCH, /images/ID/members",
        "GET, /shared-images"
    })
    void whatIsNotThereIs404WhateverTheMethod(String method, String path) {
        create(ONE, "red", "");
        assertThat(registry.call(ADMIN, method, path.replace("ID", ONE), "").status())
                .isEqualTo(404);
    }

    @Test
    void itCanBeSwitchedOff() {
        TestRegistry off = new TestRegistry(new RegistryConfig(false, true, 1000, 25));
        assertThat(off.get(ADMIN, "/images").status()).isEqualTo(404);
    }

    private List<String> members(Caller caller) {
        return registry.get(caller, "/images/" + ONE + "/members")
                .json()
                .get("members")
                .valueStream()
                .map(member -> member.get("member_id").asString())
                .toList();
    }

    @Test
    void membersAreAddedReplacedAndRemoved() {
        create(ONE, "red", "");
        String all = "/images/" + ONE + "/members";
        assertThat(registry.call(RED, "PUT", all + "/blue", "").status()).isEqualTo(204);
        assertThat(members(RED)).containsExactly("blue");
        assertThat(ids(BLUE, "/images")).containsExactly(ONE);
        assertThat(registry.call(
                                RED,
                                "PUT",
                                all,
                                "{\"memberships\": [{\"member_id\": \"green\"}, {\"member_id\": \"blue\"}]}")
                        .status())
                .isEqualTo(204);
        assertThat(members(RED)).containsExactlyInAnyOrder("blue", "green");
        assertThat(members(BLUE)).containsExactly("blue");
        assertThat(registry.get(BLUE, "/shared-images/blue")
                        .json()
                        .get("shared_images")
                        .toString())
                .contains(ONE)
                .contains("\"can_share\":false");
        assertThat(registry.get(BLUE, "/shared-images/green")
                        .json()
                        .get("shared_images")
                        .isEmpty())
                .isTrue();
        assertThat(registry.call(BLUE, "PUT", all + "/green", "").status()).isEqualTo(403);
        assertThat(registry.call(RED, "DELETE", all + "/green", "").status()).isEqualTo(204);
        assertThat(registry.call(RED, "DELETE", all + "/green", "").status()).isEqualTo(404);
        assertThat(registry.call(RED, "PUT", all, "{\"memberships\": []}").status())
                .isEqualTo(204);
        assertThat(members(RED)).isEmpty();
    }

    @Test
    void aMemberWhoMayShareShares() {
        create(ONE, "red", "");
        String all = "/images/" + ONE + "/members";
        registry.call(RED, "PUT", all + "/blue", "{\"member\": {\"can_share\": true}}");
        assertThat(registry.call(BLUE, "PUT", all + "/green", "").status()).isEqualTo(204);
        assertThat(registry.get(RED, "/shared-images/blue")
                        .json()
                        .get("shared_images")
                        .get(0)
                        .get("can_share")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void membersThatCannotBeAreRefused() {
        create(ONE, "red", ", 'visibility': 'private'");
        String all = "/images/" + ONE + "/members";
        Caller nobody = new Caller(
                "u",
                null,
                null,
                null,
                null,
                null,
                Set.of("member"),
                Caller.ServiceIdentity.NONE,
                true,
                false,
                false,
                null);
        assertThat(registry.call(RED, "POST", all, "").status()).isEqualTo(405);
        assertThat(registry.call(RED, "GET", all + "/blue", "").headers().first("Allow"))
                .isEqualTo("PUT, DELETE");
        assertThat(registry.call(BLUE, "PUT", all + "/blue", "").status()).isEqualTo(404);
        assertThat(registry.call(nobody, "PUT", all + "/blue", "").status()).isEqualTo(401);
        for (String body : List.of("{}", "{\"memberships\": [{}]}", "{\"memberships\": 5}", "[]", "")) {
            assertThat(registry.call(RED, "PUT", all, body).status()).as(body).isEqualTo(400);
        }
    }
}
