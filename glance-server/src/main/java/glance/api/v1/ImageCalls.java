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
import glance.image.DataRange;
import glance.image.Image;
import glance.image.ImageEdit;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.NewImage;
import glance.image.UploadRequest;
import glance.image.Visibility;
import glance.policy.Action;
import glance.policy.Target;
import glance.store.StoreId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** One image: create, show, data, update, delete. */
final class ImageCalls {
    private static final String OCTETS = "application/octet-stream";

    private final UseCases useCases;
    private final ApiConfig config;
    private final RemoteSources remote;

    ImageCalls(UseCases useCases, ApiConfig config, RemoteSources remote) {
        this.useCases = useCases;
        this.config = config;
        this.remote = remote;
    }

    Response create(Request request, Caller caller) throws IOException {
        ImageHeaders headers = ImageHeaders.read(request.headers(), config);
        Target target =
                Target.ofNew(caller.projectId(), headers.flag("is_public") ? Visibility.PUBLIC : Visibility.SHARED);
        try (Source source = remote.read(request, headers, caller, new RemoteSources.Asked(Action.ADD_IMAGE, target))) {
            return create(request, caller, headers, source);
        }
    }

    private Response create(Request request, Caller caller, ImageHeaders headers, Source source) throws IOException {
        requireOctets(request);
        Image image = useCases.images()
                .create(
                        caller,
                        new NewImage(
                                newId(headers),
                                attributes(headers, caller),
                                new LinkedHashSet<>(),
                                headers.properties(),
                                List.of()));
        RemoteSources.requireOne(request, headers);
        image = request.bodyAnnounced()
                ? upload(request, caller, image.id(), headers)
                : remote.deliver(source, caller, image, headers);
        String host = Objects.requireNonNullElse(request.headers().first("Host"), "");
        String link = request.scheme() + "://" + host + "/v1/images/" + image.id();
        return document(201, RemoteSources.tagged(Headers.of("Location", link), source, headers, image), image);
    }

    private static @Nullable ImageId newId(ImageHeaders headers) {
        String id = headers.text("id");
        if (id == null) {
            return null;
        }
        try {
            return new ImageId(UUID.fromString(id).toString());
        } catch (IllegalArgumentException notUuid) {
            throw new GlanceException.InvalidRequest("Invalid image id '" + id + "'; accepted: a UUID", notUuid);
        }
    }

    private static void requireOctets(Request request) {
        String type = Objects.requireNonNullElse(request.headers().first("Content-Type"), "");
        int parameters = type.indexOf(';');
        String bare = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        if (request.bodyAnnounced() && !bare.equalsIgnoreCase(OCTETS)) {
            throw new GlanceException.InvalidRequest("Content-Type is '" + type + "'; image data is sent as " + OCTETS);
        }
    }

    /** What the headers say of base attributes; the owner is an administrator's to name. */
    private static Map<Attribute, @Nullable Object> attributes(ImageHeaders headers, Caller caller) {
        Map<Attribute, @Nullable Object> values = new EnumMap<>(Attribute.class);
        List<Attribute> texts = List.of(Attribute.NAME, Attribute.DISK_FORMAT, Attribute.CONTAINER_FORMAT);
        texts.stream()
                .filter(text -> headers.has(text.column()))
                .forEach(text -> values.put(text, headers.text(text.column())));
        List.of(Attribute.MIN_DISK, Attribute.MIN_RAM).stream()
                .filter(number -> headers.text(number.column()) != null)
                .forEach(number -> values.put(number, headers.number(number.column())));
        if (headers.has("owner") && caller.admin()) {
            values.put(Attribute.OWNER, headers.text("owner"));
        }
        if (headers.has("is_public")) {
            values.put(Attribute.VISIBILITY, headers.flag("is_public") ? Visibility.PUBLIC : Visibility.SHARED);
        }
        if (headers.has("protected")) {
            values.put(Attribute.PROTECTED, headers.flag("protected"));
        }
        return values;
    }

