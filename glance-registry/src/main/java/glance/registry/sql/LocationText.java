package glance.registry.sql;

import glance.auth.Secret;
import glance.error.GlanceException;
import glance.store.StoreLocation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Locations as columns: the URL, encrypted when a key is configured, and its metadata as compact JSON. Thread-safe. */
final class LocationText {
    private static final Logger LOG = LoggerFactory.getLogger(LocationText.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    private final @Nullable LocationCipher cipher;

    private LocationText(@Nullable LocationCipher cipher) {
        this.cipher = cipher;
    }

    /**
     * @throws glance.config.ConfigException when the key is not usable
     */
    static LocationText of(@Nullable Secret key) {
        return new LocationText(key == null ? null : new LocationCipher(key));
    }

    String url(String plain) {
        return cipher == null ? plain : cipher.encrypt(plain);
    }

    /**
     * The plain URL of a column. A value written before the key was set is plain already: ciphertext holds no colon.
     *
     * @throws GlanceException.Unavailable when it is neither plain nor encrypted with this key
     */
    String plainUrl(String column) {
        if (cipher == null || column.contains("://")) {
            return column;
        }
        try {
            return cipher.decrypt(column);
        } catch (IllegalArgumentException e) {
            LOG.error("location undecipherable, metadata_encryption_key has changed");
            throw new GlanceException.Unavailable("A location of the image cannot be deciphered", e);
        }
    }

    String metadata(Map<String, Object> metadata) {
        return JSON.writeValueAsString(metadata);
    }

    StoreLocation location(String url, @Nullable String metadata) {
        if (metadata == null || metadata.isEmpty() || metadata.equals("{}") || metadata.equals("null")) {
            return StoreLocation.of(plainUrl(url));
        }
        try {
            return new StoreLocation(plainUrl(url), JSON.readValue(metadata, OBJECT));
        } catch (JacksonException e) {
            throw new IllegalStateException("image_locations.meta_data is not a JSON object", e);
        }
    }
}
