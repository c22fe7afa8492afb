package glance.api.registry;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.ImageQuery;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.Registry;
import glance.image.Scope;
import glance.image.StorableText;
import glance.image.Visibility;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        Caller caller = images.caller();
        ImageQuery shared = new ImageQuery(
                List.of(), new VisibilityFilter.Only(Visibility.SHARED), null, false, ImageQuery.NEWEST_FIRST, null, 0);
        boolean all = caller.admin() || member.equals(caller.projectId());
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Image image : images.list(
                shared,
                new Scope(false, member),
                each -> all || each.isOwnedBy(caller.projectId()),
                Optional.empty())) {
            registry.members()
                    .find(image.id(), member)
                    .ifPresent(found ->
                            entries.add(Map.of("image_id", image.id().value(), "can_share", found.canShare())));
        }
        return RestApi.answer(Map.of("shared_images", entries));
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
        Optional<Boolean> canShare = Optional.empty();
        if (request.bodyAnnounced()) {
            canShare = canShare(RestApi.body(request).object("member"));
        }
        write(key, canShare);
        return done();
    }

    private Response replace(Request request, ImageId id) throws IOException {
        requireSharing(id);
        Arguments body = RestApi.body(request);
        if (body.find("memberships").isEmpty()) {
            throw Arguments.invalid("memberships", "is missing");
        }
        Set<String> kept = new LinkedHashSet<>();
        for (Arguments each : body.objects("memberships")) {
            kept.add(each.text("member_id"));
        }
        for (Arguments each : body.objects("memberships")) {
            write(new MemberKey(id, each.text("member_id")), canShare(each));
        }
        registry.members().list(id).stream()
                .map(ImageMember::member)
                .filter(member -> !kept.contains(member))
                .forEach(member -> registry.members().remove(id, member));
        return done();
    }

    /** By Python's truth of a value. */
    private static Optional<Boolean> canShare(Arguments given) {
        return given.find("can_share").map(RestMembers::isTrue);
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

    private void write(MemberKey key, Optional<Boolean> canShare) {
        StorableText.requireShort("member id", key.member());
        if (canShare.orElse(false)) {
            throw Arguments.invalid("can_share", "cannot be granted by this registry");
        }
        if (registry.members().find(key.image(), key.member()).isEmpty()) {
            registry.members().add(key.image(), key.member(), ANY_NUMBER);
        }
    }
}
