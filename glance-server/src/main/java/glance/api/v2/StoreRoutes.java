package glance.api.v2;

import glance.api.Json;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Response;
import glance.image.Images;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.Target;
import glance.store.StoreId;
import glance.store.Stores;
import glance.store.Stores.Configured;
import java.io.IOException;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** {@code /v2/info/stores} and {@code /v2/stores}: which stores there are, and data in one of them. */
final class StoreRoutes {
    private final Stores stores;
    private final Images images;
    private final Policy policy;

    StoreRoutes(Stores stores, Images images, Policy policy) {
        this.stores = stores;
        this.images = images;
        this.policy = policy;
    }

    List<Route> table() {
        return List.of(
                Route.bodiless("GET", "info/stores", "info-stores", _ -> list(false)),
                Route.bodiless("GET", "info/stores/detail", "info-stores-detail", this::detail),
                Route.bodiless("DELETE", "stores/*/*", "stores-delete-image", this::delete));
    }

    private Response detail(Call call) {
        if (stores.mode() == Stores.Mode.MULTI) {
            policy.require(call.caller(), Action.STORES_INFO_DETAIL, Target.NONE);
        }
        return list(true);
    }

    private Response list(boolean detailed) {
        if (stores.mode() == Stores.Mode.SINGLE) {
            throw new GlanceException.NotFound("Multi backend is not supported at this site.");
        }
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("stores");
            stores.all().forEach(one -> write(json, one, detailed));
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private void write(JsonGenerator json, Configured one, boolean detailed) {
        json.writeStartObject();
        json.writeStringProperty("id", one.store().id().value());
        String description = one.description();
        if (description != null) {
            json.writeStringProperty("description", description);
        }
        // Both are text, and absent instead of "false".
        if (one.store().id().equals(stores.defaultStore())) {
            json.writeStringProperty("default", "true");
        }
        if (one.type().equals("http")) {
            json.writeStringProperty("read-only", "true");
        }
        if (detailed) {
            json.writeStringProperty("type", one.type());
            json.writeNumberProperty("weight", one.weight());
            json.writeObjectPropertyStart("properties");
            one.store().properties().forEach(json::writePOJOProperty);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private Response delete(Call call) throws IOException {
        String store = call.variable(0);
        if (store.isEmpty()) {
            throw new GlanceException.NotFound("The resource could not be found.");
        }
        images.deleteFrom(call.caller(), new StoreId(store), call.image(1));
        return new Response.Empty(204, Headers.NONE);
    }
}
