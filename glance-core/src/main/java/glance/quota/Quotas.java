package glance.quota;

import glance.config.ConfigException;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The local limits. A negative count means unlimited.
 *
 * @param imageSizeCap bytes of one image
 * @param userStorageBytes bytes over all locations of one project; 0 means unlimited
 * @param members per image
 * @param properties custom ones per image, {@code os_glance*} not counted
 * @param tags per image
 * @param locations per image
 */
public record Quotas(long imageSizeCap, long userStorageBytes, int members, int properties, int tags, int locations) {
    static final Option<Long> IMAGE_SIZE_CAP = Option.number("image_size_cap")
            .atLeast(1)
            .orElse(1_099_511_627_776L)
            .help("Bytes one image may have; more is refused with 413.");
    static final Option<String> USER_STORAGE_QUOTA = Option.text("user_storage_quota")
            .orElse("0")
            .help(
                    "Bytes a project may store over all its images; a number with an optional suffix B, KB, MB, GB or TB. 0 is no limit.");
    static final Option<Integer> MEMBERS =
            Option.integer("image_member_quota").orElse(128).help("Members one image may have; negative is no limit.");
    static final Option<Integer> PROPERTIES = Option.integer("image_property_quota")
            .orElse(128)
            .help("Custom properties one image may have; negative is no limit.");
    static final Option<Integer> TAGS =
            Option.integer("image_tag_quota").orElse(128).help("Tags one image may have; negative is no limit.");
    static final Option<Integer> LOCATIONS = Option.integer("image_location_quota")
            .orElse(10)
            .help("Locations one image may have; negative is no limit.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "DEFAULT",
            "Quotas and limits.",
            List.of(IMAGE_SIZE_CAP, USER_STORAGE_QUOTA, MEMBERS, PROPERTIES, TAGS, LOCATIONS));

    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(B|KB|MB|GB|TB)?");

    public static Quotas from(Section section) {
        return new Quotas(
                section.get(IMAGE_SIZE_CAP),
                storageBytes(section.get(USER_STORAGE_QUOTA)),
                section.get(MEMBERS),
                section.get(PROPERTIES),
                section.get(TAGS),
                section.get(LOCATIONS));
    }

    private static long storageBytes(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new ConfigException("option user_storage_quota in [DEFAULT]: '" + text
                    + "' is not a size; accepted: a number, optionally followed by B, KB, MB, GB or TB");
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2);
        int power = List.of("B", "KB", "MB", "GB", "TB").indexOf(unit);
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
    }

    /** Whether {@code count} things are more than {@code quota} allows. */
    public static boolean exceeds(long count, int quota) {
        return quota >= 0 && count > quota;
    }
}
