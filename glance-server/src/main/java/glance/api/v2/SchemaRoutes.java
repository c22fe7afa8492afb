package glance.api.v2;

import glance.api.Json;
import glance.http.Response;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v2/schemas}: for every caller, without policy. The documents are rendered once. */
final class SchemaRoutes {
    private final ImageSchema schema;

    SchemaRoutes(ImageSchema schema) {
        this.schema = schema;
    }

    List<Route> table() {
        List<Route> table = new ArrayList<>(List.of(
                route("image", schema.document(), Route::bodiless),
                route("images", Schemas.paged("images", schema.document()), Route::bodiless),
                route("member", Schemas.member(), Route::bodiless),
                route("members", Schemas.collection("members", Schemas.member()), Route::bodiless),
                route("task", Schemas.task(), Route::taking),
                route("tasks", Schemas.paged("tasks", Schemas.task()), Route::taking)));
        MetadefSchemas.documents()
                .forEach((name, document) -> table.add(route("metadefs/" + name, document, Route::taking)));
        return table;
    }

    /** Whether the route refuses a request body. */
    @FunctionalInterface
    private interface Kind {
        Route route(String method, String template, String name, Route.Action action);
    }

    private static Route route(String name, ObjectNode document, Kind kind) {
        Response.Bytes rendered = Json.answer(200, json -> json.writeTree(document));
        return kind.route("GET", "schemas/" + name, "schemas-" + name, _ -> rendered);
    }
}
