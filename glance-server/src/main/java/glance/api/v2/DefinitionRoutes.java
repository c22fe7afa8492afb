package glance.api.v2;

import glance.api.ApiConfig;
import glance.api.QueryString;
import glance.error.GlanceException;
import glance.http.Response;
import glance.image.Visibility;
import glance.metadef.Definition;
import glance.metadef.Definition.Kind;
import glance.metadef.DefinitionValues;
import glance.metadef.Definitions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Properties, objects and tags below {@code /v2/metadefs/namespaces/{name}}. */
final class DefinitionRoutes {
    private static final String NAMESPACE = "metadefs/namespaces/*/";
    private static final Set<String> TRUE = Set.of("true", "t", "1", "on", "yes", "y");

    private final Definitions definitions;
    private final ApiConfig config;

    DefinitionRoutes(Definitions definitions, ApiConfig config) {
        this.definitions = definitions;
        this.config = config;
    }

    List<Route> table() {
        List<Route> table = new ArrayList<>();
        String properties = NAMESPACE + "properties";
        table.add(Route.bodiless("GET", properties, "metadef-properties-list", this::properties));
        table.add(Route.taking("POST", properties, "metadef-properties-create", this::createProperty));
        table.add(Route.taking("DELETE", properties, "metadef-properties-clear", call -> clear(call, Kind.PROPERTY)));
        table.add(Route.taking("GET", properties + "/*", "metadef-properties-show", this::property));
        table.add(Route.taking("PUT", properties + "/*", "metadef-properties-replace", this::replaceProperty));
        table.add(Route.taking(
                "DELETE", properties + "/*", "metadef-properties-delete", call -> delete(call, Kind.PROPERTY)));
        String objects = NAMESPACE + "objects";
        table.add(Route.taking("GET", objects, "metadef-objects-list", this::objects));
        table.add(Route.taking("POST", objects, "metadef-objects-create", this::createObject));
        table.add(Route.taking("DELETE", objects, "metadef-objects-clear", call -> clear(call, Kind.OBJECT)));
        table.add(Route.bodiless("GET", objects + "/*", "metadef-objects-show", this::object));
        table.add(Route.taking("PUT", objects + "/*", "metadef-objects-replace", this::replaceObject));
        table.add(
                Route.bodiless("DELETE", objects + "/*", "metadef-objects-delete", call -> delete(call, Kind.OBJECT)));
        String tags = NAMESPACE + "tags";
        table.add(Route.taking("GET", tags, "metadef-tags-list", this::tags));
        table.add(Route.taking("POST", tags, "metadef-tags-create-many", this::createTags));
        table.add(Route.taking("DELETE", tags, "metadef-tags-clear", call -> clear(call, Kind.TAG)));
        table.add(Route.bodiless("GET", tags + "/*", "metadef-tags-show", this::tag));
        table.add(Route.bodiless("POST", tags + "/*", "metadef-tags-create", this::createTag));
        table.add(Route.taking("PUT", tags + "/*", "metadef-tags-replace", this::replaceTag));
        table.add(Route.bodiless("DELETE", tags + "/*", "metadef-tags-delete", call -> delete(call, Kind.TAG)));
        return table;
    }

    private Response delete(Call call, Kind kind) {
        definitions.delete(call.caller(), call.variable(0), kind, call.variable(1));
        return NamespaceRoutes.DELETED;
    }

    private Response clear(Call call, Kind kind) {
        definitions.deleteAll(call.caller(), call.variable(0), kind);
        return NamespaceRoutes.DELETED;
    }

