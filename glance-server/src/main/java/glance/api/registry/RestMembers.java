package glance.api.registry;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberGrant;
import glance.image.Registry;
import glance.image.StorableText;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Members and shared images in REST v1 of the registry. */
final class RestMembers {
    private static final int ANY_NUMBER = -1;

    private final Registry registry;
    private final CallerImages images;
    private final CallerMembers members;

    RestMembers(Registry registry, CallerImages images) {
        this.registry = registry;
        this.images = images;
        this.members = new CallerMembers(registry, images);
    }

    /** Answers for {@code /images/ID/members}, {@code /images/ID/members/MEMBER} and {@code /shared-images/MEMBER}. */
    Response route(Request request, List<String> path) throws IOException {
        if (path.size() == 2 && path.getFirst().equals("shared-images")) {
            return sharedWith(path.getLast());
        }
        if (path.size() < 3
                || path.size() > 4
                || !path.getFirst().equals("images")
                || !path.get(2).equals("members")) {
            throw RestApi.nothing();
        }
        ImageId id = new ImageId(path.get(1));
        if (path.size() == 4) {
            return member(request, new MemberKey(id, path.getLast()));
        }
        return switch (request.method()) {
            case "GET" -> list(id);
            case "PUT" -> replace(request, id);
            case "POST" -> wrongMethod();
            default -> throw RestApi.nothing();
        };
    }

    private Response member(Request request, MemberKey key) throws IOException {
        return switch (request.method()) {
            case "PUT" -> put(request, key);
            case "DELETE" -> {
                requireSharing(key.image());
                registry.members().remove(key.image(), key.member());
                yield done();
            }
            case "GET" -> wrongMethod();
            default -> throw RestApi.nothing();
        };
    }

    private static Response wrongMethod() {
        return new Response.Empty(405, Headers.of("Allow", "PUT, DELETE"));
    }

    private static Response done() {
        return new Response.Empty(204, Headers.NONE);
    }

    private Response list(ImageId id) {
        return RestApi.answer(Map.of(
                "members",
                members.of(id).stream()
                        .map(member -> Map.of("member_id", member.member(), "can_share", member.canShare()))
                        .toList()));
    }

    /** The images that are shared with a project: all for administrators, else one's own and those of one's project. */
    private Response sharedWith(String member) {
        return RestApi.answer(Map.of(
                "shared_images",
                members.of(member).stream()
                        .map(each -> Map.of("image_id", each.image().value(), "can_share", each.canShare()))
                        .toList()));
    }

    /** Whether the caller may decide who is a member. */
    private void requireSharing(ImageId id) {
        Caller caller = images.caller();
        String project = caller.projectId();
        if (!caller.admin() && project == null) {
            throw new GlanceException.Unauthenticated("Members are changed by projects");
        }
        Image image = images.visible(id);
        boolean mayShare = project != null
                && registry.members()
                        .find(id, project)
                        .map(ImageMember::canShare)
                        .orElse(false);
        boolean may = caller.admin() || image.isOwnedBy(project) || mayShare;
        if (!may) {
            throw new NotSharing("You may not share image " + id);
        }
    }

    /** Upstream's API makes 404 of this, and of nothing else that is 403. */
    static final class NotSharing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private NotSharing(String message) {
            super(message);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    private Response put(Request request, MemberKey key) throws IOException {
        requireSharing(key.image());
        Arguments member = request.bodyAnnounced() ? RestApi.body(request).object("member") : Arguments.NONE;
        registry.members().share(key.image(), List.of(grant(key.member(), member)), false, ANY_NUMBER);
        return done();
    }

    private Response replace(Request request, ImageId id) throws IOException {
        requireSharing(id);
        Arguments body = RestApi.body(request);
        if (body.find("memberships").isEmpty()) {
            throw Arguments.invalid("memberships", "is missing");
        }
        // Of a member named twice the last entry counts, as if written one after the other.
        Map<String, MemberGrant> grants = new LinkedHashMap<>();
        for (Arguments each : body.objects("memberships")) {
            MemberGrant grant = grant(each.text("member_id"), each);
            grants.put(grant.member(), grant);
        }
        registry.members().share(id, List.copyOf(grants.values()), true, ANY_NUMBER);
        return done();
    }

    /** By Python's truth of a value. */
    private static MemberGrant grant(String member, Arguments given) {
        StorableText.requireShort("member id", member);
        return new MemberGrant(
                member, given.find("can_share").map(RestMembers::isTrue).orElse(null));
    }

    private static boolean isTrue(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> value.asBoolean();
            case NUMBER -> value.asDouble() != 0;
            case STRING -> !value.asString().isEmpty();
            case ARRAY, OBJECT -> !value.isEmpty();
            default -> false;
        };
    }
}
