package glance.api.v2;

import glance.api.Json;
import glance.error.GlanceException;
import glance.http.Response;
import glance.image.Images;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.Target;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Routes of features that this server has switched off: import, staging, tasks, cache. They answer what
 * the contract says of a server without the feature, after the checks that come before it.
 */
final class AbsentFeatureRoutes {
    private final Images images;
    private final Policy policy;

    AbsentFeatureRoutes(Images images, Policy policy) {
        this.images = images;
        this.policy = policy;
    }

    List<Route> table() {
        return List.of(
                Route.taking("PUT", "images/*/stage", "images-stage", _ -> notFound("Staging is not available here.")),
                Route.taking("POST", "images/*/import", "images-import", AbsentFeatureRoutes::refuseImport),
                Route.bodiless("GET", "images/*/tasks", "images-tasks", this::imageTasks),
                Route.taking("GET", "tasks", "tasks-list", this::tasks),
                Route.taking("POST", "tasks", "tasks-create", this::createTask),
                Route.taking("GET", "tasks/*", "tasks-show", this::task),
                Route.bodiless("GET", "cache", "cache-list", call -> cache(call, Action.CACHE_LIST)),
                Route.taking("DELETE", "cache", "cache-clear", call -> cache(call, Action.CACHE_DELETE)),
                Route.taking("DELETE", "cache/*", "cache-delete", call -> cache(call, Action.CACHE_DELETE)),
                Route.taking("PUT", "cache/*", "cache-image", call -> cache(call, Action.CACHE_IMAGE)));
    }

    private static Response refuseImport(Call call) throws IOException {
        JsonNode method = Json.read(call.request().body()).path("method");
        JsonNode name = method.path("name");
        if (!name.isString()) {
            throw new GlanceException.InvalidRequest("The request body must name the import method as method.name.");
        }
        throw new GlanceException.InvalidRequest(
                "Import method '" + name.stringValue() + "' is not enabled; this server has none.");
    }

    private Response imageTasks(Call call) {
        images.show(call.caller(), call.image());
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("tasks");
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private Response tasks(Call call) {
        policy.require(call.caller(), Action.TASKS_API_ACCESS, Target.NONE);
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("tasks");
            json.writeEndArray();
            json.writeStringProperty("first", "/v2/tasks");
            json.writeStringProperty("schema", "/v2/schemas/tasks");
            json.writeEndObject();
        });
    }

    private Response createTask(Call call) {
        policy.require(call.caller(), Action.TASKS_API_ACCESS, Target.NONE);
        throw new GlanceException.InvalidRequest("This server runs no tasks of any type.");
    }

    private Response task(Call call) {
        policy.require(call.caller(), Action.TASKS_API_ACCESS, Target.NONE);
        throw new GlanceException.NotFound("No such task.");
    }

    private Response cache(Call call, Action action) {
        policy.require(call.caller(), action, Target.NONE);
        throw new GlanceException.NotFound("Caching is not available here.");
    }

    private static Response notFound(String why) {
        throw new GlanceException.NotFound(why);
    }
}
