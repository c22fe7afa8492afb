package glance.api.v1;

import glance.api.Json;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberGrant;
import glance.image.Sharing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Who an image is shared with, and what is shared with whom. */
final class MemberCalls {
    private final Sharing sharing;

    MemberCalls(Sharing sharing) {
        this.sharing = sharing;
    }

    Response list(Caller caller, ImageId image) {
        return document("members", "member_id", sharing.list(caller, image), ImageMember::member);
    }

    Response sharedWith(Caller caller, String member) {
        return document(
                "shared_images",
                "image_id",
                sharing.sharedWith(caller, member),
                membership -> membership.image().value());
    }

    Response grant(Request request, Caller caller, ImageId image, String member) throws IOException {
        JsonNode body = request.bodyAnnounced() ? Json.read(request.body()).path("member") : null;
        sharing.grant(caller, image, new MemberGrant(member, canShare(body)));
        return new Response.Empty(204, Headers.NONE);
    }

    Response replace(Request request, Caller caller, ImageId image) throws IOException {
        JsonNode memberships =
                request.bodyAnnounced() ? Json.read(request.body()).path("memberships") : null;
        if (memberships == null || !memberships.isArray()) {
            throw new GlanceException.InvalidRequest(
                    "The request body must be a JSON object whose member memberships is a list.");
        }
        List<MemberGrant> grants = new ArrayList<>();
        for (JsonNode membership : memberships) {
            JsonNode member = membership.path("member_id");
            if (!member.isString() || member.stringValue().isEmpty()) {
                throw new GlanceException.InvalidRequest(
                        "Every entry of memberships must be an object whose member_id is a string that is not empty.");
            }
            grants.add(new MemberGrant(member.stringValue(), canShare(membership)));
        }
        sharing.replace(caller, image, grants);
        return new Response.Empty(204, Headers.NONE);
    }

    Response remove(Caller caller, ImageId image, String member) {
        sharing.remove(caller, image, member);
        return new Response.Empty(204, Headers.NONE);
    }

    /** What is there is yes unless it is empty, zero, false or null: the API's own notion, {@code "false"} is yes. */
    private static @Nullable Boolean canShare(@Nullable JsonNode body) {
        JsonNode value = body == null ? null : body.get("can_share");
        if (value == null) {
            return null;
        }
        return value.isBoolean()
                ? value.booleanValue()
                : value.isNumber()
                        ? value.numberValue().doubleValue() != 0
                        : value.isString() ? !value.stringValue().isEmpty() : value.size() > 0;
    }

    private static Response document(
            String list, String key, List<ImageMember> memberships, Function<ImageMember, String> name) {
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart(list);
            for (ImageMember membership : memberships) {
                json.writeStartObject();
                json.writeStringProperty(key, name.apply(membership));
                json.writeBooleanProperty("can_share", membership.canShare());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