    private Response properties(Call call) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        List<Definition> all = definitions.list(call.caller(), call.variable(0), Kind.PROPERTY, Definitions.Paging.ALL);
        document.set("properties", MetadefCodec.properties(all));
        return NamespaceRoutes.answer(200, document);
    }

    private Response createProperty(Call call) throws IOException {
        DefinitionValues values = MetadefRequests.property(MetadefBody.read(call, MetadefSchemas.Body.PROPERTY));
        return NamespaceRoutes.answer(
                201, MetadefCodec.property(definitions.create(call.caller(), call.variable(0), Kind.PROPERTY, values)));
    }

    private Response property(Call call) {
        Optional<String> type = QueryString.parse(call.request().rawQuery()).last("resource_type");
        Definition found = type.isPresent()
                ? definitions.showProperty(call.caller(), call.variable(0), call.variable(1), type.get())
                : definitions.show(call.caller(), call.variable(0), Kind.PROPERTY, call.variable(1));
        return NamespaceRoutes.answer(200, MetadefCodec.property(found));
    }

    private Response replaceProperty(Call call) throws IOException {
        DefinitionValues values = MetadefRequests.property(MetadefBody.read(call, MetadefSchemas.Body.PROPERTY));
        return NamespaceRoutes.answer(200, MetadefCodec.property(replaced(call, Kind.PROPERTY, values)));
    }

    private Definition replaced(Call call, Kind kind, DefinitionValues values) {
        return definitions.replace(call.caller(), call.variable(0), kind, call.variable(1), values);
    }

    private Response objects(Call call) {
        requireIgnoredQuery(QueryString.parse(call.request().rawQuery()));
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        var items = document.putArray("objects");
        definitions
                .list(call.caller(), call.variable(0), Kind.OBJECT, Definitions.Paging.ALL)
                .forEach(each -> items.add(MetadefCodec.object(call.variable(0), each, "")));
        // Without a slash before it, as upstream has it.
        document.put("schema", "v2/schemas/metadefs/objects");
        return NamespaceRoutes.answer(200, document);
    }

    /** Parameters that do nothing here and yet have to be right. */
    private void requireIgnoredQuery(QueryString query) {
        if (query.last("limit").isPresent() && ListRequest.limit(query, config) == 0) {
            throw new GlanceException.InvalidRequest("limit param must be an integer of at least 1");
        }
        boolean _ = MetadefRequests.isAscending(query);
        Optional<String> visibility = query.last("visibility");
        if (visibility.isPresent()
                && !Set.of("public", "private", "shared")
                        .contains(visibility.get().toLowerCase(Locale.ROOT))) {
            throw new GlanceException.InvalidRequest(
                    "Invalid visibility; accepted: public, private, " + Visibility.SHARED.wire());
        }
    }

    private Response createObject(Call call) throws IOException {
        DefinitionValues values = MetadefRequests.object(MetadefBody.read(call, MetadefSchemas.Body.OBJECT));
        Definition made = definitions.create(call.caller(), call.variable(0), Kind.OBJECT, values);
        return NamespaceRoutes.answer(201, MetadefCodec.object(call.variable(0), made, ""));
    }

    private Response object(Call call) {
        Definition found = definitions.show(call.caller(), call.variable(0), Kind.OBJECT, call.variable(1));
        return NamespaceRoutes.answer(200, MetadefCodec.object(call.variable(0), found, ""));
    }

    private Response replaceObject(Call call) throws IOException {
        DefinitionValues values = MetadefRequests.object(MetadefBody.read(call, MetadefSchemas.Body.OBJECT));
        return NamespaceRoutes.answer(
                200, MetadefCodec.object(call.variable(0), replaced(call, Kind.OBJECT, values), ""));
    }

    private Response tags(Call call) {
        QueryString query = QueryString.parse(call.request().rawQuery());
        List<Definition> page = definitions.list(
                call.caller(),
                call.variable(0),
                Kind.TAG,
                new Definitions.Paging(
                        query.last("marker").orElse(null),
                        ListRequest.limit(query, config),
                        MetadefRequests.order(query)));
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.set("tags", MetadefCodec.tagNames(page));
        return NamespaceRoutes.answer(200, document);
    }

    private Response createTags(Call call) throws IOException {
        JsonNode body = MetadefBody.read(call, MetadefSchemas.Body.TAGS);
        List<DefinitionValues> tags = new ArrayList<>();
        body.path("tags").forEach(each -> tags.add(MetadefRequests.tag(each)));
        String append = call.request().headers().first("X-OpenStack-Append");
        boolean appends = append != null && TRUE.contains(append.strip().toLowerCase(Locale.ROOT));
        definitions.createTags(call.caller(), call.variable(0), tags, appends);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        var items = document.putArray("tags");
        tags.forEach(each -> items.addObject().put("name", each.name()));
        return NamespaceRoutes.answer(201, document);
    }

    private Response createTag(Call call) {
        DefinitionValues values = DefinitionValues.tag(call.variable(1));
        return NamespaceRoutes.answer(
                201, MetadefCodec.tag(definitions.create(call.caller(), call.variable(0), Kind.TAG, values)));
    }

    private Response tag(Call call) {
        return NamespaceRoutes.answer(
                200, MetadefCodec.tag(definitions.show(call.caller(), call.variable(0), Kind.TAG, call.variable(1))));
    }

    private Response replaceTag(Call call) throws IOException {
        DefinitionValues values = MetadefRequests.tag(MetadefBody.read(call, MetadefSchemas.Body.TAG));
        return NamespaceRoutes.answer(200, MetadefCodec.tag(replaced(call, Kind.TAG, values)));
    }
}
