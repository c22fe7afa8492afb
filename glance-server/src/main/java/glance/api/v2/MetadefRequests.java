package glance.api.v2;

import glance.api.QueryString;
import glance.error.GlanceException;
import glance.metadef.AssociationValues;
import glance.metadef.Definition.Kind;
import glance.metadef.DefinitionValues;
import glance.metadef.MetadefOrder;
import glance.metadef.NamespaceContent;
import glance.metadef.NamespaceValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Decodes what requests say about metadata definitions; bodies fit their schemas already. */
final class MetadefRequests {
    private static final Set<String> ASSOCIATION =
            Set.of("name", "prefix", "properties_target", "created_at", "updated_at");
    private static final Set<String> OBJECT =
            Set.of("name", "description", "required", "properties", "self", "schema", "created_at", "updated_at");
    private static final Set<String> TAG = Set.of("name", "created_at", "updated_at");

    private MetadefRequests() {}

    /**
     * @param project whose the namespace becomes when the body names no owner; without either the owner is empty
     */
    static NamespaceValues namespace(JsonNode body, @Nullable String project) {
        String owner = Optional.ofNullable(MetadefCodec.text(body, "owner"))
                .or(() -> Optional.ofNullable(project))
                .orElse("");
        String visibility = MetadefCodec.text(body, "visibility");
        return new NamespaceValues(
                body.path("namespace").stringValue(),
                MetadefCodec.text(body, "display_name"),
                MetadefCodec.text(body, "description"),
                visibility == null ? "private" : visibility,
                body.path("protected").booleanValue(false),
                owner);
    }

    static NamespaceContent content(JsonNode body) {
        List<AssociationValues> associations = new ArrayList<>();
        for (JsonNode each : body.path("resource_type_associations")) {
            requireNamed("resource_type_associations", each, ASSOCIATION);
            associations.add(association(each));
        }
        Map<Kind, List<DefinitionValues>> definitions = new LinkedHashMap<>();
        List<DefinitionValues> objects = new ArrayList<>();
        for (JsonNode each : body.path("objects")) {
            requireNamed("objects", each, OBJECT);
            objects.add(object(each));
        }
        definitions.put(Kind.OBJECT, objects);
        List<DefinitionValues> tags = new ArrayList<>();
        for (JsonNode each : body.path("tags")) {
            requireNamed("tags", each, TAG);
            tags.add(DefinitionValues.tag(each.path("name").stringValue()));
        }
        definitions.put(Kind.TAG, tags);
        List<DefinitionValues> properties = new ArrayList<>();
        PropertyDocument.checkedAll(body.path("properties"))
                .forEachEntry((name, property) -> properties.add(DefinitionValues.property(name, property.toString())));
        definitions.put(Kind.PROPERTY, properties);
        return new NamespaceContent(associations, definitions);
    }

    private static void requireNamed(String part, JsonNode item, Set<String> known) {
        if (!item.path("name").isString()) {
            throw new GlanceException.InvalidRequest("An item of " + part + " lacks its name.");
        }
        for (String member : item.propertyNames()) {
            if (!known.contains(member)) {
                throw new GlanceException.InvalidRequest(
                        "An item of " + part + " has the member " + member + ", which it cannot have.");
            }
        }
    }

    static AssociationValues association(JsonNode body) {
        return new AssociationValues(
                body.path("name").stringValue(),
                MetadefCodec.text(body, "prefix"),
                MetadefCodec.text(body, "properties_target"));
    }

    static DefinitionValues object(JsonNode body) {
        List<String> required = new ArrayList<>();
        body.path("required").forEach(each -> required.add(each.stringValue()));
        return new DefinitionValues(
                body.path("name").stringValue(),
                MetadefCodec.text(body, "description"),
                required,
                PropertyDocument.checkedAll(body.path("properties")).toString());
    }

    static DefinitionValues property(JsonNode body) {
        String name = body.path("name").stringValue();
        return DefinitionValues.property(
                name, PropertyDocument.checked(name, body).toString());
    }

    static DefinitionValues tag(JsonNode body) {
        return DefinitionValues.tag(body.path("name").stringValue());
    }

    /** As a list's query says; newest first when it says nothing. */
    static MetadefOrder order(QueryString query) {
        return new MetadefOrder(query.last("sort_key").orElse("created_at"), isAscending(query));
    }

    static boolean isAscending(QueryString query) {
        return switch (query.last("sort_dir").orElse("desc")) {
            case "asc" -> true;
            case "desc" -> false;
            default -> throw new GlanceException.InvalidRequest("Invalid sort direction: accepted are asc and desc");
        };
    }
}
