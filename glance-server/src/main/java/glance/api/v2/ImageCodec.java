package glance.api.v2;

import glance.api.ApiConfig;
import glance.auth.Caller;
import glance.image.Image;
import glance.image.ImageLocation;
import glance.image.ImageStatus;
import glance.store.Stores;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes image documents. */
final class ImageCodec {
    /** Which worker holds staged data or computes a hash; nobody's business outside. */
    private static final Set<String> INTERNAL = Set.of("os_glance_stage_host", "os_glance_hash_op_host");

    private final ApiConfig config;
    private final ImageSchema schema;
    private final Stores stores;

    ImageCodec(ApiConfig config, ImageSchema schema, Stores stores) {
        this.stores = stores;
        this.config = config;
        this.schema = schema;
    }

    /** One image as {@code caller} may see it. */
    void write(JsonGenerator json, Image image, Caller caller) {
        json.writeStartObject();
        writeText(json, "id", image.id().value());
        writeText(json, "name", image.name());
        writeText(json, "status", image.status().wire());
        writeText(json, "visibility", image.visibility().wire());
        json.writeBooleanProperty("protected", image.isProtected());
        json.writeBooleanProperty("os_hidden", image.hidden());
        writeText(json, "owner", image.owner());
        writeText(json, "disk_format", image.diskFormat());
        writeText(json, "container_format", image.containerFormat());
        json.writeNumberProperty("min_disk", image.minDisk());
        json.writeNumberProperty("min_ram", image.minRam());
        writeNumber(json, "size", image.size());
        writeNumber(json, "virtual_size", image.virtualSize());
        writeText(json, "checksum", image.checksum());
        writeText(json, "os_hash_algo", image.hashAlgorithm());
        writeText(json, "os_hash_value", image.hashValue());
        writeText(json, "created_at", time(image.createdAt()));
        writeText(json, "updated_at", time(image.updatedAt()));
        json.writeArrayPropertyStart("tags");
        image.tags().forEach(json::writeString);
        json.writeEndArray();
        writeProperties(json, image);
        writeLocations(json, image, caller);
        String self = "/v2/images/" + image.id();
        writeText(json, "self", self);
        writeText(json, "file", self + "/file");
        writeText(json, "schema", "/v2/schemas/image");
        json.writeEndObject();
    }

    /** {@code YYYY-MM-DDTHH:MM:SSZ}: whole seconds, as Go clients parse it. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static void writeText(JsonGenerator json, String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }

    private static void writeNumber(JsonGenerator json, String name, @Nullable Long value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeNumberProperty(name, value.longValue());
        }
    }

    private void writeProperties(JsonGenerator json, Image image) {
        image.properties().forEach((name, value) -> {
            // A custom property of an attribute's name can only come from a foreign database; the attribute wins.
            if (!INTERNAL.contains(name) && !schema.isBase(name)) {
                writeText(json, name, value == null && !schema.isNullable(name) ? "" : value);
            }
        });
    }

    private void writeLocations(JsonGenerator json, Image image, Caller caller) {
        boolean barred = image.status() == ImageStatus.DEACTIVATED && !caller.admin();
        List<ImageLocation> locations = barred ? List.of() : stores.shown(image.locations());
        if (config.showLocations()) {
            json.writeName("locations");
            writeLocations(json, locations);
        }
        if (config.showDirectUrl() && !locations.isEmpty()) {
            writeText(json, "direct_url", locations.getFirst().at().url());
        }
        List<String> ids = stores.idsOf(locations);
        if (!ids.isEmpty()) {
            writeText(json, "stores", String.join(",", ids));
        }
    }

    /** In the order given. */
    static void writeLocations(JsonGenerator json, List<ImageLocation> locations) {
        json.writeStartArray();
        for (ImageLocation location : locations) {
            json.writeStartObject();
            writeText(json, "url", location.at().url());
            json.writePOJOProperty("metadata", location.at().metadata());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
