package glance.format;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.image.Image;
import java.util.List;
import java.util.Set;

/**
 * How strictly image data is held to the format its image claims.
 *
 * @param vmdkAllowedTypes VMDK types that may be converted
 * @param gptNonfatalChecks safety checks of a partition table that only warn
 */
public record ImageFormats(List<String> vmdkAllowedTypes, Matching matching, Set<String> gptNonfatalChecks) {

    /** What data that is not what the image claims to be leads to. */
    public enum Matching {
        REQUIRED,
        /** Accepted with a warning, without a virtual size. */
        WARNED_ABOUT
    }

    static final Option<List<String>> VMDK_ALLOWED_TYPES = Option.list("vmdk_allowed_types")
            .orElse(List.of("streamOptimized", "monolithicSparse"))
            .help("VMDK createType values that may be converted.");
    static final Option<Boolean> REQUIRE_MATCH = Option.flag("require_image_format_match")
            .orElse(true)
            .help("Refuse data that is not of the image's disk_format.");
    static final Option<List<String>> GPT_NONFATAL = Option.list("gpt_safety_checks_nonfatal")
            .orElse(List.of("mbr"))
            .help("Safety checks of partition tables that only warn: mbr, gptmbr.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "image_format", "The inspection of image data.", List.of(VMDK_ALLOWED_TYPES, REQUIRE_MATCH, GPT_NONFATAL));

    public ImageFormats {
        vmdkAllowedTypes = List.copyOf(vmdkAllowedTypes);
        gptNonfatalChecks = Set.copyOf(gptNonfatalChecks);
    }

    public static ImageFormats from(Section section) {
        return new ImageFormats(
                section.get(VMDK_ALLOWED_TYPES),
                section.get(REQUIRE_MATCH) ? Matching.REQUIRED : Matching.WARNED_ABOUT,
                Set.copyOf(section.get(GPT_NONFATAL)));
    }

    /** An inspection of data for {@code image}; containers other than {@code bare} are not looked into. */
    public Inspection inspect(Image image) {
        String diskFormat = image.diskFormat();
        return diskFormat == null || !"bare".equals(image.containerFormat())
                ? Inspection.none()
                : new FormatInspection(diskFormat, matching, gptNonfatalChecks);
    }
}
