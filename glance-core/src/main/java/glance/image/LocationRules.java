package glance.image;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.image.transfer.HashAlgorithm;
import java.util.List;

/**
 * What clients may do with the locations of images.
 *
 * @param editable whether locations may be changed through PATCH
 * @param secureHash whether data at a location that a client names is read to compute its digests
 * @param attempts how often data that cannot be read is tried
 * @param algorithm of the multihash
 */
public record LocationRules(boolean editable, boolean secureHash, int attempts, HashAlgorithm algorithm) {
    /** Also what decides whether images show their locations. */
    public static final Option<Boolean> SHOW_MULTIPLE_LOCATIONS = Option.flag("show_multiple_locations")
            .orElse(false)
            .help("Show the locations of an image, with the stores' URLs, to everyone who may see it, and let them be"
                    + " changed through PATCH.");

    static final Option<Boolean> DO_SECURE_HASH = Option.flag("do_secure_hash")
            .orElse(true)
            .help("Read the data at a location that is added by POST /v2/images/ID/locations to compute its checksum"
                    + " and hash: before the image is active where the request says what they must be, else after.");
    static final Option<Integer> HTTP_RETRIES =
            Option.integer("http_retries").atLeast(1).orElse(3).help("Attempts to read the data at such a location.");

    /** The options that no other component reads. */
    public static final OptionGroup OPTIONS =
            new OptionGroup("DEFAULT", "Locations that clients name.", List.of(DO_SECURE_HASH, HTTP_RETRIES));

    /** As nothing is configured. */
    public static final LocationRules USUAL = new LocationRules(false, true, 3, HashAlgorithm.SHA512);

    public static LocationRules from(Section section) {
        return new LocationRules(
                section.get(SHOW_MULTIPLE_LOCATIONS),
                section.get(DO_SECURE_HASH),
                section.get(HTTP_RETRIES),
                HashAlgorithm.from(section));
    }
}
