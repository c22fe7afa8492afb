package glance.api.v1;

import glance.api.ApiConfig;
import glance.api.Json;
import glance.api.UseCases;
import glance.api.v1.RemoteSources.Source;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageAccess;
import glance.image.ImageEdit;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.NewImage;
import glance.image.Visibility;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.Target;
import glance.store.StoreId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** One image: create, show, data, update, delete. */
final class ImageCalls {
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final UseCases useCases;
    private final ApiConfig config;
    private final RemoteSources remote;
    private final DataCalls data;

    ImageCalls(UseCases useCases, ApiConfig config, RemoteSources remote) {
        this.useCases = useCases;
        this.config = config;
        this.remote = remote;
        this.data = new DataCalls(useCases);
    }

    Response create(Request request, Caller caller) throws IOException {
        refuseReadOnly(caller);
        ImageHeaders headers = ImageHeaders.read(request.headers(), config);
        data.requireWithinCap(request, headers);
        Target target =
                Target.ofNew(caller.projectId(), headers.flag("is_public") ? Visibility.PUBLIC : Visibility.SHARED);
        if (request.bodyAnnounced()) {
            useCases.policy().require(caller, Action.UPLOAD_IMAGE, target);
        }
        try (Source source = remote.read(request, headers, caller, new RemoteSources.Asked(Action.ADD_IMAGE, target))) {
            return create(request, caller, headers, source);
        }
    }

    private Response create(Request request, Caller caller, ImageHeaders headers, Source source) throws IOException {
        Optional<StoreId> store = data.store(headers);
        Image image = useCases.images()
                .create(
                        caller,
                        new NewImage(
                                newId(headers),
                                attributesOfNew(request, headers, caller, source),
                                new LinkedHashSet<>(),
                                headers.properties(),
                                List.of()));
        RemoteSources.requireOne(request, headers);
        image = request.bodyAnnounced()
                ? data.upload(request, caller, image, headers)
                : remote.deliver(source, caller, image, headers, store);
        String host = Objects.requireNonNullElse(request.headers().first("Host"), "");
        String link = request.scheme() + "://" + host + "/v1/images/" + image.id();
        return document(201, RemoteSources.tagged(Headers.of("Location", link), source, headers, image), image);
    }

    /** Data that comes from somewhere tells its own size, and where it stays elsewhere nobody knows its checksum. */
    private static Map<Attribute, @Nullable Object> attributesOfNew(
            Request request, ImageHeaders headers, Caller caller, Source source) {
        Map<Attribute, @Nullable Object> values = Changes.attributes(headers, caller);
        values.putAll(Changes.declared(headers));
        boolean comes = request.bodyAnnounced() || !(source instanceof Source.None);
        if (comes && Long.valueOf(0).equals(values.get(Attribute.SIZE))) {
            values.remove(Attribute.SIZE);
        }
        if (source instanceof Source.Location) {
            values.remove(Attribute.CHECKSUM);
        }
        return values;
    }

    private static void refuseReadOnly(Caller caller) {
        if (caller.readOnly()) {
            throw new GlanceException.Forbidden("Read-only access: an anonymous caller cannot change anything");
        }
    }

    private static @Nullable ImageId newId(ImageHeaders headers) {
        String id = headers.text("id");
        if (id == null) {
            return null;
        }
        if (!UUID.matcher(id).matches()) {
            throw new GlanceException.InvalidRequest("Invalid image id '" + id + "'; accepted: a UUID");
        }
        return new ImageId(id.toLowerCase(Locale.ROOT));
    }

    Response head(Caller caller, ImageId id) {
        return new Response.Empty(200, ImageHeaders.of(useCases.images().showEver(caller, id)));
    }

    Response data(Caller caller, ImageId id) {
        return data.download(caller, id);
    }

    Response update(Request request, Caller caller, ImageId id) throws IOException {
        refuseReadOnly(caller);
        ImageHeaders headers = ImageHeaders.read(request.headers(), config);
        data.requireWithinCap(request, headers);
        requireMayUpdate(request, caller, headers);
        Image image = useCases.images().showEver(caller, id);
        if (image.status() == ImageStatus.DELETED) {
            throw new GlanceException.Forbidden("Image " + id + " is deleted and cannot be changed");
        }
        requirePossible(request, caller, headers, image);
        requireOwned(caller, image);
        RemoteSources.Asked asked = new RemoteSources.Asked(Action.MODIFY_IMAGE, Target.of(image, caller));
        try (Source source = remote.read(request, headers, caller, asked)) {
            return update(request, caller, image, headers, source);
        }
    }

    private void requireMayUpdate(Request request, Caller caller, ImageHeaders headers) {
        Policy policy = useCases.policy();
        policy.require(caller, Action.MODIFY_IMAGE, Target.ofOwn(caller));
        if (headers.flag("is_public")) {
            policy.require(caller, Action.PUBLICIZE_IMAGE, Target.ofOwn(caller));
        }
        if (request.bodyAnnounced()) {
            policy.require(caller, Action.UPLOAD_IMAGE, Target.ofOwn(caller));
        }
    }

