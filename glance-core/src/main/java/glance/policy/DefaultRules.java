package glance.policy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The built-in rules: those of upstream's release 2026.2, under the same names, so that operators' files work unchanged.
 * A rule in a file replaces the one here.
 */
final class DefaultRules {
    /**
     * @param check the rule's text
     * @param projectScoped whether system-scoped and domain-scoped tokens are refused whatever the rule says
     * @param formerCheck what also allows while {@code enforce_new_defaults} is false
     */
    record DefaultRule(
            String check, boolean projectScoped, @Nullable String formerCheck) {}

    private static final String ADMIN = "rule:context_is_admin";
    private static final String OWN = "project_id:%(project_id)s";
    private static final String MEMBER = "project_id:%(member_id)s";
    private static final String VISIBLE = OWN + " or " + MEMBER
            + " or 'community':%(visibility)s or 'public':%(visibility)s or 'shared':%(visibility)s";
    private static final String OPEN = "rule:default";

    private static final Map<String, DefaultRule> ALL = all();

    private DefaultRules() {}

    /** Every built-in rule by name. */
    static Map<String, DefaultRule> byName() {
        return ALL;
    }

    private static Map<String, DefaultRule> all() {
        Map<String, DefaultRule> rules = new LinkedHashMap<>();
        macro(rules, "default", "", ADMIN);
        macro(rules, "context_is_admin", "role:admin", null);
        macro(rules, "service_api", "role:service or role:admin", null);
        macro(rules, "metadef_default", "", null);
        macro(rules, "metadef_admin", ADMIN, null);
        images(rules);
        locations(rules);
        members(rules);
        tasksAndCache(rules);
        metadefs(rules);
        return Map.copyOf(rules);
    }

    private static void images(Map<String, DefaultRule> rules) {
        rule(rules, "add_image", ADMIN + " or (role:member and " + OWN + " and project_id:%(owner)s)", OPEN);
        rule(rules, "get_images", ADMIN + " or (role:reader and " + OWN + ")", OPEN);
        rule(rules, "get_image", ADMIN + " or (role:reader and (" + VISIBLE + "))", OPEN);
        String download = ADMIN + " or (role:member and (" + VISIBLE + "))";
        rule(rules, "download_image", download, OPEN);
        rule(rules, "download_from_store", download, null);
        for (String name : new String[] {
            "modify_image", "delete_image", "upload_image", "communitize_image", "deactivate", "reactivate"
        }) {
            rule(rules, name, ownersMember(), OPEN);
        }
        rule(rules, "publicize_image", ADMIN, null);
        rule(rules, "copy_image", ADMIN, null);
        // Upstream dropped it with API v1; what an operator's file says of it still counts.
        rule(rules, "copy_from", OPEN, null);
    }

    private static String ownersMember() {
        return ADMIN + " or (role:member and " + OWN + ")";
    }

    private static void locations(Map<String, DefaultRule> rules) {
        rule(rules, "set_image_location", ownersMember(), OPEN);
        rule(rules, "get_image_location", ADMIN + " or (role:reader and " + OWN + ")", OPEN);
        rule(rules, "delete_image_location", ADMIN, OPEN);
        rule(
                rules,
                "add_image_location",
                "rule:service_api or (role:member and " + OWN + " and project_id:%(owner)s)",
                null);
        rule(rules, "fetch_image_location", "rule:service_api", null);
    }

    private static void members(Map<String, DefaultRule> rules) {
        rule(rules, "add_member", ownersMember(), OPEN);
        rule(rules, "delete_member", ownersMember(), OPEN);
        String see = ADMIN + " or role:reader and (" + OWN + " or " + MEMBER + ")";
        rule(rules, "get_member", see, OPEN);
        rule(rules, "get_members", see, OPEN);
        rule(rules, "modify_member", ADMIN + " or (role:member and " + MEMBER + ")", OPEN);
    }

    private static void tasksAndCache(Map<String, DefaultRule> rules) {
        rule(rules, "tasks_api_access", ADMIN, null);
        for (String name : new String[] {"get_task", "get_tasks", "add_task", "modify_task"}) {
            rule(rules, name, OPEN, name.equals("modify_task") ? null : OPEN);
        }
        rule(rules, "manage_image_cache", ADMIN, null);
        for (String name : new String[] {"cache_image", "cache_list", "cache_delete"}) {
            rule(rules, name, ADMIN, "rule:manage_image_cache");
        }
        for (String name : new String[] {"cache_clean", "cache_prune", "list_cached_nodes"}) {
            rule(rules, name, ADMIN, null);
        }
        rule(rules, "stores_info_detail", ADMIN + " or rule:service_api", ADMIN);
    }

    private static void metadefs(Map<String, DefaultRule> rules) {
        String former = "rule:metadef_default";
        rule(rules, "get_metadef_namespaces", ADMIN + " or (role:reader and " + OWN + ")", former);
        String read = ADMIN + " or (role:reader and (" + OWN + " or 'public':%(visibility)s))";
        for (String name : new String[] {
            "get_metadef_namespace",
            "get_metadef_object",
            "get_metadef_objects",
            "get_metadef_property",
            "get_metadef_properties",
            "get_metadef_tag",
            "get_metadef_tags",
            "get_metadef_resource_type",
            "list_metadef_resource_types"
        }) {
            rule(rules, name, read, former);
        }
        for (String name : new String[] {
            "add_metadef_namespace",
            "modify_metadef_namespace",
            "delete_metadef_namespace",
            "add_metadef_object",
            "modify_metadef_object",
            "delete_metadef_object",
            "add_metadef_property",
            "modify_metadef_property",
            "remove_metadef_property",
            "add_metadef_resource_type_association",
            "remove_metadef_resource_type_association",
            "add_metadef_tag",
            "modify_metadef_tag",
            "delete_metadef_tag",
            "add_metadef_tags",
            "delete_metadef_tags"
        }) {
            rule(rules, name, "rule:metadef_admin", null);
        }
    }

    private static void macro(Map<String, DefaultRule> rules, String name, String check, @Nullable String formerCheck) {
        rules.put(name, new DefaultRule(check, false, formerCheck));
    }

    private static void rule(Map<String, DefaultRule> rules, String name, String check, @Nullable String formerCheck) {
        rules.put(name, new DefaultRule(check, true, formerCheck));
    }
}