    private Image upload(Request request, Caller caller, ImageId id, ImageHeaders headers) throws IOException {
        Long size = headers.number("size");
        OptionalLong declared = size == null || size == 0 ? request.body().length() : OptionalLong.of(size);
        Optional<StoreId> store = Optional.ofNullable(headers.text("store")).map(StoreId::new);
        UploadRequest upload = new UploadRequest(declared, store, Optional.ofNullable(headers.text("checksum")));
        return useCases.uploads().upload(caller, id, upload, request.body());
    }

    Response head(Caller caller, ImageId id) {
        return new Response.Empty(200, ImageHeaders.of(useCases.images().showEver(caller, id)));
    }

    Response data(Caller caller, ImageId id) {
        Image image = useCases.images().show(caller, id);
        if (image.status() == ImageStatus.DEACTIVATED) {
            throw new GlanceException.Forbidden("Image " + id + " is deactivated; its data cannot be downloaded");
        }
        return useCases.downloads()
                .open(caller, id, DataRange.WHOLE)
                .map(data -> (Response)
                        new Response.Stream(200, ImageHeaders.of(image).with("Content-Type", OCTETS), data.payload()))
                .orElseThrow(() -> new GlanceException.NotFound("Image " + id + " is not active or has no data"));
    }

    Response update(Request request, Caller caller, ImageId id) throws IOException {
        ImageHeaders headers = ImageHeaders.read(request.headers(), config);
        Image image = useCases.images().show(caller, id);
        requireUnchanged("id", headers, image.id().value());
        requireUnchanged("status", headers, image.status().wire());
        if (request.bodyAnnounced() && image.status() != ImageStatus.QUEUED) {
            throw new GlanceException.Conflict("Image " + id + " has status "
                    + image.status().wire() + "; data can be uploaded only to a queued image");
        }
        if (!request.bodyAnnounced()) {
            requireUnchanged("checksum", headers, image.checksum());
            requireUnchanged("size", headers, String.valueOf(image.size() == null ? Long.valueOf(0) : image.size()));
        }
        RemoteSources.requireQueued(request, headers, image);
        RemoteSources.Asked asked = new RemoteSources.Asked(Action.MODIFY_IMAGE, Target.of(image, caller));
        try (Source source = remote.read(request, headers, caller, asked)) {
            return update(request, caller, image, headers, source);
        }
    }

    private Response update(Request request, Caller caller, Image image, ImageHeaders headers, Source source)
            throws IOException {
        requireOctets(request);
        String purge = ImageHeaders.named(request.headers(), "x-glance-registry-purge-props");
        boolean purges = !request.bodyAnnounced() && (purge == null || ImageHeaders.isTrue(purge));
        Image updated = useCases.images().update(caller, image.id(), edits(image, headers, caller, purges));
        RemoteSources.requireOne(request, headers);
        updated = request.bodyAnnounced()
                ? upload(request, caller, image.id(), headers)
                : remote.deliver(source, caller, updated, headers);
        return document(200, RemoteSources.tagged(Headers.NONE, source, headers, updated), updated);
    }

    private static void requireUnchanged(String field, ImageHeaders headers, @Nullable String now) {
        String sent = headers.text(field);
        if (sent != null && !sent.equals(now)) {
            throw new GlanceException.Forbidden("Attribute '" + field + "' cannot be changed");
        }
    }

    /** Only what differs: a value that stays asks for no right to change it. */
    private static List<ImageEdit> edits(Image image, ImageHeaders headers, Caller caller, boolean purges) {
        List<ImageEdit> edits = new ArrayList<>();
        attributes(headers, caller).forEach((attribute, value) -> {
            Object now = image.value(attribute);
            if (!Objects.equals(String.valueOf(now), String.valueOf(value))) {
                edits.add(new ImageEdit.SetAttribute(ImageEdit.Verb.ADD, attribute, value));
            }
        });
        headers.properties().forEach((name, value) -> {
            if (!Objects.equals(image.properties().get(name), value)) {
                edits.add(new ImageEdit.SetProperty(ImageEdit.Verb.ADD, name, value));
            }
        });
        if (purges) {
            image.properties().keySet().stream()
                    .filter(name -> !headers.properties().containsKey(name))
                    .forEach(name -> edits.add(new ImageEdit.RemoveProperty(name)));
        }
        return edits;
    }

    Response delete(Caller caller, ImageId id) throws IOException {
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