    private static void requirePossible(Request request, Caller caller, ImageHeaders headers, Image image) {
        if (image.status().hasData() && !caller.admin()) {
            Map<Attribute, @Nullable Object> declared = Changes.declared(headers);
            for (Attribute own : List.of(Attribute.SIZE, Attribute.CHECKSUM)) {
                if (declared.containsKey(own) && Changes.differs(image, own, declared.get(own))) {
                    throw cannotChange(own.column());
                }
            }
        }
        requireUnchanged("status", headers, image.status().wire());
        requireUnchanged("id", headers, image.id().value());
        if (request.bodyAnnounced() && image.status() != ImageStatus.QUEUED) {
            throw new GlanceException.Conflict("Image " + image.id() + " has status "
                    + image.status().wire() + "; data can be uploaded only to a queued image");
        }
        RemoteSources.requireQueued(request, headers, image);
    }

    private static void requireUnchanged(String field, ImageHeaders headers, String now) {
        String sent = headers.text(field);
        if (sent != null && !sent.equals(now)) {
            throw cannotChange(field);
        }
    }

    private static GlanceException.Forbidden cannotChange(String field) {
        return new GlanceException.Forbidden("Attribute '" + field + "' cannot be changed");
    }

    /** Whatever policy says of it: who sees another's image changes it only as an administrator. */
    private static void requireOwned(Caller caller, Image image) {
        if (caller.admin() || image.isOwnedBy(caller.projectId())) {
            return;
        }
        if (image.visibility() == Visibility.PUBLIC && image.owner() != null) {
            throw new GlanceException.Forbidden("You do not own the public image " + image.id());
        }
        throw ImageAccess.notFound(image.id());
    }

    private Response update(Request request, Caller caller, Image image, ImageHeaders headers, Source source)
            throws IOException {
        Optional<StoreId> store = data.store(headers);
        String purge = ImageHeaders.named(request.headers(), "x-glance-registry-purge-props");
        boolean purges = !request.bodyAnnounced() && (purge == null || ImageHeaders.isTrue(purge));
        List<ImageEdit> edits =
                new ArrayList<>(Changes.edits(image, headers, Changes.attributes(headers, caller), purges));
        if (!request.bodyAnnounced() && source instanceof Source.None) {
            edits.addAll(Changes.declarations(image, Changes.declared(headers)));
        }
        Image updated;
        try {
            updated = useCases.images().update(caller, image.id(), edits);
        } catch (GlanceException.Conflict raced) {
            return raced(raced);
        }
        RemoteSources.requireOne(request, headers);
        updated = request.bodyAnnounced()
                ? data.upload(request, caller, updated, headers)
                : remote.deliver(source, caller, updated, headers, store);
        return document(200, RemoteSources.tagged(Headers.NONE, source, headers, updated), updated);
    }

    /** One line: the only refusal that upstream does not word as an error document. */
    private static Response raced(GlanceException.Conflict raced) {
        return new Response.Bytes(
                409,
                Headers.of("Content-Type", "text/plain; charset=UTF-8"),
                raced.reason().getBytes(StandardCharsets.UTF_8));
    }

    Response delete(Caller caller, ImageId id) throws IOException {
        refuseReadOnly(caller);
        useCases.policy().require(caller, Action.DELETE_IMAGE, Target.ofOwn(caller));
        Image image = useCases.images().showEver(caller, id);
        if (image.status() == ImageStatus.DELETED) {
            throw ImageAccess.notFound(id);
        }
        if (image.isProtected()) {
            throw new GlanceException.Forbidden("Image " + id + " is protected and cannot be deleted");
        }
        if (image.status() == ImageStatus.PENDING_DELETE) {
            throw new GlanceException.Forbidden("Image " + id + " is pending_delete already");
        }
        requireOwned(caller, image);
        useCases.images().delete(caller, id);
        return new Response.Empty(200, Headers.NONE);
    }

    private static Response document(int status, Headers headers, Image image) {
        return Json.answer(status, headers, json -> {
            json.writeStartObject();
            json.writeName("image");
            detail(json, image);
            json.writeEndObject();
        });
    }

    /** The detail object. */
    static void detail(JsonGenerator json, Image image) {
        json.writeStartObject();
        ImageHeaders.attributes(image).forEach((name, value) -> write(json, name, value));
        json.writeObjectPropertyStart("properties");
        image.properties().forEach((name, value) -> write(json, name, value));
        json.writeEndObject();
        json.writeEndObject();
    }

    static void write(JsonGenerator json, String name, @Nullable Object value) {
        switch (value) {
            case null -> json.writeNullProperty(name);
            case Long number -> json.writeNumberProperty(name, number);
            case Boolean flag -> json.writeBooleanProperty(name, flag);
            default -> json.writeStringProperty(name, value.toString());
        }
    }
}
