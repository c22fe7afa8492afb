package glance.api;

import glance.api.versions.Versions;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.image.LocationRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the API v2 answers.
 *
 * @param maxPage images a list page may have at most; more are cut silently
 * @param defaultPage images on a list page when the client names no limit
 * @param showDirectUrl whether images show the URL of their first location
 * @param showLocations whether images show all their locations
 * @param diskFormats accepted disk formats, in the order the schema shows
 * @param containerFormats accepted container formats, likewise
 * @param publicEndpoint what links with a host begin with; null for what the request says
 */
public record ApiConfig(
        int maxPage,
        int defaultPage,
        boolean showDirectUrl,
        boolean showLocations,
        List<String> diskFormats,
        List<String> containerFormats,
        @Nullable String publicEndpoint) {
    public static final Option<Integer> API_LIMIT_MAX = Option.integer("api_limit_max")
            .atLeast(1)
            .orElse(1000)
            .help("Images one list page may have at most; a larger limit in a request is cut silently.");
    public static final Option<Integer> LIMIT_PARAM_DEFAULT = Option.integer("limit_param_default")
            .atLeast(1)
            .orElse(25)
            .help("Images on a list page when the request names no limit.");
    static final Option<Boolean> SHOW_IMAGE_DIRECT_URL = Option.flag("show_image_direct_url")
            .orElse(false)
            .help("Show direct_url, the store's URL of the data, to everyone who may see an image.");
    static final Option<List<String>> DISK_FORMATS = Option.list("disk_formats")
            .orElse(List.of("ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"))
            .formerly("DEFAULT", "disk_formats")
            .help("Accepted values of disk_format, in the order clients see.");
    static final Option<List<String>> CONTAINER_FORMATS = Option.list("container_formats")
            .orElse(List.of("ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"))
            .formerly("DEFAULT", "container_formats")
            .help("Accepted values of container_format, in the order clients see.");

    /** The options of {@code [DEFAULT]}. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "DEFAULT",
            "The Images API.",
            List.of(API_LIMIT_MAX, LIMIT_PARAM_DEFAULT, SHOW_IMAGE_DIRECT_URL, LocationRules.SHOW_MULTIPLE_LOCATIONS));

    /** The options of {@code [image_format]}. */
    public static final OptionGroup FORMAT_OPTIONS =
            new OptionGroup("image_format", "Image formats.", List.of(DISK_FORMATS, CONTAINER_FORMATS));

    public ApiConfig {
        diskFormats = List.copyOf(diskFormats);
        containerFormats = List.copyOf(containerFormats);
    }

    public static ApiConfig from(Configuration configuration) {
        Section main = configuration.section("DEFAULT");
        Section formats = configuration.section("image_format");
        return new ApiConfig(
                main.get(API_LIMIT_MAX),
                main.get(LIMIT_PARAM_DEFAULT),
                main.get(SHOW_IMAGE_DIRECT_URL),
                main.get(LocationRules.SHOW_MULTIPLE_LOCATIONS),
                formats.get(DISK_FORMATS),
                formats.get(CONTAINER_FORMATS),
                main.find(Versions.PUBLIC_ENDPOINT).orElse(null));
    }
}
