package glance.api.v1;

import glance.api.ApiConfig;
import glance.api.IsoTime;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.image.Image;
import glance.image.Visibility;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code x-image-meta-*} headers of one request: names without prefix, lower case, {@code -} as {@code _}. An empty
 * value is null.
 */
record ImageHeaders(SequencedMap<String, @Nullable String> fields, SequencedMap<String, @Nullable String> properties) {
    /** RFC 9110, section 5.6.2: what a header's name is made of. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** What no header's value may hold. */
    private static final Pattern BREAKS = Pattern.compile("[\\r\\n\\x00]");

    private static final String META = "x_image_meta_";
    private static final String PROPERTY = "property_";
    private static final Set<String> KNOWN = Set.of(
            ("id name disk_format container_format size checksum min_disk min_ram owner is_public protected store location"
                            + " status deleted created_at updated_at deleted_at virtual_size uri copy_from")
                    .split(" "));
    private static final Set<String> TRUE = Set.of("1", "t", "true", "on", "y", "yes");
    private static final Set<String> AMAZON = Set.of("aki", "ari", "ami");
    /** Hex digits of an MD5. */
    private static final int CHECKSUM_LENGTH = 32;

    private static final Instant FIRST_TIME = Instant.parse("1900-01-01T00:00:00Z");
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT);

    /**
     * Reads and checks the headers.
     *
     * @throws GlanceException.InvalidRequest when a field is unknown or its value is not of its type
     */
    static ImageHeaders read(Headers headers, ApiConfig config) {
        SequencedMap<String, @Nullable String> fields = new LinkedHashMap<>();
        SequencedMap<String, @Nullable String> properties = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : headers.entries()) {
            String name = normal(header.getKey());
            if (name.startsWith(META)) {
                String field = name.substring(META.length());
                boolean custom = field.startsWith(PROPERTY);
                if (!custom && !KNOWN.contains(field)) {
                    throw new GlanceException.InvalidRequest(
                            "Header '" + header.getKey() + "' is not an attribute of images");
                }
                put(
                        custom ? properties : fields,
                        custom ? field.substring(PROPERTY.length()) : field,
                        utf8(header.getValue()));
            }
        }
        ImageHeaders read = new ImageHeaders(fields, properties);
        read.pairAmazonFormats();
        read.requireFormat("disk_format", config.diskFormats());
        read.requireFormat("container_format", config.containerFormats());
        read.fields.replace("virtual_size", "None", null);
        List.of("size", "min_disk", "min_ram", "virtual_size").forEach(read::number);
        List.of("created_at", "updated_at", "deleted_at").forEach(read::requireTime);
        read.requireChecksum();
        return read;
    }

    /** The value of a header whose name may be spelled with {@code _} for {@code -}; null when there is none. */
    static @Nullable String named(Headers headers, String name) {
        return headers.entries().stream()
                .filter(header -> normal(header.getKey()).equals(normal(name)))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** A repeated header is one value joined by commas. */
    private static void put(Map<String, @Nullable String> to, String name, String value) {
        String former = to.get(name);
        String joined = former == null ? value : former + "," + value;
        to.put(name, joined.isEmpty() ? null : joined);
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** The engine hands over octets above 0x7F as Latin-1 characters. */
    static String utf8(String raw) {
        return new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    static String raw(String text) {
        String line = BREAKS.matcher(text).replaceAll(" ");
        return new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    @Nullable
    String text(String field) {
        return fields.get(field);
    }

    boolean flag(String field) {
        return isTrue(fields.get(field));
    }

    /** The API's one rule for flags: what is not true is false. */
    static boolean isTrue(@Nullable String text) {
        return text != null && TRUE.contains(text.strip().toLowerCase(Locale.ROOT));
    }

    /** A number from 0, or null when not named. */
    @Nullable
    Long number(String field) {
        String text = fields.get(field);
        if (text == null) {
            return null;
        }
        if (!text.strip().matches("[0-9]{1,18}")) {
            throw new GlanceException.InvalidRequest(
                    "Header x-image-meta-" + field + " is '" + text + "'; accepted: a whole number from 0");
        }
        return Long.parseLong(text.strip());
    }

    private void requireTime(String field) {
        String text = fields.get(field);
        Optional<Instant> time = text == null ? Optional.of(FIRST_TIME) : IsoTime.parse(text);
        if (time.isEmpty() || time.get().isBefore(FIRST_TIME)) {
            throw new GlanceException.InvalidRequest(
                    "Header x-image-meta-" + field + " is '" + text + "'; accepted: an ISO 8601 time from 1900 on");
        }
    }

    private void requireChecksum() {
        String checksum = fields.get("checksum");
        if (checksum != null && checksum.length() > CHECKSUM_LENGTH) {
            throw new GlanceException.InvalidRequest("Header x-image-meta-checksum has " + checksum.length()
                    + " characters; at most " + CHECKSUM_LENGTH + " are allowed");
        }
    }

    private void pairAmazonFormats() {
        String disk = fields.get("disk_format");
        String container = fields.get("container_format");
        if ((disk != null && AMAZON.contains(disk)) || (container != null && AMAZON.contains(container))) {
            String both = disk == null ? container : disk;
            if (container != null && !container.equals(both)) {
                throw new GlanceException.InvalidRequest(
                        "disk_format '" + disk + "' and container_format '" + container + "' must be equal");
            }
            fields.put("disk_format", both);
            fields.put("container_format", both);
        }
    }

    private void requireFormat(String field, List<String> accepted) {
        String value = fields.get(field);
        if (has(field) && (value == null || !accepted.contains(value))) {
            throw new GlanceException.InvalidRequest("Invalid " + field + " '" + value + "'; accepted: " + accepted);
        }
    }

    /** The fields clients see, in order; null values stay. */
    static SequencedMap<String, @Nullable Object> attributes(Image image) {
        SequencedMap<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("id", image.id().value());
        all.put("name", image.name());
        all.put("status", image.status().wire());
        all.put("disk_format", image.diskFormat());
        all.put("container_format", image.containerFormat());
        Long size = image.size();
        all.put("size", size == null ? 0L : size);
        all.put("virtual_size", image.virtualSize());
        all.put("checksum", image.checksum());
        all.put("min_disk", (long) image.minDisk());
        all.put("min_ram", (long) image.minRam());
        all.put("owner", image.owner());
        all.put("is_public", image.visibility() == Visibility.PUBLIC);
        all.put("protected", image.isProtected());
        Instant deletedAt = image.deletedAt();
        all.put("deleted", deletedAt != null);
        all.put("created_at", time(image.createdAt()));
        all.put("updated_at", time(image.updatedAt()));
        all.put("deleted_at", deletedAt == null ? null : time(deletedAt));
        return all;
    }

    private static String time(Instant instant) {
        LocalDateTime utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        return (instant.equals(instant.truncatedTo(ChronoUnit.SECONDS)) ? SECONDS : MICROS).format(utc);
    }

    /** The header form of an image. */
    static Headers of(Image image) {
        Headers headers = Headers.NONE;
        for (Map.Entry<String, @Nullable Object> field : attributes(image).entrySet()) {
            Object value = field.getValue();
            if (value != null) {
                String text = value instanceof Boolean flag ? (flag ? "True" : "False") : raw(value.toString());
                headers = headers.with("X-Image-Meta-" + field.getKey(), text);
            }
        }
        for (Map.Entry<String, @Nullable String> property : image.properties().entrySet()) {
            String value = property.getValue();
            if (value != null && TOKEN.matcher(property.getKey()).matches()) { // others fit into no header
                String key = property.getKey().toLowerCase(Locale.ROOT);
                headers = headers.with("X-Image-Meta-Property-" + key, raw(value));
            }
        }
        return tagged(headers, image);
    }

    /** With the checksum as {@code ETag}, without quotes: clients compare it literally. */
    static Headers tagged(Headers headers, Image image) {
        String checksum = image.checksum();
        return checksum == null ? headers : headers.with("ETag", checksum);
    }
}
