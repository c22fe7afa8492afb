package glance.api.v2;

import glance.api.Json;
import glance.http.Headers;
import glance.http.Response;
import glance.image.ImageLocation;
import glance.image.Images;
import glance.image.LocationImports;
import glance.image.NewLocation;
import java.io.IOException;
import java.util.List;

/** {@code /v2/images/{id}/locations}: where an image's data is, and data that is somewhere already. */
final class LocationRoutes {
    private final Images images;
    private final LocationImports imports;

    LocationRoutes(Images images, LocationImports imports) {
        this.images = images;
        this.imports = imports;
    }

    List<Route> table() {
        return List.of(
                Route.taking("GET", "images/*/locations", "locations-list", this::list),
                Route.taking("POST", "images/*/locations", "locations-add", this::add));
    }

    private Response list(Call call) {
        List<ImageLocation> locations = images.locations(call.caller(), call.image());
        return Json.answer(200, json -> ImageCodec.writeLocations(json, locations));
    }

    private Response add(Call call) throws IOException {
        NewLocation location = LocationCodec.posted(Json.read(call.request().body()));
        imports.accept(call.caller(), call.image(), location);
        return new Response.Empty(202, Headers.NONE);
    }
}
