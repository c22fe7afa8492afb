package glance.api.v2;

import glance.http.Response;
import java.util.List;

/** {@code /v2/info}: what this server can do and what the caller uses; no policy. */
final class DiscoveryRoutes {
    List<Route> table() {
        return List.of(
                Route.bodiless("GET", "info/import", "info-import", _ -> importMethods()),
                Route.taking("GET", "info/usage", "info-usage", _ -> usage()));
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

    /** Empty: limits are not kept in Keystone. */
    private static Response usage() {
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeObjectPropertyStart("usage");
            json.writeEndObject();
            json.writeEndObject();
        });
    }
}
