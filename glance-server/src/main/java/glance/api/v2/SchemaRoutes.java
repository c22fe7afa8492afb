package glance.api.v2;

import glance.http.Response;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v2/schemas}: for every caller, without policy. The documents are rendered once. */
final class SchemaRoutes {
    private final ImageSchema schema;

    SchemaRoutes(ImageSchema schema) {
        this.schema = schema;
    }

    List<Route> table() {
        return List.of(
                route("image", schema.document()),
                route("images", Schemas.paged("images", schema.document())),
                route("member", Schemas.member()),
                route("members", Schemas.collection("members", Schemas.member())),
                route("task", Schemas.task()),
                route("tasks", Schemas.paged("tasks", Schemas.task())));
    }

    private static Route route(String name, ObjectNode document) {
        Response.Bytes rendered = Json.answer(200, json -> json.writeTree(document));
        return Route.bodiless("GET", "schemas/" + name, "schemas-" + name, _ -> rendered);
    }
}
