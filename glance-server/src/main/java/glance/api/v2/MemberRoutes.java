package glance.api.v2;

import glance.api.Json;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Response;
import glance.image.ImageMember;
import glance.image.MemberStatus;
import glance.image.Members;
import java.io.IOException;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** {@code /v2/images/{id}/members} and below. */
final class MemberRoutes {
    private final Members members;

    MemberRoutes(Members members) {
        this.members = members;
    }

    List<Route> table() {
        return List.of(
                Route.bodiless("GET", "images/*/members", "members-list", this::list),
                Route.taking("POST", "images/*/members", "members-create", this::add),
                Route.bodiless("GET", "images/*/members/*", "members-show", this::show),
                Route.taking("PUT", "images/*/members/*", "members-update", this::update),
                Route.bodiless("DELETE", "images/*/members/*", "members-delete", this::remove));
    }

    private Response add(Call call) throws IOException {
        String member = text(Json.read(call.request().body()), "member");
        // 200, not 201: what upstream answers and Go clients match exactly.
        return document(members.add(call.caller(), call.image(), member));
    }

    private Response list(Call call) {
        List<ImageMember> all = members.list(call.caller(), call.image());
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("members");
            all.forEach(member -> write(json, member));
            json.writeEndArray();
            json.writeStringProperty("schema", "/v2/schemas/members");
            json.writeEndObject();
        });
    }

    private Response show(Call call) {
        return document(members.show(call.caller(), call.image(), call.second()));
    }

    private Response update(Call call) throws IOException {
        MemberStatus status = MemberStatus.parse(text(Json.read(call.request().body()), "status"));
        return document(members.setStatus(call.caller(), call.image(), call.second(), status));
    }

    private Response remove(Call call) {
        members.remove(call.caller(), call.image(), call.second());
        return new Response.Empty(204, Headers.NONE);
    }

    private static String text(JsonNode body, String name) {
        JsonNode value = body.path(name);
        if (!value.isString() || value.stringValue().isEmpty()) {
            throw new GlanceException.InvalidRequest(
                    "The request body must be a JSON object whose member " + name + " is a string that is not empty.");
        }
        return value.stringValue();
    }

    private static Response document(ImageMember member) {
        return Json.answer(200, json -> write(json, member));
    }

    private static void write(JsonGenerator json, ImageMember member) {
        json.writeStartObject();
        json.writeStringProperty("member_id", member.member());
        json.writeStringProperty("image_id", member.image().value());
        json.writeStringProperty("status", member.status().wire());
        json.writeStringProperty("created_at", ImageCodec.time(member.createdAt()));
        json.writeStringProperty("updated_at", ImageCodec.time(member.updatedAt()));
        json.writeStringProperty("schema", "/v2/schemas/member");
        json.writeEndObject();
    }
}
