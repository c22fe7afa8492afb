package glance.api.v1;

import glance.api.UseCases;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.DataRange;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.UploadRequest;
import glance.policy.Action;
import glance.policy.Target;
import glance.store.StoreId;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** The data of one image. An upload that fails leaves a killed image, unless another upload won it. */
final class DataCalls {
    private static final String OCTETS = "application/octet-stream";

    private final UseCases useCases;

    DataCalls(UseCases useCases) {
        this.useCases = useCases;
    }

    /** The image was deleted while its data came. */
    static final class DeletedMeanwhile extends RuntimeException {
        private static final long serialVersionUID = 1;

        DeletedMeanwhile(ImageId id, Throwable cause) {
            super("Image " + id + " was deleted while its data was being uploaded", cause);
        }
    }

    /** Refuses a body that no image could have, by its length or else by the size the headers declare. */
    void requireWithinCap(Request request, ImageHeaders headers) {
        OptionalLong length = request.bodyAnnounced() ? request.body().length() : OptionalLong.empty();
        Long size = headers.number("size");
        useCases.uploads().requireWithinCap(length.isPresent() || size == null ? length : OptionalLong.of(size));
    }

    /** The store that the headers name; empty means the default one. */
    Optional<StoreId> store(ImageHeaders headers) {
        return Optional.ofNullable(headers.text("store")).map(useCases.uploads()::storeCalled);
    }

    /**
     * Takes the request's body as the image's data.
     *
     * @throws GlanceException.InvalidRequest for unset formats, after which the image is still queued
     */
    Image upload(Request request, Caller caller, Image image, ImageHeaders headers) throws IOException {
        ImageId id = image.id();
        if (image.diskFormat() == null || image.containerFormat() == null) {
            throw new GlanceException.InvalidRequest(
                    "disk_format and container_format must be set before data is uploaded to image " + id);
        }
        try {
            requireOctets(request);
            Long size = headers.number("size");
            OptionalLong declared = size == null || size == 0 ? request.body().length() : OptionalLong.of(size);
            Optional<String> checksum = Optional.ofNullable(headers.text("checksum"));
            UploadRequest upload = new UploadRequest(declared, store(headers), checksum, ImageStatus.KILLED);
            return useCases.uploads().upload(caller, id, upload, request.body());
        } catch (GlanceException.Conflict duplicate) {
            throw duplicate;
        } catch (RuntimeException failed) {
            killOrTellDeleted(caller, id, failed);
            throw failed;
        }
    }

    /** Once the upload had claimed the image, it has killed it itself. */
    private void killOrTellDeleted(Caller caller, ImageId id, RuntimeException failed) {
        try {
            useCases.images().kill(caller, id);
        } catch (GlanceException.NotFound deleted) {
            failed.addSuppressed(deleted);
            throw new DeletedMeanwhile(id, failed);
        } catch (GlanceException.Unavailable | GlanceException.Forbidden second) {
            failed.addSuppressed(second);
        }
    }

    private static void requireOctets(Request request) {
        String type = Objects.requireNonNullElse(request.headers().first("Content-Type"), "");
        int parameters = type.indexOf(';');
        String bare = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        if (!bare.equalsIgnoreCase(OCTETS)) {
            throw new GlanceException.InvalidRequest("Content-Type is '" + type + "'; image data is sent as " + OCTETS);
        }
    }

    /** The data, with the image in the headers. */
    Response download(Caller caller, ImageId id) {
        Image image = shown(caller, id);
        useCases.policy().require(caller, Action.DOWNLOAD_IMAGE, Target.of(image, caller));
        if (image.status() == ImageStatus.DEACTIVATED) {
            throw new GlanceException.Forbidden("Image " + id + " is deactivated; its data cannot be downloaded");
        }
        if (image.status() != ImageStatus.ACTIVE) {
            throw new GlanceException.NotFound("Image " + id + " is not active");
        }
        Headers headers = ImageHeaders.of(image).with("Content-Type", OCTETS);
        Long size = image.size();
        if (size != null && size == 0) {
            return new Response.Bytes(200, headers, new byte[0]);
        }
        return useCases.downloads()
                .open(caller, id, DataRange.WHOLE)
                .map(data -> (Response) new Response.Stream(200, headers, data.payload()))
                .orElseThrow(() -> new GlanceException.NotFound("Image " + id + " has no data"));
    }

    /** Who may not download at all is told so of images that are not there, too. */
    private Image shown(Caller caller, ImageId id) {
        try {
            return useCases.images().show(caller, id);
        } catch (GlanceException.NotFound absent) {
            useCases.policy().require(caller, Action.DOWNLOAD_IMAGE, Target.ofOwn(caller));
            throw absent;
        }
    }
}
