package glance.api.v2;

import glance.api.ApiConfig;
import glance.api.Json;
import glance.api.QueryString;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Scope;
import glance.metadef.Association;
import glance.metadef.Metadefs;
import glance.metadef.Namespace;
import glance.metadef.NamespaceQuery;
import glance.metadef.NamespaceValues;
import glance.metadef.Namespaces;
import glance.metadef.ResourceTypes;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v2/metadefs/namespaces}, {@code /v2/metadefs/namespaces/{name}}, and resource types. */
final class NamespaceRoutes {
    private static final String PATH = "/v2/metadefs/namespaces";

    /** What upstream's deletions answer. */
    static final Response DELETED = new Response.Empty(204, Headers.of("Content-Type", "text/html; charset=UTF-8"));

    private final Namespaces namespaces;
    private final ResourceTypes types;
    private final ApiConfig config;

    NamespaceRoutes(Metadefs metadefs, ApiConfig config) {
        this.namespaces = metadefs.namespaces();
        this.types = metadefs.resourceTypes();
        this.config = config;
    }

    List<Route> table() {
        String one = "metadefs/namespaces/*";
        return List.of(
                Route.bodiless("GET", "metadefs/resource_types", "metadef-types-list", this::listTypes),
                Route.taking("GET", "metadefs/namespaces", "metadef-namespaces-list", this::list),
                Route.taking("POST", "metadefs/namespaces", "metadef-namespaces-create", this::create),
                Route.bodiless("GET", one, "metadef-namespaces-show", this::show),
                Route.taking("PUT", one, "metadef-namespaces-replace", this::replace),
                Route.bodiless("DELETE", one, "metadef-namespaces-delete", this::delete),
                Route.bodiless("GET", one + "/resource_types", "metadef-associations-list", this::listAssociations),
                Route.taking("POST", one + "/resource_types", "metadef-associations-create", this::associate),
                Route.bodiless("DELETE", one + "/resource_types/*", "metadef-associations-delete", this::dissociate));
    }

    static Response answer(int status, JsonNode document) {
        return Json.answer(status, json -> json.writeTree(document));
    }

    private Response list(Call call) {
        QueryString query = QueryString.parse(call.request().rawQuery());
        int limit = ListRequest.limit(query, config);
        List<String> resourceTypes = query.last("resource_types")
                .map(names -> List.of(names.split(",", -1)))
                .orElse(null);
        List<Namespaces.Listed> page = namespaces.list(
                call.caller(),
                new NamespaceQuery(
                        Scope.of(call.caller()),
                        query.last("visibility")
                                .map(NamespaceValues::requireVisibility)
                                .orElse(null),
                        resourceTypes,
                        query.last("marker").orElse(null),
                        limit,
                        MetadefRequests.order(query)));
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        QueryString first = query.without("marker");
        document.put("first", first.appendedTo(PATH));
        if (page.size() == limit && !page.isEmpty()) {
            document.put(
                    "next",
                    first.with("marker", page.getLast().namespace().name()).appendedTo(PATH));
        }
        document.put("schema", "/v2/schemas/metadefs/namespaces");
        var items = document.putArray("namespaces");
        page.forEach(each -> items.add(MetadefCodec.listed(each)));
        return answer(200, document);
    }

    private Response create(Call call) throws IOException {
        JsonNode body = MetadefBody.read(call, MetadefSchemas.Body.NAMESPACE);
        NamespaceValues values = MetadefRequests.namespace(body, call.caller().projectId());
        Namespace created = namespaces.create(call.caller(), values, MetadefRequests.content(body));
        String location = base(call.request()) + PATH + "/" + encoded(created.name());
        return Json.answer(
                201,
                Headers.of("Location", location),
                json -> json.writeTree(MetadefCodec.namespace(created, asSent(body))));
    }

    /** What a namespace was made with, as its answer repeats it. */
    private static ObjectNode asSent(JsonNode body) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        var associations = content.putArray("resource_type_associations");
        body.path("resource_type_associations")
                .forEach(each -> associations.add(MetadefCodec.association(MetadefRequests.association(each))));
        content.set("properties", PropertyDocument.checkedAll(body.path("properties")));
        for (String name : new String[] {"objects", "tags"}) {
            if (body.has(name)) {
                content.set(name, body.path(name));
            }
        }
        return content;
    }

    private String base(Request request) {
        String endpoint = config.publicEndpoint();
        if (endpoint != null) {
            return endpoint.replaceAll("/+$", "");
        }
        String host = request.headers().first("Host");
        return request.scheme() + "://" + (host == null ? "localhost" : host);
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%3A", ":");
    }

    private Response show(Call call) {
        QueryString query = QueryString.parse(call.request().rawQuery());
        query.last("visibility").ifPresent(NamespaceValues::requireVisibility);
        Namespaces.Whole whole = namespaces.show(call.caller(), call.variable(0));
        return answer(200, MetadefCodec.whole(whole, query.last("resource_type").orElse(null)));
    }

    private Response replace(Call call) throws IOException {
        JsonNode body = MetadefBody.read(call, MetadefSchemas.Body.NAMESPACE);
        NamespaceValues values = MetadefRequests.namespace(body, call.caller().projectId());
        Namespace replaced = namespaces.replace(call.caller(), call.variable(0), values);
        return answer(200, MetadefCodec.namespace(replaced, JsonNodeFactory.instance.objectNode()));
    }

    private Response delete(Call call) {
        namespaces.delete(call.caller(), call.variable(0));
        return DELETED;
    }

    private Response listTypes(Call call) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        var items = document.putArray("resource_types");
        types.list(call.caller()).forEach(each -> items.add(MetadefCodec.resourceType(each)));
        return answer(200, document);
    }

    private Response listAssociations(Call call) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.set(
                "resource_type_associations",
                MetadefCodec.associations(types.associations(call.caller(), call.variable(0))));
        return answer(200, document);
    }

    private Response associate(Call call) throws IOException {
        JsonNode body = MetadefBody.read(call, MetadefSchemas.Body.ASSOCIATION);
        Association made = types.associate(call.caller(), call.variable(0), MetadefRequests.association(body));
        return answer(201, MetadefCodec.association(made));
    }

    private Response dissociate(Call call) {
        types.dissociate(call.caller(), call.variable(0), call.variable(1));
        return DELETED;
    }
}
