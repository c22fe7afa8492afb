package glance.api.v2;

import glance.api.ApiConfig;
import glance.api.ErrorResponses;
import glance.api.Json;
import glance.api.QueryString;
import glance.api.UseCases;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Image;
import glance.image.ImageQuery;
import glance.image.Images;
import glance.image.Page;
import glance.store.Stores;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** {@code /v2/images} and {@code /v2/images/{id}}. */
final class ImageRoutes {
    private final Images images;
    private final Stores stores;
    private final ImageCodec codec;
    private final ImageSchema schema;
    private final ApiConfig config;

    ImageRoutes(UseCases useCases, ImageCodec codec, ImageSchema schema, ApiConfig config) {
        this.images = useCases.images();
        this.stores = useCases.stores();
        this.codec = codec;
        this.schema = schema;
        this.config = config;
    }

    List<Route> table() {
        return List.of(
                Route.taking("GET", "images", "images-list", this::list),
                Route.taking("POST", "images", "images-create", this::create),
                Route.bodiless("GET", "images/*", "images-show", this::show),
                Route.taking("PATCH", "images/*", "images-update", this::update),
                Route.bodiless("DELETE", "images/*", "images-delete", this::delete));
    }

    private Response create(Call call) throws IOException {
        JsonNode body = Json.read(call.request().body());
        Image created = images.create(call.caller(), CreateRequest.decode(body, schema));
        String location = base(call.request()) + "/v2/images/" + created.id();
        Headers headers = Headers.of("Location", location);
        if (stores.mode() == Stores.Mode.MULTI) {
            headers = headers.with(
                    "OpenStack-image-store-ids",
                    stores.all().stream().map(one -> one.store().id().value()).collect(Collectors.joining(",")));
        }
        return Json.answer(201, headers, json -> codec.write(json, created, call.caller()));
    }

    /** From the request alone: neither {@code public_endpoint} nor a path prefix counts here. */
    private static String base(Request request) {
        String host = request.headers().first("Host");
        return request.scheme() + "://" + (host == null ? "localhost" : host);
    }

    private Response list(Call call) {
        QueryString parameters = QueryString.parse(call.request().rawQuery());
        ImageQuery query = ListRequest.decode(parameters, config);
        Page<Image> page = images.list(call.caller(), query);
        return Json.answer(200, json -> writePage(json, page, parameters, call));
    }

    private void writePage(JsonGenerator json, Page<Image> page, QueryString parameters, Call call) {
        json.writeStartObject();
        json.writeArrayPropertyStart("images");
        page.items().forEach(image -> codec.write(json, image, call.caller()));
        json.writeEndArray();
        QueryString first = parameters.without("marker");
        json.writeStringProperty("first", first.appendedTo("/v2/images"));
        if (page.full() && !page.items().isEmpty()) {
            String last = page.items().getLast().id().value();
            // python-glanceclient replaces "limit=<n>" inside this text, so the client's own spelling stays.
            json.writeStringProperty("next", first.with("marker", last).appendedTo("/v2/images"));
        }
        json.writeStringProperty("schema", "/v2/schemas/images");
        json.writeEndObject();
    }

    private Response show(Call call) {
        return document(call, images.show(call.caller(), call.image()));
    }

    private Response update(Call call) throws IOException {
        Optional<PatchRequest.Dialect> dialect =
                PatchRequest.Dialect.of(call.request().headers().first("Content-Type"));
        if (dialect.isEmpty()) {
            Response refused = ErrorResponses.of(415, "Accepted media types: " + PatchRequest.ACCEPTED, call.request());
            return refused.withHeaders(refused.headers().with("Accept-Patch", PatchRequest.ACCEPTED));
        }
        JsonNode body = Json.read(call.request().body());
        PatchRequest patch = new PatchRequest(schema, dialect.get());
        return document(call, images.update(call.caller(), call.image(), patch.decode(body)));
    }

    private Response delete(Call call) throws IOException {
        images.delete(call.caller(), call.image());
        return new Response.Empty(204, Headers.NONE);
    }

    private Response document(Call call, Image image) {
        return Json.answer(200, json -> codec.write(json, image, call.caller()));
    }
}
