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

/** Upstream's commands about metadata definitions. */
class MetadefRpcTest {
    private static final String EXCEPTION = "glance.common.exception.";

    private final SqlRegistry database;
    private final TestRegistry registry;

    MetadefRpcTest(@TempDir Path directory) {
        database = TestRegistry.database(directory);
        registry = new TestRegistry(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private JsonNode ok(String command, String arguments) {
        JsonNode result = registry.command(ADMIN, command, arguments);
        assertThat(result.path("_error").toString()).as(command).isEmpty();
        return result;
    }

    private long namespace(String name, String more) {
        return ok("metadef_namespace_create", "{'values': {'namespace': '%s', 'owner': 'red'%s}}".formatted(name, more))
                .get("id")
                .asLong();
    }

    private static List<String> names(JsonNode list, String key) {
        List<String> names = new ArrayList<>();
        list.forEach(each -> names.add(each.get(key).asString()));
        return names;
    }

    @Test
    void aNamespaceIsMadeChangedInPartAndRemoved() {
        long id = namespace("OS::One", ", 'visibility': 'public', 'protected': true, 'display_name': 'One'");
        JsonNode made = ok("metadef_namespace_get", "{'namespace_name': 'OS::One'}");
        assertThat(made.propertyNames())
                .containsExactly(
                        "id",
                        "namespace",
                        "display_name",
                        "description",
                        "visibility",
                        "protected",
                        "owner",
                        "created_at",
                        "updated_at");
        assertThat(made.get("created_at").get("_value").asString()).isEqualTo("2014-05-05T17:15:11.000000");
        JsonNode changed = ok(
                "metadef_namespace_update",
                "{'namespace_id': %d, 'namespace_dict': {'namespace': 'OS::Two', 'description': 'd'}}".formatted(id));
        assertThat(changed.get("namespace").asString()).isEqualTo("OS::Two");
        assertThat(changed.get("display_name").asString()).isEqualTo("One");
        assertThat(changed.get("protected").asBoolean()).isTrue();
        assertThat(changed.get("updated_at").isNull()).isFalse();
        ok("metadef_object_create", "{'namespace_name': 'OS::Two', 'object_dict': {'name': 'o', 'json_schema': {}}}");
        ok("metadef_tag_create", "{'namespace_name': 'OS::Two', 'tag_dict': {'name': 't'}}");
        ok(
                "metadef_resource_type_association_create",
                "{'namespace_name': 'OS::Two', 'values': {'name': 'OS::Thing'}}");
        assertThat(ok("metadef_namespace_delete", "{'namespace_name': 'OS::Two'}")
                        .get("id")
                        .asLong())
                .isEqualTo(id);
        assertThat(registry.error(ADMIN, "metadef_namespace_get", "{'namespace_name': 'OS::Two'}"))
                .isEqualTo(EXCEPTION + "MetadefNamespaceNotFound");
        assertThat(names(ok("metadef_resource_type_get_all", "{}"), "name")).containsExactly("OS::Thing");
    }

    @Test
    void aListIsSortedFilteredAndPagedByName() {
        namespace("c", ", 'visibility': 'public'");
        namespace("a", ", 'display_name': 'z'");
        namespace("b", ", 'display_name': 'y'");
        ok("metadef_resource_type_association_create", "{'namespace_name': 'b', 'values': {'name': 'OS::Thing'}}");
        String all = "metadef_namespace_get_all";
        assertThat(names(ok(all, "{}"), "namespace")).containsExactly("b", "a", "c");
        assertThat(names(ok(all, "{'sort_key': 'namespace', 'sort_dir': 'asc', 'limit': 2}"), "namespace"))
                .containsExactly("a", "b");
        assertThat(names(ok(all, "{'sort_key': 'namespace', 'sort_dir': 'asc', 'marker': 'b'}"), "namespace"))
                .containsExactly("c");
        for (String order : List.of("asc", "desc")) {
            List<String> whole =
                    names(ok(all, "{'sort_key': 'display_name', 'sort_dir': '%s'}".formatted(order)), "namespace");
            assertThat(whole).hasSize(3);
            for (int i = 0; i < whole.size(); i++) {
                assertThat(names(
                                ok(
                                        all,
                                        "{'sort_key': 'display_name', 'sort_dir': '%s', 'marker': '%s'}"
                                                .formatted(order, whole.get(i))),
                                "namespace"))
                        .isEqualTo(whole.subList(i + 1, whole.size()));
            }
        }
        assertThat(names(ok(all, "{'filters': {'resource_types': ['OS::Thing', 'OS::None']}}"), "namespace"))
                .containsExactly("b");
        assertThat(ok(all, "{'filters': {'resource_types': []}}")).isEmpty();
        assertThat(names(ok(all, "{'filters': {'visibility': 'public'}}"), "namespace"))
                .containsExactly("c");
    }

    @Test
    void whatIsPrivateIsItsProjectsAlone() {
        namespace("private", "");
        namespace("public", ", 'visibility': 'public'");
        assertThat(names(registry.command(BLUE, "metadef_namespace_get_all", "{}"), "namespace"))
                .containsExactly("public");
        assertThat(names(registry.command(RED, "metadef_namespace_get_all", "{'sort_key': 'id'}"), "namespace"))
                .containsExactly("public", "private");
        for (String command : List.of("metadef_namespace_get", "metadef_object_get_all", "metadef_tag_count")) {
            assertThat(registry.error(BLUE, command, "{'namespace_name': 'private'}"))
                    .isEqualTo(EXCEPTION + "MetadefForbidden");
            assertThat(registry.error(RED, command, "{'namespace_name': 'private'}"))
                    .isEmpty();
            assertThat(registry.error(BLUE, command, "{'namespace_name': 'public'}"))
                    .isEmpty();
        }
        for (String command : List.of("metadef_namespace_delete", "metadef_tag_delete_namespace_content")) {
            assertThat(registry.error(BLUE, command, "{'namespace_name': 'public'}"))
                    .isEqualTo(EXCEPTION + "MetadefForbidden");
        }
        assertThat(registry.error(BLUE, "metadef_namespace_create", "{'values': {'namespace': 'x', 'owner': 'red'}}"))
                .isEqualTo(EXCEPTION + "MetadefForbidden");
        assertThat(registry.error(BLUE, "metadef_resource_type_create", "{'values': {'name': 'x'}}"))
                .isEqualTo(EXCEPTION + "MetadefForbidden");
        assertThat(registry.error(BLUE, "metadef_namespace_get_all", "{'marker': 'private'}"))
                .isEqualTo(EXCEPTION + "MetadefNamespaceNotFound");
    }

    @Test
    void objectsKeepTheirTextAndSchema() {
        namespace("n", "");
        JsonNode made = ok(
                "metadef_object_create",
                "{'namespace_name': 'n', 'object_dict': {'name': 'o', 'description': 'd', 'required': 'a,b',"
                        + " 'json_schema': {'a': {'type': 'string'}}}}");
        assertThat(made.get("required").asString()).isEqualTo("a,b");
        assertThat(made.get("json_schema").get("a").get("type").asString()).isEqualTo("string");
        JsonNode changed = ok(
                "metadef_object_update",
                "{'namespace_name': 'n', 'object_id': %d, 'object_dict': {'name': 'p', 'required': null}}"
                        .formatted(made.get("id").asLong()));
        assertThat(changed.get("name").asString()).isEqualTo("p");
        assertThat(changed.get("required").isNull()).isTrue();
        assertThat(changed.get("description").asString()).isEqualTo("d");
        assertThat(changed.get("json_schema")).isEqualTo(made.get("json_schema"));
        assertThat(ok("metadef_object_get", "{'namespace_name': 'n', 'object_name': 'p'}"))
                .isEqualTo(changed);
        assertThat(ok("metadef_object_count", "{'namespace_name': 'n'}").asInt())
                .isEqualTo(1);
        ok("metadef_object_delete", "{'namespace_name': 'n', 'object_name': 'p'}");
        assertThat(ok("metadef_object_get_all", "{'namespace_name': 'n'}")).isEmpty();
    }

    @Test
    void propertiesAreMadeChangedCountedAndRemoved() {
        namespace("n", "");
        String property = "{'namespace_name': 'n', 'property_dict': {'name': '%s', 'json_schema': {'title': 't'}}}";
        JsonNode made = ok("metadef_property_create", property.formatted("p"));
        ok("metadef_property_create", property.formatted("q"));
        assertThat(made.propertyNames())
                .containsExactly("id", "namespace_id", "name", "json_schema", "created_at", "updated_at");
        assertThat(names(ok("metadef_property_get_all", "{'namespace_name': 'n'}"), "name"))
                .containsExactly("p", "q");
        JsonNode changed = ok(
                "metadef_property_update",
                "{'namespace_name': 'n', 'property_id': %d, 'property_dict': {'json_schema': {'title': 'u'}}}"
                        .formatted(made.get("id").asLong()));
        assertThat(changed.get("json_schema").get("title").asString()).isEqualTo("u");
        ok("metadef_property_delete", "{'namespace_name': 'n', 'property_name': 'p'}");
        assertThat(ok("metadef_property_delete_namespace_content", "{'namespace_name': 'n'}")
                        .asInt())
                .isEqualTo(1);
        assertThat(ok("metadef_property_count", "{'namespace_name': 'n'}").asInt())
                .isZero();
    }

    @Test
    void aListOfTagsReplacesAllOrNothing() {
        namespace("n", "");
        ok("metadef_tag_create", "{'namespace_name': 'n', 'tag_dict': {'name': 'old'}}");
        String tags = "metadef_tag_create_tags";
        assertThat(registry.error(ADMIN, tags, "{'namespace_name': 'n', 'tag_list': [{'name': 'a'}, {'name': 'a'}]}"))
                .isEqualTo(EXCEPTION + "MetadefDuplicateTag");
        assertThat(ok(tags, "{'namespace_name': 'n', 'tag_list': []}")).isEmpty();
        String all = "metadef_tag_get_all";
        assertThat(names(ok(all, "{'namespace_name': 'n'}"), "name")).containsExactly("old");
        assertThat(names(ok(tags, "{'namespace_name': 'n', 'tag_list': [{'name': 'b'}, {'name': 'a'}]}"), "name"))
                .containsExactly("b", "a");
        assertThat(names(ok(all, "{'namespace_name': 'n'}"), "name")).containsExactly("a", "b");
        assertThat(names(ok(all, "{'namespace_name': 'n', 'marker': 'a', 'limit': 1}"), "name"))
                .containsExactly("b");
        long id = ok("metadef_tag_get", "{'namespace_name': 'n', 'name': 'a'}")
                .get("id")
                .asLong();
        String rename = "{'namespace_name': 'n', 'id': %d, 'tag_dict': {'name': '%s'}}";
        assertThat(registry.error(ADMIN, "metadef_tag_update", rename.formatted(id, "b")))
                .isEqualTo(EXCEPTION + "MetadefDuplicateTag");
        assertThat(ok("metadef_tag_update", rename.formatted(id, "c"))
                        .get("name")
                        .asString())
                .isEqualTo("c");
    }

    @Test
    void resourceTypesInUseOrOfTheSystemStay() {
        namespace("n", "");
        ok("metadef_resource_type_create", "{'values': {'name': 'system', 'protected': true}}");
        assertThat(registry.error(ADMIN, "metadef_resource_type_delete", "{'resource_type_name': 'system'}"))
                .isEqualTo(EXCEPTION + "ProtectedMetadefResourceTypeSystemDelete");
        JsonNode association = ok(
                "metadef_resource_type_association_create",
                "{'namespace_name': 'n', 'values': {'name': 'made', 'prefix': 'p_', 'properties_target': 'image'}}");
        assertThat(association.propertyNames())
                .containsExactly("name", "properties_target", "prefix", "created_at", "updated_at");
        assertThat(registry.error(ADMIN, "metadef_resource_type_delete", "{'resource_type_name': 'made'}"))
                .isEqualTo(EXCEPTION + "MetadefIntegrityError");
        String both = "{'namespace_name': 'n', 'resource_type_name': 'made'}";
        assertThat(ok("metadef_resource_type_association_get", both)).isEqualTo(association);
        assertThat(ok("metadef_resource_type_association_get_all_by_namespace", "{'namespace_name': 'n'}")
                        .get(0))
                .isEqualTo(association);
        ok("metadef_resource_type_association_delete", both);
        assertThat(registry.error(ADMIN, "metadef_resource_type_association_get", both))
                .isEqualTo(EXCEPTION + "MetadefResourceTypeAssociationNotFound");
        ok("metadef_resource_type_delete", "{'resource_type_name': 'made'}");
        assertThat(registry.error(ADMIN, "metadef_resource_type_get", "{'resource_type_name': 'made'}"))
                .isEqualTo(EXCEPTION + "MetadefResourceTypeNotFound");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metadef_namespace_create | {'values': {'namespace': 'n', 'owner': 'red'}} | MetadefDuplicateNamespace",
                "metadef_namespace_create | {'values': {'namespace': 'x', 'owner': 'red', 'visibility': 'shared'}} | Invalid",
                "metadef_namespace_create | {'values': {'namespace': 'x'}} | Invalid",
                "metadef_namespace_create | {'values': {'namespace': 'LONG', 'owner': 'red'}} | Invalid",
                "metadef_namespace_update | {'namespace_id': 99, 'namespace_dict': {}} | MetadefNamespaceNotFound",
                "metadef_namespace_get_all | {'sort_key': 'colour'} | InvalidSortKey",
                "metadef_namespace_get_all | {'sort_dir': 'up'} | Invalid",
                "metadef_namespace_get_all | {'limit': -1} | Invalid",
                "metadef_namespace_get_all | {'marker': 'none'} | MetadefNamespaceNotFound",
                "metadef_object_get | {'namespace_name': 'n', 'object_name': 'none'} | MetadefObjectNotFound",
                "metadef_object_get | {'namespace_name': 'none', 'object_name': 'o'} | MetadefNamespaceNotFound",
                "metadef_object_create | {'namespace_name': 'n', 'object_dict': {'name': 'o'}} | MetadefDuplicateObject",
                "metadef_object_create | {'namespace_name': 'n', 'object_dict': {}} | Invalid",
                "metadef_object_create | {'namespace_name': 'n', 'object_dict': {'name': 'x', 'json_schema': 5}} | Invalid",
                "metadef_object_update | {'namespace_name': 'n', 'object_id': 99, 'object_dict': {}} | MetadefObjectNotFound",
                "metadef_property_get | {'namespace_name': 'n', 'property_name': 'none'} | MetadefPropertyNotFound",
                "metadef_property_create | {'namespace_name': 'n', 'property_dict': {'name': 'p'}} | MetadefDuplicateProperty",
                "metadef_property_delete | {'namespace_name': 'n', 'property_name': 'none'} | MetadefPropertyNotFound",
                "metadef_tag_get_all | {'namespace_name': 'n', 'marker': 'none'} | MetadefTagNotFound",
                "metadef_tag_get_all | {'namespace_name': 'n', 'sort_key': 'colour'} | InvalidSortKey",
                "metadef_tag_delete | {'namespace_name': 'n', 'name': 'none'} | MetadefTagNotFound",
                "metadef_tag_create | {'namespace_name': 'n', 'tag_dict': {'name': 'LONG'}} | Invalid",
                "metadef_resource_type_create | {'values': {'name': 'r'}} | MetadefDuplicateResourceType",
                "metadef_resource_type_association_create | {'namespace_name': 'n', 'values': {'name': 'r'}} | MetadefDuplicateResourceTypeAssociation",
                "metadef_resource_type_association_get | {'namespace_name': 'n', 'resource_type_name': 'none'} | MetadefResourceTypeNotFound",
            })
    void errorsHaveUpstreamsClasses(String command, String arguments, String error) {
        namespace("n", "");
        ok("metadef_object_create", "{'namespace_name': 'n', 'object_dict': {'name': 'o'}}");
        ok("metadef_property_create", "{'namespace_name': 'n', 'property_dict': {'name': 'p'}}");
        ok("metadef_resource_type_association_create", "{'namespace_name': 'n', 'values': {'name': 'r'}}");
        assertThat(registry.error(ADMIN, command, arguments.replace("LONG", "x".repeat(81))))
                .isEqualTo(EXCEPTION + error);
    }
}
