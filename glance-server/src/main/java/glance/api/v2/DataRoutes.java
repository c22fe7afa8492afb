package glance.api.v2;

import glance.api.QueryString;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.DataRange;
import glance.image.Downloads;
import glance.image.UploadRequest;
import glance.image.Uploads;
import glance.store.ByteRange;
import glance.store.StoreId;
import glance.store.Stores;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** {@code /v2/images/{id}/file}: image data in and out. */
final class DataRoutes {
    private static final String OCTETS = "application/octet-stream";

    private final Uploads uploads;
    private final Downloads downloads;
    private final Stores stores;

    DataRoutes(Uploads uploads, Downloads downloads, Stores stores) {
        this.stores = stores;
        this.uploads = uploads;
        this.downloads = downloads;
    }

    List<Route> table() {
        return List.of(
                Route.bodiless("GET", "images/*/file", "images-download", this::download),
                Route.taking("PUT", "images/*/file", "images-upload", this::upload));
    }

    private Response upload(Call call) throws IOException {
        Request request = call.request();
        if (!MediaTypes.withoutParameters(request.headers().first("Content-Type"))
                .equals(OCTETS)) {
            throw new GlanceException.UnsupportedMedia("Image data is uploaded with Content-Type " + OCTETS);
        }
        uploads.upload(
                call.caller(), call.image(), new UploadRequest(declaredSize(request), store(request)), request.body());
        return new Response.Empty(204, Headers.NONE);
    }

    /** The header of release 2025.2 counts before Content-Length; 0 says nothing. */
    private static OptionalLong declaredSize(Request request) {
        String declared = request.headers().first("x-openstack-image-size");
        if (declared == null) {
            return request.body().length();
        }
        if (!declared.strip().matches("[0-9]{1,18}")) {
            throw new GlanceException.InvalidRequest(
                    "Header x-openstack-image-size is '" + declared + "'; accepted: a number of bytes");
        }
        long size = Long.parseLong(declared.strip());
        return size == 0 ? OptionalLong.empty() : OptionalLong.of(size);
    }

    /** In single-store mode the header says nothing. */
    private Optional<StoreId> store(Request request) {
        String name = request.headers().first("X-Image-Meta-Store");
        if (name == null || stores.mode() == Stores.Mode.SINGLE) {
            return Optional.empty();
        }
        if (name.isBlank()) {
            throw new GlanceException.InvalidRequest("Header X-Image-Meta-Store names no store");
        }
        return Optional.of(new StoreId(name.strip()));
    }

    private Response download(Call call) {
        Headers headers = call.request().headers();
        DataRange range = new DataRange(headers.first("Range"), headers.first("Content-Range"));
        return downloads
                .open(call.caller(), call.image(), range, preferred(call.request()))
                .map(DataRoutes::stream)
                .orElseGet(() -> new Response.Empty(204, Headers.NONE));
    }

    /** Ids of the stores to read from first. */
    private static List<String> preferred(Request request) {
        String names = QueryString.parse(request.rawQuery()).last("prefer").orElse("");
        return Stream.of(names.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static Response stream(Downloads.Download data) {
        // python-glanceclient requires exactly this content type.
        Headers headers = Headers.of("Content-Type", OCTETS);
        String checksum = data.image().checksum();
        if (checksum != null) {
            // Hexadecimal, unlike RFC 1864: clients compare it with the checksum attribute.
            headers = headers.with("Content-MD5", checksum);
        }
        if (!data.partial()) {
            return new Response.Stream(200, headers, data.payload());
        }
        ByteRange range = data.range();
        String slice = "bytes " + range.offset() + "-" + (range.offset() + range.length() - 1) + "/" + data.size();
        return new Response.Stream(206, headers.with("Content-Range", slice), data.payload());
    }
}
