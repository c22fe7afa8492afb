package glance.api.v2;

import glance.api.Json;
import glance.http.Response;
import glance.image.Images;
import glance.quota.ProjectLimits.Resource;
import java.util.List;
import java.util.Map;

/** {@code /v2/info}: what this server can do and what the caller uses; no policy. */
final class DiscoveryRoutes {
    private final Images images;

    DiscoveryRoutes(Images images) {
        this.images = images;
    }

    List<Route> table() {
        return List.of(
                Route.bodiless("GET", "info/import", "info-import", _ -> importMethods()),
                Route.taking("GET", "info/usage", "info-usage", this::usage).hidingOtherMethods());
    }

    private static Response importMethods() {
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeObjectPropertyStart("import-methods");
            json.writeStringProperty("description", "Import methods available.");
            json.writeStringProperty("type", "array");
            json.writeArrayPropertyStart("value");
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private Response usage(Call call) {
        Map<Resource, Images.ResourceUsage> usage = images.usage(call.caller());
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeObjectPropertyStart("usage");
            usage.forEach((resource, figures) -> {
                json.writeObjectPropertyStart(resource.registeredName());
                json.writeNumberProperty("usage", figures.usage());
                json.writeNumberProperty("limit", figures.limit());
                json.writeEndObject();
            });
            json.writeEndObject();
            json.writeEndObject();
        });
    }
}
